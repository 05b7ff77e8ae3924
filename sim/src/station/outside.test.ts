import { afterEach, expect, test } from '@jest/globals';
import { type Bench, HUNGRY, setUp, until } from '../test-support/bench.ts';
import type { OcppVersion } from './dialect.ts';

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.end();
  bench = undefined;
});

async function charging(version: OcppVersion): Promise<Bench> {
  bench = await setUp(version);
  bench.station.start();
  await bench.online();
  bench.station.plug(1, HUNGRY);
  await bench.station.tap(1, 'CARD');
  await bench.run(30);
  return bench;
}
const flows = (b: Bench): number => Math.round(b.station.bay(1)?.currentA ?? 0);

test('K11, K13: what an energy manager allows holds at once, is told, and its end too', async () => {
  const b = await charging('2.0.1');
  expect(flows(b)).toBe(32);
  b.station.outside.limit(1, 10);
  await b.run(10);
  expect(flows(b)).toBe(10);
  expect(b.central.of('NotifyChargingLimit')[0]?.payload).toMatchObject({
    evseId: 1,
    chargingLimit: { chargingLimitSource: 'EMS' },
    chargingSchedule: [{ chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] }],
  });
  b.station.outside.limit(1, undefined);
  await b.run(20);
  expect(flows(b)).toBe(32);
  expect(b.central.of('ClearedChargingLimit')[0]?.payload).toEqual({ chargingLimitSource: 'EMS', evseId: 1 });
});

test('1.6 has no words for it, and is limited all the same', async () => {
  const b = await charging('1.6');
  b.station.outside.limit(0, 10);
  await b.run(10);
  expect(flows(b)).toBe(10);
  expect(b.central.of('NotifyChargingLimit')).toEqual([]);
});

test('K09: a station tells all profiles that it holds, whoever set them, one report for each EVSE and source', async () => {
  const b = await charging('2.0.1');
  expect(await b.central.call('GetChargingProfiles', { requestId: 4, chargingProfile: {} })).toMatchObject([
    3,
    expect.anything(),
    { status: 'NoProfiles' },
  ]);
  const schedule = { unit: 'A', periods: [{ startS: 0, limit: 20 }] } as const;
  b.station.outside.install(1, { id: 77, purpose: 'tx-default', stackLevel: 3, kind: 'relative', schedule });
  b.station.outside.limit(1, 10);
  const answer = await b.central.call('GetChargingProfiles', { requestId: 5, chargingProfile: {} });
  expect(answer[2]).toEqual({ status: 'Accepted' });
  await until('both reports', () => b.central.of('ReportChargingProfiles').length === 2);
  expect(b.central.of('ReportChargingProfiles').map(({ payload }) => payload)).toMatchObject([
    {
      ...{ requestId: 5, evseId: 1, chargingLimitSource: 'CSO', tbc: true },
      chargingProfile: [{ id: 77, stackLevel: 3, chargingProfilePurpose: 'TxDefaultProfile' }],
    },
    {
      ...{ requestId: 5, evseId: 1, chargingLimitSource: 'EMS' },
      chargingProfile: [{ chargingProfilePurpose: 'ChargingStationExternalConstraints' }],
    },
  ]);
});

test('SI15: a lease of 2.1 is void for good once the station has been without its central system for so long', async () => {
  const b = await charging('2.1');
  const set = (id: number, purpose: string, limit: number, change: object) =>
    b.central.call('SetChargingProfile', {
      evseId: 1,
      chargingProfile: {
        ...{ id, stackLevel: 0, chargingProfilePurpose: purpose, chargingProfileKind: 'Relative', ...change },
        chargingSchedule: [{ id, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit }] }],
      },
    });
  await set(11, 'TxDefaultProfile', 6, {});
  const transactionId = b.station.bay(1)?.transaction?.id;
  await set(12, 'TxProfile', 20, { transactionId, maxOfflineDuration: 60, invalidAfterOfflineDuration: true });
  await b.run(10);
  expect(flows(b)).toBe(20);
  b.station.cutLink();
  await until('it is off line', () => !b.station.isOnline());
  await b.run(55);
  expect(flows(b)).toBe(20);
  await b.run(15);
  expect(flows(b)).toBe(6);
  b.station.restoreLink();
  await b.online();
  await b.run(10);
  expect(flows(b)).toBe(6);
});
