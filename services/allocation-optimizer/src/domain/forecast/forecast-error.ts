import {
  DAYS_SCORED,
  type DayScore,
  type ForecastMemory,
  NO_SCORE,
  type SeriesScore,
  type SupplyNow,
} from './forecast-memory.ts';

/** How wrong a series was, as it was said a day before. */
export interface SeriesError {
  /** Quarters of an hour that were judged. */
  readonly quarters: number;
  /** Mean absolute error, in watts. */
  readonly meanW: number;
  /** The same as a share of what was measured, in parts of 1; undefined: there was nothing. */
  readonly share: number | undefined;
}

/** Of the last days. Undefined: nothing was judged yet. */
export interface ForecastError {
  readonly load: SeriesError | undefined;
  readonly pv: SeriesError | undefined;
}

/** The scores after one more quarter. Nights in which nobody expected a sun, and none shone, make no forecast of it better. */
export function scored(
  scores: readonly DayScore[],
  of: { readonly day: number; readonly said: SupplyNow; readonly actual: SupplyNow },
): readonly DayScore[] {
  const { day, said, actual } = of;
  const before = scores.find((score) => score.day === day) ?? { day, load: NO_SCORE, pv: NO_SCORE };
  const isNight = said.pvW === 0 && actual.pvW === 0;
  const after = {
    day,
    load: withQuarter(before.load, said.loadW, actual.loadW),
    pv: isNight ? before.pv : withQuarter(before.pv, said.pvW, actual.pvW),
  };
  const others = scores.filter((score) => score.day !== day && score.day > day - DAYS_SCORED);
  return [...others, after].toSorted((a, b) => a.day - b.day).slice(-DAYS_SCORED);
}

const withQuarter = (score: SeriesScore, saidW: number, actualW: number): SeriesScore => ({
  quarters: score.quarters + 1,
  errorSumW: score.errorSumW + Math.abs(saidW - actualW),
  actualSumW: score.actualSumW + actualW,
});

export const forecastErrorOf = (memory: Pick<ForecastMemory, 'scores'> | undefined): ForecastError => ({
  load: errorOf((memory?.scores ?? []).map(({ load }) => load)),
  pv: errorOf((memory?.scores ?? []).map(({ pv }) => pv)),
});

function errorOf(scores: readonly SeriesScore[]): SeriesError | undefined {
  const sum = scores.reduce(
    (all, { quarters, errorSumW, actualSumW }) => ({
      quarters: all.quarters + quarters,
      errorSumW: all.errorSumW + errorSumW,
      actualSumW: all.actualSumW + actualSumW,
    }),
    NO_SCORE,
  );
  if (sum.quarters === 0) return undefined;
  return {
    quarters: sum.quarters,
    meanW: sum.errorSumW / sum.quarters,
    share: sum.actualSumW > 0 ? sum.errorSumW / sum.actualSumW : undefined,
  };
}
