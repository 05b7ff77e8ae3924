import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  DESCRIPTORS_MAX,
  INTERVALS_MAX,
  PAYLOADS_PER_INTERVAL_MAX,
  TARGETS_MAX,
  VALUES_PER_PAYLOAD_MAX,
} from './bounds.ts';
import { readEvent } from './read-event.ts';
import { readProgram } from './read-program.ts';
import { accepted, event, interval, level, limit, OPTIONS, payload, price, refused } from './test-support/events.ts';

const VALUE = 'intervals[0].payloads[0].values[0]';

test('an event of limits, prices and levels is read into watts, millionths of the currency and epoch ms, and survives JSON', () => {
  const read = accepted(
    event({
      eventName: 'evening',
      priority: 0,
      targets: ['site-1'],
      intervals: [
        interval(7, [payload('IMPORT_CAPACITY_LIMIT', 1.001), payload('PRICE', -0.12345649), payload('SIMPLE', 2)]),
      ],
    }),
  );
  expect(read).toEqual({
    eventId: 'e1',
    programId: 'p1',
    name: 'evening',
    modifiedAtMs: Date.parse('2026-03-01T08:00:00Z'),
    priority: 0,
    targets: ['site-1'],
    period: {
      start: { kind: 'at', atMs: Date.parse('2026-03-01T12:00:00Z') },
      duration: { kind: 'span', months: 0, ms: 3_600_000 },
    },
    intervals: [
      {
        id: 7,
        period: {},
        payloads: [
          { kind: 'limit', limitW: 1_001 },
          { kind: 'price', currency: 'EUR', microPerKwh: [-123_456] },
          { kind: 'level', level: 2 },
        ],
      },
    ],
    ignoredTypes: [],
    isCancelled: false,
  });
  expect(JSON.parse(JSON.stringify(read))).toEqual(read);
});

