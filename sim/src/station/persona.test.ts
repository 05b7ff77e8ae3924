import { afterEach, describe, expect, test } from '@jest/globals';
import type { Json } from '../json.ts';
import { type Bench, HUNGRY, setUp, until } from '../test-support/bench.ts';
import { FORGETS_OFFLINE } from '../world/abilities.ts';
import type { Persona } from './persona.ts';

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.end();
  bench = undefined;
});

async function charging(persona: Partial<Persona>): Promise<Bench> {
  bench = await setUp('1.6', { persona: { clockErrorMs: 0, ...persona } });
  const { station, central } = bench;
  station.start();
  await bench.online();
  await central.call('SetChargingProfile', profile(1, 6));
  station.plug(1, HUNGRY);
  await station.tap(1, 'CARD-1');
  await bench.run(2);
  return bench;
}

/** The permanent limit (1), or that of the transaction (2) for a minute. */
function profile(id: 1 | 2, limit: number, b?: Bench): Json {
  const lease = id === 2;
  const [purpose, kind] = lease ? ['TxProfile', 'Absolute'] : ['TxDefaultProfile', 'Relative'];
  const span = lease && b !== undefined ? { startSchedule: new Date(b.time.nowMs()).toISOString(), duration: 60 } : {};
  const tx = lease ? { transactionId: Number(b?.station.bay(1)?.transaction?.id) } : {};
  return {
    connectorId: 1,
    csChargingProfiles: {
      ...{ chargingProfileId: id, stackLevel: lease ? 1 : 0, ...tx },
      ...{ chargingProfilePurpose: purpose, chargingProfileKind: kind },
      chargingSchedule: { chargingRateUnit: 'A', ...span, chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
    },
  };
}

const obeyedA = ({ station }: Bench): number | undefined => station.bay(1)?.obeyed.limitA;
const tell = ({ central }: Bench, request: Json) => central.call('SetChargingProfile', request);

test('H89: it obeys the limit of a transaction beyond its time, and its permanent one with the end of it', async () => {
  const b = await charging({ keepsLeases: true });
  await tell(b, profile(2, 16, b));
  await b.run(90);
  expect(obeyedA(b)).toBe(16);
  b.station.unplug(1);
  expect(obeyedA(b)).toBe(6);
});

test('H76: with its line it loses all its limits, and takes what its hardware bears until it is told again', async () => {
  const b = await charging(FORGETS_OFFLINE);
  expect(obeyedA(b)).toBe(6);
  b.station.cutLink();
  await until('the line is gone', () => !b.station.isOnline());
  expect(obeyedA(b)).toBe(32);
});

test('H78: it accepts a lower limit, says that it offers it, and goes on with what it had until its transaction ends', async () => {
  const b = await charging({ holdsOn: 'to-the-end' });
  await tell(b, profile(2, 16, b));
  await b.run(10);
  expect(await tell(b, profile(2, 8, b))).toEqual([3, expect.any(String), { status: 'Accepted' }]);
  await b.run(12);
  expect(b.station.bay(1)).toMatchObject({ obeyed: { limitA: 8 }, doesA: 16, currentA: 16 });
  const said = () => JSON.stringify(b.central.of('MeterValues').at(-1)?.payload);
  const shows = (measurand: string, value: string) => `"${measurand}","location":"Outlet","value":"${value}"`;
  // The line is a real socket: what was sent last may be on it still.
  await until('a sample says what flows, and that it offers what it was told', () =>
    [shows('Current.Import', '16.00'), shows('Current.Offered', '8.0')].every((each) => said().includes(each)),
  );
  b.station.unplug(1);
  expect(b.station.bay(1)).not.toHaveProperty('doesA');
});

test('H32: it takes no limit that names its start, and one that counts from the start of its transaction', async () => {
  const b = await charging({ relativeOnly: true });
  expect(obeyedA(b)).toBe(6);
  expect(await tell(b, profile(2, 16, b))).toEqual([3, expect.any(String), { status: 'Rejected' }]);
  const { csChargingProfiles, ...request } = profile(2, 16) as { csChargingProfiles: Json };
  const { transactionId } = (profile(2, 16, b) as { csChargingProfiles: Json }).csChargingProfiles;
  const relative = { ...csChargingProfiles, transactionId, chargingProfileKind: 'Relative' };
  expect(await tell(b, { ...request, csChargingProfiles: relative })).toMatchObject({
    2: { status: 'Accepted' },
  });
  expect(obeyedA(b)).toBe(16);
});

test('H86: it refuses 0 A, and goes on as before', async () => {
  const b = await charging({ leastLimitA: 6 });
  expect(await tell(b, profile(2, 0, b))).toEqual([3, expect.any(String), { status: 'Rejected' }]);
  expect(obeyedA(b)).toBe(6);
  expect(await tell(b, profile(2, 6, b))).toEqual([3, expect.any(String), { status: 'Accepted' }]);
});

test.each([
  [
    'halved',
    [
      { startPeriod: 0, limit: 5 },
      { startPeriod: 60, limit: 3 },
    ],
  ],
  ['endless', [{ startPeriod: 0, limit: 10 }]],
] as const)('H87: what it says is %s', async (composite, periods) => {
  const b = await charging({ composite });
  await tell(b, profile(2, 10, b));
  const [, , said] = await b.central.call('GetCompositeSchedule', { connectorId: 1, duration: 90 });
  expect(said).toMatchObject({ chargingSchedule: { duration: 90, chargingSchedulePeriod: periods } });
  expect(obeyedA(b)).toBe(10);
});

test('H87: it says twice of what holds, or nothing', async () => {
  const asked = { connectorId: 1, duration: 60 };
  const doubled = await charging({ composite: 'doubled' });
  const [, , schedule] = await doubled.central.call('GetCompositeSchedule', asked);
  expect(schedule).toMatchObject({ chargingSchedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: 12 }] } });
  expect(obeyedA(doubled)).toBe(6);
  await doubled.end();
  const none = await charging({ composite: 'none' });
  expect(await none.central.call('GetCompositeSchedule', asked)).toEqual([
    3,
    expect.any(String),
    { status: 'Rejected' },
  ]);
});

