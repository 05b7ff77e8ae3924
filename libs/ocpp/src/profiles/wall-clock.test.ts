import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compositeSchedule } from './composite.ts';
import type { Recurrence } from './profile.ts';
import { all, query } from './test-support/given.ts';
import { instantOfWall, type ZoneRules } from './wall-clock.ts';

const HOUR_MS = 3_600_000;
const utc = (text: string): number => Date.parse(`${text}Z`);
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

/** From Intl, as a service would hand it over. */
function zoneOf(name: string): ZoneRules {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset', year: 'numeric' });
  return {
    offsetMsAt(atMs) {
      const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?$/.exec(format.format(atMs)) ?? [];
      const size = Number(hours ?? 0) * HOUR_MS + Number(minutes ?? 0) * 60_000;
      return sign === '-' ? -size : size;
    },
  };
}

const BERLIN = zoneOf('Europe/Berlin');
const LORD_HOWE = zoneOf('Australia/Lord_Howe');

describe('the instant at which the clock on the wall shows a time', () => {
  test.each([
    ['in winter', '2026-01-12T07:00', '2026-01-12T06:00'],
    ['in summer', '2026-07-12T07:00', '2026-07-12T05:00'],
    ['just before clocks are set forward', '2026-03-29T01:59', '2026-03-29T00:59'],
    ['just after', '2026-03-29T03:00', '2026-03-29T01:00'],
    ['never shown in spring: as many minutes later', '2026-03-29T02:30', '2026-03-29T01:30'],
    ['shown twice in autumn: the first time', '2026-10-25T02:30', '2026-10-25T00:30'],
    ['just after it was shown twice', '2026-10-25T03:00', '2026-10-25T02:00'],
  ])('%s', (_what, wall, instant) => {
    expect(iso(instantOfWall(utc(wall), BERLIN))).toBe(instant);
  });

  test('half an hour is enough of a change (Lord Howe)', () => {
    expect(iso(instantOfWall(utc('2026-10-04T02:15'), LORD_HOWE))).toBe('2026-10-03T15:45');
    expect(iso(instantOfWall(utc('2026-04-05T01:45'), LORD_HOWE))).toBe('2026-04-04T14:45');
  });

  test('is one that shows it, wherever some instant does', () => {
    const zones = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Pacific/Auckland',
    );
    const instants = fc.integer({ min: utc('2024-01-01T00:00') / 60_000, max: utc('2028-01-01T00:00') / 60_000 });
    fc.assert(
      fc.property(zones, instants, (name, minute) => {
        const zone = zoneOf(name);
        const atMs = minute * 60_000;
        const wallMs = atMs + zone.offsetMsAt(atMs);
        const found = instantOfWall(wallMs, zone);
        expect(found + zone.offsetMsAt(found)).toBe(wallMs);
        expect(found).toBeLessThanOrEqual(atMs);
      }),
      { numRuns: 400, seed: 1_126 },
    );
  });
});

interface Turns {
  readonly start: string;
  readonly isLocal: boolean;
  readonly durationS?: number;
  readonly recurrence?: Recurrence;
}

/** Where a recurring profile begins and ceases to speak, between two days. */
function changes({ start, isLocal, durationS, recurrence = 'daily' }: Turns, from: string, days: number) {
  const profiles = all({
    kind: 'recurring',
    recurrence,
    steps: [[0, 160]],
    more: {
      start: isLocal ? { kind: 'local', wallMs: utc(start) } : { kind: 'instant', atMs: utc(start) },
      ...(durationS === undefined ? {} : { durationS }),
    },
  });
  const found = compositeSchedule(
    query(profiles, { fromMs: utc(from), durationMs: days * 24 * HOUR_MS, zone: BERLIN }),
  );
  if (found.kind === 'err') throw new Error(found.error.why);
  return found.value.segments.map((one) => `${iso(one.fromMs)} ${one.limit === undefined ? 'silent' : one.limit}`);
}

