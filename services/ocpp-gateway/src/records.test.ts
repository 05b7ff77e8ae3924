import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventIdOf, hashOfToken, PASSWORD, type Rig, START_MS, startRig } from './testing/rig.ts';
import { booted, connect, refused, roundTrip, type TestStation, until } from './testing/station.ts';

const AT = new Date(START_MS).toISOString();
const START = { connectorId: 1, idTag: 'TAG', meterStart: 10, timestamp: AT };
let rig: Rig;
let station: TestStation;
beforeEach(async () => {
  rig = await startRig();
  station = await booted(rig.url);
});
afterEach(() => rig.stop());

const answered = (answer: Promise<unknown>, by: TestStation = station) =>
  Promise.race([answer.then(() => true), roundTrip(by).then(() => false)]);

test('R5, I1: a transaction message is answered only once it is durable', async () => {
  rig.log.mode = 'hangs';
  expect(await answered(station.call('StartTransaction', START))).toBe(false);
});

test.each(['StopTransaction', 'MeterValues'])('R5: so is %s', async (action) => {
  rig.log.mode = 'hangs';
  const stop = { transactionId: 5, meterStop: 20, timestamp: AT };
  const values = { connectorId: 1, meterValue: [{ timestamp: AT, sampledValue: [{ value: '1' }] }] };
  expect(await answered(station.call(action, action === 'StopTransaction' ? stop : values))).toBe(false);
});

test('SI5, H91: a boot is answered only once it is durable: whoever was answered would never say it again', async () => {
  const other = await connect(rig.url);
  const boot = { chargePointVendor: 'V', chargePointModel: 'M' };
  rig.log.mode = 'hangs';
  expect(await answered(other.call('BootNotification', boot), other)).toBe(false);
});

test('I5: heartbeat and status do not wait for the log', async () => {
  rig.log.mode = 'hangs';
  expect((await station.call('Heartbeat', {}))[0]).toBe(3);
  const status = { connectorId: 1, status: 'Charging', errorCode: 'NoError' };
  expect((await station.call('StatusNotification', status))[0]).toBe(3);
});

test('facts that gate nothing are recorded within a second of the log being back, in order', async () => {
  rig.log.mode = 'fails';
  for (const status of ['Preparing', 'Charging', 'Finishing']) {
    await station.call('StatusNotification', { connectorId: 1, status, errorCode: 'NoError' });
  }
  expect(rig.log.of('statusReported')).toEqual([]);
  rig.log.mode = 'works';
  rig.time.advance(1_000);
  await until(() => rig.log.of('statusReported').length === 3);
  const statuses = rig.log.of('statusReported').map(({ status }) => status);
  expect(statuses).toEqual(statuses.toSorted((a, b) => Number(a) - Number(b)).slice(0, 3));
});

test('I7, H2, H3: a repeat under the same or a new id gets the same answer, and has no second effect', async () => {
  const first = await station.call('StartTransaction', START);
  const again = await station.call('StartTransaction', START);
  expect(again[2]).toEqual(first[2]);
  expect(rig.log.of('transactionStarted')).toHaveLength(1);
  const authorizations = rig.registry.authorizations;
  rig.registry.blocked.add(hashOfToken('TAG'));
  expect((await station.call('StartTransaction', START))[2]).toEqual(first[2]);
  expect(rig.registry.authorizations).toBe(authorizations);
});

test('H67: the same message id with new content is a new message', async () => {
  station.send(`[2,"same","StartTransaction",${JSON.stringify(START)}]`);
  const [, , first] = await station.next();
  station.send(`[2,"same","StartTransaction",${JSON.stringify({ ...START, meterStart: 11 })}]`);
  const [, , second] = await station.next();
  expect(second).not.toEqual(first);
  expect(rig.log.of('transactionStarted')).toHaveLength(2);
});

test('the transaction id of 1.6 is the same at another gateway that has never seen the message', async () => {
  const first = await station.call('StartTransaction', START);
  const other = await startRig();
  const elsewhere = await booted(other.url);
  expect((await elsewhere.call('StartTransaction', START))[2]).toEqual(first[2]);
  expect(other.log.records.map(eventIdOf)).toContain(eventIdOf(rig.log.records.at(-1) ?? raise()));
  await other.stop();
});

test('R10, H6: a stop for a transaction nobody knows is stored and accepted', async () => {
  expect((await station.call('StopTransaction', { transactionId: -1, meterStop: 1, timestamp: AT }))[2]).toEqual({});
  expect(rig.log.of('transactionEnded')[0]).toMatchObject({ transactionId: '-1' });
});

