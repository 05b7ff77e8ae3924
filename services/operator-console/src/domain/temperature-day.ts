import type { EpochMs } from '@headroom/kernel';
import { countsAs, type DeratingModel, deratedBy, LEASE_MARGIN_MS } from '@headroom/site-model';
import type { DeratingSpec } from './site-document.ts';

/** What a sensor said within a minute or so, in tenths of a degree Celsius. */
export interface TemperatureSpan {
  readonly hottestDeciC: number;
  readonly lastDeciC: number;
  readonly firstAtMs: EpochMs;
  readonly lastAtMs: EpochMs;
}

/** From here on until the next one. */
export interface BoreStep {
  readonly fromMs: EpochMs;
  /** Of the rating. */
  readonly percent: number;
  /** No reading was fresh: the last step counted. */
  readonly silent: boolean;
}

export interface TemperatureDay {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  /** The hottest of each span, oldest first. Null: silence begins, and the line ends. */
  readonly points: readonly { readonly atMs: EpochMs; readonly deciC: number | null }[];
  /** What the circuit bore, by the table that the site document has now; the first one begins with the day. */
  readonly bore: readonly BoreStep[];
}

/** Spans of the day are so long. */
export const SPAN_MS = 60_000;
/** So long before the day begins it is looked, for what counted then; a reading is fresh for no longer. */
export const LOOK_BACK_MS = 3_600_000;
export const DAY_MS = 86_400_000;
/** The largest rise is looked for in so much time. */
export const WEEK_MS = 7 * DAY_MS;

/**
 * The last day of a circuit that is derated. Within a span the hottest counts from its first reading on, so that a change shows up to a
 * span too early and never too late; what was silent for less than a span may not show.
 *
 * @param spans oldest first, from `LOOK_BACK_MS` before the day on
 */
export function temperatureDay(
  spans: readonly TemperatureSpan[],
  spec: DeratingSpec,
  { fromMs, toMs }: { readonly fromMs: EpochMs; readonly toMs: EpochMs },
): TemperatureDay {
  const derating = modelOf(spec);
  const steps: BoreStep[] = [];
  const points: { readonly atMs: EpochMs; readonly deciC: number | null }[] = [];
  const bears = (atMs: EpochMs, deciC: number): void => {
    steps.push({ fromMs: atMs, percent: deratedBy(derating, deciC).nowPercent, silent: false });
  };
  let counted: number | undefined;
  // Before anything was heard it was silent.
  let freshUntilMs = fromMs - LOOK_BACK_MS;
  const fallsSilent = (untilMs: EpochMs): void => {
    if (untilMs <= freshUntilMs) return;
    steps.push({ fromMs: freshUntilMs, percent: spec.steps.at(-1)?.percent ?? 100, silent: true });
    if (points.length > 0) points.push({ atMs: freshUntilMs, deciC: null });
  };
  for (const { hottestDeciC, lastDeciC, firstAtMs, lastAtMs } of spans) {
    fallsSilent(firstAtMs);
    counted = countsAs(counted, hottestDeciC);
    bears(firstAtMs, counted);
    counted = countsAs(counted, lastDeciC);
    bears(lastAtMs, counted);
    points.push({ atMs: lastAtMs, deciC: hottestDeciC });
    freshUntilMs = lastAtMs + spec.staleAfterMs;
  }
  fallsSilent(toMs);
  return { fromMs, toMs, points: points.filter(({ atMs }) => atMs >= fromMs), bore: within(steps, fromMs) };
}

/** What stands at the beginning, and then each change. */
function within(steps: readonly BoreStep[], fromMs: EpochMs): readonly BoreStep[] {
  const kept: BoreStep[] = [];
  for (const step of steps) {
    const at = { ...step, fromMs: Math.max(fromMs, step.fromMs) };
    if (kept.at(-1)?.fromMs === at.fromMs) kept.pop();
    const last = kept.at(-1);
    if (last?.percent !== at.percent || last.silent !== at.silent) kept.push(at);
  }
  return kept;
}

const modelOf = ({ sensor, staleAfterMs, risesAtMostC, steps }: DeratingSpec): DeratingModel => ({
  ...{ sensorId: sensor, staleAfterMs, risesAtMostDeciC: Math.round(risesAtMostC * 10) },
  steps: steps.map(({ aboveC, percent }) => ({ aboveDeciC: Math.round(aboveC * 10), percent })),
});

/** For so long must the word of its operator hold: the longest lease of the site, its margin, and the age of a fresh reading (SI26). */
export const riseWithinMs = (leaseS: number, { staleAfterMs }: Pick<DeratingSpec, 'staleAfterMs'>): number =>
  leaseS * 1_000 + LEASE_MARGIN_MS + staleAfterMs;

/** The largest rise within some time, as metering found it. */
export interface FoundRise {
  readonly riseDeciC: number;
  readonly toDeciC: number;
  readonly atMs: EpochMs;
  readonly firstAtMs: EpochMs;
  readonly lastAtMs: EpochMs;
}

/** The largest rise beside the word of the operator. */
export interface SeenRise {
  readonly withinMs: number;
  readonly riseC: number;
  readonly atMs: EpochMs;
  readonly watchedMs: number;
  /** It got hotter than the document says it does. */
  readonly broken: boolean;
  readonly sentence: string;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const timeWords = (ms: number): string => {
  if (ms >= 2 * DAY_MS) return `${Math.floor(ms / DAY_MS)} days`;
  return ms >= HOUR_MS ? `${Math.floor(ms / HOUR_MS)} h` : `${Math.ceil(ms / MINUTE_MS)} min`;
};

/** It is for the operator to state how far it rises: the platform takes no word of its own. */
export function seenRise(found: FoundRise, withinMs: number, { risesAtMostC }: DeratingSpec): SeenRise {
  const riseC = found.riseDeciC / 10;
  const watchedMs = found.lastAtMs - found.firstAtMs;
  const broken = found.riseDeciC > Math.round(risesAtMostC * 10);
  const seen = `In ${timeWords(watchedMs)} it rose by up to ${riseC} C within ${Math.ceil(withinMs / 1_000)} s; the site document says ${risesAtMostC} C at most.`;
  const hint =
    ' Had contact been lost then, cars might have drawn more than the circuit bears: state at least what was seen as risesAtMostC.';
  return { withinMs, riseC, atMs: found.atMs, watchedMs, broken, sentence: broken ? seen + hint : seen };
}
