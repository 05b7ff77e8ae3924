import { numberText } from '../table.ts';
import { bar, LEFT, line, picture, RIGHT, SERIES, text, WIDTH } from './svg.ts';

export interface StackedRow {
  readonly name: string;
  /** By part, in the same unit everywhere. */
  readonly parts: Readonly<Record<string, number>>;
}

export interface Stacked {
  readonly title: string;
  readonly unit: string;
  readonly rows: readonly StackedRow[];
  readonly aim?: { readonly value: number; readonly words: string };
}

const TOP = 96;
const ROW = 34;
const THICK = 20;
const BOTTOM = 34;
const LEGEND = 150;
const LEGEND_Y = 40;
const LEGEND_ROW = 18;
const TICKS = 5;
/** A step between two lines of the grid is one of these times a power of ten. */
const NICE = [1, 2, 5, 10];

function niceStep(most: number): number {
  const raw = most / TICKS;
  const power = 10 ** Math.floor(Math.log10(raw));
  return (NICE.find((nice) => nice * power >= raw) ?? 10) * power;
}

/** One bar a row, its parts one behind the other, from zero. */
export function stackedPicture({ title, unit, rows, aim }: Stacked): string {
  const names = [...new Set(rows.flatMap(({ parts }) => Object.keys(parts)))];
  const sums = rows.map(({ parts }) => Object.values(parts).reduce((sum, each) => sum + each, 0));
  const step = niceStep(Math.max(...sums, aim?.value ?? 0, 1));
  const ticks = Math.ceil(Math.max(...sums, aim?.value ?? 0, 1) / step);
  const at = (value: number): number => LEFT + (value / (ticks * step)) * (RIGHT - LEFT);
  const height = TOP + rows.length * ROW + BOTTOM;
  const foot = height - BOTTOM;
  const colourOf = (name: string): string => SERIES[names.indexOf(name) % SERIES.length] ?? '';
  const perLine = Math.floor((WIDTH - 24) / LEGEND);
  const legend = names.flatMap((name, n) => {
    const [x, y] = [12 + (n % perLine) * LEGEND, LEGEND_Y + Math.floor(n / perLine) * LEGEND_ROW];
    return [bar({ x, y: y - 9, width: 10, height: 10, colour: colourOf(name) }), text(name, { x: x + 16, y, of: 'm' })];
  });
  const grid = Array.from({ length: ticks + 1 }, (_, n) => n * step).flatMap((value) => [
    line([at(value), TOP - 6], [at(value), foot], 'g'),
    text(`${numberText(value)} ${unit}`, { x: at(value), y: foot + 16, of: 'm', anchor: 'middle' }),
  ]);
  const bars = rows.flatMap(({ name, parts }, n) => {
    const middle = TOP + n * ROW + ROW / 2;
    let before = 0;
    const pieces = Object.entries(parts).map(([part, value]) => {
      const x = at(before);
      before += value;
      return bar({ x, y: middle - THICK / 2, width: at(before) - x - 1, height: THICK, colour: colourOf(part) });
    });
    const sum = text(`${numberText(Math.round(before))} ${unit}`, { x: RIGHT + 8, y: middle + 4 });
    return [text(name, { x: LEFT - 12, y: middle + 4, anchor: 'end' }), ...pieces, sum];
  });
  const goal =
    aim === undefined
      ? []
      : [
          line([at(aim.value), TOP - 6], [at(aim.value), foot], 'a'),
          text(aim.words, { x: at(aim.value), y: TOP - 10, of: 'r', anchor: 'middle' }),
        ];
  return picture(title, height, [text(title, { x: 12, y: 20, of: 'h' }), ...legend, ...grid, ...bars, ...goal]);
}
