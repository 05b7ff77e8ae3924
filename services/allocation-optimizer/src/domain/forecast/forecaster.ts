import type { EpochMs } from '@headroom/kernel';
import type { Interval } from '../planning/question.ts';
import type { ForecastMemory } from './forecast-memory.ts';

/** What a forecaster is asked. Powers in watts over all phases. */
export interface ForecastAsk {
  /** Undefined: nothing was measured yet. */
  readonly memory: ForecastMemory | undefined;
  /** IANA name, of the site. */
  readonly timezone: string;
  readonly nowMs: EpochMs;
  /** What the building counts with now, and what its sources supply. */
  readonly loadW: number;
  readonly pvW: number;
  /** Ascending, each at most a quarter of an hour, none before now. */
  readonly intervals: readonly Interval[];
}

/** In each interval that was asked for, 0 or more. */
export interface Forecast {
  readonly loadW: readonly number[];
  readonly pvW: readonly number[];
}

/**
 * Says what a building will draw and its sources will supply. The same question has the same answer, at once: whoever needs a weather service
 * asks it beforehand. `forecasterContract` says what each has to keep. It is not believed beyond that (`believedForecast`), and no limit
 * hangs on it: a plan takes it for its money and its order alone.
 */
export interface Forecaster {
  /** For people: stands in the plan that was made with it. At most 64 characters. */
  readonly name: string;
  forecast(ask: ForecastAsk): Forecast;
}

/** Everything stays as it counts now, and nobody counts on the sun: what is said where nothing better is known. */
export const PERSISTENCE: Forecaster = {
  name: 'persistence',
  forecast: ({ loadW, intervals }) => ({ loadW: intervals.map(() => loadW), pvW: intervals.map(() => 0) }),
};

/** 1 GW, as of every power of a site. */
const POWER_W_MAX = 1_000_000_000;

export interface BelievedForecast extends Forecast {
  /** Whose it is. */
  readonly by: string;
}

/** What the forecaster says, or persistence where that is no forecast: it throws, or gives too few values, or one that is no power. */
export function believedForecast(forecaster: Forecaster, ask: ForecastAsk): BelievedForecast {
  const said = saidBy(forecaster, ask);
  const isOne = said !== undefined && isSeries(said.loadW, ask) && isSeries(said.pvW, ask);
  return isOne ? { ...said, by: forecaster.name } : { ...PERSISTENCE.forecast(ask), by: PERSISTENCE.name };
}

/** Whatever is plugged in must not end the process that keeps the limits. */
function saidBy(forecaster: Forecaster, ask: ForecastAsk): Forecast | undefined {
  try {
    return forecaster.forecast(ask);
  } catch {
    return undefined;
  }
}

const isSeries = (watts: readonly number[], { intervals }: ForecastAsk): boolean =>
  watts.length === intervals.length && watts.every((value) => value >= 0 && value <= POWER_W_MAX);
