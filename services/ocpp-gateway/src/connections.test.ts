import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Rig, START_MS, startRig, stopped } from './testing/rig.ts';
import { booted, connect, roundTrip, until } from './testing/station.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.stop());

const kinds = () =>
  rig.log.facts().map((fact) => `${fact.fact?.$case} ${fact.connectionGeneration - BigInt(START_MS)}`);

test('H47, R8: the newest authenticated connection wins, with a higher generation', async () => {
  const old = await booted(rig.url);
  const fresh = await connect(rig.url);
  expect(await old.closed).toEqual({ code: 4001, reason: 'a newer connection of this station' });
  expect((await fresh.call('Heartbeat', {}))[0]).toBe(3);
  expect(kinds()).toEqual(['connected 0', 'booted 0', 'connected 1']);
});

test('H48, A6: the late close of the old connection leaves the station on line', async () => {
  const old = await booted(rig.url);
  // It does not take part in the closing handshake, so that its close comes late.
  old.socket.pause();
  const fresh = await connect(rig.url);
  await fresh.call('Heartbeat', {});
  old.socket.terminate();
  await old.closed;
  await roundTrip(fresh);
  expect(kinds().filter((one) => one.startsWith('disconnected'))).toEqual([]);
  expect(await rig.live.get('route', 'ST-1')).toMatchObject({ version: { epoch: BigInt(START_MS + 1) } });
});

test('X8: a frame that the old connection still sent is recorded, and answered to nobody', async () => {
  const old = await booted(rig.url);
  const heard: unknown[] = [];
  old.socket.on('message', (data: Buffer) => heard.push(data.toString()));
  const release = holdAppends();
  const at = new Date(START_MS).toISOString();
  old.send(`[2,"late","StartTransaction",{"connectorId":1,"idTag":"TAG","meterStart":1,"timestamp":"${at}"}]`);
  await roundTrip(old);
  const fresh = await connect(rig.url);
  release();
  await old.closed;
  await roundTrip(fresh);
  expect(heard).toEqual([]);
  expect(kinds()).toContain('transactionStarted 0');
});

test('the generation grows by the clock over restarts', async () => {
  rig.time.advance(1_000);
  await connect(rig.url);
  expect(rig.log.facts()[0]?.connectionGeneration).toBe(BigInt(START_MS + 1_000));
});

test('a close is a fact, with its code', async () => {
  const station = await booted(rig.url);
  station.socket.close(1001, 'going away');
  await until(() => rig.log.of('disconnected').length === 1);
  expect(rig.log.of('disconnected')[0]).toMatchObject({ closeCode: 1001, reason: 'going away' });
});

test('H46: a socket that shows no sign of life for two ping periods is ended', async () => {
  const dead = await connect(rig.url, { autoPong: false });
  for (let i = 0; i < 2; i += 1) {
    rig.time.advance(25_000);
    await new Promise((resolve) => dead.socket.once('ping', resolve));
  }
  rig.time.advance(25_000);
  expect((await dead.closed).code).toBe(1006);
  await until(() => rig.log.of('disconnected').length === 1);
});

test('H49: any frame is a sign of life, though pings are never answered', async () => {
  const station = await booted(rig.url, { autoPong: false });
  for (let i = 0; i < 5; i += 1) {
    rig.time.advance(25_000);
    expect((await station.call('Heartbeat', {}))[0]).toBe(3);
  }
});

test('G6: a stop lets what is in hand become durable and answers it, then closes with 1012', async () => {
  const station = await booted(rig.url);
  const release = holdAppends();
  const answer = station.call('StopTransaction', {
    transactionId: 5,
    meterStop: 1,
    timestamp: new Date(START_MS).toISOString(),
  });
  await roundTrip(station);
  const stopping = stopped(rig.time, rig.gateway.stop(4_000));
  release();
  expect((await answer)[0]).toBe(3);
  expect((await station.closed).code).toBe(1012);
  await stopping;
  expect(kinds().at(-1)).toBe('disconnected 0');
  expect(await rig.live.get('route', 'ST-1')).toBeUndefined();
});

test('G6: a station that does not take part in the closing is not waited for beyond the grace', async () => {
  const station = await booted(rig.url);
  station.socket.pause();
  await stopped(rig.time, rig.gateway.stop(200));
  expect(rig.log.of('disconnected')[0]).toMatchObject({ closeCode: 1006 });
});

/** Appends from now on wait; the returned function lets them, and all that follow, through. */
function holdAppends(): () => void {
  const append = rig.log.append.bind(rig.log);
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  rig.log.append = (records) => gate.then(() => append(records));
  return release;
}