test.each<readonly [string, Parameters<typeof event>[0], string]>([
  ['a limit below zero', { intervals: [limit(0, -50)] }, VALUE],
  ['a limit of NaN', { intervals: [limit(0, Number.NaN)] }, VALUE],
  ['a limit of "NaN" as text', { intervals: [limit(0, 'NaN')] }, VALUE],
  ['a limit as text', { intervals: [limit(0, '50')] }, VALUE],
  ['an infinite limit', { intervals: [limit(0, Number.POSITIVE_INFINITY)] }, VALUE],
  ['an absurd limit', { intervals: [limit(0, 1e15)] }, VALUE],
  ['a limit of null', { intervals: [limit(0, null)] }, 'intervals[0].payloads[0].values'],
  ['a limit as a list', { intervals: [limit(0, [50])] }, VALUE],
  ['no limit', { intervals: [interval(0, [payload('IMPORT_CAPACITY_LIMIT')])] }, 'intervals[0].payloads[0].values'],
  [
    'two limits in one interval',
    { intervals: [interval(0, [payload('IMPORT_CAPACITY_LIMIT', 1), payload('IMPORT_CAPACITY_LIMIT', 2)])] },
    'intervals[0].payloads[1]',
  ],
  ['level 4', { intervals: [level(0, 4)] }, VALUE],
  ['half a level', { intervals: [level(0, 1.5)] }, VALUE],
  ['an absurd price', { intervals: [price(0, [0.2, 1e9])] }, 'intervals[0].payloads[0].values[1]'],
  ['no price', { intervals: [price(0, [])] }, 'intervals[0].payloads[0].values'],
  [
    'an unknown payload type',
    { intervals: [interval(0, [payload('FLUX_COMPENSATION_LIMIT', 1)])] },
    'intervals[0].payloads[0].type',
  ],
  [
    'an end before its start (DR-T14)',
    { intervalPeriod: { start: '2026-03-01T12:00:00Z', duration: '-PT1H' } },
    'intervalPeriod.duration',
  ],
  [
    'P12H, which the pattern does not know (DR-T15)',
    { intervalPeriod: { start: '2026-03-01T12:00:00Z', duration: 'P12H' } },
    'intervalPeriod.duration',
  ],
  [
    'a hundred years',
    { intervalPeriod: { start: '2026-03-01T12:00:00Z', duration: 'P100Y' } },
    'intervalPeriod.duration',
  ],
  ['a start that is none', { intervalPeriod: { start: 'tomorrow', duration: 'PT1H' } }, 'intervalPeriod.start'],
  [
    'a start without a zone',
    { intervalPeriod: { start: '2026-03-01T12:00:00', duration: 'PT1H' } },
    'intervalPeriod.start',
  ],
  [
    'the 30th of February',
    { intervalPeriod: { start: '2026-02-30T12:00:00Z', duration: 'PT1H' } },
    'intervalPeriod.start',
  ],
  [
    'a start in the year 9000',
    { intervalPeriod: { start: '9000-02-01T12:00:00Z', duration: 'PT1H' } },
    'intervalPeriod.start',
  ],
  [
    'a random start of two days',
    { intervalPeriod: { start: '2026-03-01T12:00:00Z', duration: 'PT1H', randomizeStart: 'P2D' } },
    'intervalPeriod.randomizeStart',
  ],
  ['no times at all (DR-T3)', { intervalPeriod: null }, 'intervals[0]'],
  ['no duration', { intervalPeriod: { start: '2026-03-01T12:00:00Z' } }, 'intervals[0]'],
  ['no units (DR-N10)', { payloadDescriptors: null }, 'intervals[0].payloads[0]'],
  [
    'unknown units',
    { payloadDescriptors: [{ payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'HORSEPOWER' }] },
    'intervals[0].payloads[0]',
  ],
  [
    'a price without a currency',
    { payloadDescriptors: [{ payloadType: 'PRICE', units: 'KWH' }], intervals: [price(0, [0.2])] },
    'intervals[0].payloads[0]',
  ],
  ['an emission below zero', { intervals: [interval(0, [payload('GHG', -1)])] }, VALUE],
  ['an emission of NaN as text', { intervals: [interval(0, [payload('GHG', 'NaN')])] }, VALUE],
  ['an emission of 11 kg', { intervals: [interval(0, [payload('GHG', 11_000)])] }, VALUE],
  ['no emission at all', { intervals: [interval(0, [payload('GHG')])] }, 'intervals[0].payloads[0].values'],
  [
    'several emissions without an end',
    { intervals: [interval(0, [payload('GHG', 1, 2)], { duration: 'P9999Y' })] },
    'intervals[0]',
  ],
  ['several prices without an end', { intervals: [price(0, [0.2, 0.3], { duration: 'P9999Y' })] }, 'intervals[0]'],
  [
    'intervals that repeat each second for ever',
    { intervals: [limit(0, 50, { duration: 'PT1S' })], duration: 'P9999Y' },
    'duration',
  ],
  ['no id', { id: undefined }, 'id'],
  ['an id as number', { id: 5 }, 'id'],
  ['an id of 129 characters', { id: 'x'.repeat(129) }, 'id'],
  ['an id with a control character', { id: 'a\nb' }, 'id'],
  ['no program', { programID: '' }, 'programID'],
  ['no time of modification', { modificationDateTime: undefined }, 'modificationDateTime'],
  ['a priority below zero', { priority: -1 }, 'priority'],
  ['a program', { objectType: 'PROGRAM' }, 'objectType'],
  ['intervals that are no list', { intervals: { length: 3 } }, 'intervals'],
  ['an interval of null', { intervals: [null] }, 'intervals'],
  ['an interval without an id', { intervals: [{ payloads: [] }] }, 'intervals[0].id'],
  ['an interval without payloads', { intervals: [{ id: 0 }] }, 'intervals[0].payloads'],
  ['targets of 3.0 in 3.1', { targets: [{ type: 'GROUP', values: ['a'] }] }, 'targets[0]'],
])('A28: %s is refused with a sentence that names the path', (_, over, path) => {
  const refusal = refused(event(over));
  expect(refusal.path).toBe(path);
  expect(refusal.sentence.startsWith(`${path} `)).toBe(true);
  expect(refusal.sentence.length).toBeLessThan(250);
});

test.each<readonly [string, number, (count: number) => Parameters<typeof event>[0]]>([
  ['intervals', INTERVALS_MAX, (n) => ({ intervals: Array.from({ length: n }, (_, id) => limit(id, 1)) })],
  [
    'intervals[0].payloads',
    PAYLOADS_PER_INTERVAL_MAX,
    (n) => ({
      intervals: [
        interval(
          0,
          Array.from({ length: n }, () => payload('OLS', 1)),
        ),
      ],
    }),
  ],
  [
    'intervals[0].payloads[0].values',
    VALUES_PER_PAYLOAD_MAX,
    (n) => ({
      intervals: [
        price(
          0,
          Array.from({ length: n }, () => 1),
        ),
      ],
    }),
  ],
  ['targets', TARGETS_MAX, (n) => ({ targets: Array.from({ length: n }, (_, i) => `t${i}`) })],
  [
    'payloadDescriptors',
    DESCRIPTORS_MAX,
    (n) => ({
      payloadDescriptors: Array.from({ length: n }, () => ({ payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'KW' })),
    }),
  ],
])('%s are bounded: %i are read, one more is refused', (path, most, make) => {
  accepted(event(make(most)));
  expect(refused(event(make(most + 1))).path).toBe(path);
});

test('5,000 values of one event are read, one more is refused', () => {
  const full = Array.from({ length: 50 }, (_, id) =>
    price(
      id,
      Array.from({ length: 100 }, () => 1),
    ),
  );
  accepted(event({ intervals: full }));
  expect(refused(event({ intervals: [...full, price(50, [1])] })).path).toBe('intervals');
});