test('H70: it has never heard of commands that its version asks for', async () => {
  const b = await charging({ unable: ['TriggerMessage'] });
  const answer = await b.central.call('TriggerMessage', { requestedMessage: 'Heartbeat' });
  expect(answer.slice(0, 3)).toEqual([4, expect.any(String), 'NotImplemented']);
});

test('H92: it is Available with a cable in it, but for the time in which current flows', async () => {
  const b = await charging({ saysAvailable: true });
  b.station.unplug(1);
  b.station.plug(1, HUNGRY);
  await b.run(3);
  const said = () => b.central.of('StatusNotification').map(({ payload }) => payload['status']);
  // The line is a real socket: what was sent last may be on it still.
  await until('it says that it is available again', () => said().at(-1) === 'Available');
  expect(new Set(said())).toEqual(new Set(['Available', 'Charging']));
});

describe('K28: a station of 2.1 that takes Dynamic profiles', () => {
  const dynamic = (b: Bench, limit: number, more: Json = {}): Json => ({
    evseId: 1,
    chargingProfile: {
      ...{ id: 12, stackLevel: 1, chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Dynamic' },
      transactionId: b.station.bay(1)?.transaction?.id ?? '',
      validTo: new Date(b.time.nowMs() + 60_000).toISOString(),
      chargingSchedule: [
        { id: 12, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit }], ...more },
      ],
    },
  });
  const update = ({ central }: Bench, limit: number, chargingProfileId = 12) =>
    central.call('UpdateDynamicSchedule', { chargingProfileId, scheduleUpdate: { limit } });
  const statusOf = async (answer: Promise<readonly unknown[]>) => (await answer)[2];

  async function newest(persona: Partial<Persona> = { dynamicProfiles: true }): Promise<Bench> {
    bench = await setUp('2.1', { persona: { clockErrorMs: 0, ...persona } });
    bench.station.start();
    await bench.online();
    bench.station.plug(1, HUNGRY);
    await bench.station.tap(1, 'CARD-1');
    await bench.run(2);
    return bench;
  }

  test('obeys the limit of the last update until the end of the profile, which no update puts off', async () => {
    const b = await newest();
    expect(await statusOf(tell(b, dynamic(b, 10)))).toEqual({ status: 'Accepted' });
    await b.run(40);
    expect(await statusOf(update(b, 14))).toEqual({ status: 'Accepted' });
    expect(obeyedA(b)).toBe(14);
    await b.run(25);
    expect(obeyedA(b)).toBe(32);
  });

  test('refuses an update of a profile that it does not hold, and of one that is not Dynamic', async () => {
    const b = await newest();
    expect(await statusOf(update(b, 14))).toMatchObject({ status: 'Rejected' });
    const { chargingProfile } = dynamic(b, 10) as { chargingProfile: Json };
    const [schedule] = chargingProfile['chargingSchedule'] as readonly Json[];
    const startSchedule = new Date(b.time.nowMs()).toISOString();
    const absolute = {
      ...chargingProfile,
      chargingProfileKind: 'Absolute',
      chargingSchedule: [{ ...schedule, startSchedule }],
    };
    expect(await statusOf(tell(b, { evseId: 1, chargingProfile: absolute }))).toEqual({ status: 'Accepted' });
    expect(await statusOf(update(b, 14))).toMatchObject({ status: 'Rejected' });
    expect(obeyedA(b)).toBe(10);
  });

  test('refuses a Dynamic profile of two periods; and one that has never heard of them refuses any', async () => {
    const b = await newest();
    const periods = {
      chargingSchedulePeriod: [
        { startPeriod: 0, limit: 10 },
        { startPeriod: 30, limit: 6 },
      ],
    };
    expect(await statusOf(tell(b, dynamic(b, 10, periods)))).toMatchObject({ status: 'Rejected' });
    await b.end();
    const older = await newest({});
    expect(await statusOf(tell(older, dynamic(older, 10)))).toMatchObject({ status: 'Rejected' });
  });
});
const idsOf = ({ central }: Bench, action: string) => central.of(action).map(({ messageId }) => messageId);

