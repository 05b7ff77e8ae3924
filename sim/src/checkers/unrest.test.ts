import { expect, test } from '@jest/globals';
import { createSilence } from './silence.ts';
import { createUnrest } from './unrest.ts';
import { WireFrame } from './wire-profile.ts';

const profile = (limit: number, purpose = 'TxProfile', transactionId = 7): WireFrame =>
  new WireFrame(
    JSON.stringify([
      2,
      `m-${limit}`,
      'SetChargingProfile',
      {
        connectorId: 1,
        csChargingProfiles: {
          ...{ chargingProfileId: 1, chargingProfilePurpose: purpose, transactionId },
          chargingSchedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
        },
      },
    ]),
  );

/** An hour in which these limits come to one of two EVSEs, each at its second. */
function hourOf(limits: readonly (readonly [number, number])[]) {
  const unrest = createUnrest();
  for (const second of [0, 3_600])
    for (const evseId of ['A/1', 'B/1']) unrest.look(second * 1_000, evseId, { plugged: false, flowA: 0 });
  for (const [second, amps] of limits) unrest.received(second * 1_000, 'A', profile(amps));
  return unrest.conclude();
}

test('unrest: a renewal is sent and no change; up and down again within a minute is a reversal', () => {
  const told = hourOf([
    [0, 10],
    [60, 10],
    [120, 16],
    [180, 10],
    [241, 16],
    [250, 20],
    [260, 12],
  ]);
  expect(told).toMatchObject({
    hours: 1,
    evseHours: 2,
    sent: 7,
    changes: 5,
    reversals: 2,
    wideReversals: 2,
    mostChangesAnHour: 5,
  });
});

test('unrest: a permanent limit, and the first limit of another transaction, are sent and change nothing', () => {
  const unrest = createUnrest();
  unrest.received(0, 'A', profile(10));
  unrest.received(1, 'A', profile(6, 'TxDefaultProfile'));
  unrest.received(2, 'A', profile(16, 'TxProfile', 8));
  expect(unrest.conclude()).toMatchObject({ sent: 3, changes: 0, reversals: 0 });
});

test('unrest: how often a car begins to take current is counted until it leaves, and of one that stays as well', () => {
  const unrest = createUnrest();
  const flows = (...amps: readonly number[]) => {
    for (const flowA of amps) unrest.look(0, 'A/1', { plugged: true, flowA });
  };
  flows(0, 6, 8, 0, 6);
  unrest.look(0, 'A/1', { plugged: false, flowA: 0 });
  flows(10);
  expect(unrest.conclude()).toMatchObject({ sessions: 2, starts: 3, mostStarts: 2 });
});

function silence(frames: readonly (readonly [number, WireFrame])[]): readonly string[] {
  const details: string[] = [];
  const checker = createSilence({ leaseMs: 120_000, report: ({ detail }) => void details.push(detail) });
  checker.received(0, 'A', profile(10));
  checker.received(0, 'A', profile(6, 'TxDefaultProfile'));
  checker.begins(1_000);
  for (const [second, frame] of frames) checker.received(second * 1_000, 'A', frame);
  return details;
}

test('silence: with constant inputs what was said is said again, and nothing else', () => {
  expect(
    silence([
      [60, profile(10)],
      [100, profile(6, 'TxDefaultProfile')],
      [120, profile(10)],
      [180, profile(10)],
    ]),
  ).toEqual([]);
  expect(
    silence([
      [60, profile(10.1)],
      [61, profile(10)],
    ]),
  ).toEqual(['A is told 10.1 A after 10.0 A, though nothing has changed']);
});

test('silence: not oftener than leases need it', () => {
  const renewed = [10, 11, 12, 13, 14].map((second) => [second, profile(10)] as const);
  expect(silence(renewed.slice(1))).toEqual([]);
  expect(silence(renewed)).toEqual(['A is told its limit 5 times within 13 s, though nothing has changed']);
});
