import fc from 'fast-check';
import type { GridEvent } from '../grid-event.ts';
import { accepted, event, HOUR_MS, type Json, level, limit, price, utc } from './events.ts';

export const NOON_MS = utc('2026-03-01T12:00:00Z');

const text = (ms: number): string => new Date(ms).toISOString();

const intervals = fc.oneof(
  fc.array(fc.nat(120), { minLength: 1, maxLength: 4 }).map((kW) => kW.map((each, id) => limit(id, each))),
  fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }).map((levels) => levels.map((each, id) => level(id, each))),
  fc
    .array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 4 })
    .map((list) => list.map((each, id) => price(id, [each]))),
);

/** Sound events of a few ids and versions, some cancelled, some without end, some "now", around noon. */
export const anyEvent: fc.Arbitrary<GridEvent> = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    versionHours: fc.nat(3),
    start: fc.oneof(
      fc.integer({ min: -240, max: 240 }).map((minutes) => text(NOON_MS + minutes * 60_000)),
      fc.constant('0001-01-01'),
    ),
    duration: fc.constantFrom('PT5M', 'PT1H', 'PT90M', 'P9999Y', 'PT0S'),
    randomizeStart: fc.constantFrom('PT0S', 'PT10M'),
    priority: fc.option(fc.nat(2), { nil: null }),
    intervals,
  })
  .map(({ id, versionHours, start, duration, randomizeStart, priority, intervals: list }): GridEvent => {
    const json: Json = event({
      id,
      modificationDateTime: text(utc('2026-03-01T08:00:00Z') + versionHours * HOUR_MS),
      priority,
      intervalPeriod: { start, duration, randomizeStart },
      intervals: list,
    });
    return accepted(json);
  });
