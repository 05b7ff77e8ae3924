import { expect, test } from '@jest/globals';
import { manualTime, settle } from '@headroom/testing';
import { createEvents } from '../events.ts';
import type { Grip } from '../ports.ts';
import { type TakeDeps, takeShards } from './take-shards.ts';
import { Tenures } from './tenures.ts';

/** Two shards are taken, from a log that takes the marks when the test says so. */
function taking() {
  const begun: string[] = [];
  const marks = new Map<number, PromiseWithResolvers<void>>();
  const fences: (() => boolean)[] = [];
  const state = { owns: true };
  const grip: Grip = { owns: () => state.owns, acquireAgain: () => {} };
  const tenures = new Tenures();
  const silent = (): void => {};
  const deps: TakeDeps = {
    clock: manualTime(0),
    tenures,
    log: {
      openEpoch: ({ shard, epoch }, fence) => {
        begun.push(`mark ${shard} of ${epoch}`);
        fences.push(fence);
        const mark = Promise.withResolvers<void>();
        marks.set(shard, mark);
        return mark.promise;
      },
      append: async () => {},
      appendSnapshot: async () => {},
    },
    epochs: {
      take: async (shards) => {
        begun.push('epochs');
        return new Map(shards.map((shard) => [shard, 7n]));
      },
    },
    memory: {
      read: async (shard) => {
        begun.push(`read ${shard}`);
        return { sites: [], models: [], siteConfig: { topic: 'sites', next: 0n }, unreadable: [] };
      },
    },
    events: createEvents({ info: silent, warn: silent, error: silent }),
    ...{ owner: 'me', restoredTopics: [] },
  };
  return { begun, marks, fences, state, tenures, taken: takeShards(deps, [3, 5], () => grip) };
}

test('HO-2: an owner marks every shard that it takes, and only once all marks stand in the log does it read what others left', async () => {
  const { begun, marks, tenures, taken } = taking();
  await settle();
  expect(begun).toEqual(['epochs', 'mark 3 of 7', 'mark 5 of 7']);
  marks.get(5)?.resolve();
  await settle();
  expect([begun.length, tenures.all()]).toEqual([3, []]);
  marks.get(3)?.resolve();
  await taken;
  expect(begun.slice(3)).toEqual(['read 3', 'read 5']);
  expect(tenures.all().map(({ shard, epoch }) => [shard, epoch])).toEqual([
    [3, 7n],
    [5, 7n],
  ]);
});

test('a mark that the log did not take: nothing is read, and nothing is ours', async () => {
  const { begun, marks, tenures, taken } = taking();
  await settle();
  marks.get(3)?.resolve();
  marks.get(5)?.reject(new Error('no acknowledgement'));
  await expect(taken).rejects.toThrow('no acknowledgement');
  expect([begun.length, tenures.all()]).toEqual([3, []]);
});

test('OW-30: the mark asks right before it is written whether the shard is ours', async () => {
  const { marks, fences, state, taken } = taking();
  await settle();
  expect(fences.map((fence) => fence())).toEqual([true, true]);
  state.owns = false;
  expect(fences.map((fence) => fence())).toEqual([false, false]);
  for (const mark of marks.values()) mark.resolve();
  await taken;
});
