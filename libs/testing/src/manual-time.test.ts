import { expect, test } from '@jest/globals';
import { manualTime } from './manual-time.ts';

test('timers fire in order, each at its own instant, and time stands at the end of the step', () => {
  const time = manualTime(1_000);
  const fired: string[] = [];
  const note = (name: string) => () => void fired.push(`${name}@${time.nowMs()}`);
  time.after(30, note('late'));
  time.after(10, note('early'));
  time.every(20, note('tick'));
  time.advance(45);
  expect(fired).toEqual(['early@1010', 'tick@1020', 'late@1030', 'tick@1040']);
  expect([time.nowMs(), time.monoMs()]).toEqual([1_045, 45]);
});

test('a cancelled timer never fires, and one set by a timer fires within the same step', () => {
  const time = manualTime(0);
  const fired: number[] = [];
  const cancel = time.after(5, () => fired.push(-1));
  time.after(1, () => {
    cancel();
    time.after(3, () => fired.push(time.monoMs()));
  });
  time.advance(10);
  expect(fired).toEqual([4]);
});

test('pass lets what a timer started settle before the next one fires', async () => {
  const time = manualTime(0);
  const seen: string[] = [];
  time.after(1, () => void Promise.resolve().then(() => seen.push('effect of the first')));
  time.after(2, () => seen.push('second'));
  await time.pass(5);
  expect(seen).toEqual(['effect of the first', 'second']);
});
