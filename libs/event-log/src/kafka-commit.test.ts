import { expect, test } from '@jest/globals';
import { commitProgress, LAST_COMMIT_LIMIT_MS } from './kafka-commit.ts';

/** One timer of each kind at a time is all that a committer has. */
function handTimers() {
  const due = new Map<number, () => void>();
  const set = (ms: number, fire: () => void) => {
    due.set(ms, fire);
    return () => due.delete(ms);
  };
  return { timers: { after: set, every: set }, fire: (ms: number) => due.get(ms)?.() };
}

const turns = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

function committer(commitOffsets: (offsets: readonly unknown[]) => Promise<void>) {
  const { timers, fire } = handTimers();
  let offset = 0n;
  const progress = () => [{ topic: 'facts', partition: 0, offset: (offset += 1n) }];
  return { committing: commitProgress({ commitOffsets }, { progress }, timers), fire };
}

test('at the end what was handled since the last second is committed', async () => {
  const committed: unknown[] = [];
  const { committing } = committer(async (offsets) => void committed.push(...offsets));
  await committing.end();
  expect(committed).toEqual([{ topic: 'facts', partition: 0, offset: '1' }]);
});

test('a coordinator that hangs does not keep the consumer from its end', async () => {
  const { committing, fire } = committer(() => new Promise(() => {}));
  fire(1_000);
  let ended = false;
  const ending = committing.end().then(() => {
    ended = true;
  });
  await turns();
  expect(ended).toBe(false);
  fire(LAST_COMMIT_LIMIT_MS);
  await ending;
});
