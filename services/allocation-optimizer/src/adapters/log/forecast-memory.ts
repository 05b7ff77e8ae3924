import type { siteStateV1 } from '@headroom/contracts';
import { epochMs } from '@headroom/kernel';
import {
  DAYS_REMEMBERED,
  DAYS_SCORED,
  type DayProfile,
  type DayScore,
  type ForecastMemory,
  NO_PROFILE,
  NO_SCORE,
  QUARTERS_OF_DAY,
  type SeriesScore,
} from '../../domain/forecast/forecast-memory.ts';

/** What was learned of building and sources, in the memory of an owner. `forecastMemoryOf` reads it back, without any loss. */
export const forecastMemoryToWire = (memory: ForecastMemory): siteStateV1.ForecastMemory => ({
  asOfMs: BigInt(memory.asOfMs),
  ...{ loadW: BigInt(memory.loadW), pvW: BigInt(memory.pvW) },
  quarterStartMs: BigInt(memory.quarterStartMs),
  seenFromMs: BigInt(memory.seenFromMs),
  ...{ loadEnergyMilliJ: BigInt(memory.loadMilliJ), pvEnergyMilliJ: BigInt(memory.pvMilliJ) },
  ...{ weekday: profileToWire(memory.weekday), weekend: profileToWire(memory.weekend), pv: profileToWire(memory.pv) },
  toldStartMs: memory.told.map(({ startMs }) => BigInt(startMs)),
  toldLoadW: memory.told.map(({ loadW }) => BigInt(loadW)),
  toldPvW: memory.told.map(({ pvW }) => BigInt(pvW)),
  days: memory.scores.map(({ day, load, pv }) => ({ day: BigInt(day), load: scoreToWire(load), pv: scoreToWire(pv) })),
});

const profileToWire = ({ watts, days }: DayProfile): siteStateV1.DayProfileMemory | undefined =>
  days.every((count) => count === 0) ? undefined : { meanW: watts.map(BigInt), days: [...days] };

const scoreToWire = ({ quarters, errorSumW, actualSumW }: SeriesScore): siteStateV1.ForecastScoreMemory | undefined =>
  quarters === 0 ? undefined : { quarters, errorSumW: BigInt(errorSumW), actualSumW: BigInt(actualSumW) };

/** Undefined: it is none, and is learned anew. No limit hangs on it, so the rest of the snapshot counts all the same. */
export function forecastMemoryOf(wire: siteStateV1.ForecastMemory | undefined): ForecastMemory | undefined {
  if (wire === undefined) return undefined;
  const [weekday, weekend, pv] = [profileOf(wire.weekday), profileOf(wire.weekend), profileOf(wire.pv)];
  if (weekday === undefined || weekend === undefined || pv === undefined) return undefined;
  const memory: ForecastMemory = {
    asOfMs: epochMs(Number(wire.asOfMs)),
    ...{ loadW: Number(wire.loadW), pvW: Number(wire.pvW) },
    quarterStartMs: epochMs(Number(wire.quarterStartMs)),
    seenFromMs: epochMs(Number(wire.seenFromMs)),
    ...{ loadMilliJ: Number(wire.loadEnergyMilliJ), pvMilliJ: Number(wire.pvEnergyMilliJ), weekday, weekend, pv },
    told: wire.toldStartMs.slice(-QUARTERS_OF_DAY).map((startMs, n) => ({
      startMs: epochMs(Number(startMs)),
      ...{ loadW: Number(wire.toldLoadW[n] ?? 0n), pvW: Number(wire.toldPvW[n] ?? 0n) },
    })),
    scores: wire.days
      .slice(-DAYS_SCORED)
      .map(({ day, load, pv: ofPv }): DayScore => ({ day: Number(day), load: scoreOf(load), pv: scoreOf(ofPv) })),
  };
  return isSound(memory) ? memory : undefined;
}

function profileOf(wire: siteStateV1.DayProfileMemory | undefined): DayProfile | undefined {
  if (wire === undefined) return NO_PROFILE;
  const profile = { watts: wire.meanW.map(Number), days: wire.days.map((days) => Math.min(days, DAYS_REMEMBERED)) };
  const isWhole = profile.watts.length === QUARTERS_OF_DAY && profile.days.length === QUARTERS_OF_DAY;
  return isWhole && profile.watts.every(isPower) ? profile : undefined;
}

const scoreOf = (wire: siteStateV1.ForecastScoreMemory | undefined): SeriesScore =>
  wire === undefined
    ? NO_SCORE
    : { quarters: wire.quarters, errorSumW: Number(wire.errorSumW), actualSumW: Number(wire.actualSumW) };

const isPower = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

const isSound = ({ loadW, pvW, loadMilliJ, pvMilliJ, told, scores }: ForecastMemory): boolean =>
  [loadW, pvW, loadMilliJ, pvMilliJ, ...told.flatMap((each) => [each.loadW, each.pvW])].every(isPower) &&
  scores.every(({ load, pv }) => [load.errorSumW, load.actualSumW, pv.errorSumW, pv.actualSumW].every(isPower));
