import { numberText } from '../table.ts';
import { bar, LEFT, line, picture, RIGHT, SERIES, text } from './svg.ts';

/** A quantity of which the median and the tail are known; one unit for all rows. */
export interface RangeRow {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  readonly max?: number;
}

export interface Ranges {
  readonly title: string;
  readonly unit: string;
  readonly rows: readonly RangeRow[];
  /** Drawn as a line across. */
  readonly aim?: { readonly value: number; readonly words: string };
}

const TOP = 54;
const ROW = 26;
const THICK = 12;
const BOTTOM = 34;
const DOT = 4;

/** From the median to the 99th percentile as a bar, on to the slowest as a thin one; a logarithmic scale. */
export function rangesPicture({ title, unit, rows, aim }: Ranges): string {
  const values = [
    ...rows.flatMap(({ p50, p99, max }) => [p50, p99, max ?? p99]),
    ...(aim === undefined ? [] : [aim.value]),
  ];
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...positive, 1)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive, 1))));
  const at = (value: number): number =>
    LEFT + ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)) * (RIGHT - LEFT);
  const height = TOP + rows.length * ROW + BOTTOM;
  const foot = height - BOTTOM;
  const grid = Array.from({ length: high - low + 1 }, (_, n) => 10 ** (low + n)).flatMap((value) => [
    line([at(value), TOP - 8], [at(value), foot], 'g'),
    text(`${numberText(value)} ${unit}`, { x: at(value), y: foot + 16, of: 'm', anchor: 'middle' }),
  ]);
  const [colour = ''] = SERIES;
  const bars = rows.flatMap(({ name, p50, p99, max = p99 }, n) => {
    const middle = TOP + n * ROW + ROW / 2;
    const y = middle - THICK / 2;
    return [
      text(name, { x: LEFT - 12, y: middle + DOT, anchor: 'end' }),
      bar({ x: at(p99), y: middle - 1, width: at(max) - at(p99), height: 2, colour, opacity: 0.5 }),
      bar({ x: at(p50), y, width: at(p99) - at(p50), height: THICK, colour, opacity: 0.55 }),
      bar({ x: at(p50) - 1, y: y - 2, width: 3, height: THICK + 4, colour }),
      text(`${numberText(p50)} / ${numberText(p99)}`, { x: RIGHT + 8, y: middle + DOT, of: 'm' }),
    ];
  });
  const goal =
    aim === undefined
      ? []
      : [
          line([at(aim.value), TOP - 10], [at(aim.value), foot], 'a'),
          text(aim.words, { x: at(aim.value), y: TOP - 14, of: 'r', anchor: 'middle' }),
        ];
  return picture(title, height, [text(title, { x: 12, y: 20, of: 'h' }), ...grid, ...bars, ...goal]);
}
