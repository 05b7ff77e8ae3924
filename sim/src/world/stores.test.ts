import { expect, test } from '@jest/globals';
import { epochMs, stationId } from '@headroom/kernel';
import { createMemoryLiveState, LiveStateError } from '@headroom/live-state';
import { createMemoryStore } from '@headroom/ocpp-gateway';
import { createMemoryEpochs, createMemoryTurnStore, type OutboxRecord, TurnStoreError } from '@headroom/turn-store';
import { createChance } from './chance.ts';
import { createLife } from './life.ts';
import type { DatabasePort, DatabaseWorld } from './database.ts';
import { epochsOf, gatewayStoreOf, liveOf, storeOf } from './stores.ts';
import { createVirtualTime } from './virtual-time.ts';

test('a relay that dies of its own append lets go of the outbox: its heir relays (simulation, seed 3)', async () => {
  const time = createVirtualTime(0, () => undefined);
  const shared = createMemoryTurnStore();
  const record = { topic: 't', key: 'k', value: new Uint8Array(1), headers: {} };
  const relayed: number[] = [];
  const reach = (name: string) => {
    const life = createLife('registry', name, { time, onSurvivor: () => undefined });
    const rng = createChance(1).stream(name);
    const append = () => life.call('log.append', { toMs: 1, backMs: 1 }, () => undefined);
    return {
      life,
      append,
      store: storeOf(shared, { time, life, rng, isAway: () => false, answerLost: () => undefined }),
    };
  };
  const [first, second] = [reach('registry#1'), reach('registry#2')];
  time.after(0, 'fill', () => void shared.turn(async (turn) => turn.emit(record)));
  time.after(1, 'relay', () => {
    void first.store.relayOutbox(first.append, 10);
    // Its next port call is the append itself.
    first.life.dieAtCall(0);
  });
  time.after(50, 'relay', () => void second.store.relayOutbox(second.append, 10).then((count) => relayed.push(count)));
  await time.runUntil(100);
  expect([first.life.isAlive(), relayed]).toEqual([false, [1]]);
});

test('Q3: a relay that stands still holds its records for 6 s, its transaction ends after 8, and another relays them', async () => {
  const time = createVirtualTime(0, () => undefined);
  const shared = createMemoryTurnStore();
  const record = { topic: 't', key: 'k', value: new Uint8Array(1), headers: {} };
  const reach = (name: string) => {
    const life = createLife('registry', name, { time, onSurvivor: () => undefined });
    return {
      life,
      store: storeOf(shared, {
        time,
        life,
        rng: createChance(1).stream(name),
        isAway: () => false,
        answerLost: () => undefined,
      }),
    };
  };
  const [first, second] = [reach('registry#1'), reach('registry#2')];
  const held: boolean[] = [];
  const ends: string[] = [];
  const stuck = (_: readonly OutboxRecord[], holds: () => boolean): Promise<void> => {
    for (const atMs of [5_900, 6_100]) time.after(atMs, 'ask', () => held.push(holds()));
    return new Promise(() => undefined);
  };
  const relayed = (relay: Promise<number>, name: string) =>
    relay.then(
      (count) => ends.push(`${name} ${count}`),
      (cause: unknown) => ends.push(`${name} ${cause instanceof Error && 'code' in cause ? String(cause.code) : ''}`),
    );
  time.after(0, 'fill', () => void shared.turn(async (turn) => turn.emit(record)));
  time.after(1, 'relay', () => void relayed(first.store.relayOutbox(stuck, 10), 'first'));
  for (const atMs of [7_900, 8_100]) {
    time.after(
      atMs,
      'relay',
      () =>
        void relayed(
          second.store.relayOutbox(async () => undefined, 10),
          'second',
        ),
    );
  }
  await time.runUntil(9_000);
  expect(held).toEqual([true, false]);
  expect(ends).toEqual(['second 0', 'first STORE_UNAVAILABLE', 'second 1']);
});

