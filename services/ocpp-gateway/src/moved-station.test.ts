import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { gatewayV1 } from '@headroom/contracts';
import { siteId, stationId } from '@headroom/kernel';
import { PASSWORD, type Rig, START_MS, startRig } from './testing/rig.ts';
import { BOOT_201, booted, connect, roundTrip, type TestStation, until } from './testing/station.ts';

const { Verdict, ProfilePurpose } = gatewayV1;
const OLD_SHARD = 0;
const NEW_SHARD = 1;
let rig: Rig;
let station: TestStation;
beforeEach(async () => {
  rig = await startRig();
  station = await booted(rig.url);
});
afterEach(() => rig.stop());

interface Order {
  readonly shard: number;
  readonly epoch: bigint;
  readonly seq: bigint;
  readonly generation: number;
}

async function send({ shard, epoch, seq, generation }: Order): Promise<gatewayV1.Verdict | undefined> {
  const command: gatewayV1.StationCommand = {
    commandId: `${shard}-${epoch}-${seq}`,
    seq,
    stationId: 'ST-1',
    connectionGeneration: BigInt(generation),
    notAfterMs: BigInt(rig.time.nowMs() + 5_000),
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
  };
  const { verdicts } = await rig.commands.sendBatch(
    { shard, dispatcherEpoch: epoch, commands: [command], givenUp: [] },
    { deadlineMs: 4_000 },
  );
  return verdicts[0]?.verdict;
}

/** The registry has it at another site; the gateway finds out, and the station comes back. */
async function move(): Promise<void> {
  rig.registry.stations.set('ST-1', { siteId: 'site-2', password: PASSWORD });
  rig.time.advance(25_000);
  expect(await station.closed).toEqual({ code: 1012, reason: 'this station belongs to another site now' });
  station = await booted(rig.url);
}

test('HO-15: a station that moves to another site is closed; no connection has facts of two sites', async () => {
  await move();
  const keys = new Map<bigint, Set<string>>();
  for (const [index, { connectionGeneration }] of rig.log.facts().entries()) {
    const known = keys.get(connectionGeneration) ?? new Set();
    keys.set(connectionGeneration, known.add(rig.log.records[index]?.key ?? ''));
  }
  expect([...keys.values()].map((each) => [...each])).toEqual([['site-1'], ['site-2']]);
  expect(rig.log.facts().at(-1)?.siteId).toBe('site-2');
});

test('HO-15: epochs of the two shards have nothing to do with each other: the new commander is heard, whatever the old one had', async () => {
  expect(await send({ shard: OLD_SHARD, epoch: 9n, seq: 5n, generation: START_MS })).toBe(Verdict.WRITTEN);
  await move();
  const generation = START_MS + 25_000;
  expect(await send({ shard: NEW_SHARD, epoch: 2n, seq: 1n, generation })).toBe(Verdict.WRITTEN);
  await roundTrip(station);
  // HO-3: what the old one wrote stays written in our words; anything else of it belongs to a connection that is over.
  expect(await send({ shard: OLD_SHARD, epoch: 9n, seq: 5n, generation: START_MS })).toBe(Verdict.ALREADY_WRITTEN);
  expect(await send({ shard: OLD_SHARD, epoch: 9n, seq: 6n, generation: START_MS })).toBe(Verdict.GENERATION);
});

test.each([
  ['here', (rig: Rig) => void rig],
  ['at any gateway', (rig: Rig) => void (rig.store.mode = 'works')],
])(
  'HO-15: one that has moved and only reconnects is asked once who it is, as far as that is known %s',
  async (_where, keep) => {
    keep(rig);
    const who = { stationId: 'ST-2', password: PASSWORD, protocols: ['ocpp2.0.1'] };
    rig.registry.stations.set('ST-2', { siteId: 'site-1', password: PASSWORD });
    const other = await booted(rig.url, who);
    rig.registry.stations.set('ST-2', { siteId: 'site-2', password: PASSWORD });
    rig.time.advance(25_000);
    await other.closed;
    const again = await connect(rig.url, who);
    expect((await again.call('Heartbeat', {}))[2]).toBe('SecurityError');
    expect((await again.next()).slice(2)).toEqual(['TriggerMessage', { requestedMessage: 'BootNotification' }]);
    await again.call('BootNotification', { ...BOOT_201, reason: 'Triggered' });
    await until(() => rig.log.facts().at(-1)?.siteId === 'site-2' && rig.log.of('booted').length === 3);
    expect(rig.log.of('booted').at(-1)).toMatchObject({ model: 'M2', onRequest: true });
    again.socket.close(1000);
    await again.closed;
    const once = await connect(rig.url, who);
    expect((await once.call('Heartbeat', {}))[0]).toBe(3);
  },
);

test('HO-15: the site under which it booted last is told that it has left, which nobody else does where its gateway has died', async () => {
  rig.store.mode = 'works';
  const who = { stationId: 'ST-2', password: PASSWORD, protocols: ['ocpp2.0.1'] };
  const of = (site: string) =>
    rig.log.facts().filter(({ siteId: its, stationId: station }) => its === site && station === 'ST-2');
  // At a gateway that is no more.
  const there = { stationId: stationId('ST-2'), siteId: siteId('site-9') };
  const before = await rig.store.arrivals.arrive(there, START_MS + 50);
  await rig.store.arrivals.booted(there);
  rig.registry.stations.set('ST-2', { siteId: 'site-2', password: PASSWORD });
  const station2 = await connect(rig.url, who);
  await until(() => of('site-2').length > 0);
  expect(of('site-9').map(({ fact }) => fact?.$case)).toEqual(['disconnected']);
  const [told, connected] = [of('site-9')[0]?.connectionGeneration, of('site-2')[0]?.connectionGeneration ?? 0n];
  expect(told).toBe(connected - 1n);
  expect(told).toBeGreaterThanOrEqual(BigInt(before?.generation ?? 0));
  // It says who it is here, and comes back: nobody is told anything more there.
  await station2.call('BootNotification', { ...BOOT_201, reason: 'Triggered' });
  await until(() => rig.log.of('booted').length === 2);
  station2.socket.close(1000);
  await station2.closed;
  await roundTrip(await connect(rig.url, who));
  expect(of('site-9')).toHaveLength(1);
});
