import { type EpochMs, epochMs, type PerPhaseDeciAmps } from '@headroom/kernel';
import { inRow, isFresh, type SiteModel } from '@headroom/site-model';
import type { SiteState } from '../site-state.ts';
import {
  type ForecastMemory,
  NO_PROFILE,
  QUARTER_MS,
  QUARTERS_OF_DAY,
  quarterPlaceOf,
  type SupplyNow,
  type ToldQuarter,
  withDay,
} from './forecast-memory.ts';
import { scored } from './forecast-error.ts';
import { believedForecast, type Forecaster } from './forecaster.ts';

/** The meters are looked at this often at most: a mean of a quarter of an hour asks for no more. */
export const LOOK_EVERY_MS = 10_000;
/** Power that was not told again for so long is not known, and what was seen of its quarter is no mean. */
export const GAP_MS = 300_000;
/** Of a quarter of an hour so much must have been seen, or nothing is learned from it. */
export const LEAST_SEEN_MS = 600_000;
const DAY_MS = QUARTERS_OF_DAY * QUARTER_MS;

/**
 * By the meters, at an instant. Undefined: there is none, or one of them is silent. What flows out through the meter of a load is a source that
 * hides behind it; a meter that stands for a load and a source is a battery, which is no sun.
 */
export function supplyNow(
  site: SiteModel,
  { readings }: Pick<SiteState, 'readings'>,
  atMs: EpochMs,
): SupplyNow | undefined {
  const sources = site.sources ?? [];
  const wattsOf = (current: PerPhaseDeciAmps): number => (inRow(current, 'power') * site.nominalVoltageV) / 10;
  const batteries = new Set(sources.map(({ meterId }) => meterId));
  const loads = new Set<string>();
  let [loadW, pvW] = [0, 0];
  for (const load of site.otherLoads) {
    const { meterId } = load;
    if (meterId === undefined) {
      loadW += wattsOf(load.worstCase);
      continue;
    }
    const reading = readings.get(meterId);
    if (reading === undefined || !isFresh(reading, load, atMs)) return undefined;
    const watts = wattsOf(reading.current);
    loads.add(meterId);
    loadW += Math.max(0, watts);
    if (!batteries.has(meterId)) pvW += Math.max(0, -watts);
  }
  for (const source of sources) {
    if (loads.has(source.meterId)) continue;
    const reading = readings.get(source.meterId);
    if (reading === undefined || !isFresh(reading, source, atMs)) return undefined;
    pvW += Math.max(0, -wattsOf(reading.current));
  }
  return loads.size === 0 && sources.length === 0 ? undefined : { loadW: Math.round(loadW), pvW: Math.round(pvW) };
}

export interface Learning {
  readonly site: SiteModel;
  readonly state: SiteState;
  readonly forecaster: Forecaster;
  /** When a meter was heard. */
  readonly atMs: EpochMs;
}

/** The memory after the meters were heard. The same object: there is nothing new, or it is too soon for a look. */
export function suppliedUntil(before: ForecastMemory | undefined, learning: Learning): ForecastMemory | undefined {
  const { site, state, atMs } = learning;
  if (before !== undefined && atMs < before.asOfMs + LOOK_EVERY_MS) return before;
  const now = supplyNow(site, state, atMs);
  if (now === undefined) return before;
  // What was not seen is not guessed: the quarter counts from here on.
  if (before === undefined || atMs - before.asOfMs > GAP_MS) return begunAt(before, now, atMs);
  let memory = before;
  while (memory.quarterStartMs + QUARTER_MS <= atMs) memory = closed(memory, learning);
  return { ...counted(memory, atMs), ...now };
}

const quarterStartOf = (ms: EpochMs): EpochMs => epochMs(Math.floor(ms / QUARTER_MS) * QUARTER_MS);

const begunAt = (before: ForecastMemory | undefined, now: SupplyNow, atMs: EpochMs): ForecastMemory => ({
  ...{ weekday: NO_PROFILE, weekend: NO_PROFILE, pv: NO_PROFILE, told: [], scores: [] },
  ...before,
  ...{ ...now, asOfMs: atMs, quarterStartMs: quarterStartOf(atMs), seenFromMs: atMs, loadMilliJ: 0, pvMilliJ: 0 },
});

/** What was drawn since the last look is what was drawn then. */
function counted(memory: ForecastMemory, atMs: EpochMs): ForecastMemory {
  const ms = atMs - memory.asOfMs;
  return {
    ...memory,
    asOfMs: atMs,
    loadMilliJ: memory.loadMilliJ + memory.loadW * ms,
    pvMilliJ: memory.pvMilliJ + memory.pvW * ms,
  };
}

/** The quarter that was open has ended: what was said of it is judged, it is learned, and something is said of the same one tomorrow. */
function closed(memory: ForecastMemory, { site, forecaster }: Learning): ForecastMemory {
  const { quarterStartMs: startMs, seenFromMs } = memory;
  const endMs = epochMs(startMs + QUARTER_MS);
  const whole = counted(memory, endMs);
  const next = { quarterStartMs: endMs, seenFromMs: endMs, loadMilliJ: 0, pvMilliJ: 0 };
  const seenMs = endMs - seenFromMs;
  if (seenMs < LEAST_SEEN_MS) return { ...whole, ...next };
  const place = quarterPlaceOf(site.timezone, startMs);
  const mean = { loadW: Math.round(whole.loadMilliJ / seenMs), pvW: Math.round(whole.pvMilliJ / seenMs) };
  const said = memory.told.find((told) => told.startMs === startMs);
  const learned: ForecastMemory = {
    ...whole,
    ...next,
    [place.kind]: withDay(memory[place.kind], place.quarter, mean.loadW),
    pv: withDay(memory.pv, place.quarter, mean.pvW),
    scores: said === undefined ? memory.scores : scored(memory.scores, { day: place.day, said, actual: mean }),
  };
  return { ...learned, told: toldAfter(learned, { site, forecaster, nowMs: endMs }) };
}

/** By whatever there is to go by at that time, so that the error is that of what plans are told. */
function toldAfter(
  memory: ForecastMemory,
  { site, forecaster, nowMs }: { readonly site: SiteModel; readonly forecaster: Forecaster; readonly nowMs: EpochMs },
): readonly ToldQuarter[] {
  const startMs = epochMs(nowMs - QUARTER_MS + DAY_MS);
  const interval = { fromMs: startMs, toMs: epochMs(startMs + QUARTER_MS) };
  const { timezone } = site;
  const { loadW, pvW } = memory;
  const said = believedForecast(forecaster, {
    ...{ memory, timezone, nowMs, loadW, pvW, intervals: [interval] },
  });
  const ahead = memory.told.filter((told) => told.startMs >= nowMs && told.startMs < startMs);
  return [...ahead, { startMs, loadW: Math.round(said.loadW[0] ?? 0), pvW: Math.round(said.pvW[0] ?? 0) }].slice(
    -QUARTERS_OF_DAY,
  );
}
