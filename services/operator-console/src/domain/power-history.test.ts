import { expect, test } from '@jest/globals';
import { evseId, siteId, stationId } from '@headroom/kernel';
import type { LiveView } from './live-view.ts';
import { liveView } from './live-view.ts';
import { createPowerHistory, MAX_HISTORY_EVSES } from './power-history.ts';

const EMPTY = liveView({
  snapshot: {
    siteId: siteId('s'),
    name: 's',
    timezone: 'UTC',
    nominalVoltageV: 230,
    ownerEpoch: 1,
    decisionSeq: 1,
    atMs: 0,
    circuits: [],
    evses: [],
  },
  draw: undefined,
  nowMs: 0,
  sampleIntervalMs: 10_000,
  meterStaleAfterMs: 5_000,
  endedEnergy: undefined,
  worstBreach: { w: 0, sinceMs: 0 },
});

/** A view at a second with these draws; everything else as in an empty site. */
function viewAt(second: number, draws: Readonly<Record<string, number | null>>): LiveView {
  const evses = Object.entries(draws).map(([station, drawnW]) => ({
    snapshot: { evseId: evseId(stationId(station), 1) },
    drawnW,
  }));
  return Object.assign({}, EMPTY, { atMs: second * 1_000, total: { ...EMPTY.total, drawnW: second }, evses });
}

test('the ring keeps the last points, oldest first, all columns equally long', () => {
  const ring = createPowerHistory(3);
  for (let second = 1; second <= 5; second += 1) ring.push(viewAt(second, { A: second === 4 ? null : second * 10 }));
  const history = ring.last(10);
  expect(history.atMs).toEqual([3_000, 4_000, 5_000]);
  expect(history.drawnW).toEqual([3, 4, 5]);
  expect(history.evses.get(evseId(stationId('A'), 1))).toEqual([30, null, 50]);
  expect(history.limitW).toEqual([null, null, null]);
  expect(ring.last(2).atMs).toEqual([4_000, 5_000]);
  expect(createPowerHistory(3).last(10).atMs).toEqual([]);
});

test('an EVSE that comes later was not known before; one that goes is not known any more', () => {
  const ring = createPowerHistory(4);
  ring.push(viewAt(1, { A: 1 }));
  ring.push(viewAt(2, { B: 2 }));
  const { evses } = ring.last(4);
  expect(evses.get(evseId(stationId('A'), 1))).toEqual([1, null]);
  expect(evses.get(evseId(stationId('B'), 1))).toEqual([null, 2]);
});

test('the first EVSE over the bound is only in the sum, until others are gone', () => {
  const ring = createPowerHistory(2);
  const many = Object.fromEntries(Array.from({ length: MAX_HISTORY_EVSES + 1 }, (_, index) => [`ST-${index}`, index]));
  ring.push(viewAt(1, many));
  expect(ring.last(1).evses.size).toBe(MAX_HISTORY_EVSES);
  ring.push(viewAt(2, { new: 7 }));
  expect([...ring.last(1).evses]).toEqual([[evseId(stationId('new'), 1), [7]]]);
});

test('what the site drew in between: of the points whose building was known, the end left out', () => {
  const ring = createPowerHistory(4);
  const building = (powerW: number | null) => ({ building: { ...EMPTY.building, powerW } });
  for (const [second, powerW] of [900, 100, null, 300, 200].entries()) {
    ring.push(Object.assign({}, viewAt(second, {}), building(powerW)));
  }
  // The first point is overwritten; the third is not known.
  expect(ring.drawnBetween(0, 4_000)).toEqual({ meanW: (101 + 303) / 2, peakW: 303 });
  expect(ring.drawnBetween(0, 4_001)).toEqual({ meanW: (101 + 303 + 204) / 3, peakW: 303 });
  expect(ring.drawnBetween(2_000, 3_000)).toEqual({ meanW: null, peakW: null });
});
