import { expect, test } from '@jest/globals';
import {
  aheadSentence,
  circuitColumns,
  MAX_TABLE_ROWS,
  summarySentence,
  tableRows,
  windowFacts,
} from './chart-summary.ts';
import { powerTicks, powerTop, timeTicks, timeWindow } from './chart-window.ts';
import { cssColour, mix, paleness, parseColour } from './colour.ts';
import { layersOf } from './layers.ts';
import { appendPoint, createPowerSeries } from './power-series.ts';
import { aCircuit, anEvse } from './testing/site.ts';

const SITE = { circuits: [aCircuit({ circuitId: 'panel-a', name: 'Panel A' })], evses: [anEvse({ evseId: 'a1' })] };

function seriesOf(points: readonly (readonly [atS: number, buildingKw: number, drawnKw: number, limitKw: number])[]) {
  const series = createPowerSeries(layersOf(SITE));
  for (const [atS, buildingKw, drawnKw, limitKw] of points) {
    appendPoint(series, { atMs: atS * 1000, limitKw, buildingKw, drawnKw: new Map([['a1', drawnKw]]) });
  }
  return series;
}

test('LK13: the axis ends 10 % above the limit, and higher only for a site that went higher', () => {
  expect(powerTop(200, 180)).toBeCloseTo(220);
  expect(powerTop(200, 250)).toBeCloseTo(260);
  expect(powerTop(0, 0)).toBeGreaterThan(0);
});

test('the window shows what exists, at least a minute and at most the range', () => {
  expect(timeWindow(undefined, { nowS: 1000, range: 60, changesS: [] }).fromS).toBe(940);
  expect(timeWindow(400, { nowS: 1000, range: 60, changesS: [] }).fromS).toBe(400);
  expect(timeWindow(0, { nowS: 10_000, range: 60, changesS: [] }).fromS).toBe(6400);
  expect(timeWindow(0, { nowS: 10_000, range: 5, changesS: [] }).fromS).toBe(9700);
  expect(timeWindow(0, { nowS: 10_000, range: 5, changesS: [] }).toS).toBeGreaterThan(10_000);
});

test('a change of the limit that is known makes room ahead, as far as half of the past', () => {
  const ahead = (changesS: readonly number[]) => timeWindow(0, { nowS: 10_000, range: 5, changesS }).toS - 10_000;
  expect(ahead([])).toBeCloseTo(4.5);
  expect(ahead([10_030])).toBeCloseTo(75);
  expect(ahead([10_030, 10_060])).toBeCloseTo(105);
  expect(ahead([10_150])).toBe(150);
  // Too far ahead to be seen: the past keeps its room.
  expect(ahead([10_151])).toBeCloseTo(4.5);
});

test('what is known of the limit that comes is told in words', () => {
  const step = (atS: number, powerKw: number) => ({ fromMs: atS * 1000, powerKw });
  expect(aheadSentence([step(0, 200)], 'UTC')).toBe('');
  expect(aheadSentence([step(0, 200), step(60, 120)], 'UTC')).toBe(' The limit will be 120.0\u202fkW from 00:01:00.');
  expect(aheadSentence([step(0, 200), step(60, 120), step(90, 200)], 'UTC')).toContain(
    'and 200.0\u202fkW from 00:01:30',
  );
});

test('time ticks are round, inside the window, and none is so near to the edge that its label is cut', () => {
  const ticks = timeTicks({ fromS: 0, toS: 3600 }, 1000);
  expect(ticks.every((atS) => atS % 300 === 0)).toBe(true);
  expect(ticks.length).toBeLessThanOrEqual(13);
  expect(ticks.at(-1)).toBeLessThan(3600);
});

test('power ticks start at zero and are round', () => {
  expect(powerTicks(220, 320)).toEqual([0, 50, 100, 150, 200]);
});

test('the summary tells the peak in the time of the site, and that the limit held', () => {
  const series = seriesOf([
    [0, 40, 100, 200],
    [60, 40, 158.5, 200],
    [120, 40, 120, 200],
  ]);
  const sentence = summarySentence(windowFacts(series, 0), 'UTC');
  expect(sentence).toBe('Last 2\u202fmin: peak 198.5\u202fkW at 00:01, never over the limit.');
});

test('the summary tells how far and how long the limit was passed', () => {
  const series = seriesOf([
    [0, 40, 100, 200],
    [1, 40, 170, 200],
    [2, 40, 190, 200],
    [3, 40, 100, 200],
  ]);
  const sentence = summarySentence(windowFacts(series, 0), 'UTC');
  expect(sentence).toContain('up to 30.0\u202fkW over the limit, 2\u202fs in all');
});

test('facts are those of the window, and the highest limit in it counts for the axis', () => {
  const series = seriesOf([
    [0, 40, 150, 200],
    [100, 40, 100, 200],
    [101, 40, 60, 120],
  ]);
  expect(windowFacts(series, 0)?.peakKw).toBe(190);
  expect(windowFacts(series, 50)).toMatchObject({ peakKw: 140, highestLimitKw: 200, limitKw: 120 });
  expect(windowFacts(series, 101)?.highestLimitKw).toBe(120);
});

test('without a point the summary says so', () => {
  expect(summarySentence(windowFacts(seriesOf([]), 0), 'UTC')).toBe('No reading yet.');
});

test('"show as table" has the newest first, bounded, with the sum of each circuit and nothing averaged', () => {
  const points = Array.from({ length: 200 }, (_, atS) => [atS, 40, atS, 200] as const);
  const series = seriesOf(points);
  const columns = circuitColumns(series.layers, new Map([['panel-a', 'Panel A']]));
  const rows = tableRows(series, 0, columns);
  expect(rows.length).toBeLessThanOrEqual(MAX_TABLE_ROWS);
  expect(rows[0]).toMatchObject({ atMs: 199_000, siteKw: 239, buildingKw: 40, circuitsKw: [199] });
  expect(columns).toEqual([{ circuitId: 'panel-a', label: 'Panel A' }]);
});

test('one hue: the first circuit at full strength, the last palest, a lone one never pale', () => {
  expect(paleness(0, 1)).toBe(0);
  expect([0, 1, 2].map((index) => paleness(index, 3))).toEqual([0, 0.25, 0.5]);
});

test('colours are read as a browser gives them and mixed opaquely', () => {
  expect(parseColour('rgb(10, 125, 92)')).toEqual(parseColour('#0a7d5c'));
  expect(parseColour('rgb(10 125 92 / 50%)')).toEqual({ r: 10, g: 125, b: 92 });
  expect(cssColour(mix(parseColour('#000000'), parseColour('#ffffff'), 0.5))).toBe('rgb(128, 128, 128)');
  expect(parseColour('nonsense')).toEqual({ r: 0, g: 0, b: 0 });
});
