import { expect, test } from '@jest/globals';
import { COMPARED_LEAST_MS, COMPARED_MOST_MS, LATE_MS, REPORTED_PERIODS_MAX, reportSpans } from './event-report.ts';
import { gone, type KnownEvent } from './known-event.ts';
import { accepted, event, HOUR_MS, type Json, level, limit, price, utc } from './test-support/events.ts';
import { instantOf, instantText } from './times.ts';

const NOON_MS = utc('2026-03-01T12:00:00Z');
const MINUTE_MS = 60_000;
const known = (json: Json, firstSeenMs = NOON_MS - HOUR_MS): KnownEvent => {
  const read = accepted(json);
  return { event: read, versionMs: read.modifiedAtMs, firstSeenMs, startDrawPpm: 0, restoreDrawPpm: 0, held: [] };
};
const spans = (each: KnownEvent, nowMs = NOON_MS + 3 * HOUR_MS) =>
  reportSpans(each, { nowMs, ownW: 100_000, levelPercent: [100, 70, 40, 0] });
const minutes = ({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }) => [
  (startMs - NOON_MS) / MINUTE_MS,
  (endMs - NOON_MS) / MINUTE_MS,
];

test('an hour of 50 kW is compared with the quarters before and after it', () => {
  const found = spans(known(event()));
  expect(found && [minutes(found.before), found.during.map(minutes), minutes(found.after)]).toEqual([
    [-15, 0],
    [[0, 60]],
    [60, 75],
  ]);
  expect(found?.during[0]?.askedW).toBe(50_000);
  expect(COMPARED_MOST_MS).toBe(15 * MINUTE_MS);
});

test('it is told once what came after is known, samples that come late included', () => {
  const dueMs = NOON_MS + HOUR_MS + COMPARED_MOST_MS + LATE_MS;
  expect([spans(known(event()), dueMs - 1), spans(known(event()), dueMs)]).toEqual([undefined, expect.any(Object)]);
});

test('a short event is compared with a minute at least', () => {
  const found = spans(known(event({ intervals: [limit(0, 50, { duration: 'PT10S' })] })));
  expect(found && found.after.endMs - found.after.startMs).toBe(COMPARED_LEAST_MS);
});

test('a level is what it came to at this site; prices ask for nothing', () => {
  expect(spans(known(event({ intervals: [level(0, 2)] })))?.during[0]?.askedW).toBe(40_000);
  expect(spans(known(event({ intervals: [price(0, [0.2])] })))).toBeUndefined();
});

test('no end, no report; but one that was cancelled meanwhile ended there', () => {
  const endless = known(event({ intervalPeriod: { start: '2026-03-01T12:00:00Z', duration: 'P9999Y' } }));
  expect(spans(endless)).toBeUndefined();
  const found = spans(gone(endless, NOON_MS + 20 * MINUTE_MS));
  expect(found && [found.during.map(minutes), minutes(found.after)]).toEqual([[[0, 20]], [20, 35]]);
  expect(spans(gone(endless, NOON_MS - MINUTE_MS))).toBeUndefined();
});

test('what was over before we knew of it is none of ours', () => {
  expect(spans(known(event(), NOON_MS + HOUR_MS))).toBeUndefined();
  expect(spans(known(event(), NOON_MS + HOUR_MS - 1))).toBeDefined();
});

test('the first period over the bound is left out, and the end stays the end', () => {
  const steps = Array.from({ length: REPORTED_PERIODS_MAX + 1 }, (_, n) =>
    limit(n, 50 + (n % 2), { duration: 'PT1S' }),
  );
  const found = spans(known(event({ intervals: steps })));
  expect([found?.during.length, found && found.after.startMs - NOON_MS]).toEqual([
    REPORTED_PERIODS_MAX,
    (REPORTED_PERIODS_MAX + 1) * 1_000,
  ]);
});

test('an instant is written as it is read', () => {
  for (const text of ['2026-03-01T12:00:00.000Z', '2024-02-29T23:59:59.999Z', '2100-12-31T00:00:00.001Z'])
    expect(instantText(instantOf(text) ?? 0)).toBe(text);
});
