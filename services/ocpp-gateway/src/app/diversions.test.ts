import { expect, test } from '@jest/globals';
import { type StationId, stationId } from '@headroom/kernel';
import { createDiversions } from './diversions.ts';

const A = stationId('A');
const kept = () => Promise.resolve(true);
/** An inbox whose answer is given by hand. */
function slowInbox() {
  let answer: (waiting: ReadonlySet<StationId> | undefined) => void = () => {};
  return {
    waitingOf: () =>
      new Promise<ReadonlySet<StationId> | undefined>((resolve) => {
        answer = resolve;
      }),
    answer: (waiting?: ReadonlySet<StationId>) => answer(waiting),
  };
}

test('a station is diverted by its first kept record, and until none of it waits', async () => {
  const diversions = createDiversions();
  expect(diversions.has(A)).toBe(false);
  await diversions.keep(A, () => Promise.resolve(false));
  expect(diversions.has(A)).toBe(false);
  await diversions.keep(A, kept);
  await diversions.review({ waitingOf: async () => new Set([A]) });
  expect(diversions.has(A)).toBe(true);
  await diversions.review({ waitingOf: async () => undefined });
  expect(diversions.has(A)).toBe(true);
  await diversions.review({ waitingOf: async () => new Set() });
  expect(diversions.has(A)).toBe(false);
});

test('a record that was kept while somebody looked is not overtaken: that look counts for nothing', async () => {
  const diversions = createDiversions();
  const inbox = slowInbox();
  diversions.add(A);
  const look = diversions.review(inbox);
  await diversions.keep(A, kept);
  inbox.answer(new Set());
  await look;
  expect(diversions.has(A)).toBe(true);
});

test('nor one that is still on its way when the look ends', async () => {
  const diversions = createDiversions();
  const inbox = slowInbox();
  await diversions.keep(A, kept);
  let finish: (done: boolean) => void = () => {};
  const keeping = diversions.keep(A, () => new Promise((resolve) => (finish = resolve)));
  const look = diversions.review(inbox);
  inbox.answer(new Set());
  await look;
  expect(diversions.has(A)).toBe(true);
  finish(true);
  await keeping;
  expect(diversions.has(A)).toBe(true);
});