test('R15: while the live state is away nothing is written or read; emptied, it knows nothing of before', async () => {
  const time = createVirtualTime(0, () => undefined);
  const clock = { nowMs: () => epochMs(time.nowMs()), monoMs: () => time.monoMs() };
  let shared = createMemoryLiveState({ clock });
  let isAway = false;
  const life = createLife('optimizer', 'optimizer#1', { time, onSurvivor: () => undefined });
  const live = liveOf(() => shared, { life, rng: createChance(1).stream('live'), isAway: () => isAway });
  const put = (seq: bigint) =>
    live.put({
      ...{ family: 'site', id: 's', ttlMs: 60_000 },
      version: { epoch: 1n, offset: seq },
      value: new Uint8Array(1),
    });
  const seen: unknown[] = [];
  const ask = (what: () => Promise<unknown>): void =>
    void what().then(
      (value) => seen.push(value),
      (cause: unknown) => seen.push(cause instanceof LiveStateError ? cause.code : cause),
    );
  time.after(0, 'there', () => ask(() => put(5n)));
  time.after(10, 'away', () => {
    isAway = true;
    ask(() => put(6n));
    ask(() => live.get('site', 's'));
  });
  time.after(20, 'back, empty', () => {
    isAway = false;
    shared = createMemoryLiveState({ clock });
    ask(() => live.get('site', 's').then((value) => value ?? 'nothing'));
  });
  time.after(30, 'again', () => ask(() => put(1n)));
  await time.runUntil(40);
  expect(seen).toEqual(['written', 'LIVE_UNAVAILABLE', 'LIVE_UNAVAILABLE', 'nothing', 'written']);
});

test('lost-commit: what was asked for is done once, its caller learns only that the connection is gone; a relay publishes again', async () => {
  const time = createVirtualTime(0, () => undefined);
  const shared = { turns: createMemoryTurnStore(), epochs: createMemoryEpochs(), gateways: createMemoryStore() };
  const life = createLife('registry', 'registry#1', { time, onSurvivor: () => undefined });
  const lost = new Set<DatabasePort>();
  const world: DatabaseWorld = {
    ...{ time, life, rng: createChance(1).stream('records'), isAway: () => false },
    answerLost: (port) => (lost.delete(port) ? 2_000 : undefined),
  };
  const kept: string[] = [];
  const turns = storeOf(shared.turns, world);
  const epochs = epochsOf(shared.epochs, world);
  const { inbox } = gatewayStoreOf(shared.gateways, world, (records) => kept.push(...records.map(({ key }) => key)));
  const seen: unknown[] = [];
  const ask = (atMs: number, what: () => Promise<unknown>, loses?: DatabasePort): void =>
    void time.after(atMs, 'ask', () => {
      if (loses !== undefined) lost.add(loses);
      const say = (value: unknown) => seen.push(`${atMs < time.monoMs() - 1_999 ? 'late ' : ''}${String(value)}`);
      void what().then(say, (cause: unknown) => say(cause instanceof TurnStoreError ? cause.code : cause));
    });
  const published: string[] = [];
  const publish = async (batch: readonly OutboxRecord[]): Promise<void> => {
    published.push(...batch.map(({ key }) => key));
  };
  const record = { topic: 't', key: 'k', value: new Uint8Array(1), headers: {} };
  ask(0, () => turns.turn(async (turn) => turn.emit(record)), 'store.turn');
  ask(5_000, () => turns.relayOutbox(publish, 10), 'store.relay');
  ask(10_000, () => turns.relayOutbox(publish, 10));
  ask(15_000, () => turns.relayOutbox(publish, 10));
  ask(20_000, () => epochs.acquire('dispatcher', [1], 'a'), 'epochs');
  ask(25_000, async () => (await epochs.acquire('dispatcher', [1], 'a')).get(1));
  ask(30_000, () => inbox.put([{ ...record, stationId: stationId('S'), eventId: 'e' }]), 'inbox.put');
  await time.runUntil(40_000);
  expect(seen).toEqual([
    ...['late STORE_UNAVAILABLE', 'STORE_UNAVAILABLE', '1', '0'],
    ...['late STORE_UNAVAILABLE', '2', 'late unavailable'],
  ]);
  expect([published, kept]).toEqual([['k', 'k'], ['k']]);
});
