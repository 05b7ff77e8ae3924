import { expect, test } from '@jest/globals';
import { calm, type LogReport, REMEMBERED_LINES } from './report.ts';

test('the same line is said once in ten seconds, with how often it was held back; others are said at once', () => {
  let nowMs = 0;
  const said: unknown[] = [];
  const report: LogReport = calm(
    (event, fields) => said.push([event, fields]),
    () => nowMs,
  );
  for (let n = 0; n < 100; n += 1) report('append-failed', { topic: 'a', why: 'no broker' });
  report('append-failed', { topic: 'b', why: 'no broker' });
  nowMs = 10_000;
  report('append-failed', { topic: 'a', why: 'no broker' });
  expect(said).toEqual([
    ['append-failed', { topic: 'a', why: 'no broker' }],
    ['append-failed', { topic: 'b', why: 'no broker' }],
    ['append-failed', { topic: 'a', why: 'no broker', heldBack: 99 }],
  ]);
});

test('the first line over the bound of what is remembered makes it forget, never grow', () => {
  let count = 0;
  const report = calm(
    () => {
      count += 1;
    },
    () => 0,
  );
  for (let n = 0; n < REMEMBERED_LINES; n += 1) report('e', { why: `${n}` });
  report('e', { why: '0' });
  expect(count).toBe(REMEMBERED_LINES);
  report('e', { why: 'one more' });
  report('e', { why: '0' });
  expect(count).toBe(REMEMBERED_LINES + 2);
});