describe('recurring profiles on the days on which clocks change', () => {
  test('without useLocalTime turns are 24 h apart: on the wall they move by an hour', () => {
    // 06:00Z is 07:00 in winter and 08:00 in summer.
    expect(changes({ start: '2026-03-01T06:00', isLocal: false, durationS: 3_600 }, '2026-03-28T12:00', 2)).toEqual([
      '2026-03-28T12:00 silent',
      '2026-03-29T06:00 160',
      '2026-03-29T07:00 silent',
      '2026-03-30T06:00 160',
      '2026-03-30T07:00 silent',
    ]);
  });

  test('K01.FR.123: with useLocalTime a turn begins at the same time of the clock on the wall', () => {
    expect(changes({ start: '2026-03-01T07:00', isLocal: true, durationS: 3_600 }, '2026-03-27T12:00', 3)).toEqual([
      '2026-03-27T12:00 silent',
      '2026-03-28T06:00 160',
      '2026-03-28T07:00 silent',
      '2026-03-29T05:00 160',
      '2026-03-29T06:00 silent',
      '2026-03-30T05:00 160',
      '2026-03-30T06:00 silent',
    ]);
  });

  test('a schedule of 24 h leaves an hour silent on the day of 25 h, and is cut on the day of 23 h', () => {
    const whole = { start: '2026-03-01T00:00', isLocal: true, durationS: 86_400 };
    expect(changes(whole, '2026-10-24T12:00', 2)).toEqual([
      '2026-10-24T12:00 160',
      '2026-10-25T22:00 silent',
      '2026-10-25T23:00 160',
    ]);
    expect(changes(whole, '2026-03-28T12:00', 2)).toEqual(['2026-03-28T12:00 160']);
    expect(changes({ start: '2026-03-01T00:00', isLocal: true }, '2026-10-24T12:00', 2)).toEqual([
      '2026-10-24T12:00 160',
    ]);
  });

  test('a turn that should begin in the hour that is left out begins an hour later, and in the hour that comes twice the first time', () => {
    const night = { start: '2026-03-01T02:30', isLocal: true, durationS: 1_800 };
    expect(changes(night, '2026-03-28T12:00', 1)).toEqual([
      '2026-03-28T12:00 silent',
      '2026-03-29T01:30 160',
      '2026-03-29T02:00 silent',
    ]);
    expect(changes(night, '2026-10-24T12:00', 1)).toEqual([
      '2026-10-24T12:00 silent',
      '2026-10-25T00:30 160',
      '2026-10-25T01:00 silent',
    ]);
  });

  test('a weekly turn keeps its time on the wall over the change as well', () => {
    expect(
      changes({ start: '2026-03-22T07:00', isLocal: true, durationS: 60, recurrence: 'weekly' }, '2026-03-22T00:00', 8),
    ).toEqual([
      '2026-03-22T00:00 silent',
      '2026-03-22T06:00 160',
      '2026-03-22T06:01 silent',
      '2026-03-29T05:00 160',
      '2026-03-29T05:01 silent',
    ]);
  });

  test('a turn that began before the question still runs in the last hour of its day, also in winter after a start in summer', () => {
    const daily = { start: '2026-07-01T00:00', isLocal: true, durationS: 86_400 };
    expect(changes(daily, '2026-11-01T22:30', 1)).toEqual(['2026-11-01T22:30 160']);
  });

  test('an absolute profile with useLocalTime begins when the clock on the wall shows its start', () => {
    const profiles = all({ more: { start: { kind: 'local', wallMs: utc('2026-07-01T07:00') } } });
    const found = compositeSchedule(
      query(profiles, { fromMs: utc('2026-07-01T00:00'), durationMs: 24 * HOUR_MS, zone: BERLIN }),
    );
    expect(found).toMatchObject({ value: { segments: [{}, { fromMs: utc('2026-07-01T05:00'), limit: 100 }] } });
  });
});
