import {
  type DeciAmps,
  deciAmps,
  type EpochMs,
  GRID_PHASES,
  mapPhases,
  type PerPhase,
  type PerPhaseDeciAmps,
} from '@headroom/kernel';
import type { MeterReading, OtherLoadModel } from './model.ts';

/** Lease lengths between which a site may choose (SI26), in seconds. */
export const LEASES_S: readonly number[] = [20, 30, 60, 120, 300, 600, 900];
/** A lease is obeyed for this long beyond its end (SI18). */
export const LEASE_MARGIN_MS = 5_000;
/** Rises are counted in this many steps of the worst case of their load. */
export const RISE_STEPS = 64;
/** So many windows are remembered of each lease length; then half of each count is forgotten, the rare ones not. */
export const WINDOWS_MAX = 65_536;

/**
 * What was seen of the rises of one metered load, for each of `LEASES_S`. A value, never changed. Its size is fixed: of each length two
 * open windows and `RISE_STEPS` + 1 counts a phase.
 */
export interface RiseHistory {
  readonly lastAtMs: EpochMs;
  /** What one step of the counts is. */
  readonly step: PerPhaseDeciAmps;
  readonly windows: readonly RiseWindows[];
}

/** Rises within windows of one length: a lease, its margin, and the age that a fresh reading may have. */
export interface RiseWindows {
  readonly leaseS: number;
  readonly lengthMs: number;
  /** Which window is open, counted from the epoch. */
  readonly index: number;
  readonly open: RiseSpan;
  /** The window before it: rises that began there go on for as long as it was. */
  readonly before?: RiseSpan;
  /** Windows in which the load rose by so many steps at most. */
  readonly counts: PerPhase<readonly number[]>;
}

/** Rises that began within one window. */
export interface RiseSpan {
  /** Seen from its first instant on, without a gap. */
  readonly isWhole: boolean;
  readonly least: PerPhaseDeciAmps;
  readonly most: PerPhaseDeciAmps;
}

/**
 * The history after a reading; the same one where the reading is none, or older than the last. Whatever lies before a gap of more than
 * `staleAfterMs` begins anew: of a window with a gap nobody knows how far the load rose in it, so it does not count.
 */
export function observeRise(
  before: RiseHistory | undefined,
  load: OtherLoadModel,
  reading: MeterReading,
): RiseHistory | undefined {
  const { sampledAtMs } = reading;
  if (!GRID_PHASES.every((phase) => Number.isSafeInteger(reading.current[phase]))) return before;
  if (before !== undefined && sampledAtMs <= before.lastAtMs) return before;
  // What flows out may vanish, and counts as nothing (MD16).
  const value = mapPhases(reading.current, (current): DeciAmps => deciAmps(Math.max(0, current)));
  const isUnbroken = before !== undefined && sampledAtMs - before.lastAtMs <= load.staleAfterMs;
  const step = stepOf(load);
  const isSame = before !== undefined && GRID_PHASES.every((phase) => before.step[phase] === step[phase]);
  const windows = LEASES_S.map((leaseS) => {
    const known = isSame ? before.windows.find((one) => one.leaseS === leaseS) : undefined;
    const lengthMs = leaseS * 1_000 + LEASE_MARGIN_MS + load.staleAfterMs;
    // A document that changed the age of a fresh reading, or the worst case, changed the windows or the steps of their counts.
    if (known === undefined || known.lengthMs !== lengthMs) return fresh(leaseS, lengthMs, sampledAtMs, value);
    return follow(known, { sampledAtMs, value, isUnbroken, step });
  });
  return { lastAtMs: sampledAtMs, step, windows };
}

const stepOf = ({ worstCase }: OtherLoadModel): PerPhaseDeciAmps =>
  mapPhases(worstCase, (worst) => deciAmps(Math.max(1, Math.ceil(worst / RISE_STEPS))));

const NO_COUNTS: readonly number[] = Array.from({ length: RISE_STEPS + 1 }, () => 0);

const fresh = (leaseS: number, lengthMs: number, atMs: EpochMs, value: PerPhaseDeciAmps): RiseWindows => ({
  ...{ leaseS, lengthMs, index: Math.floor(atMs / lengthMs), open: spanFrom(value, false) },
  counts: mapPhases(value, () => NO_COUNTS),
});

const spanFrom = (value: PerPhaseDeciAmps, isWhole: boolean): RiseSpan => ({
  isWhole,
  least: value,
  most: mapPhases(value, () => deciAmps(0)),
});

