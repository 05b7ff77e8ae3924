import type uPlot from 'uplot';
import { clockSeconds, clockTime, kilowatts, words } from '../model/format.ts';
import type { LimitStep } from '../model/grid-live.ts';
import { cssColour } from '../model/colour.ts';
import type { ChartInput } from './chart-options.ts';

const DASH_PX = [6, 4];
const WIDTH_PX = 2;
const MINUTE_MS = 60_000;

/** The limit that is announced: dashed, from now on, with its next change in words where there is room (LK13: plan forward). */
export function drawAhead(u: uPlot, input: ChartInput): void {
  const { ahead, window, palette } = input;
  if (ahead.length < 2) return;
  const { ctx, bbox } = u;
  const ratio = devicePixelRatio;
  const x = (atS: number): number => u.valToPos(Math.min(Math.max(atS, window.nowS), window.toS), 'x', true);
  const y = (kw: number): number => u.valToPos(Math.min(kw, input.topKw), 'y', true);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.strokeStyle = palette.limit;
  ctx.lineWidth = WIDTH_PX * ratio;
  ctx.setLineDash(DASH_PX.map((px) => px * ratio));
  ctx.beginPath();
  const seen = ahead.filter(({ fromMs }) => fromMs / 1000 < window.toS);
  for (const [index, { fromMs, powerKw }] of seen.entries()) {
    const fromX = x(fromMs / 1000);
    if (index === 0) ctx.moveTo(fromX, y(powerKw));
    else ctx.lineTo(fromX, y(powerKw));
    ctx.lineTo(x((seen[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY) / 1000), y(powerKw));
  }
  ctx.stroke();
  ctx.setLineDash([]);
  const [, next] = ahead;
  if (next !== undefined && next.fromMs / 1000 < window.toS) nameNext(u, input, next);
  ctx.restore();
}

function nameNext(u: uPlot, { palette, window, zone, topKw }: ChartInput, { fromMs, powerKw }: LimitStep): void {
  const { ctx } = u;
  const ratio = devicePixelRatio;
  const time = fromMs % MINUTE_MS === 0 ? clockTime(fromMs, zone) : clockSeconds(fromMs, zone);
  const left = u.valToPos(fromMs / 1000, 'x', true) + 6 * ratio;
  const room = u.valToPos(window.toS, 'x', true) - left - 6 * ratio;
  const kw = words(kilowatts(powerKw));
  const text = [`${kw} from ${time}`, kw].find((each) => ctx.measureText(each).width <= room);
  if (text === undefined) return;
  const width = ctx.measureText(text).width;
  const y = u.valToPos(Math.min(powerKw, topKw), 'y', true);
  ctx.fillStyle = cssColour(palette.surface);
  ctx.globalAlpha = 0.85;
  ctx.fillRect(left - 3 * ratio, y - 20 * ratio, width + 6 * ratio, 18 * ratio);
  ctx.globalAlpha = 1;
  ctx.fillStyle = palette.limit;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  ctx.fillText(text, left, y - 4 * ratio);
}
