import type { Layer } from './layers.ts';
import { BUILDING_KEY } from './layers.ts';
import type { PowerHistory } from './parse-history.ts';

export type Column = (number | null)[];

/** What one instant adds to the chart. */
export interface PowerPoint {
  readonly atMs: number;
  readonly limitKw: number | null;
  readonly buildingKw: number | null;
  readonly drawnKw: ReadonlyMap<string, number | null>;
}

/** An hour at one point a second (LK13); the oldest go in blocks, so that trimming is rare. */
export const MAX_POINTS = 3600;
const TRIM_BLOCK = 240;
const POINT_MS = 1000;
const GAP_MS = 15_000;

/**
 * The columns of the chart, stacked once when a point comes and kept: a redraw only reads them. `stacks[i]` is the sum of the layers
 * 0..i; an unknown value adds nothing to the sum and stays null in `raw`, so that the table can say that it is not known.
 */
export interface PowerSeries {
  readonly layers: readonly Layer[];
  readonly timesS: number[];
  readonly limit: Column;
  readonly raw: readonly Column[];
  readonly stacks: readonly Column[];
}

export function createPowerSeries(layers: readonly Layer[]): PowerSeries {
  return { layers, timesS: [], limit: [], raw: layers.map(() => []), stacks: layers.map(() => []) };
}

export function loadHistory(series: PowerSeries, history: PowerHistory): void {
  const first = Math.max(0, history.atMs.length - MAX_POINTS);
  for (let index = first; index < history.atMs.length; index += 1) {
    const atMs = history.atMs[index];
    if (atMs === undefined) continue;
    appendColumn(series, atMs, history.limitKw[index] ?? null, (layer) => historyValue(history, layer, index));
  }
}

/** Appends, or moves the newest point while it is less than a second from the one before: four updates a second are one point. */
export function appendPoint(series: PowerSeries, point: PowerPoint): void {
  const count = series.timesS.length;
  const last = series.timesS[count - 1];
  const before = series.timesS[count - 2];
  if (last !== undefined && before !== undefined && (last - before) * 1000 < POINT_MS) dropLast(series);
  appendColumn(series, point.atMs, point.limitKw, (layer) => pointValue(point, layer));
  if (series.timesS.length >= MAX_POINTS + TRIM_BLOCK) dropFirst(series, series.timesS.length - MAX_POINTS);
}

function appendColumn(
  series: PowerSeries,
  atMs: number,
  limitKw: number | null,
  valueOf: (layer: Layer) => number | null,
): void {
  const atS = atMs / 1000;
  const last = series.timesS.at(-1);
  if (last !== undefined && atS <= last) return;
  if (last !== undefined && (atS - last) * 1000 > gapMs(series)) pushGap(series, (last + atS) / 2);
  series.timesS.push(atS);
  series.limit.push(limitKw);
  let sum = 0;
  series.layers.forEach((layer, index) => {
    const kw = valueOf(layer);
    sum += Math.max(0, kw ?? 0);
    series.raw[index]?.push(kw);
    series.stacks[index]?.push(sum);
  });
}

/** Nothing was seen for a while: the area ends there and starts again, instead of a straight line over what nobody knows. */
function pushGap(series: PowerSeries, atS: number): void {
  series.timesS.push(atS);
  series.limit.push(null);
  for (const column of [...series.raw, ...series.stacks]) column.push(null);
}

function gapMs(series: PowerSeries): number {
  const last = series.timesS.at(-1);
  const before = series.timesS.at(-2);
  // A sped-up run has points further apart: its own step is the measure.
  if (last === undefined || before === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(GAP_MS, (last - before) * 1000 * 8);
}

function columnsOf(series: PowerSeries): readonly Column[] {
  return [series.limit, ...series.raw, ...series.stacks];
}

function dropLast(series: PowerSeries): void {
  series.timesS.pop();
  for (const column of columnsOf(series)) column.pop();
}

function dropFirst(series: PowerSeries, count: number): void {
  series.timesS.splice(0, count);
  for (const column of columnsOf(series)) column.splice(0, count);
}

function historyValue(history: PowerHistory, layer: Layer, index: number): number | null {
  if (layer.key === BUILDING_KEY) return history.buildingKw[index] ?? null;
  return sumKnown(layer.evseIds.map((evseId) => history.evses.get(evseId)?.[index] ?? null));
}

function pointValue(point: PowerPoint, layer: Layer): number | null {
  if (layer.key === BUILDING_KEY) return point.buildingKw;
  return sumKnown(layer.evseIds.map((evseId) => point.drawnKw.get(evseId) ?? null));
}

/** The sum of what is known; null only when nothing is. */
function sumKnown(values: readonly (number | null)[]): number | null {
  let sum: number | null = null;
  for (const value of values) if (value !== null) sum = (sum ?? 0) + value;
  return sum;
}

/** The columns as uPlot takes them. The tallest stack comes first, so that each lower one is painted over it; the limit is on top. */
export function plotColumns(series: PowerSeries): [number[], ...Column[]] {
  return [series.timesS, ...series.stacks.toReversed(), series.limit];
}

export function siteAt(series: PowerSeries, index: number): number | null {
  return series.stacks.at(-1)?.[index] ?? null;
}

/** The first index at or after an instant. */
export function indexFrom(series: PowerSeries, fromS: number): number {
  let low = 0;
  let high = series.timesS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((series.timesS[middle] ?? 0) < fromS) low = middle + 1;
    else high = middle;
  }
  return low;
}
