import { expect, test } from '@jest/globals';
import { createMemoryTurnStore } from '@headroom/turn-store';
import { createChance } from './chance.ts';
import { createLife } from './life.ts';
import { storeOf } from './stores.ts';
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
    return { life, append, store: storeOf(shared, { life, rng, isAway: () => false }) };
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