interface Seen {
  readonly sampledAtMs: EpochMs;
  readonly value: PerPhaseDeciAmps;
  readonly isUnbroken: boolean;
  readonly step: PerPhaseDeciAmps;
}

function follow(known: RiseWindows, seen: Seen): RiseWindows {
  const { sampledAtMs, value, isUnbroken, step } = seen;
  const index = Math.floor(sampledAtMs / known.lengthMs);
  const { before: _, ...rest } = known;
  if (!isUnbroken || index > known.index + 1) return { ...rest, index, open: spanFrom(value, false) };
  const before = known.before === undefined ? {} : { before: risenTo(known.before, value) };
  if (index === known.index) {
    const open = loweredTo(risenTo(known.open, value), value);
    return open === known.open && (before.before ?? known.before) === known.before
      ? known
      : { ...known, ...before, open };
  }
  // The window before the open one has come to the end of its last lease: what rose counts.
  const counts = known.before?.isWhole === true ? counted(known.counts, known.before, step) : known.counts;
  return { ...rest, index, before: risenTo(known.open, value), open: spanFrom(value, true), counts };
}

const lower = (a: DeciAmps, b: DeciAmps): DeciAmps => (b < a ? b : a);

function loweredTo(span: RiseSpan, value: PerPhaseDeciAmps): RiseSpan {
  const { least } = span;
  if (GRID_PHASES.every((phase) => value[phase] >= least[phase])) return span;
  return { ...span, least: mapPhases(least, (known, phase) => lower(known, value[phase])) };
}

/** Mostly nothing rises above what was seen, and the span is the same one. */
function risenTo(span: RiseSpan, value: PerPhaseDeciAmps): RiseSpan {
  const { least, most } = span;
  if (GRID_PHASES.every((phase) => value[phase] - least[phase] <= most[phase])) return span;
  return { ...span, most: mapPhases(most, (known, phase) => deciAmps(Math.max(known, value[phase] - least[phase]))) };
}

function counted(
  counts: RiseWindows['counts'],
  { most }: RiseSpan,
  step: PerPhaseDeciAmps,
): PerPhase<readonly number[]> {
  return mapPhases(counts, (ofPhase, phase) => {
    const place = Math.min(RISE_STEPS, Math.ceil(most[phase] / step[phase]));
    const next = ofPhase.map((count, i) => (i === place ? count + 1 : count));
    return windowsIn(next) <= WINDOWS_MAX ? next : next.map((count) => Math.ceil(count / 2));
  });
}

const windowsIn = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Of the windows of a lease length: how long they are together, and by how much the load rose in 999 of 1,000 of them. */
export interface SeenRise {
  readonly watchedMs: number;
  /** Up to the next step. Of fewer than 1,000 windows: the largest rise of all. Never above the worst case. */
  readonly rise: PerPhaseDeciAmps;
  /** More than this was surely seen once, within two windows at most: the largest rise of all, down to the next step. */
  readonly surely: PerPhaseDeciAmps;
  /** It never rose by more, within one window: the largest rise of all, up to the next step. Never above the worst case. */
  readonly most: PerPhaseDeciAmps;
}

/** Undefined: nothing is known of this length. */
export function seenRise(history: RiseHistory, load: OtherLoadModel, leaseS: number): SeenRise | undefined {
  const window = history.windows.find((one) => one.leaseS === leaseS);
  if (window === undefined) return undefined;
  const { step } = history;
  return {
    watchedMs: windowsIn(window.counts.l1) * window.lengthMs,
    rise: mapPhases(window.counts, (counts, phase) =>
      deciAmps(Math.min(load.worstCase[phase], quantile(counts) * step[phase])),
    ),
    most: mapPhases(window.counts, (counts, phase) =>
      deciAmps(Math.min(load.worstCase[phase], Math.max(0, lastPlace(counts)) * step[phase])),
    ),
    surely: mapPhases(window.counts, (counts, phase) => deciAmps(Math.max(0, lastPlace(counts) - 1) * step[phase])),
  };
}

const lastPlace = (counts: readonly number[]): number => counts.findLastIndex((count) => count > 0);

const OF_WINDOWS = 1_000;
const WITHIN = 999;

/** The step within which 999 of 1,000 lie. */
function quantile(counts: readonly number[]): number {
  const needed = Math.ceil((windowsIn(counts) * WITHIN) / OF_WINDOWS);
  let within = 0;
  for (const [place, count] of counts.entries()) {
    within += count;
    if (within >= needed) return place;
  }
  return RISE_STEPS;
}
