import { describe, expect, it } from '@jest/globals';
import { type DeciAmps, deciAmps, type EvseId, perPhase, ZERO_PHASES } from '@headroom/kernel';
import fc from 'fast-check';
import { deratedSite, settledReading } from './derating.ts';
import { gate } from './gate.ts';
import type { DeratingInput } from './input.ts';
import type { MeterReading } from './model.ts';
import { built, evseInput } from './site.fixture.ts';

const EVSES = 6;
const RATING_DECI_A = 1_500;
const LEASE_STEPS = 4;
/** Of the last reading: it may be so old and still count. */
const AGE_STEPS = 1;
const STEP_MS = 10_000;
const T0 = 1_800_000_000_000;

/** Its own words for the same: what is borne at a temperature, in deci-amps. */
function bornDeciA(steps: DeratingInput['steps'], deciC: number): number {
  let percent = 100;
  for (const step of steps) if (deciC > step.aboveDeciC) percent = step.percent;
  return (RATING_DECI_A * percent) / 100;
}

const tables = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 200, max: 600 }), { minLength: 1, maxLength: 5 }),
    fc.uniqueArray(fc.integer({ min: 30, max: 99 }), { minLength: 5, maxLength: 5 }),
  )
  .map(([above, percents]) => {
    const falling = percents.toSorted((a, b) => b - a);
    return above.toSorted((a, b) => a - b).map((aboveDeciC, i) => ({ aboveDeciC, percent: falling[i] ?? 30 }));
  });

const histories = fc.record({
  steps: tables,
  risesAtMostDeciC: fc.integer({ min: 0, max: 80 }),
  startDeciC: fc.integer({ min: 150, max: 550 }),
  /** Where each step of ten seconds goes: part of the word, or down. */
  moves: fc.array(fc.record({ percent: fc.integer({ min: -150, max: 100 }), isRead: fc.boolean() }), {
    minLength: 4,
    maxLength: 30,
  }),
  wishes: fc.array(fc.record({ evse: fc.nat(EVSES - 1), limit: fc.integer({ min: 0, max: 320 }) }), {
    minLength: 4,
    maxLength: 60,
  }),
});

describe('LC2: dead or alive, no conductor is above what it bears at its temperature', () => {
  it('while the temperature keeps the word on its rise: whatever the gate passed holds until its leases have ended', () => {
    let passed = 0;
    fc.assert(
      fc.property(histories, ({ steps, risesAtMostDeciC, startDeciC, moves, wishes }) => {
        const derating = { sensorId: 'duct', staleAfterMs: AGE_STEPS * STEP_MS, risesAtMostDeciC, steps };
        const site = built({
          ...{ siteId: 'hot', version: 1, name: '', timezone: 'UTC', nominalVoltageV: 230, leaseS: 40 },
          circuits: [{ circuitId: 'root', name: '', rating: perPhase(() => RATING_DECI_A), derating }],
          evses: Array.from({ length: EVSES }, (_, i) => evseInput(`S${i}`, 'root')),
          otherLoads: [],
        });
        const evses = [...site.evses.values()];
        // The word is for a lease and the age of a reading together: a step of time has its part of it.
        const each = risesAtMostDeciC / (LEASE_STEPS + AGE_STEPS);
        let deciC = startDeciC;
        let kept: MeterReading | undefined;
        const leases: { readonly evseId: EvseId; readonly limit: DeciAmps; readonly endsAt: number }[] = [];
        for (const [at, { percent, isRead }] of [...moves, ...moves].entries()) {
          deciC += percent > 0 ? (each * percent) / 100 : percent / 10;
          const nowMs = T0 + at * STEP_MS;
          if (isRead) {
            // A sensor rounds up: what counts of it is never below the truth.
            const temperatureDeciC = Math.ceil(deciC);
            kept = settledReading(kept, {
              ...{ meterId: 'duct', current: ZERO_PHASES, temperatureDeciC },
              ...{ sampledAtMs: nowMs, receivedAtMs: nowMs },
            });
          }
          // Nobody lives in the second half: no more leases, and those that run run out.
          const counts = (from: number): ReadonlyMap<EvseId, DeciAmps> =>
            new Map(
              evses.map(({ evseId, fallback }) => [
                evseId,
                deciAmps(
                  Math.max(
                    fallback,
                    ...leases.filter((l) => l.evseId === evseId && l.endsAt >= from).map((l) => l.limit),
                  ),
                ),
              ]),
            );
          for (const { evse, limit } of at < moves.length ? wishes : []) {
            const evseId = evses[evse]?.evseId;
            if (evseId === undefined) continue;
            const readings = kept === undefined ? new Map<string, MeterReading>() : new Map([['duct', kept]]);
            const verdict = gate({
              ...{ site: deratedSite(site, readings, nowMs), committed: counts(at), nowMs },
              ...{ otherLoad: new Map(), horizonLoad: new Map() },
              proposal: { evseId, limit: deciAmps(limit) },
            });
            // What it has already is renewed only where it fits, as the dispatcher does: here it just runs out.
            if (verdict.kind !== 'pass' || verdict.decrease) continue;
            leases.push({ evseId, limit: deciAmps(limit), endsAt: at + LEASE_STEPS });
            passed += 1;
          }
          const flows = [...counts(at).values()].reduce<number>((sum, limit) => sum + limit, 0);
          expect(flows).toBeLessThanOrEqual(bornDeciA(steps, deciC));
        }
      }),
      { numRuns: 300, seed: 7 },
    );
    // It is not for want of trying.
    expect(passed).toBeGreaterThan(1_000);
  });

  it('a temperature that wavers within 2 C moves the limit at most once, whatever its steps are', () => {
    fc.assert(
      fc.property(
        tables,
        fc.integer({ min: 150, max: 650 }),
        fc.array(fc.integer({ min: -10, max: 10 }), { minLength: 2, maxLength: 50 }),
        (steps, middle, noise) => {
          let kept: MeterReading | undefined;
          const born: number[] = [];
          for (const by of noise) {
            kept = settledReading(kept, {
              ...{ meterId: 'duct', current: ZERO_PHASES, temperatureDeciC: middle + by },
              ...{ sampledAtMs: T0, receivedAtMs: T0 },
            });
            expect(kept.temperatureDeciC).toBeGreaterThanOrEqual(middle + by);
            born.push(bornDeciA(steps, kept.temperatureDeciC ?? 0));
          }
          // Only ever down, as the hottest of it comes to light: nothing comes back only to go again.
          for (const [i, value] of born.entries()) expect(value).toBeLessThanOrEqual(born[i - 1] ?? Infinity);
        },
      ),
      { numRuns: 300, seed: 7 },
    );
  });
});
