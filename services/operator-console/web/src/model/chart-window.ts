/** Which stretch of time and power the chart shows. */

export const RANGES_MIN = [5, 15, 60] as const;
export type RangeMin = (typeof RANGES_MIN)[number];
export const DEFAULT_RANGE_MIN: RangeMin = 60;

/** A page that was just opened shows what exists, but never less than this. */
const MIN_WINDOW_S = 60;
/** The room to the right of "now". */
const AHEAD = 0.015;
/** A change of the limit that is known makes more of it, up to this share of the past. */
const AHEAD_MOST = 0.5;
/** Of it, what stands behind the last change: there its value is written. */
const BEHIND_CHANGE = 0.15;
const Y_ROOM = 1.1;
const BREACH_ROOM = 1.04;

export interface TimeWindow {
  readonly fromS: number;
  readonly nowS: number;
  readonly toS: number;
}

/** `changesS`: when the limit will change, in order. */
export function timeWindow(
  firstS: number | undefined,
  { nowS, range, changesS }: { readonly nowS: number; readonly range: RangeMin; readonly changesS: readonly number[] },
): TimeWindow {
  const exists = firstS === undefined ? 0 : nowS - firstS;
  const lengthS = Math.min(range * 60, Math.max(MIN_WINDOW_S, exists));
  const seenS = changesS.filter((atS) => atS <= nowS + lengthS * AHEAD_MOST).at(-1);
  const behindS = lengthS * (seenS === undefined ? AHEAD : BEHIND_CHANGE);
  const aheadS = Math.min(lengthS * AHEAD_MOST, (seenS ?? nowS) - nowS + behindS);
  return { fromS: nowS - lengthS, nowS, toS: nowS + aheadS };
}

/** From 0 to 10 % above the limit (LK13); higher only when the site itself went higher, because a breach must be seen whole. */
export function powerTop(limitKw: number, peakKw: number): number {
  const top = Math.max(limitKw * Y_ROOM, peakKw * BREACH_ROOM);
  return top > 0 ? top : 10;
}

const TICK_PX = 72;
const HALF_LABEL_PX = 26;
const STEPS_S = [10, 15, 30, 60, 120, 300, 600, 900, 1800];

/** Round instants for the time axis. Every zone is a whole number of quarters of an hour from UTC, so epoch seconds serve. */
export function timeTicks({ fromS, toS }: Pick<TimeWindow, 'fromS' | 'toS'>, widthPx: number): number[] {
  const most = Math.max(2, Math.floor(widthPx / TICK_PX));
  const step = STEPS_S.find((each) => (toS - fromS) / each <= most) ?? 3600;
  // A label is centred on its tick: too near to the right edge it would be cut.
  const lastS = toS - ((toS - fromS) * HALF_LABEL_PX) / Math.max(1, widthPx);
  const ticks: number[] = [];
  for (let atS = Math.ceil(fromS / step) * step; atS <= lastS; atS += step) ticks.push(atS);
  return ticks;
}

/** Round powers for the value axis. */
export function powerTicks(topKw: number, heightPx: number): number[] {
  const most = Math.max(2, Math.floor(heightPx / 56));
  const magnitude = 10 ** Math.floor(Math.log10(topKw / most));
  const step = [1, 2, 5, 10].map((each) => each * magnitude).find((each) => topKw / each <= most) ?? topKw;
  const ticks: number[] = [];
  for (let index = 0; index * step <= topKw; index += 1) ticks.push(index * step);
  return ticks;
}
