import { decimal, duration, THIN_SPACE } from './format.ts';
import { fieldsOf, fieldsOrNull, instantOf, listOf, numberOf, textOf } from './json-fields.ts';

/** More of either is not a day of minutes. */
const MAX_POINTS = 3_000;
const MAX_STEPS = 3_000;
const MAX_TABLE = 64;

export interface BoreStep {
  readonly fromMs: number;
  readonly percent: number;
  readonly leastA: number | null;
  readonly silent: boolean;
}

export interface LargestRise {
  /** Null: it never got hotter. */
  readonly atMs: number | null;
  readonly broken: boolean;
  readonly sentence: string;
}

/** The last day of a circuit that is derated, as the page works with it. */
export interface TemperatureDay {
  readonly sensor: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** The hottest of each minute. Null: it fell silent. */
  readonly points: readonly { readonly atMs: number; readonly celsius: number | null }[];
  /** What it bore from then on until the next one. */
  readonly bore: readonly BoreStep[];
  readonly steps: readonly { readonly aboveC: number; readonly percent: number }[];
  /** Null: its sensor said nothing for a week. */
  readonly rise: LargestRise | null;
}

export function parseTemperatureDay(input: unknown): TemperatureDay | null {
  const doc = fieldsOf(input);
  const [sensor, fromMs, toMs] = [textOf(doc['sensor']), instantOf(doc['from']), instantOf(doc['to'])];
  if (sensor === null || fromMs === null || toMs === null || toMs <= fromMs) return null;
  const columns = fieldsOf(doc['temperature']);
  const hottest = listOf(columns['hottestC']);
  return {
    ...{ sensor, fromMs, toMs },
    points: listOf(columns['atMs'])
      .slice(0, MAX_POINTS)
      .flatMap((at, index) => {
        const atMs = numberOf(at);
        return atMs === null ? [] : [{ atMs, celsius: numberOf(hottest[index]) }];
      }),
    bore: listOf(doc['bore']).slice(0, MAX_STEPS).flatMap(boreOf),
    steps: listOf(doc['steps']).slice(0, MAX_TABLE).flatMap(stepOf),
    rise: riseOf(doc['rise']),
  };
}

function boreOf(value: unknown): readonly BoreStep[] {
  const step = fieldsOf(value);
  const [fromMs, percent] = [instantOf(step['from']), numberOf(step['percent'])];
  if (fromMs === null || percent === null) return [];
  const amps = Object.values(fieldsOf(step['amps'])).flatMap((each) => numberOf(each) ?? []);
  return [{ fromMs, percent, leastA: amps.length === 0 ? null : Math.min(...amps), silent: step['silent'] === true }];
}

function stepOf(value: unknown): TemperatureDay['steps'] {
  const step = fieldsOf(value);
  const [aboveC, percent] = [numberOf(step['aboveC']), numberOf(step['percent'])];
  return aboveC === null || percent === null ? [] : [{ aboveC, percent }];
}

function riseOf(value: unknown): LargestRise | null {
  const rise = fieldsOrNull(value);
  const sentence = textOf(rise?.['sentence']);
  if (rise === null || sentence === null) return null;
  const never = numberOf(rise['mostC']) === 0;
  return { atMs: never ? null : instantOf(rise['at']), broken: rise['broken'] === true, sentence };
}

export interface HourOfDay {
  readonly fromMs: number;
  readonly toMs: number;
  /** Null: nothing was heard. */
  readonly hottestC: number | null;
  /** The least that it bore. */
  readonly percent: number | null;
  readonly leastA: number | null;
  /** For some of it. */
  readonly silent: boolean;
}

const HOUR_MS = 3_600_000;

/** The chart for those who rather read: an hour a line, on the clock, the newest first. */
export function hoursOf({ fromMs, toMs, points, bore }: TemperatureDay): readonly HourOfDay[] {
  const hours: HourOfDay[] = [];
  for (let atMs = Math.floor(fromMs / HOUR_MS) * HOUR_MS; atMs < toMs; atMs += HOUR_MS) {
    const hour = { fromMs: Math.max(fromMs, atMs), toMs: Math.min(toMs, atMs + HOUR_MS) };
    const read = points.flatMap((point) =>
      point.celsius !== null && point.atMs >= hour.fromMs && point.atMs < hour.toMs ? [point.celsius] : [],
    );
    const bored = bore.filter(
      (step, index) => step.fromMs < hour.toMs && (bore[index + 1]?.fromMs ?? toMs) > hour.fromMs,
    );
    const least = bored.reduce<BoreStep | null>((a, b) => (a === null || b.percent < a.percent ? b : a), null);
    hours.push({
      ...hour,
      hottestC: read.length === 0 ? null : Math.max(...read),
      ...{ percent: least?.percent ?? null, leastA: least?.leastA ?? null },
      silent: bored.some((step) => step.silent),
    });
  }
  return hours.toReversed();
}

export interface TemperatureScale {
  readonly lowC: number;
  readonly highC: number;
}

const GRID_C = 5;
const ROOM_C = 1;

