import { expect, test } from '@jest/globals';
import type { FinishedSpan } from './finished-span.ts';
import { newestTrace, traceLines, treeOf } from './trace-tree.ts';

const span = (spanId: string, change: Partial<FinishedSpan> = {}): FinishedSpan => ({
  ...{ traceId: 't', spanId, service: 's', name: spanId, startMs: 0, durationMs: 1, attributes: {}, links: [] },
  ...change,
});

test('a tree: children below their parent, in the order in which they began; who has lost its parent is a root', () => {
  const spans = [
    span('late', { parentSpanId: 'root', startMs: 5 }),
    span('root'),
    span('early', { parentSpanId: 'root', startMs: 2 }),
    span('lost', { parentSpanId: 'gone', startMs: 9 }),
  ];
  const names = treeOf(spans).map(({ span: { name }, children }) => [name, children.map((child) => child.span.name)]);
  expect(names).toEqual([
    ['root', ['early', 'late']],
    ['lost', []],
  ]);
});

test('a line says who, what, when after the first, how long, and what it carried', () => {
  const root = span('root', { startMs: 1_000, durationMs: 12.34, attributes: { action: 'Heartbeat' } });
  const child = span('child', { parentSpanId: 'root', startMs: 1_002.5, links: ['a', 'b'], failed: 'away' });
  const lines = traceLines([child, root]).map((line) => line.replaceAll(/ {2,}/g, '  '));
  expect(lines).toEqual([
    's  root  +0.0 ms, 12.3 ms  action=Heartbeat',
    '  s  child  +2.5 ms, 1.0 ms  links=2 failed: away',
  ]);
});

test('the newest trace that has all the names is taken, else the newest one', () => {
  const whole = [span('a', { traceId: '1', startMs: 0 }), span('b', { traceId: '1', startMs: 1 })];
  const newer = [span('a', { traceId: '2', startMs: 50 })];
  expect(newestTrace([...whole, ...newer], ['a', 'b'])).toEqual(whole);
  expect(newestTrace([...whole, ...newer], ['c'])).toEqual(newer);
  expect(newestTrace([], ['a'])).toBeUndefined();
});
