import {
  type DeciAmps,
  deciAmps,
  type EpochMs,
  type GridPhase,
  mapPhases,
  maxPhases,
  type PerPhaseDeciAmps,
  perPhase,
} from '@headroom/kernel';
import { isFresh, type MeterReading, type OtherLoadModel, type SiteModel } from '@headroom/site-model';
import type { LoadEnvelope } from './control-memory.ts';

/** TL3: a load that fell is believed over this time. */
export const FALL_OVER_MS = 30_000;
/** LC7: meter error and noise, 1 % of the rating, at least 1 A. Also the step in which the envelope moves. */
export const LEAST_RESERVE_DECI_A = 10;
const RESERVE_PER_RATING = 100;

export interface CountedLoad {
  /** What counts in every sum. */
  readonly counted: PerPhaseDeciAmps;
  /** Undefined for an unmetered load: there is nothing to remember. */
  readonly envelope: LoadEnvelope | undefined;
  /** A metered load without a fresh reading counts with its worst case (TL1). */
  readonly stale: boolean;
}

/**
 * What one other load counts with now. It rises at once to the reading plus the reserve and falls slowly, both in
 * steps of the reserve, so that a load which trembles moves nothing. `before` is the envelope of the last decision.
 */
export function countLoad(input: {
  readonly site: SiteModel;
  readonly load: OtherLoadModel;
  readonly reading: MeterReading | undefined;
  readonly before: LoadEnvelope | undefined;
  readonly nowMs: EpochMs;
}): CountedLoad {
  const { load, reading, before, nowMs } = input;
  if (load.meterId === undefined) return { counted: load.worstCase, envelope: undefined, stale: false };
  if (reading === undefined || !isFresh(reading, load, nowMs)) {
    const counted = before === undefined ? load.worstCase : maxPhases(load.worstCase, before.level);
    return { counted, envelope: restAt(counted, nowMs), stale: true };
  }
  const needed = neededFor(input.site, load, reading);
  const envelope = before === undefined ? restAt(needed, nowMs) : follow(before, needed, nowMs);
  return { counted: envelope.level, envelope, stale: false };
}

/** What is kept aside of one conductor for the error of its meter, deci-amps (LC7). */
export function reserveOf(site: SiteModel, { circuitId }: OtherLoadModel, phase: GridPhase): number {
  const rating = site.circuits.get(circuitId)?.rating[phase] ?? 0;
  return Math.max(LEAST_RESERVE_DECI_A, Math.ceil(rating / RESERVE_PER_RATING));
}

/** The reading plus the reserve, up to whole steps. A current that flows out may vanish and counts as 0 (MD16). */
export function neededFor(site: SiteModel, load: OtherLoadModel, reading: MeterReading): PerPhaseDeciAmps {
  return mapPhases(reading.current, (value, phase) => {
    const reserve = reserveOf(site, load, phase);
    return deciAmps(Math.ceil((Math.max(0, value) + reserve) / reserve) * reserve);
  });
}

/** An envelope that falls from here, if it falls. */
const restAt = (level: PerPhaseDeciAmps, nowMs: EpochMs): LoadEnvelope => ({
  level,
  fallFrom: level,
  fallSinceMs: perPhase(() => nowMs),
});

function follow(before: LoadEnvelope, needed: PerPhaseDeciAmps, nowMs: EpochMs): LoadEnvelope {
  const falls = mapPhases(before.level, (was, phase) => needed[phase] < was);
  const level = mapPhases(before.level, (was, phase): DeciAmps => {
    if (!falls[phase]) return needed[phase];
    const from = before.fallFrom[phase];
    const elapsedMs = Math.min(Math.max(0, nowMs - before.fallSinceMs[phase]), FALL_OVER_MS);
    const fallen = from - Math.floor(((from - needed[phase]) * elapsedMs) / FALL_OVER_MS);
    return deciAmps(Math.max(needed[phase], Math.min(was, fallen)));
  });
  return {
    level,
    fallFrom: mapPhases(level, (now, phase) => (falls[phase] ? before.fallFrom[phase] : now)),
    fallSinceMs: mapPhases(before.fallSinceMs, (since, phase) => (falls[phase] ? since : nowMs)),
  };
}
