import { powerTop } from './chart-window.ts';
import type { LimitStep } from './grid-live.ts';
import type { LiveSite } from './live-site.ts';
import type { MadePlan, PlannedEvse, PlannedInterval } from './site-plan.ts';

/** A stretch of the plan, for the chart and its table. */
export interface PlanBar {
  readonly fromMs: number;
  readonly toMs: number;
  /** What is drawn on the site, whether the grid supplies it or its own sources: limits count it so. */
  readonly siteKw: number;
  /** What is planned for cars, at most all of it; the rest is the building. */
  readonly carsKw: number;
  /** What sources are expected to supply. Null: not told. */
  readonly pvKw: number | null;
  /** Null: it is not known. */
  readonly limitKw: number | null;
}

export interface PlanChart {
  readonly fromMs: number;
  readonly toMs: number;
  readonly topKw: number;
  readonly bars: readonly PlanBar[];
  /** As far as it is known, the last value to the end. */
  readonly limit: readonly LimitStep[];
}

const HOUR_MS = 3_600_000;
const LEAST_SHOWN_MS = 2 * HOUR_MS;
/** Behind the last departure, so that its mark stands inside. */
const ROOM_MS = HOUR_MS / 4;

/** From the plan's instant until the last car has left, in whole quarters: behind that it is the building alone. */
export function planChart(made: MadePlan, site: Pick<LiveSite, 'limit' | 'atMs'>): PlanChart {
  const fromMs = made.intervals[0]?.fromMs ?? made.createdAtMs;
  const endsMs = made.intervals.at(-1)?.toMs ?? fromMs;
  const lastMs = made.evses.reduce((most, evse) => Math.max(most, evse.readyByMs, busyUntil(evse, made) ?? 0), fromMs);
  const toMs = Math.min(endsMs, Math.max(fromMs + LEAST_SHOWN_MS, lastMs + ROOM_MS));
  const limit = limitSteps(site, fromMs).filter((step) => step.fromMs < toMs);
  const bars = made.intervals.flatMap((interval, t): readonly PlanBar[] => {
    if (interval.fromMs >= toMs) return [];
    const plannedKw = made.evses.reduce((sum, { powerKw }) => sum + (powerKw[t] ?? 0), 0);
    const siteKw = drawnKw(interval, plannedKw);
    return [
      {
        ...{ fromMs: interval.fromMs, toMs: Math.min(toMs, interval.toMs) },
        ...{ siteKw, pvKw: interval.pvKw },
        carsKw: Math.max(0, Math.min(plannedKw, siteKw)),
        limitKw: limit.findLast((step) => step.fromMs <= interval.fromMs)?.powerKw ?? null,
      },
    ];
  });
  const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);
  const topKw = powerTop(most(limit.map(({ powerKw }) => powerKw)), most(bars.map(({ siteKw }) => siteKw)));
  return { fromMs, toMs, topKw, bars, limit };
}

/** What is imported, and of what sources supply as much as somebody on the site takes. */
function drawnKw({ importKw, buildingKw, pvKw }: PlannedInterval, carsKw: number): number {
  if (buildingKw === null || pvKw === null) return importKw;
  return Math.max(importKw, Math.min(importKw + pvKw, buildingKw + carsKw));
}

/** What holds now held when it was planned, as far as the page knows. */
function limitSteps({ limit }: Pick<LiveSite, 'limit'>, fromMs: number): readonly LimitStep[] {
  const [now, ...later] = limit.ahead;
  const powerKw = now?.powerKw ?? limit.powerKw;
  return powerKw === null ? [] : [{ fromMs, powerKw }, ...later.filter((step) => step.fromMs > fromMs)];
}

/** When its last planned energy ends; null: nothing is planned for it. */
export function busyUntil({ powerKw }: PlannedEvse, { intervals }: Pick<MadePlan, 'intervals'>): number | null {
  return intervals[powerKw.findLastIndex((kw) => kw > 0)]?.toMs ?? null;
}

const MINUTE_MS = 60_000;
const STEPS_MS = [15, 30, 60, 120, 180, 240, 360].map((minutes) => minutes * MINUTE_MS);

/** Round instants for the time axis, at most `most`, none so near to the end that its label would be cut. */
export function planTicks({ fromMs, toMs }: Pick<PlanChart, 'fromMs' | 'toMs'>, most: number): readonly number[] {
  const lastMs = toMs - (toMs - fromMs) / (2 * most);
  const step = STEPS_MS.find((each) => (toMs - fromMs) / each <= most) ?? 6 * HOUR_MS;
  const ticks: number[] = [];
  for (let atMs = Math.ceil(fromMs / step) * step; atMs <= lastMs; atMs += step) ticks.push(atMs);
  return ticks;
}

/** Places in a drawing of `width` by `height`, time to the right and power up. */
export interface Scale {
  readonly x: (atMs: number) => number;
  readonly y: (kw: number) => number;
}

export const scaleOf = (
  chart: Pick<PlanChart, 'fromMs' | 'toMs' | 'topKw'>,
  { width, height }: { readonly width: number; readonly height: number },
): Scale => ({
  x: (atMs) => Math.round(Math.min(1, Math.max(0, (atMs - chart.fromMs) / (chart.toMs - chart.fromMs))) * width),
  y: (kw) => Math.round((1 - Math.min(1, Math.max(0, kw / chart.topKw))) * height * 10) / 10,
});

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly lowKw: number;
  readonly highKw: number;
}

/** An area of stretches side by side, as the path of an SVG: it steps, for nothing between is known. */
export function areaPath(stretches: readonly Stretch[], { x, y }: Scale): string {
  const [first] = stretches;
  if (first === undefined) return '';
  const over = stretches.map(({ fromMs, toMs, highKw }) => `L${x(fromMs)} ${y(highKw)}H${x(toMs)}`).join('');
  const back = stretches.toReversed().map(({ fromMs, toMs, lowKw }) => `L${x(toMs)} ${y(lowKw)}H${x(fromMs)}`);
  return `M${x(first.fromMs)} ${y(first.lowKw)}${over}${back.join('')}Z`;
}

/** The limit as a stepped line to the end. */
export function limitPath({ limit, toMs }: Pick<PlanChart, 'limit' | 'toMs'>, { x, y }: Scale): string {
  const [first] = limit;
  if (first === undefined) return '';
  const steps = limit.map(({ fromMs, powerKw }) => `H${x(fromMs)}V${y(powerKw)}`).join('');
  return `M${x(first.fromMs)} ${y(first.powerKw)}${steps}H${x(toMs)}`;
}
