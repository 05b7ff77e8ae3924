import { line, picture, SERIES, text } from './svg.ts';

export interface Curve {
  readonly name: string;
  /** One for each place on the axis; undefined: not known there. */
  readonly values: readonly (number | undefined)[];
}

export interface Curves {
  readonly title: string;
  /** Words below the places of the axis, which are as far apart as they are many. */
  readonly places: readonly string[];
  /** Percent. What lies below `from` is drawn at the foot. */
  readonly from: number;
  readonly to: number;
  readonly curves: readonly Curve[];
}

const HEIGHT = 320;
const TOP = 44;
const FOOT = HEIGHT - 44;
const LEFT = 60;
const RIGHT = 560;
const NAMES = RIGHT + 18;
const NAME_ROW = 20;
const STEP = 5;

/** Lines over a few places, each with its name beside them in the order of their ends. */
export function curvesPicture({ title, places, from, to, curves }: Curves): string {
  const x = (place: number): number => LEFT + (place / Math.max(1, places.length - 1)) * (RIGHT - LEFT);
  const y = (value: number): number => FOOT - ((Math.max(from, value) - from) / (to - from)) * (FOOT - TOP);
  const grid = Array.from({ length: Math.floor((to - from) / STEP) + 1 }, (_, n) => from + n * STEP).flatMap(
    (value) => [
      line([LEFT, y(value)], [RIGHT, y(value)], 'g'),
      text(`${value} %`, { x: LEFT - 8, y: y(value) + 4, of: 'm', anchor: 'end' }),
    ],
  );
  const below = places.map((words, place) => text(words, { x: x(place), y: FOOT + 18, of: 'm', anchor: 'middle' }));
  const drawn = curves.map(({ values }, n) => {
    const points = values.flatMap((value, place) =>
      value === undefined ? [] : [`${x(place).toFixed(1)} ${y(value).toFixed(1)}`],
    );
    return `<path d="M${points.join('L')}" fill="none" stroke="${SERIES[n % SERIES.length]}" stroke-width="2.2" stroke-linejoin="round"/>`;
  });
  const ends = curves
    .map(({ name, values }, n) => ({ name, n, end: values.at(-1) ?? from }))
    .toSorted((a, b) => b.end - a.end || a.n - b.n);
  const names = ends.flatMap(({ name, n }, row) => [
    `<rect x="${NAMES}" y="${TOP + row * NAME_ROW}" width="10" height="10" rx="2" fill="${SERIES[n % SERIES.length]}"/>`,
    text(name, { x: NAMES + 16, y: TOP + row * NAME_ROW + 9, of: 'm' }),
  ]);
  return picture(title, HEIGHT, [text(title, { x: 12, y: 20, of: 'h' }), ...grid, ...below, ...drawn, ...names]);
}
