import { expect, test } from '@jest/globals';
import { NOTHING_AWAY } from './away.ts';
import { createChance } from './chance.ts';
import { createFaults } from './faults.ts';
import { createLife } from './life.ts';
import { createLogStore } from './log-store.ts';
import { createShardReading } from './shard-reading.ts';
import { createVirtualTime } from './virtual-time.ts';

function rig(refusals: number, code: string) {
  const time = createVirtualTime(0, () => undefined);
  const chance = createChance(1);
  const store = createLogStore();
  store.ensure([{ name: 'input', partitions: 1, cleanup: 'delete', replicationFactor: 1 }]);
  store.append([{ topic: 'input', key: 'k', value: new Uint8Array(1), headers: {} }]);
  const life = createLife('p', 'p#1', { time, onSurvivor: () => undefined });
  let left = refusals;
  const read: bigint[] = [];
  const nextOffset = async () => {
    left -= 1;
    if (left >= 0) throw Object.assign(new Error('not now'), { code });
    return 0n;
  };
  const onFatal = (): void => undefined;
  const ownership = {
    onPause: async () => undefined,
    onLost: async () => undefined,
    onAcquired: async () => undefined,
  };
  const reading = createShardReading(
    {
      ...{ time, store, life, onFatal, ownership, groups: new Map(), away: NOTHING_AWAY, isAway: () => false },
      rng: chance.stream('reading'),
      faults: createFaults({ chance, classes: [], isOn: () => true }),
      options: {
        ...{ group: 'g', topics: ['input'], start: { kind: 'stored', nextOffset }, onFatal, ownership },
        onBatch: async ({ records }) => void read.push(...records.map(({ offset }) => offset)),
      },
    },
    { shard: 0, over: new AbortController().signal },
  );
  return { time, reading, read };
}

test('positions that cannot be asked for are asked for again, as the real log does', async () => {
  const { time, reading, read } = rig(3, 'STORE_UNAVAILABLE');
  void reading.begin();
  await time.runUntil(1_400);
  expect(read).toEqual([]);
  await time.runUntil(2_000);
  expect(read).toEqual([0n]);
});

test('a bug while positions are asked for is told', async () => {
  const { time, reading } = rig(1, 'INVARIANT_VIOLATED');
  const begun = reading.begin();
  begun.catch(() => undefined);
  await time.runUntil(1_000);
  await expect(begun).rejects.toThrow('not now');
});
