import type { EpochMs } from '@headroom/kernel';
import { type ForecastMemory, quarterPlaceOf, usualIn } from './forecast-memory.ts';
import type { Forecast, ForecastAsk, Forecaster } from './forecaster.ts';

/** What is otherwise than usual now is half as much so after this. */
export const UNUSUAL_HALVES_MS = 3_600_000;
/** A source of which nothing is known stays as it is for so long; after that nobody counts on it. */
export const SOURCE_STAYS_MS = 3_600_000;
/** Below this the sun says nothing of its day. */
const LEAST_SUN_W = 100;
/** A day is at most so much brighter than usual. */
const BRIGHTEST = 1.5;

/**
 * Each quarter of an hour is taken to be as usual: the mean of the same one of the last days of its kind (weekday or weekend; of the other kind
 * where none was seen; of sources of any). What is otherwise now goes on and fades, as a difference of the load and as a share of the sun. Where no
 * day was seen the load stays as it counts now.
 */
export const SEASONAL: Forecaster = { name: 'same quarter of the last days', forecast };

function forecast(ask: ForecastAsk): Forecast {
  const { memory, nowMs, intervals } = ask;
  const usual = usualOf(ask);
  const atOnce = usual(nowMs);
  const brightness = brightnessOf(ask, atOnce.pvW);
  const said = intervals.map(({ fromMs }) => {
    const leadMs = Math.max(0, fromMs - nowMs);
    const stays = 2 ** (-leadMs / UNUSUAL_HALVES_MS);
    const { loadW, pvW } = usual(fromMs);
    return {
      loadW: loadW === undefined ? ask.loadW : loadThen(ask, { usualW: loadW, usualNowW: atOnce.loadW, stays }),
      pvW: pvW === undefined ? sourceThen(ask, leadMs) : Math.round(pvW * (1 + (brightness - 1) * stays)),
    };
  });
  // Without any memory nothing is known of a source, not even that it is none.
  const hasMemory = memory !== undefined;
  return { loadW: said.map(({ loadW }) => loadW), pvW: said.map(({ pvW }) => (hasMemory ? pvW : 0)) };
}

interface Usual {
  readonly loadW: number | undefined;
  readonly pvW: number | undefined;
}

function usualOf({ memory, timezone }: ForecastAsk): (ms: EpochMs) => Usual {
  if (memory === undefined) return () => ({ loadW: undefined, pvW: undefined });
  return (ms) => {
    const { kind, quarter } = quarterPlaceOf(timezone, ms);
    const [own, other] = profilesFor(memory, kind);
    return { loadW: usualIn(own, quarter) ?? usualIn(other, quarter), pvW: usualIn(memory.pv, quarter) };
  };
}

const profilesFor = ({ weekday, weekend }: ForecastMemory, kind: 'weekday' | 'weekend') =>
  kind === 'weekend' ? ([weekend, weekday] as const) : ([weekday, weekend] as const);

function loadThen(
  { loadW }: ForecastAsk,
  of: { readonly usualW: number; readonly usualNowW: number | undefined; readonly stays: number },
): number {
  const { usualW, usualNowW, stays } = of;
  const then = usualNowW === undefined ? stays * loadW + (1 - stays) * usualW : usualW + (loadW - usualNowW) * stays;
  return Math.max(0, Math.round(then));
}

const sourceThen = ({ pvW }: ForecastAsk, leadMs: number): number => (leadMs < SOURCE_STAYS_MS ? pvW : 0);

function brightnessOf({ pvW }: ForecastAsk, usualNowW: number | undefined): number {
  if (usualNowW === undefined || usualNowW < LEAST_SUN_W) return 1;
  return Math.min(BRIGHTEST, pvW / usualNowW);
}
