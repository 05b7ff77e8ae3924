import { expect, test } from '@jest/globals';
import type { Json } from '../json.ts';
import { after } from './duration.ts';
import { eventEndMs } from './event-end.ts';

const utc = (text: string): number => Date.parse(`2026-02-${text}Z`);
const CREATED_MS = utc('10T06:00:00');
const hours = (count: number, own: Json = {}) =>
  Array.from({ length: count }, (_, id) => ({ id, payloads: [], ...own }));
const START = '2026-02-10T00:00:00Z';
const HOURLY = { start: START, duration: 'PT1H' };

test.each<[string, Json, number]>([
  [
    'DR-T1: an interval may have a duration of its own',
    {
      intervalPeriod: HOURLY,
      intervals: [{ id: 0 }, { id: 1, intervalPeriod: { duration: 'PT2H' } }],
    },
    utc('10T03:00:00'),
  ],
  [
    'DR-T2: and a start of its own',
    {
      intervalPeriod: HOURLY,
      intervals: [{ id: 0, intervalPeriod: { start: '2026-02-11T00:00:00Z' } }, { id: 1 }],
    },
    utc('11T02:00:00'),
  ],
  [
    'DR-T4: now is when it was made',
    {
      intervalPeriod: { start: '0001-01-01', duration: 'PT1H' },
      intervals: hours(2),
    },
    utc('10T08:00:00'),
  ],
  [
    'DR-T4: now in an interval is the start of the event, or the end of the interval before',
    {
      intervalPeriod: HOURLY,
      intervals: hours(3, { intervalPeriod: { start: '0001-01-01T00:00:00' } }),
    },
    utc('10T03:00:00'),
  ],
  ['DR-T6: P9999Y never ends', { intervalPeriod: { ...HOURLY, duration: 'P9999Y' }, intervals: hours(1) }, Infinity],
  [
    'DR-T8: event.duration cuts off',
    { duration: 'PT12H', intervalPeriod: HOURLY, intervals: hours(24) },
    utc('10T12:00:00'),
  ],
  ['DR-T8: and repeats', { duration: 'P7D', intervalPeriod: HOURLY, intervals: hours(24) }, utc('17T00:00:00')],
  [
    'DR-T12: now and PT0S is a cancellation',
    {
      intervalPeriod: { start: '0001-01-01T00:00:00', duration: 'PT0S' },
      intervals: hours(1),
    },
    CREATED_MS,
  ],
  [
    'DR-T13: the last of overlapping ends counts',
    {
      intervals: [
        { id: 0, intervalPeriod: { start: START, duration: 'PT9H' } },
        { id: 1, intervalPeriod: { start: START, duration: 'PT1H' } },
      ],
    },
    utc('10T09:00:00'),
  ],
  ['DR-T3: what says no time is never hidden', { intervals: hours(1) }, Infinity],
  [
    'DR-T14: nor what lasts less than nothing',
    { intervalPeriod: { start: START, duration: '-PT1H' }, intervals: hours(1) },
    Infinity,
  ],
  [
    'DR-N17: an event that only asks for reports lasts as long as it says',
    { intervalPeriod: HOURLY },
    utc('10T01:00:00'),
  ],
])('%s', (_, event, endMs) => {
  expect(eventEndMs(event, CREATED_MS)).toBe(endMs);
});

test('DR-T14, DR-T15: durations follow the pattern of the schema, months the calendar', () => {
  const from = Date.UTC(2026, 0, 31);
  expect(after(from, 'P1M1DT0.5S')).toBe(Date.UTC(2026, 2, 4, 0, 0, 0, 500));
  expect(after(from, 'P2W')).toBe(Date.UTC(2026, 1, 14));
  for (const wrong of ['P12H', 'P', 'PT', '1H', 'PT1H ', '', '-PT1H']) expect(after(from, wrong)).toBeUndefined();
});