test('H67: its message ids count from 1, and once more from 1 after a restart; its transactions have names of their own', async () => {
  const b = await charging({ countsMessageIds: true, rebootMs: 1_000 });
  expect(idsOf(b, 'BootNotification')).toEqual(['1']);
  const [started] = idsOf(b, 'StartTransaction');
  expect(Number(started)).toBeGreaterThan(1);
  b.station.reboot();
  await b.run(3);
  await b.online();
  expect(idsOf(b, 'BootNotification')).toEqual(['1', '1']);
  await b.run(1);
  expect(b.station.waiting()).toBe(0);
});

test('H73: its queue keeps so many messages, and the newest goes, the end of its transaction too', async () => {
  const b = await charging({ queueMax: 2, makesRoom: false, sampleS: 10, sampleOnChange: false });
  b.station.cutLink();
  await until('the line is gone', () => !b.station.isOnline());
  await b.run(45);
  expect(b.station.waiting()).toBe(2);
  b.station.unplug(1);
  expect(b.station.waiting()).toBe(2);
  b.station.restoreLink();
  await b.run(3);
  await b.online();
  expect(b.central.of('StopTransaction')).toEqual([]);
  const { messages } = b.station.ledger();
  expect(messages.filter(({ dropped }) => dropped === 'queue full').map(({ action }) => action)).toContain(
    'StopTransaction',
  );
});

test('H79: it goes on after a pause with all that its hardware bears, until it is told a limit anew', async () => {
  const b = await charging({ forgetsWhenPaused: true });
  await tell(b, profile(2, 10, b));
  expect(obeyedA(b)).toBe(10);
  await tell(b, profile(2, 0, b));
  expect(obeyedA(b)).toBe(0);
  await tell(b, profile(2, 10, b));
  expect(b.station.bay(1)?.obeyed).toEqual({ limitA: 32, source: 'hardware' });
  await tell(b, profile(2, 10, b));
  expect(obeyedA(b)).toBe(10);
});

test('H79: a limit that ends while it is paused lets it go on in the same way', async () => {
  const b = await charging({ forgetsWhenPaused: true });
  await tell(b, profile(2, 0, b));
  await b.run(61);
  expect(obeyedA(b)).toBe(32);
  await tell(b, profile(1, 6));
  expect(obeyedA(b)).toBe(6);
});

test('H88: after a limit was cleared it is deaf for 30 s, and its pilot takes its time', async () => {
  const b = await charging({ deafAfterClearMs: 30_000, pilotRisesAPerS: 2 });
  expect(await b.central.call('ClearChargingProfile', { id: 1 })).toEqual([
    3,
    expect.any(String),
    { status: 'Accepted' },
  ]);
  expect(await tell(b, profile(1, 10))).toEqual([3, expect.any(String), { status: 'Accepted' }]);
  await b.run(4);
  expect(obeyedA(b)).toBe(32);
  expect(b.station.load(1)?.offeredA).toBe(14);
  await b.run(25);
  expect([obeyedA(b), b.station.load(1)?.offeredA]).toEqual([32, 32]);
  await b.run(2);
  expect([obeyedA(b), b.station.load(1)?.offeredA]).toEqual([10, 10]);
});

const stationMax = (connectorId: number): Json => ({
  connectorId,
  csChargingProfiles: {
    ...{ chargingProfileId: 7, stackLevel: 0, chargingProfilePurpose: 'ChargePointMaxProfile' },
    chargingProfileKind: 'Absolute',
    chargingSchedule: {
      startSchedule: new Date(0).toISOString(),
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 4 }],
    },
  },
});

test.each([
  ['kept', 'Accepted', 4],
  ['refused', 'Rejected', 6],
  ['ignored', 'Accepted', 6],
] as const)(
  'H90: a maximum of the whole station at an EVSE is refused; at the station it is %s',
  async (how, status, amps) => {
    const b = await charging({ stationMax: how });
    expect(await tell(b, stationMax(1))).toEqual([3, expect.any(String), { status: 'Rejected' }]);
    expect(await tell(b, stationMax(0))).toEqual([3, expect.any(String), { status }]);
    expect(obeyedA(b)).toBe(amps);
  },
);
