import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextChange, parseTariff, priceAt, pricesBetween, tariffDocument } from './index.ts';
import { accepted } from './test-support/documents.ts';
import { naivePrice, wallOf } from './test-support/oracle.ts';
import { tariffsAround, zones } from './test-support/random-tariffs.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MANY = 10_000;

const name = ({ periodName, microPerKwh }: { periodName: string; microPerKwh: number }): string =>
  `${periodName} ${microPerKwh / 1e6}`;

/** Last full hours before the clocks of a zone are changed, within a year, found by looking at the clock on the wall. */
function jumpsOf(zone: string, year: number): readonly number[] {
  const aheadMs = (ms: number): number => {
    const { date, time } = wallOf(zone, ms);
    return Date.parse(`${date}T${time}:00Z`) - ms;
  };
  const startMs = Date.UTC(year, 0, 1);
  const days = Array.from({ length: 122 }, (_, day) => startMs + day * 3 * DAY_MS);
  const ahead = days.map(aheadMs);
  return days
    .filter((_, index) => index > 0 && ahead[index] !== ahead[index - 1])
    .map((ms) => {
      const hours = Array.from({ length: 72 }, (_, hour) => ms - hour * HOUR_MS);
      return hours.find((hour) => aheadMs(hour) !== aheadMs(ms)) ?? ms;
    });
}

/** An instant at a whole minute: near a change of the clocks where the zone has one in that year, else anywhere. */
const places = fc
  .record({ zone: zones, year: fc.integer({ min: 2016, max: 2045 }), which: fc.nat(9), minute: fc.nat(365 * 1_440) })
  .map(({ zone, year, which, minute }) => {
    const jumps = jumpsOf(zone, year);
    const jumpMs = jumps[which % Math.max(jumps.length, 1)];
    return { zone, aroundMs: jumpMs ?? Date.UTC(year, 0, 1) + minute * MINUTE_MS };
  });

const cases = places.chain(({ zone, aroundMs }) =>
  fc.record({
    document: tariffsAround(zone, aroundMs),
    fromMs: fc.integer({ min: -1_440, max: -1 }).map((minutes) => aroundMs + minutes * MINUTE_MS),
    untilMs: fc.integer({ min: 1, max: 1_440 }).map((minutes) => aroundMs + minutes * MINUTE_MS),
    // Instants need not stand on whole minutes.
    instants: fc.array(fc.integer({ min: -2 * DAY_MS, max: 2 * DAY_MS }), { minLength: 10, maxLength: 10 }),
    aroundMs: fc.constant(aroundMs),
  }),
);

test('DR-F2: minute by minute, prices are those that a naive look at the clock on the wall finds, over random tariffs and zones around changes of the clocks', () => {
  fc.assert(
    fc.property(cases, ({ document, fromMs, untilMs }) => {
      const { segments, isComplete } = pricesBetween(accepted(document), fromMs, untilMs, MANY);
      expect(isComplete).toBe(true);
      const found: string[] = [];
      const naive: string[] = [];
      for (let ms = fromMs; ms < untilMs; ms += MINUTE_MS) {
        const segment = segments.find((each) => each.fromMs <= ms && ms < each.untilMs);
        found.push(segment === undefined ? 'none' : name(segment));
        naive.push(naivePrice(document, ms));
      }
      expect(found).toEqual(naive);
    }),
    { numRuns: 50 },
  );
});

test('segments cover exactly what was asked for within the validity: contiguous, none empty, no two neighbours alike', () => {
  fc.assert(
    fc.property(cases, ({ document, fromMs, untilMs }) => {
      const tariff = accepted(document);
      const { segments } = pricesBetween(tariff, fromMs, untilMs, MANY);
      const startMs = Math.max(fromMs, tariff.validFromMs);
      const endMs = Math.min(untilMs, tariff.validUntilMs);
      expect(segments.map((segment) => segment.fromMs)).toEqual(
        startMs < endMs ? [startMs, ...segments.slice(0, -1).map((segment) => segment.untilMs)] : [],
      );
      expect(segments.at(-1)?.untilMs ?? endMs).toBe(endMs);
      for (const [index, segment] of segments.entries()) {
        expect(segment.untilMs).toBeGreaterThan(segment.fromMs);
        const before = segments[index - 1];
        if (before !== undefined) expect(name(before)).not.toBe(name(segment));
      }
    }),
    { numRuns: 60 },
  );
});

test('priceAt gives the segment that an instant lies in, whole; at its end the next change comes, and not before', () => {
  fc.assert(
    fc.property(cases, ({ document, fromMs, untilMs, instants, aroundMs }) => {
      const tariff = accepted(document);
      const { segments } = pricesBetween(tariff, fromMs, untilMs, MANY);
      for (const ms of [...instants.map((offset) => aroundMs + offset), ...segments.map((each) => each.fromMs)]) {
        const price = priceAt(tariff, ms);
        const segment = segments.find((each) => each.fromMs <= ms && ms < each.untilMs);
        if (ms >= fromMs && ms < untilMs) {
          const cut = price && {
            ...price,
            fromMs: Math.max(price.fromMs, fromMs),
            untilMs: Math.min(price.untilMs, untilMs),
          };
          expect(cut).toEqual(segment);
        }
        if (price === undefined) continue;
        expect([priceAt(tariff, price.fromMs), priceAt(tariff, price.untilMs - 1)]).toEqual([price, price]);
        const next = nextChange(tariff, ms);
        expect(next?.atMs ?? tariff.validUntilMs).toBe(price.untilMs);
        expect(next?.price).toEqual(priceAt(tariff, price.untilMs));
      }
    }),
    { numRuns: 60 },
  );
});

test('a limit on the number of segments gives the first ones, unchanged, and says whether that is all', () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: 1, max: 12 }), ({ document, fromMs, untilMs }, most) => {
      const tariff = accepted(document);
      const all = pricesBetween(tariff, fromMs, untilMs, MANY).segments;
      const some = pricesBetween(tariff, fromMs, untilMs, most);
      expect(some).toEqual({ segments: all.slice(0, most), isComplete: all.length <= most });
    }),
    { numRuns: 60 },
  );
});

test('a tariff written as a document and read again is the same tariff', () => {
  fc.assert(
    fc.property(cases, ({ document }) => {
      const tariff = accepted(document);
      expect(parseTariff(JSON.parse(JSON.stringify(tariffDocument(tariff))))).toEqual({ kind: 'ok', value: tariff });
    }),
    { numRuns: 60 },
  );
});
