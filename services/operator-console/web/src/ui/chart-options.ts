import type uPlot from 'uplot';
import { powerTicks, timeTicks, type TimeWindow } from '../model/chart-window.ts';
import { clockSeconds, clockTime, decimal, kilowatts, words } from '../model/format.ts';
import { cssColour } from '../model/colour.ts';
import type { LimitStep } from '../model/grid-live.ts';
import type { PowerSeries } from '../model/power-series.ts';
import { layerFill, type ChartPalette } from './chart-palette.ts';
import { drawAhead } from './chart-ahead.ts';
import { areaPath, limitPath } from './chart-paths.ts';

export interface CursorPlace {
  readonly index: number;
  readonly kw: number;
  readonly leftPx: number;
  readonly widthPx: number;
}

/** What the drawing reads at each redraw; it changes in place, so that the plot itself is made once. */
export interface ChartInput {
  readonly series: PowerSeries;
  readonly window: TimeWindow;
  readonly topKw: number;
  /** How the limit will move; the first step is now. */
  readonly ahead: readonly LimitStep[];
  readonly palette: ChartPalette;
  readonly highlight: string | null;
  readonly zone: string;
  readonly onCursor: (place: CursorPlace | null) => void;
  readonly onDrawn: (ms: number) => void;
}

const FONT = "12px 'Inter Variable', system-ui, sans-serif";
const LIMIT_WIDTH_PX = 2;
const MINUTE_S = 60;

export function chartOptions(input: () => ChartInput, width: number, height: number): uPlot.Options {
  let startedMs = 0;
  return {
    width,
    height,
    padding: [18, 0, 0, 0],
    legend: { show: false },
    pxAlign: 1,
    scales: {
      x: { time: false, range: () => [input().window.fromS, input().window.toS] },
      y: { range: () => [0, input().topKw] },
    },
    axes: [timeAxis(input), powerAxis(input)],
    cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
    series: [{}, ...layerSeries(input), limitSeries(input)],
    hooks: {
      drawClear: [() => void (startedMs = performance.now())],
      draw: [
        (u) => {
          drawMarks(u, input());
          input().onDrawn(performance.now() - startedMs);
        },
      ],
      setCursor: [(u) => input().onCursor(placeOf(u))],
    },
  };
}

function placeOf(u: uPlot): CursorPlace | null {
  const { idx, left, top } = u.cursor;
  if (idx === null || idx === undefined || left === undefined || left < 0) return null;
  return { index: idx, kw: u.posToVal(top ?? 0, 'y'), leftPx: left, widthPx: u.over.clientWidth };
}

/** Top layer first: each lower one is painted over it. */
function layerSeries(input: () => ChartInput): uPlot.Series[] {
  const { layers } = input().series;
  return layers.toReversed().map((layer) => ({
    label: layer.label,
    paths: areaPath,
    points: { show: false },
    width: 0,
    fill: () => layerFill(layer, layers, input().palette, input().highlight),
  }));
}

function limitSeries(input: () => ChartInput): uPlot.Series {
  return {
    label: 'Limit',
    ...(limitPath === undefined ? {} : { paths: limitPath }),
    points: { show: false },
    width: LIMIT_WIDTH_PX,
    stroke: () => input().palette.limit,
  };
}

function timeAxis(input: () => ChartInput): uPlot.Axis {
  return {
    font: FONT,
    size: 32,
    gap: 6,
    stroke: () => input().palette.muted,
    grid: { show: false },
    ticks: { width: 1, size: 4, stroke: () => input().palette.line },
    splits: (u) => timeTicks(input().window, u.bbox.width / devicePixelRatio),
    values: (_u, splits) => {
      const text = splits.every((atS) => atS % MINUTE_S === 0) ? clockTime : clockSeconds;
      return splits.map((atS) => text(atS * 1000, input().zone));
    },
  };
}

function powerAxis(input: () => ChartInput): uPlot.Axis {
  return {
    font: FONT,
    size: 44,
    gap: 8,
    stroke: () => input().palette.muted,
    grid: { width: 1, stroke: () => input().palette.line },
    ticks: { show: false },
    splits: (u) => powerTicks(input().topKw, u.bbox.height / devicePixelRatio),
    values: (_u, splits) => splits.map((kw) => decimal(kw, 0)),
  };
}

/** What stands on the areas: the unit of the axis, "now" as a hairline, and the name of the limit at its line. */
function drawMarks(u: uPlot, input: ChartInput): void {
  const { ctx, bbox } = u;
  const ratio = devicePixelRatio;
  const nowX = Math.round(u.valToPos(input.window.nowS, 'x', true));
  ctx.save();
  ctx.font = FONT.replace('12px', `${12 * ratio}px`);
  ctx.fillStyle = input.palette.muted;
  ctx.textBaseline = 'bottom';
  ctx.textAlign = 'right';
  ctx.fillText('kW', bbox.left - 8 * ratio, bbox.top - 2 * ratio);
  ctx.fillStyle = input.palette.ink;
  ctx.globalAlpha = 0.55;
  ctx.fillRect(nowX, bbox.top, Math.max(1, Math.floor(ratio)), bbox.height);
  ctx.globalAlpha = 1;
  drawAhead(u, input);
  const limitKw = input.series.limit.at(-1) ?? null;
  if (limitKw !== null && limitKw <= input.topKw) {
    nameLimit(ctx, input, { limitKw, right: nowX, y: u.valToPos(limitKw, 'y', true) });
  }
  ctx.restore();
}

/** A plate of the ground lies under the words: after a drop of the limit they would else stand on the areas. */
function nameLimit(
  ctx: CanvasRenderingContext2D,
  { palette }: ChartInput,
  { limitKw, right, y }: { readonly limitKw: number; readonly right: number; readonly y: number },
): void {
  const ratio = devicePixelRatio;
  const text = `Limit ${words(kilowatts(limitKw))}`;
  const width = ctx.measureText(text).width;
  ctx.fillStyle = cssColour(palette.surface);
  ctx.globalAlpha = 0.85;
  ctx.fillRect(right - width - 10 * ratio, y - 20 * ratio, width + 8 * ratio, 18 * ratio);
  ctx.globalAlpha = 1;
  ctx.fillStyle = palette.limit;
  ctx.fillText(text, right - 6 * ratio, y - 4 * ratio);
}