test('what a sentence quotes is short, and on one line', () => {
  const { sentence } = refused(event({ id: `\u0085\n"${'x'.repeat(10_000)}` }));
  expect(sentence).not.toMatch(/\p{Cc}/u);
  expect(sentence.length).toBeLessThan(150);
});

test('a million intervals are refused before they are looked at', () => {
  expect(refused(event({ intervals: Array.from({ length: 1_000_000 }) })).sentence).toBe(
    'intervals has 1000000 entries; at most 3000 are possible.',
  );
});

test('DR-N10: units of a limit come from the event, else from its program, else from configuration', () => {
  const plain = event({ payloadDescriptors: null });
  const read = readProgram({
    id: 'p1',
    programName: 'P',
    payloadDescriptors: [{ payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'KW' }],
  });
  const programDescriptors = read.kind === 'ok' ? read.value.descriptors : [];
  const limitW = (options: Partial<typeof OPTIONS>, json = plain) =>
    accepted(json, { ...OPTIONS, ...options }).intervals[0]?.payloads;
  expect(limitW({ programDescriptors })).toEqual([{ kind: 'limit', limitW: 50_000 }]);
  expect(limitW({ defaults: { limitUnits: 'W' } })).toEqual([{ kind: 'limit', limitW: 50 }]);
  expect(limitW({ programDescriptors, defaults: { limitUnits: 'W' } })).toEqual([{ kind: 'limit', limitW: 50_000 }]);
  const inWatts = event({ payloadDescriptors: [{ payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'W' }] });
  expect(limitW({ programDescriptors }, inWatts)).toEqual([{ kind: 'limit', limitW: 50 }]);
});

test('DR-N11, DR-T7: what a kWh emits is read into milligrams, several values of an interval too', () => {
  const payloadsOf = (json: Parameters<typeof event>[0]) => accepted(event(json)).intervals[0]?.payloads;
  expect(payloadsOf({ intervals: [interval(0, [payload('GHG', 0, 412.3456)])] })).toEqual([
    { kind: 'carbon', mgPerKwh: [0, 412_346] },
  ]);
  const inUnits = (units: string) => ({
    payloadDescriptors: [{ payloadType: 'GHG', units }],
    intervals: [interval(0, [payload('GHG', 5)])],
  });
  expect(payloadsOf(inUnits('GHG'))).toEqual([{ kind: 'carbon', mgPerKwh: [5_000] }]);
  expect(refused(event(inUnits('KG'))).sentence).toMatch(/^intervals\[0\]\.payloads\[0\] is in units of "KG"/);
});

test('DR-N11: payload types of the standard that we do not act on are named and left alone', () => {
  const read = accepted(
    event({ intervals: [interval(0, [payload('OLS', 'anything'), payload('IMPORT_CAPACITY_LIMIT', 1)])] }),
  );
  expect(read.ignoredTypes).toEqual(['OLS']);
  expect(read.intervals[0]?.payloads).toEqual([{ kind: 'limit', limitW: 1_000 }]);
});

test('DR-V7: an event that only asks for reports has no intervals in 3.1; in 3.0 it is refused', () => {
  expect(accepted(event({ intervals: null })).intervals).toEqual([]);
  expect(refused(event({ intervals: null }), { ...OPTIONS, version: '3.0' }).path).toBe('intervals');
});

test('DR-V2: targets of 3.0 stand under their type', () => {
  const json = event({ targets: [{ type: 'GROUP', values: ['a', 'b'] }] });
  expect(accepted(json, { ...OPTIONS, version: '3.0' }).targets).toEqual(['GROUP:a', 'GROUP:b']);
});

test('DR-N1, DR-N10: a program without id or name is refused, descriptors of reports are passed over', () => {
  expect(readProgram({ id: 'p1' })).toEqual({
    kind: 'err',
    error: { path: 'programName', sentence: 'programName is missing.' },
  });
  expect(readProgram([]).kind).toBe('err');
  const reports = [{ objectType: 'REPORT_PAYLOAD_DESCRIPTOR', payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'W' }];
  const program = readProgram({ id: 'p1', programName: 'P', payloadDescriptors: reports });
  expect(program).toEqual({ kind: 'ok', value: { programId: 'p1', name: 'P', descriptors: [] } });
});

test('A28: whatever JSON stands in any place of an event, it is read or refused and never thrown', () => {
  const keys = [
    'id',
    'programID',
    'targets',
    'payloadDescriptors',
    'intervalPeriod',
    'intervals',
    'duration',
    'priority',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.jsonValue(), fc.jsonValue(), (key, value, whole) => {
      for (const json of [
        event({ [key]: value }),
        event({ intervals: [value] }),
        event({ intervalPeriod: { start: value, duration: value } }),
        event({ intervals: [interval(0, [{ type: 'PRICE', values: value }])] }),
        whole,
      ]) {
        const result = readEvent(json, OPTIONS);
        if (result.kind === 'err') expect(result.error.sentence).not.toMatch(/\p{Cc}/u);
      }
    }),
    { numRuns: 300 },
  );
});
