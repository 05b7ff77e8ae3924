import { expect, test } from '@jest/globals';
import { epochMs } from '@headroom/kernel';
import fc from 'fast-check';
import { horizonOf } from '../../planning/horizon.ts';
import { type ForecastMemory, NO_PROFILE, QUARTERS_OF_DAY } from '../forecast-memory.ts';
import type { ForecastAsk, Forecaster } from '../forecaster.ts';

const HOUR_MS = 3_600_000;
const powers = fc.integer({ min: 0, max: 500_000 });
const profiles = fc.oneof(
  fc.constant(NO_PROFILE),
  fc
    .array(fc.tuple(powers, fc.nat(5)), { minLength: QUARTERS_OF_DAY, maxLength: QUARTERS_OF_DAY })
    .map((quarters) => ({ watts: quarters.map(([watts]) => watts), days: quarters.map(([, days]) => days) })),
);

/** Whatever a site may have seen, at any instant of two years, and clocks that change. */
export const asks: fc.Arbitrary<ForecastAsk> = fc
  .record({
    atMs: fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 11, 31) }),
    timezone: fc.constantFrom('Europe/Paris', 'Pacific/Auckland', 'Asia/Kathmandu', 'UTC', 'no zone at all'),
    hours: fc.integer({ min: 1, max: 48 }),
    loadW: powers,
    pvW: powers,
    seen: fc.option(fc.record({ weekday: profiles, weekend: profiles, pv: profiles })),
  })
  .map(({ atMs, timezone, hours, loadW, pvW, seen }): ForecastAsk => {
    const nowMs = epochMs(atMs);
    const intervals = horizonOf(nowMs, epochMs(nowMs + hours * HOUR_MS));
    const memory: ForecastMemory | undefined =
      seen === null
        ? undefined
        : {
            ...{ asOfMs: nowMs, loadW, pvW, quarterStartMs: nowMs, seenFromMs: nowMs, loadMilliJ: 0, pvMilliJ: 0 },
            ...{ ...seen, told: [], scores: [] },
          };
    return { ...{ memory, timezone, nowMs, loadW, pvW }, intervals };
  });

/** What every forecaster has to keep, whoever wrote it: call it in the test of one. */
export function forecasterContract(forecaster: Forecaster): void {
  test(`${forecaster.name}: it has a name that fits into a plan`, () => {
    expect(forecaster.name).toMatch(/^.{1,64}$/u);
  });

  test(`${forecaster.name}: whatever was seen, each interval has a power of 0 or more`, () => {
    fc.assert(
      fc.property(asks, (ask) => {
        const said = forecaster.forecast(ask);
        for (const watts of [said.loadW, said.pvW]) {
          expect(watts).toHaveLength(ask.intervals.length);
          expect(watts.filter((value) => !(value >= 0 && value <= 1e9))).toEqual([]);
        }
      }),
      { numRuns: 100 },
    );
  });

  test(`${forecaster.name}: the same question has the same answer, and is not changed by it`, () => {
    fc.assert(
      fc.property(asks, (ask) => {
        const before = structuredClone(ask);
        const said = forecaster.forecast(ask);
        expect(forecaster.forecast(ask)).toEqual(said);
        expect(ask).toEqual(before);
      }),
      { numRuns: 50 },
    );
  });

  test(`${forecaster.name}: of a site of which nothing was seen it promises no sun, and its load stays`, () => {
    fc.assert(
      fc.property(asks, (ask) => {
        const said = forecaster.forecast({ ...ask, memory: undefined });
        expect(new Set(said.loadW)).toEqual(new Set([ask.loadW]));
        expect(new Set(said.pvW)).toEqual(new Set([0]));
      }),
      { numRuns: 50 },
    );
  });
}
