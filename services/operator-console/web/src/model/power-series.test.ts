import { expect, test } from '@jest/globals';
import { layersOf, MAX_EVSE_LAYERS } from './layers.ts';
import {
  appendPoint,
  createPowerSeries,
  indexFrom,
  loadHistory,
  MAX_POINTS,
  plotColumns,
  siteAt,
} from './power-series.ts';
import { aCircuit, anEvse } from './testing/site.ts';

const SITE = {
  circuits: [aCircuit(), aCircuit({ circuitId: 'panel-a' }), aCircuit({ circuitId: 'panel-b' })],
  evses: [
    anEvse({ evseId: 'b1', circuitId: 'panel-b' }),
    anEvse({ evseId: 'a1', circuitId: 'panel-a' }),
    anEvse({ evseId: 'a2', circuitId: 'panel-a' }),
  ],
};
const point = (atMs: number, kw: readonly [number, number | null, number, number]) => ({
  atMs,
  limitKw: 200,
  buildingKw: kw[0],
  drawnKw: new Map([
    ['a1', kw[1]],
    ['a2', kw[2]],
    ['b1', kw[3]],
  ]),
});

test('LK13: the building is the lowest layer, EVSEs follow by circuit', () => {
  expect(layersOf(SITE).map((layer) => layer.key)).toEqual(['building', 'a1', 'a2', 'b1']);
});

test('LK22: above the bound the layers are circuits, with every EVSE in one of them', () => {
  const evses = Array.from({ length: MAX_EVSE_LAYERS + 1 }, (_, index) =>
    anEvse({ evseId: `e${index}`, circuitId: index % 2 === 0 ? 'panel-a' : 'panel-b' }),
  );
  const layers = layersOf({ ...SITE, evses });
  expect(layers.map((layer) => layer.key)).toEqual(['building', 'circuit panel-a', 'circuit panel-b']);
  expect(layers.flatMap((layer) => layer.evseIds)).toHaveLength(MAX_EVSE_LAYERS + 1);
});

test('each layer stands on the sum of those beneath; the tallest column comes first, the limit last', () => {
  const series = createPowerSeries(layersOf(SITE));
  appendPoint(series, point(1000, [40, 10, 11, 7]));
  expect(series.stacks.map((stack) => stack[0])).toEqual([40, 50, 61, 68]);
  expect(plotColumns(series).map((column) => column[0])).toEqual([1, 68, 61, 50, 40, 200]);
  expect(siteAt(series, 0)).toBe(68);
});

test('a value that is not known adds nothing to the sum and stays unknown for the table', () => {
  const series = createPowerSeries(layersOf(SITE));
  appendPoint(series, point(1000, [40, null, 11, 7]));
  expect(siteAt(series, 0)).toBe(58);
  expect(series.raw[1]?.[0]).toBeNull();
});

test('four documents a second are one point: the newest value at the newest instant', () => {
  const series = createPowerSeries(layersOf(SITE));
  for (const atMs of [0, 250, 500, 750, 1000, 1250]) appendPoint(series, point(atMs, [atMs, 0, 0, 0]));
  expect(series.timesS).toEqual([0, 1, 1.25]);
  expect(series.raw[0]).toEqual([0, 1000, 1250]);
});

test('an instant that does not go forward is not drawn', () => {
  const series = createPowerSeries(layersOf(SITE));
  for (const atMs of [1000, 2000, 2000, 1500]) appendPoint(series, point(atMs, [1, 0, 0, 0]));
  expect(series.timesS).toEqual([1, 2]);
});

test('a stretch that nobody saw is a gap, not a line across it', () => {
  const series = createPowerSeries(layersOf(SITE));
  for (const atMs of [0, 1000, 31_000]) appendPoint(series, point(atMs, [5, 0, 0, 0]));
  expect(series.timesS).toEqual([0, 1, 16, 31]);
  expect(siteAt(series, 2)).toBeNull();
  expect(series.limit[2]).toBeNull();
});

test('a sped-up run, whose points lie far apart, has no gaps between them', () => {
  const series = createPowerSeries(layersOf(SITE));
  for (const atMs of [0, 30_000, 60_000]) appendPoint(series, point(atMs, [5, 0, 0, 0]));
  expect(series.timesS).toEqual([0, 30, 60]);
});

test('LK13: an hour is kept; what is older goes, and every column keeps the same length', () => {
  const series = createPowerSeries(layersOf(SITE));
  const points = MAX_POINTS + 240;
  for (let index = 0; index < points; index += 1) appendPoint(series, point(index * 1000, [1, 0, 0, 0]));
  expect(series.timesS).toHaveLength(MAX_POINTS);
  expect(series.timesS.at(-1)).toBe(points - 1);
  for (const column of plotColumns(series)) expect(column).toHaveLength(MAX_POINTS);
});

test('a history is stacked in the order of the layers, an EVSE it does not know is unknown', () => {
  const series = createPowerSeries(layersOf(SITE));
  loadHistory(series, {
    atMs: [1000, 2000],
    limitKw: [200, 180],
    buildingKw: [40, 41],
    evses: new Map([
      ['a1', [1, 2]],
      ['b1', [3, 4]],
    ]),
  });
  expect(series.stacks.map((stack) => stack[1])).toEqual([41, 43, 43, 47]);
  expect(series.raw[2]).toEqual([null, null]);
  expect(series.limit).toEqual([200, 180]);
});

test('the first index of a window is found at, before and after its points', () => {
  const series = createPowerSeries(layersOf(SITE));
  for (const atMs of [1000, 2000, 3000]) appendPoint(series, point(atMs, [1, 0, 0, 0]));
  expect([0, 2, 2.5, 9].map((fromS) => indexFrom(series, fromS))).toEqual([0, 1, 2, 3]);
});
