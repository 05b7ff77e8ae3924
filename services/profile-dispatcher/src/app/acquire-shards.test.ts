import { expect, test } from '@jest/globals';
import { settle } from '@headroom/testing';
import { createEvents } from '../events.ts';
import { HELD } from '../testing/bench.ts';
import { type AcquireDeps, acquireShards } from './acquire-shards.ts';

const silent = () => undefined;

/** Two shards are acquired from a log that takes the marks when the test says so; `begun`: in order, what was done. */
function acquiring() {
  const begun: string[] = [];
  const marks = new Map<number, PromiseWithResolvers<bigint>>();
  const deps: AcquireDeps = {
    epochs: {
      take: async (shards) => {
        begun.push('epochs');
        return new Map(shards.map((shard) => [shard, 7]));
      },
      close: async () => undefined,
    },
    journal: {
      append: async () => undefined,
      open: ({ shard, epoch }) => {
        begun.push(`mark ${shard} of ${epoch}`);
        const taken = Promise.withResolvers<bigint>();
        marks.set(shard, taken);
        return taken.promise;
      },
    },
    snapshots: {
      write: async () => undefined,
      load: async (shard) => {
        begun.push(`load ${shard}`);
        return { configured: new Set(), snapshots: [] };
      },
    },
    ...{
      events: createEvents({ info: silent, warn: silent, error: silent }),
      nowMs: () => 0,
      monoMs: () => 0,
      watchesLeases: true,
    },
  };
  let isAcquired = false;
  const acquired = acquireShards(deps, [3, 5], () => HELD).then((shards) => {
    isAcquired = true;
    return shards;
  });
  return { begun, marks, acquired, isAcquired: () => isAcquired };
}

test('HO-2: a new owner takes its epochs, marks every shard, and only once all marks stand in the log does it read anything', async () => {
  const { begun, marks, acquired, isAcquired } = acquiring();
  await settle();
  expect(begun).toEqual(['epochs', 'mark 3 of 7', 'mark 5 of 7']);
  marks.get(5)?.resolve(0n);
  await settle();
  // What an earlier owner wrote before the mark of shard 3 must lie before the end that is read.
  expect([begun.length, isAcquired()]).toEqual([3, false]);
  marks.get(3)?.resolve(0n);
  expect((await acquired).map(({ shard, epoch, phase }) => [shard, epoch, phase])).toEqual([
    [3, 7, 'replaying'],
    [5, 7, 'replaying'],
  ]);
  expect(begun.slice(3)).toEqual(['load 3', 'load 5']);
});

test('a mark that the log did not take: nothing is acquired, and nothing was read', async () => {
  const { begun, marks, acquired } = acquiring();
  await settle();
  marks.get(3)?.resolve(0n);
  marks.get(5)?.reject(new Error('no acknowledgement'));
  await expect(acquired).rejects.toThrow('no acknowledgement');
  expect(begun).not.toContain('load 3');
});
