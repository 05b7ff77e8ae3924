import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compositeSchedule, type CompositeQuery, limitAt } from './composite.ts';
import type { InstalledProfile, Rate, RateUnit } from './profile.ts';
import { evenRate } from './rate.ts';
import type { CompositeSchedule, Segment } from './segments.ts';
import { S, T0 } from './test-support/given.ts';
import { type OracleAnswer, oracleAt } from './test-support/oracle.ts';
import { queries, SECONDS } from './test-support/random-profiles.ts';

const SEED = 20_261_126;

const never = (): never => {
  throw new Error('no segment there');
};

function composite(query: CompositeQuery): CompositeSchedule {
  const found = compositeSchedule(query);
  if (found.kind === 'err') throw new Error(found.error.why);
  return found.value;
}

const segmentAt = ({ segments }: CompositeSchedule, atMs: number): Segment | undefined =>
  segments.find((one) => one.fromMs <= atMs && atMs < one.untilMs);

function pick(segment: Segment | undefined): OracleAnswer {
  const { limit, limitL2, limitL3, numberPhases } = segment ?? {};
  return JSON.parse(JSON.stringify({ limit, limitL2, limitL3, numberPhases })) as OracleAnswer;
}

test('K08.FR.04: in every second the composite is what a naive reader of the profiles says', () => {
  fc.assert(
    fc.property(queries, (query) => {
      const whole = composite(query);
      const seconds = Array.from({ length: SECONDS }, (_, s) => T0 + s * S);
      expect(seconds.map((atMs) => pick(segmentAt(whole, atMs)))).toEqual(seconds.map((atMs) => oracleAt(query, atMs)));
    }),
    { numRuns: 300, seed: SEED },
  );
});

test('K01.FR.140: both units tell of the same current, that of the hardware too, on as many phases as may be used', () => {
  fc.assert(
    fc.property(queries, fc.option(fc.integer({ min: 0, max: 63 })), (query, localA) => {
      const { supply } = query;
      if (supply.kind === 'dc') return;
      const { localLimit: _, ...asked } = query;
      const locally = (perAmp: number) => (localA === null ? {} : { localLimit: localA * perAmp });
      const inA = composite({ ...asked, unit: 'A', ...locally(10) });
      const inW = composite({ ...asked, unit: 'W', ...locally(supply.voltageV * supply.phases) });
      for (let s = 0; s < SECONDS; s += 1) {
        const [a, w] = [segmentAt(inA, T0 + s * S), segmentAt(inW, T0 + s * S)];
        expect(w?.limit === undefined).toBe(a?.limit === undefined);
        if (a?.limitL2 !== undefined || a?.limit === undefined || w?.limit === undefined) continue;
        const phases = Math.min(a.numberPhases ?? supply.phases, supply.phases);
        // A deci-amp is lost by rounding for each that adds to it.
        const least = (a.limit * supply.voltageV * phases) / 10;
        expect(w.limit).toBeGreaterThanOrEqual(Math.floor(least));
        expect(w.limit).toBeLessThanOrEqual(least + (2 * supply.voltageV * phases) / 10 + 1);
      }
    }),
    { numRuns: 300, seed: SEED },
  );
});

test('no limit lowers another: whichever is raised, no second has a lower composite', () => {
  fc.assert(
    fc.property(queries, fc.nat(8), fc.nat(4), fc.integer({ min: 1, max: 5_000 }), (query, which, period, more) => {
      const raised = query.profiles.map((one, i) => (i === which ? raise(one, period, more) : one));
      const [before, after] = [composite(query), composite({ ...query, profiles: raised })];
      for (let s = 0; s < SECONDS; s += 1) {
        const [low, high] = [segmentAt(before, T0 + s * S), segmentAt(after, T0 + s * S)];
        for (const wire of ['limit', 'limitL2', 'limitL3'] as const) {
          if (!((high?.[wire] ?? 0) >= (low?.[wire] ?? 0))) expect([s, wire, high]).toEqual([s, wire, low]);
        }
        if ((low?.limit === undefined) !== (high?.limit === undefined)) expect(high).toEqual(low);
      }
    }),
    { numRuns: 300, seed: SEED },
  );
});

const addTo = (rate: Rate, more: number): Rate => ({
  ...rate,
  ...(rate.all === undefined ? {} : { all: rate.all + more }),
  ...(rate.l2 === undefined ? {} : { l2: rate.l2 + more }),
  ...(rate.l3 === undefined ? {} : { l3: rate.l3 + more }),
});