test('a token that is blocked or unknown is told so, and the transaction is stored as not authorized', async () => {
  rig.registry.blocked.add(hashOfToken('BAD'));
  expect((await station.call('StartTransaction', { ...START, idTag: 'BAD' }))[2]).toMatchObject({
    idTagInfo: { status: 'Blocked' },
  });
  expect((await station.call('StartTransaction', { ...START, idTag: 'NEW' }))[2]).toMatchObject({
    idTagInfo: { status: 'Invalid' },
  });
  expect(rig.log.of('transactionStarted').map(({ authorized }) => authorized)).toEqual([false, false]);
});

test('the registry is away: its last answer stands, and who is not known is Invalid', async () => {
  await station.call('Authorize', { idTag: 'TAG' });
  rig.registry.away = true;
  expect((await station.call('Authorize', { idTag: 'TAG' }))[2]).toEqual({ idTagInfo: { status: 'Accepted' } });
  expect((await station.call('Authorize', { idTag: 'NEW' }))[2]).toEqual({ idTagInfo: { status: 'Invalid' } });
});

test('I3, I4: after five seconds without a durable write the sockets close and nobody comes in, until ten good seconds', async () => {
  rig.log.mode = 'fails';
  const unanswered = { is: true };
  void station.call('StartTransaction', START).then(() => {
    unanswered.is = false;
  });
  await roundTrip(station);
  rig.time.advance(5_000);
  // R5: what is not durable is never acknowledged, however long the station waits.
  await roundTrip(station);
  expect(unanswered.is).toBe(true);
  expect(rig.gateway.readiness().kind).toBe('ready');
  rig.time.advance(1_000);
  expect(await station.closed).toEqual({ code: 1013, reason: 'messages cannot be recorded' });
  const answer = await refused(rig.url);
  expect([answer.status, answer.body]).toEqual([503, 'Messages cannot be recorded at the moment.\n']);
  rig.log.mode = 'works';
  for (let i = 0; i < 9; i += 1) {
    rig.time.advance(1_000);
    await Promise.resolve();
  }
  expect((await refused(rig.url)).status).toBe(503);
  await until(() => {
    rig.time.advance(1_000);
    return rig.gateway.readiness().kind === 'ready';
  });
  const back = await connect(rig.url);
  expect((await back.call('StartTransaction', START))[0]).toBe(3);
});

test('I3: a log that never answers is a log that is away', async () => {
  rig.log.mode = 'hangs';
  void station.call('StartTransaction', START);
  await roundTrip(station);
  rig.time.advance(6_000);
  expect((await station.closed).code).toBe(1013);
});

test('P21-7: what somebody else allows a station of 2.0.1 is recorded as it says it, one fact for each EVSE', async () => {
  rig.registry.stations.set('ST-2', { siteId: 'site-1', password: PASSWORD });
  const limited = await booted(rig.url, { stationId: 'ST-2', protocols: ['ocpp2.0.1'] });
  const chargingLimit = { chargingLimitSource: 'EMS', isGridCritical: true };
  const step = { startPeriod: 0, limit: 16 };
  const schedule = { id: 1, chargingRateUnit: 'A', duration: 60, chargingSchedulePeriod: [step] };
  for (const evseId of [1, 2]) {
    const notice = { evseId, chargingLimit, chargingSchedule: [schedule] };
    expect(await limited.call('NotifyChargingLimit', notice)).toMatchObject([3, expect.anything(), {}]);
  }
  await limited.call('ClearedChargingLimit', { chargingLimitSource: 'EMS' });
  await until(() => rig.log.of('chargingLimitCleared').length === 1);
  const steps = [{ fromMs: BigInt(START_MS), limit: 160n }];
  const said = { source: 'EMS', gridCritical: true, localGeneration: false };
  const schedules = [{ inWatts: false, steps, untilMs: BigInt(START_MS + 60_000) }];
  expect(rig.log.of('chargingLimitNotified')).toMatchObject([
    { evse: 1, ...said, schedules },
    { evse: 2, ...said, schedules },
  ]);
  expect(rig.log.of('chargingLimitCleared')).toMatchObject([{ evse: 0, source: 'EMS' }]);
  const ids = rig.log.records.map(eventIdOf);
  expect(new Set(ids).size).toBe(ids.length);
});

function raise(): never {
  throw new Error('nothing recorded');
}
