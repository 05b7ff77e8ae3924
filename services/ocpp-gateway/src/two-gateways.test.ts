import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { gatewayV1 } from '@headroom/contracts';
import { manualTime } from '@headroom/testing';
import { type Rig, START_MS, startRig } from './testing/rig.ts';
import { BOOT_16, BOOT_201, booted, connect, roundTrip, type TestStation, until } from './testing/station.ts';

const { Verdict, ProfilePurpose } = gatewayV1;
const BEHIND_MS = 60_000;
let first: Rig;
let second: Rig;
let old: TestStation;
beforeEach(async () => {
  first = await startRig();
  first.store.mode = 'works';
  const { log, store, live } = first;
  // Its clock is a minute behind, and it goes by itself.
  second = await startRig(
    {},
    { time: manualTime(START_MS - BEHIND_MS), log, store, live, gatewayAddress: 'gateway-2' },
  );
  old = await booted(first.url);
});
afterEach(async () => {
  await second.stop();
  await first.stop();
});

const connections = () =>
  first.log
    .facts()
    .flatMap(({ fact, connectionGeneration }) =>
      fact?.$case === 'connected' || fact?.$case === 'disconnected'
        ? [`${fact.$case} ${connectionGeneration - BigInt(START_MS)}`]
        : [],
    );
const route = async () => {
  const entry = await first.live.get('route', 'ST-1');
  return entry === undefined ? undefined : gatewayV1.Route.decode(entry.value);
};

test('R8, H48: the connection at the other gateway is the newer one, though the clock there is behind', async () => {
  await connect(second.url);
  expect(connections()).toEqual(['connected 0', 'connected 1']);
  await until(async () => (await route())?.gatewayAddress === 'gateway-2');
});

test('H48: a late close at the first gateway tells of its own generation, and leaves the route alone', async () => {
  await connect(second.url);
  await until(async () => (await route())?.gatewayAddress === 'gateway-2');
  old.socket.terminate();
  await until(() => connections().length === 3);
  // Every reader of these facts compares generations: 0 is over, 1 is not.
  expect(connections()).toEqual(['connected 0', 'connected 1', 'disconnected 0']);
  await first.time.pass(50);
  expect(await route()).toMatchObject({ gatewayAddress: 'gateway-2', connectionGeneration: BigInt(START_MS + 1) });
});

test('G8: the gateway that lost a station closes its socket at its next renewal of the route', async () => {
  const fresh = await connect(second.url);
  await until(async () => (await route())?.gatewayAddress === 'gateway-2');
  expect((await old.call('Heartbeat', {}))[0]).toBe(3);
  first.time.advance(25_000);
  expect(await old.closed).toEqual({ code: 4001, reason: 'a newer connection of this station' });
  await until(() => connections().includes('disconnected 0'));
  second.time.advance(25_000);
  await roundTrip(fresh);
  expect(fresh.socket.readyState).toBe(fresh.socket.OPEN);
  expect(await route()).toMatchObject({ gatewayAddress: 'gateway-2' });
});

test('G8: a command goes through at the gateway of its generation only', async () => {
  await booted(second.url);
  const command = (generation: number): gatewayV1.StationCommand => ({
    commandId: `c${generation}`,
    seq: BigInt(generation),
    stationId: 'ST-1',
    connectionGeneration: BigInt(generation),
    notAfterMs: BigInt(START_MS + 5_000),
    action: {
      $case: 'setChargingProfile',
      value: {
        evse: 1,
        profileId: 1,
        stackLevel: 1,
        purpose: ProfilePurpose.TX,
        transactionId: '42',
        startScheduleMs: BigInt(START_MS),
        durationS: 120,
        periods: [{ startS: 0, limitDeciA: 60, numberPhases: 0 }],
      },
    },
  });
  const send = async (to: Rig, generation: number) => {
    const request = { shard: 0, dispatcherEpoch: 1n, commands: [command(generation)], givenUp: [] };
    return (await to.commands.sendBatch(request, { deadlineMs: 4_000 })).verdicts[0]?.verdict;
  };
  // To whoever has the newest generation from the log the first gateway is the wrong one, also before it knows.
  expect(await send(first, START_MS + 1)).toBe(Verdict.GENERATION);
  expect(await send(second, START_MS)).toBe(Verdict.GENERATION);
  expect(await send(second, START_MS + 1)).toBe(Verdict.WRITTEN);
});

test('the common store is away: the clock decides, and who comes back to the first gateway is newer than before', async () => {
  first.store.mode = 'fails';
  await connect(first.url);
  expect(connections()).toEqual(['connected 0', 'connected 1']);
  expect((await old.closed).code).toBe(4001);
});

test('the common store is away and a clock behind: one connection more, and the station is the newest again', async () => {
  first.store.mode = 'fails';
  const fresh = await connect(second.url);
  // The live state knows better than that clock.
  expect((await fresh.closed).code).toBe(4001);
  await connect(second.url);
  expect(connections().filter((one) => one.startsWith('connected'))).toEqual([
    'connected 0',
    `connected ${-BEHIND_MS}`,
    'connected 1',
  ]);
});

test('a station comes back to the first gateway after the second: newer than both', async () => {
  const fresh = await connect(second.url);
  await connect(first.url);
  expect(connections()).toEqual(['connected 0', 'connected 1', 'connected 2']);
  second.time.advance(25_000);
  expect((await fresh.closed).code).toBe(4001);
});

test('H59: a station that has booted at one gateway need not boot at another: no refusal, no wish, no boot in the log', async () => {
  const again = await connect(second.url);
  expect((await again.call('Heartbeat', {}))[0]).toBe(3);
  await roundTrip(again);
  expect(first.log.of('booted')).toHaveLength(1);
  expect(first.log.of('frameRefused')).toEqual([]);
});

test('H59: a boot that the common store did not hear of is told it once the station comes again to who knows of it', async () => {
  const who = { stationId: 'ST-2', password: 'pw' };
  for (const rig of [first, second]) rig.registry.stations.set('ST-2', { siteId: 'site-1', password: 'pw' });
  const station = await connect(first.url, who);
  first.store.mode = 'fails';
  await station.call('BootNotification', BOOT_16);
  first.store.mode = 'works';
  await connect(first.url, who);
  const elsewhere = await connect(second.url, who);
  expect((await elsewhere.call('Heartbeat', {}))[0]).toBe(3);
});

test.each([
  { asked: true, reason: 'Triggered', onRequest: true },
  { asked: true, reason: 'PowerUp', onRequest: false },
  { asked: false, reason: 'Triggered', onRequest: false },
])(
  'H59: where the common store is away, one of 2.0.1 is asked who it is; only then its word that it did not restart counts: %o',
  async ({ asked, reason, onRequest }) => {
    const who = { stationId: 'ST-2', password: 'pw', protocols: ['ocpp2.0.1'] };
    for (const rig of [first, second]) rig.registry.stations.set('ST-2', { siteId: 'site-1', password: 'pw' });
    await booted(second.url, who);
    first.store.mode = 'fails';
    const again = await connect(first.url, who);
    if (asked) {
      expect((await again.call('Heartbeat', {}))[2]).toBe('SecurityError');
      expect((await again.next()).slice(2)).toEqual(['TriggerMessage', { requestedMessage: 'BootNotification' }]);
    }
    await again.call('BootNotification', { ...BOOT_201, reason });
    await roundTrip(again);
    await until(() => first.log.of('booted').length === 3);
    expect(first.log.of('booted').map((boot) => boot['onRequest'])).toEqual([false, false, onRequest]);
  },
);