/** All that was read and the steps of the table, to full 5 degrees, with room on both sides. */
export function temperatureScale({ points, steps }: TemperatureDay): TemperatureScale {
  const seen = [...points.flatMap(({ celsius }) => celsius ?? []), ...steps.map(({ aboveC }) => aboveC)];
  const [low, high] = seen.length === 0 ? [0, 40] : [Math.min(...seen), Math.max(...seen)];
  return {
    lowC: Math.floor((low - ROOM_C) / GRID_C) * GRID_C,
    highC: Math.ceil((high + ROOM_C) / GRID_C) * GRID_C,
  };
}

const ROWS_MOST = 6;

/** Round temperatures for the axis, `ROWS_MOST` at most. */
export function temperatureTicks({ lowC, highC }: TemperatureScale): readonly number[] {
  const step = [5, 10, 20, 50].find((each) => (highC - lowC) / each < ROWS_MOST) ?? 50;
  const ticks: number[] = [];
  for (let at = Math.ceil(lowC / step) * step; at <= highC; at += step) ticks.push(at);
  return ticks;
}

/** Places in a drawing, from 0 to its width and height; y grows downwards. */
export interface DayPlaces {
  readonly x: (atMs: number) => number;
  readonly temperature: (celsius: number) => number;
  readonly percent: (percent: number) => number;
}

/** The whole rating lies this share below the top. */
const PERCENT_TOP = 110;

export function placesOf(
  day: TemperatureDay,
  { lowC, highC }: TemperatureScale,
  { width, height }: { readonly width: number; readonly height: number },
): DayPlaces {
  const tenths = (value: number): number => Math.round(value * 10) / 10;
  const part = (value: number): number => Math.min(1, Math.max(0, value));
  return {
    x: (atMs) => tenths(part((atMs - day.fromMs) / (day.toMs - day.fromMs)) * width),
    temperature: (at) => tenths((1 - part((at - lowC) / (highC - lowC))) * height),
    percent: (at) => tenths((1 - part(at / PERCENT_TOP)) * height),
  };
}

/** Nothing is smoothed; the line ends where its sensor fell silent. */
export function temperaturePath({ points }: TemperatureDay, { x, temperature }: DayPlaces): string {
  let isOpen = false;
  return points
    .map(({ atMs, celsius }) => {
      if (celsius === null) {
        isOpen = false;
        return '';
      }
      // One that stands alone is a dot.
      const place = `${isOpen ? 'L' : 'M'}${x(atMs)} ${temperature(celsius)}${isOpen ? '' : 'h0'}`;
      isOpen = true;
      return place;
    })
    .join('');
}

/** A stepped line to the end of the day. */
export function borePath({ bore, toMs }: TemperatureDay, { x, percent }: DayPlaces): string {
  const [first] = bore;
  if (first === undefined) return '';
  const steps = bore.map((step) => `H${x(step.fromMs)}V${percent(step.percent)}`).join('');
  return `M${x(first.fromMs)} ${percent(first.percent)}${steps}H${x(toMs)}`;
}

/** Stretches in which no reading was fresh. */
export function silentStretches({
  bore,
  toMs,
}: TemperatureDay): readonly { readonly fromMs: number; readonly toMs: number }[] {
  return bore.flatMap((step, index) =>
    step.silent ? [{ fromMs: step.fromMs, toMs: bore[index + 1]?.fromMs ?? toMs }] : [],
  );
}

/** The chart in a sentence or two. */
export function daySummary(day: TemperatureDay): string {
  const read = day.points.flatMap(({ celsius }) => celsius ?? []);
  const degrees = (value: number): string => `${decimal(value, 1)}${THIN_SPACE}°C`;
  const percents = day.bore.map(({ percent }) => percent);
  const percent = (value: number): string => `${decimal(value, 0)}${THIN_SPACE}%`;
  const was =
    read.length === 0 ? 'No temperature was read in the last day.' : `In the last day it was ${fromTo(read, degrees)}.`;
  const bore = percents.length === 0 ? '' : ` The circuit bore ${fromTo(percents, percent)} of its rating.`;
  const silentMs = silentStretches(day).reduce((sum, stretch) => sum + stretch.toMs - stretch.fromMs, 0);
  return `${was}${bore}${silentMs === 0 ? '' : ` Its sensor was silent for ${duration(silentMs)}.`}`;
}

const fromTo = (values: readonly number[], inWords: (value: number) => string): string => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? inWords(low) : `${inWords(low)} to ${inWords(high)}`;
};

/** What stands at one instant of the chart. */
export interface DayReading {
  readonly atMs: number;
  /** Null: nothing was read about then. */
  readonly celsius: number | null;
  readonly percent: number | null;
  readonly leastA: number | null;
  readonly silent: boolean;
}

/** The last temperature up to then, unless its sensor fell silent meanwhile; and what was borne. */
export function readingAt({ points, bore, toMs, fromMs }: TemperatureDay, atMs: number): DayReading {
  const at = Math.min(toMs, Math.max(fromMs, atMs));
  const step = bore.findLast((each) => each.fromMs <= at);
  return {
    atMs: at,
    celsius: points.findLast((point) => point.atMs <= at)?.celsius ?? null,
    ...{ percent: step?.percent ?? null, leastA: step?.leastA ?? null, silent: step?.silent === true },
  };
}
