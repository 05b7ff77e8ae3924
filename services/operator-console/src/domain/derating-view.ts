import type { EpochMs } from '@headroom/kernel';
import type { DeratingSpec, PhaseAmps } from './site-document.ts';
import type { CircuitSnapshot, DeratingSnapshot, DrawSnapshot } from './site-snapshot.ts';

/** What the site document says of a derated circuit. */
export interface DeratedCircuitSpec {
  readonly rating: PhaseAmps;
  readonly derating: DeratingSpec;
}

/** What people see of a circuit that is derated by its temperature. Unknown is null. Temperatures in degrees Celsius. */
export interface DeratingView {
  readonly sensorId: string;
  /** As it was read last, however long ago. */
  readonly temperatureC: number | null;
  readonly measuredAtMs: EpochMs | null;
  readonly ageMs: number | null;
  /** Nothing was heard for longer than the document allows: the last step counts. */
  readonly silent: boolean;
  /** What it counts with: more than was read while it falls. Null: nothing counts, for the sensor is silent, or was until now. */
  readonly countsAsC: number | null;
  /** Of its rating. */
  readonly bearsPercent: number;
  /** The same while the platform is dead, within a lease: leases keep to it. */
  readonly keepsToPercent: number;
  /** Null: the site document is not known yet. */
  readonly bears: PhaseAmps | null;
  /** Why, in a sentence or two. */
  readonly sentence: string;
}

export interface Heated {
  readonly draw: DrawSnapshot | undefined;
  readonly nowMs: EpochMs;
  readonly deratings?: ReadonlyMap<string, DeratedCircuitSpec>;
}

const WHOLE_PERCENT = 100;

/** Null: this circuit follows no temperature. */
export function deratingView(
  { circuitId, derating }: Pick<CircuitSnapshot, 'circuitId' | 'derating'>,
  { draw, nowMs, deratings }: Heated,
): DeratingView | null {
  if (derating === undefined) return null;
  const spec = deratings?.get(circuitId);
  const read = newestOf(derating, draw);
  const ageMs = read === undefined ? null : Math.max(0, nowMs - read.atMs);
  // A reading is shown before its owner decides on it: whether it is one to count with, the document says.
  const silent = ageMs === null || (spec === undefined ? derating.silent : ageMs > spec.derating.staleAfterMs);
  // That one falls silent every service sees by its own clock, whatever was decided last.
  const most = silent ? (spec?.derating.steps.at(-1)?.percent ?? WHOLE_PERCENT) : WHOLE_PERCENT;
  const bearsPercent = Math.min(most, derating.nowPercent);
  const view = {
    sensorId: derating.sensorId,
    temperatureC: celsius(read?.deciC),
    ...{ measuredAtMs: read?.atMs ?? null, ageMs, silent },
    countsAsC: silent || derating.silent ? null : celsius(derating.countedDeciC),
    bearsPercent,
    keepsToPercent: Math.min(most, derating.deadPercent),
    bears: spec === undefined ? null : ofRating(spec.rating, bearsPercent),
  };
  const isHeard = !silent && derating.silent;
  return { ...view, sentence: isHeard ? heardAgain(view) : sentenceOf(view, spec?.derating) };
}

/** As it was read; of an owner that heard more than the live draw shows, as it counts. */
function newestOf(
  { sensorId, countedDeciC, atMs }: DeratingSnapshot,
  draw: DrawSnapshot | undefined,
): { readonly deciC: number; readonly atMs: EpochMs } | undefined {
  const shown = draw?.sensors.find((sensor) => sensor.sensorId === sensorId);
  if (atMs === undefined || countedDeciC === undefined || (shown !== undefined && shown.atMs >= atMs)) return shown;
  return { deciC: countedDeciC, atMs };
}

const celsius = (deciC: number | undefined): number | null => (deciC === undefined ? null : deciC / 10);

/** Limits round down, to tenths of an ampere. */
export function ofRating({ l1A, l2A, l3A }: PhaseAmps, percent: number): PhaseAmps {
  const amps = (rating: number): number => Math.floor((Math.round(rating * 10) * percent) / 100) / 10;
  return { l1A: amps(l1A), l2A: amps(l2A), l3A: amps(l3A) };
}

type Facts = Omit<DeratingView, 'sentence'>;

function sentenceOf(view: Facts, spec: DeratingSpec | undefined): string {
  const { bearsPercent, keepsToPercent } = view;
  if (view.silent) {
    const since = view.temperatureC === null ? 'has said nothing yet' : 'is silent';
    return `Its sensor "${view.sensorId}" ${since}: ${bearsPercent} % counts, as at its hottest, until it speaks.`;
  }
  const rise = spec === undefined ? '' : ` by ${spec.risesAtMostC} C`;
  const kept =
    keepsToPercent < bearsPercent ? ` Leases keep to ${keepsToPercent} %: it may rise${rise} within one.` : '';
  return `${falling(view)}${stepWords(view, spec)}${kept}`;
}

/** For as long as a decision takes. */
const heardAgain = ({ bearsPercent }: Facts): string =>
  `Its sensor has just spoken: ${bearsPercent} % counts, as at its hottest, until that is decided on.`;

/** The hysteresis: what falls counts by 2 C more at most. */
const falling = ({ temperatureC, countsAsC }: Facts): string =>
  temperatureC !== null && countsAsC !== null && countsAsC > temperatureC
    ? `While it falls it counts as ${countsAsC} C. `
    : '';

function stepWords({ countsAsC, bearsPercent }: Facts, spec: DeratingSpec | undefined): string {
  if (spec === undefined || countsAsC === null) return `It bears ${bearsPercent} % of its rating.`;
  const step = spec.steps.findLast(({ aboveC }) => countsAsC > aboveC);
  if (step !== undefined) return `Above ${step.aboveC} C it bears ${bearsPercent} % of its rating.`;
  return `Up to ${spec.steps[0]?.aboveC ?? 0} C it bears its rating.`;
}
