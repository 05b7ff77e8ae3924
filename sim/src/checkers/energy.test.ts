import { expect, test } from '@jest/globals';
import type { BookedTransaction } from './books.ts';
import { createEnergyChecker } from './energy.ts';

const LATER_MS = 1_000_000;
const BEGAN_MS = -600_000;
const row = (change: Partial<BookedTransaction> = {}): BookedTransaction => ({
  ...{ stationId: 'ST-1', transactionId: '7', state: 'closed', meterStartWh: 100, meterStopWh: 5_100, energyWh: 5_000 },
  ...{ startedAtMs: BEGAN_MS, endedAtMs: 0 },
  ...change,
});

interface Turn {
  readonly id?: string | undefined;
  readonly tookWh?: number;
  readonly endedAtMs?: number | undefined;
  readonly isUnsaid?: boolean;
}

/** What is told of these books, beside cars that each took 5000.4 Wh in transaction 7. */
function told(books: readonly BookedTransaction[], turns: readonly Turn[] = [{}]) {
  const details: string[] = [];
  const checker = createEnergyChecker(({ checker: name, detail }) => void details.push(`${name}: ${detail}`));
  for (const turn of turns) {
    const { id, tookWh, endedAtMs, isUnsaid } = { id: '7', tookWh: 5_000.4, endedAtMs: 0, isUnsaid: false, ...turn };
    checker.began({
      stationId: 'ST-1',
      beganAtMs: BEGAN_MS,
      transactionId: () => id,
      isUnsaid: () => isUnsaid,
      ended: () => (endedAtMs === undefined ? undefined : { atMs: endedAtMs, tookWh }),
    });
  }
  checker.compare(LATER_MS, books);
  return { details, kwh: checker.bookedKwh() };
}

test('energy: what a car took stands in the books to within one step of the register, and is added up', () => {
  expect(told([row()])).toEqual({ details: [], kwh: 5.0004 });
  expect(told([row({ energyWh: 5_001 })]).details).toEqual([]);
  expect(told([row({ energyWh: 5_002 })]).details).toEqual([
    'energy: transaction 7 of ST-1 took 5000.4 Wh and stands with 5002',
  ]);
  expect(told([row({ energyWh: undefined })]).details).toEqual([
    'energy: transaction 7 of ST-1 took 5000.4 Wh and stands with none',
  ]);
});

test('energy: nothing is lost, and nothing stands twice', () => {
  expect(told([]).details).toEqual(['energy: transaction 7 of ST-1 took 5000.4 Wh and stands 0 times']);
  expect(told([row(), row()]).details).toEqual(['energy: transaction 7 of ST-1 took 5000.4 Wh and stands 2 times']);
  expect(told([row()], [{}, { id: undefined, tookWh: 3 }]).details).toEqual([
    'energy: transaction without an id of ST-1 took 3.0 Wh and stands 0 times',
  ]);
});

test('energy: what stands under a transaction that no car had is told; an open one of a car that still charges is not', () => {
  expect(told([row(), row({ transactionId: '8' })]).details).toEqual([
    'energy: 5000 Wh stand in transaction ST-1 8 that no car took',
  ]);
  expect(told([row({ state: 'open' })], [{ endedAtMs: undefined }]).details).toEqual([]);
  expect(told([row(), row({ transactionId: '8', energyWh: 0 })]).details).toEqual([]);
});

test('energy: a transaction that ended within the last two minutes need not stand there yet', () => {
  expect(told([], [{ endedAtMs: LATER_MS - 119_000 }]).details).toEqual([]);
  expect(told([], [{ endedAtMs: LATER_MS - 120_000 }]).details).toHaveLength(1);
});

test('H73 energy: of a transaction that its station said half of, less may stand, or nothing; never more, and never twice', () => {
  const unsaid = [{ isUnsaid: true }];
  for (const books of [[], [row({ energyWh: 3_000 })], [row({ energyWh: undefined })]])
    expect(told(books, unsaid)).toEqual({ details: [], kwh: 0 });
  const more = 'energy: transaction 7 of ST-1 took 5000.4 Wh, half unsaid, and stands 1 times';
  expect(told([row({ energyWh: 5_002 })], unsaid).details).toEqual([more]);
  expect(told([row(), row()], unsaid).details).toHaveLength(1);
});

test('energy: it stands there as of the time at which it was taken, to one and a half minutes', () => {
  for (const near of [{ startedAtMs: BEGAN_MS + 90_000 }, { endedAtMs: -90_000 }, { endedAtMs: 90_000 }])
    expect(told([row(near)]).details).toEqual([]);
  const [began, ended] = ['energy: transaction 7 of ST-1 began at', 'energy: transaction 7 of ST-1 ended at'];
  expect(told([row({ startedAtMs: BEGAN_MS + 90_001 })]).details).toEqual([
    `${began} 1969-12-31T23:50:00.000Z and stands with 1969-12-31T23:51:30.001Z`,
  ]);
  expect(told([row({ endedAtMs: 90_001 })]).details).toEqual([
    `${ended} 1970-01-01T00:00:00.000Z and stands with 1970-01-01T00:01:30.001Z`,
  ]);
  expect(told([row({ endedAtMs: undefined })]).details).toEqual([
    `${ended} 1970-01-01T00:00:00.000Z and stands with none`,
  ]);
});
