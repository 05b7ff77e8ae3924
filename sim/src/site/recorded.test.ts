import { expect, test } from '@jest/globals';
import { layOnClock } from './recorded.ts';
import type { RecordedSession } from './recorded-csv.ts';

const MIN = 60_000;
const DAY = Date.UTC(2019, 5, 12, 14);
const session = (evseId: string, arriveMin: number, stayMin: number): RecordedSession => ({
  evseId,
  arrivedAtMs: DAY + arriveMin * MIN,
  departedAtMs: DAY + (arriveMin + stayMin) * MIN,
  requestedWh: 10_000,
  deliveredWh: 8_000,
  driverStated: false,
  day: '2019-06-12',
});
const START = 1_000_000;
const minutes = (list: ReturnType<typeof layOnClock>) =>
  list.map((one) => [(one.arriveAtMs - START) / MIN, (one.departAtMs - START) / MIN]);

test('the first arrival is at the start, and everything after it in its own distance', () => {
  expect(minutes(layOnClock([session('B', 20, 60), session('A', 5, 100)], START))).toEqual([
    [0, 100],
    [15, 75],
  ]);
});

test('long gaps before the morning gets going are cut to a minute, later ones are not, and stays keep their length', () => {
  const laid = layOnClock(
    [session('A', 0, 400), session('B', 200, 90), session('C', 210, 50), session('D', 300, 10)],
    START,
  );
  expect(minutes(laid)).toEqual([
    [0, 400],
    [1, 91],
    [11, 61],
    [101, 111],
  ]);
});

test('a car whose EVSE is still taken because of the cut comes a minute after it is free, and stays as long', () => {
  expect(minutes(layOnClock([session('A', 0, 150), session('B', 160, 5), session('A', 165, 30)], START))).toEqual([
    [0, 150],
    [1, 6],
    [151, 181],
  ]);
});
