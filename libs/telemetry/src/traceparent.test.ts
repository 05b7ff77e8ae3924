import { expect, test } from '@jest/globals';
import { readTraceparent, traceIdIn, traceparentOf } from './traceparent.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

test('W3C: what is written is read, other flags beside the sampled one do no harm', () => {
  expect(readTraceparent(traceparentOf({ traceId, spanId }))).toEqual({ traceId, spanId });
  expect(readTraceparent(`00-${traceId}-${spanId}-03`)).toEqual({ traceId, spanId });
});

test.each([
  ['nothing', undefined],
  ['not sampled', `00-${traceId}-${spanId}-00`],
  ['another version', `01-${traceId}-${spanId}-01`],
  ['capitals', `00-${traceId.toUpperCase()}-${spanId}-01`],
  ['an id of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
  ['a span of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['something behind it', `00-${traceId}-${spanId}-01-x`],
  ['10,000 characters', 'x'.repeat(10_000)],
])('%s is no place in a sampled trace', (_what, text) => {
  expect(readTraceparent(text)).toBeUndefined();
});

test('what carries the headers of a sampled trace has its id for logs, anything else has none', () => {
  expect(traceIdIn({ traceparent: traceparentOf({ traceId, spanId }) })).toBe(traceId);
  expect([traceIdIn({}), traceIdIn({ traceparent: `00-${traceId}-${spanId}-00` })]).toEqual([undefined, undefined]);
});
