import { expect, test } from '@jest/globals';
import { createFetchPace, ENOUGH_RECORDS, LONGEST_REST_MS, REST_OF_RECORD_MS } from './fetch-pace.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function rig(paceMs: number) {
  let nowMs = 0;
  const alarms: { readonly atMs: number; readonly fire: () => void }[] = [];
  const timers = {
    after: (delayMs: number, fire: () => void) => {
      alarms.push({ atMs: nowMs + delayMs, fire });
      return () => {};
    },
    every: () => () => {},
  };
  const pace = createFetchPace(paceMs, timers, () => nowMs);
  const said: string[] = [];
  const ask = (name: string): void => void pace.rested().then(() => said.push(name));
  const to = async (ms: number): Promise<readonly string[]> => {
    nowMs = ms;
    for (const due of alarms.filter(({ atMs }) => atMs <= nowMs)) {
      alarms.splice(alarms.indexOf(due), 1);
      due.fire();
    }
    await settle();
    return said.splice(0);
  };
  return { pace, ask, to, alarms };
}

test('all batches of a fetch rest until its pace is over, on one timer', async () => {
  const { pace, ask, to, alarms } = rig(10);
  pace.fetched();
  for (const name of ['a', 'b', 'c']) ask(name);
  expect(alarms).toHaveLength(1);
  expect(await to(9)).toEqual([]);
  expect(await to(10)).toEqual(['a', 'b', 'c']);
});

test('the pace counts from the fetch: what was taken late does not rest again', async () => {
  const { pace, ask, to } = rig(10);
  pace.fetched();
  await to(12);
  ask('late');
  expect(await to(12)).toEqual(['late']);
  pace.fetched();
  ask('next');
  expect(await to(21)).toEqual([]);
  expect(await to(22)).toEqual(['next']);
});

test('without a pace nothing rests', async () => {
  const { pace, ask, to } = rig(0);
  pace.fetched();
  ask('a');
  expect(await to(0)).toEqual(['a']);
});

test('a fetch that brought many records rests longer, all its batches together, and never longer than the bound', async () => {
  const { pace, ask, to } = rig(2);
  pace.fetched();
  for (const records of [4, 6]) pace.took(records);
  ask('a');
  const restMs = 2 + 10 * REST_OF_RECORD_MS;
  expect(await to(restMs - 0.5)).toEqual([]);
  expect(await to(restMs)).toEqual(['a']);
  pace.fetched();
  pace.took(ENOUGH_RECORDS / 2);
  ask('b');
  expect(await to(restMs + LONGEST_REST_MS - 0.5)).toEqual([]);
  expect(await to(restMs + LONGEST_REST_MS)).toEqual(['b']);
});

test('a backlog is read at the pace of a fetch, and what one brought counts for its own rest alone', async () => {
  const { pace, ask, to } = rig(2);
  pace.fetched();
  pace.took(ENOUGH_RECORDS / 2);
  pace.took(ENOUGH_RECORDS / 2);
  ask('backlog');
  expect(await to(2)).toEqual(['backlog']);
  await to(100);
  pace.fetched();
  ask('next');
  expect(await to(101.5)).toEqual([]);
  expect(await to(102)).toEqual(['next']);
});