function raise(one: InstalledProfile, which: number, more: number): InstalledProfile {
  const schedules = one.profile.schedules.map((schedule) => ({
    ...schedule,
    periods: schedule.periods.map((period, i) =>
      i === which && period.limit !== undefined ? { ...period, limit: addTo(period.limit, more) } : period,
    ),
  }));
  return { ...one, profile: { ...one.profile, schedules } };
}

test('a part of the time has the same composite by itself as within the whole', () => {
  const part = fc.tuple(fc.integer({ min: 0, max: SECONDS * S }), fc.integer({ min: 1, max: SECONDS * S }));
  fc.assert(
    fc.property(queries, part, (asked, [offsetMs, durationMs]) => {
      // Without a transaction a relative profile counts from the start of the question.
      const query = { ...asked, transaction: asked.transaction ?? { transactionId: 'tx-1', startedAtMs: T0 } };
      const whole = composite(query);
      const fromMs = T0 + Math.min(offsetMs, SECONDS * S - 1);
      const untilMs = Math.min(fromMs + durationMs, T0 + SECONDS * S);
      const cut = whole.segments
        .map((one) => ({ ...one, fromMs: Math.max(one.fromMs, fromMs), untilMs: Math.min(one.untilMs, untilMs) }))
        .filter((one) => one.fromMs < one.untilMs);
      expect(composite({ ...query, fromMs, durationMs: untilMs - fromMs }).segments).toEqual(cut);
    }),
    { numRuns: 300, seed: SEED },
  );
});

test('limitAt tells of an instant what the composite tells of it', () => {
  fc.assert(
    fc.property(queries, fc.integer({ min: 0, max: SECONDS * S - 1 }), (asked, offsetMs) => {
      const query = { ...asked, transaction: asked.transaction ?? { transactionId: 'tx-1', startedAtMs: T0 } };
      const { fromMs: _from, untilMs: _until, ...imposed } = segmentAt(composite(query), T0 + offsetMs) ?? never();
      expect(limitAt(query, T0 + offsetMs)).toEqual({ kind: 'ok', value: imposed });
    }),
    { numRuns: 300, seed: SEED },
  );
});

test('segments touch, cover the whole time, and differ from their neighbours', () => {
  fc.assert(
    fc.property(queries, (query) => {
      const { segments, fromMs, untilMs } = composite(query);
      expect([segments[0]?.fromMs, segments.at(-1)?.untilMs]).toEqual([fromMs, untilMs]);
      segments.forEach((one, i) => {
        const next = segments[i + 1];
        if (next === undefined) return;
        expect(next.fromMs).toBe(one.untilMs);
        expect({ ...next, fromMs: 0, untilMs: 0 }).not.toEqual({ ...one, fromMs: 0, untilMs: 0 });
      });
    }),
    { numRuns: 300, seed: SEED },
  );
});

test('the order in which profiles of different levels are listed does not matter', () => {
  fc.assert(
    fc.property(queries, (query) => {
      const taken = new Set<string>();
      const profiles = query.profiles.filter(({ evse, profile }) => {
        const place = `${profile.purpose} ${profile.stackLevel} ${evse}`;
        return !taken.has(place) && taken.add(place);
      });
      expect(composite({ ...query, profiles: profiles.toReversed() })).toEqual(composite({ ...query, profiles }));
    }),
    { numRuns: 300, seed: SEED },
  );
});

test('K01.FR.50: from one unit to the other and back a limit is never more than it was, and loses less than one step', () => {
  const voltages = fc.integer({ min: 100, max: 500 });
  const phases = fc.constantFrom(1, 2, 3);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200_000 }), voltages, phases, (value, voltageV, n) => {
      const convert = (amount: number, from: RateUnit, to: RateUnit): number =>
        evenRate(amount, { from, to, voltageV, ownPhases: n, phases: n });
      const amps = convert(convert(value, 'A', 'W'), 'W', 'A');
      expect(amps).toBeLessThanOrEqual(value);
      expect(amps).toBeGreaterThanOrEqual(value - 1);
      const watts = convert(convert(value, 'W', 'A'), 'A', 'W');
      expect(watts).toBeLessThanOrEqual(value);
      expect(watts).toBeGreaterThan(value - (voltageV * n) / 10 - 1);
      // A discharge has a size as well, and its size never grows.
      expect(convert(0 - value, 'W', 'A')).toBe(0 - convert(value, 'W', 'A'));
    }),
    { numRuns: 1_000, seed: SEED },
  );
});
