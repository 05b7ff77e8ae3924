import { beforeEach, expect, test } from '@jest/globals';
import { createRetoldChecker } from './retold.ts';
import { WireFrame } from './wire-profile.ts';

const [STATION, TX] = ['ST-1', 'T'];
const NEVER = Number.NEGATIVE_INFINITY;
const FOUND = 'decided: ST-1/1 charges again after a pause, and was told no limit for 20 s';

let details: string[];
let checker: ReturnType<typeof createRetoldChecker>;
let messages = 0;
beforeEach(() => {
  details = [];
  checker = createRetoldChecker(
    () => 6,
    ({ checker: by, detail }) => void details.push(`${by}: ${detail}`),
  );
});
const sends = (second: number, ...parts: readonly unknown[]): void =>
  checker.sent(second * 1_000, STATION, new WireFrame(JSON.stringify(parts)));
const says = (second: number, chargingState: string, change: Record<string, unknown> = {}): void =>
  sends(second, 2, 'm', 'TransactionEvent', {
    ...{ eventType: 'Updated', transactionInfo: { chargingState }, evse: { id: 1 } },
    ...change,
  });
const isTold = (second: number, limit: number, unit = 'A', status = 'Accepted'): void => {
  messages += 1;
  const schedule = { duration: 120, chargingRateUnit: unit, chargingSchedulePeriod: [{ startPeriod: 0, limit }] };
  const of = { id: 12, chargingProfilePurpose: 'TxProfile', transactionId: TX, chargingSchedule: [schedule] };
  const told = [2, `l-${messages}`, 'SetChargingProfile', { evseId: 1, chargingProfile: of }];
  checker.received(second * 1_000, STATION, new WireFrame(JSON.stringify(told)));
  sends(second, 3, `l-${messages}`, { status });
};
const look = (second: number, struckS = NEVER): readonly string[] => {
  checker.look(second * 1_000, struckS * 1_000);
  return details;
};

test('H79 retold: who says that it charges after it said that it is suspended is told a limit within 20 s, whichever', () => {
  isTold(0, 16);
  says(10, 'SuspendedEV');
  says(20, 'Charging');
  isTold(39, 14);
  says(50, 'SuspendedEV');
  says(60, 'Charging');
  expect(look(80)).toEqual([]);
  expect([...look(81), ...look(82)]).toEqual([FOUND, FOUND]);
});

test('H79 retold: who accepts a limit that lets it go on is told once more after that; then its word asks for nothing', () => {
  isTold(0, 0);
  says(5, 'SuspendedEVSE');
  isTold(30, 10);
  isTold(31, 10);
  says(32, 'Charging');
  expect(look(60)).toEqual([]);
  isTold(70, 0);
  isTold(80, 10);
  expect(look(101)).toEqual([FOUND]);
});

test('H79 retold: no more is asked of one that refused, is told watts, has no limit yet, or whose lease had ended', () => {
  says(0, 'SuspendedEV');
  says(1, 'Charging');
  isTold(10, 0, 'A', 'Rejected');
  isTold(20, 10);
  isTold(30, 0, 'W');
  says(31, 'SuspendedEVSE');
  isTold(40, 9_000, 'W');
  says(41, 'Charging');
  isTold(50, 0);
  isTold(160, 10);
  expect(look(300)).toEqual([]);
});

test('H79 retold: nor of one whose car has gone, whose line is another, that speaks of the past, or where a fault fired before', () => {
  const pauses = (second: number): void => {
    isTold(second, 16);
    says(second + 1, 'SuspendedEV');
  };
  pauses(0);
  says(2, 'Charging', { eventType: 'Ended' });
  pauses(10);
  checker.begins(STATION);
  says(12, 'Charging');
  isTold(20, 16);
  says(21, 'SuspendedEV', { offline: true });
  says(22, 'Charging');
  expect(look(100)).toEqual([]);
  pauses(1_000);
  says(1_010, 'Charging');
  expect(look(1_031, 900)).toEqual([]);
  pauses(2_000);
  says(2_010, 'Charging');
  expect(look(2_031, 1_889)).toEqual([FOUND]);
});

test('H79 retold: after six in a row a retelling may have to wait', () => {
  for (let n = 0; n < 7; n += 1) {
    isTold(n * 10, 16);
    says(n * 10 + 1, 'SuspendedEV');
    says(n * 10 + 2, 'Charging');
  }
  expect(look(200)).toEqual([]);
});
