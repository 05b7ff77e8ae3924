import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import { gate, otherLoadHorizon, otherLoadNow } from '@headroom/site-model';
import fc from 'fast-check';
import { T0 } from './given.fixture.ts';
import { RUNS, decided, isCar, limitOf, oracleRows, situations, worstOf } from './test-support/random-situations.ts';

test('PT1, dead row: neither row is exceeded, or it was lost already: then nobody below it may have more than its fallback', () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const { decision } = decided(situation);
      for (const row of oracleRows(situation)) {
        if (worstOf(situation, row, (evse) => limitOf(decision, evse)) <= row.limit) continue;
        let drawn = row.other;
        for (const evse of situation.site.evses.values()) {
          if (row.coefficient(evse) === 0) continue;
          if (isCar(situation, evse)) {
            expect(limitOf(decision, evse)).toBeLessThanOrEqual(evse.fallback);
            drawn += row.coefficient(evse) * limitOf(decision, evse);
          } else if (situation.state.evses.get(evse.evseId)?.dispatch.committed !== evse.fallback) {
            drawn += row.coefficient(evse) * (situation.fixed.get(evse.evseId) ?? 0);
          }
        }
        const cars = [...situation.site.evses.values()].filter((e) => isCar(situation, e) && row.coefficient(e) > 0);
        // What is really given fits, unless the rest alone is too much: then all are at 0.
        expect(drawn <= row.limit || cars.every((evse) => limitOf(decision, evse) === 0)).toBe(true);
      }
    }),
    { numRuns: RUNS },
  );
});

test('MD5 no row is exceeded by what may flow: cars on the phases they use, or the next car anywhere under its fallback', () => {
  fc.assert(
    fc.property(situations, fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }), (situation, replaced) => {
      const { decision } = decided(situation);
      for (const row of oracleRows(situation)) {
        if (worstOf(situation, row, () => 0) > row.limit) continue;
        let flows = row.other;
        [...situation.site.evses.values()].forEach((evse, i) => {
          const other = situation.fixed.get(evse.evseId);
          if (other !== undefined) flows += row.wired(evse) * other;
          else if (replaced[i] === true) flows += row.wired(evse) * evse.fallback;
          else flows += row.coefficient(evse) * limitOf(decision, evse);
        });
        expect(flows).toBeLessThanOrEqual(row.limit);
      }
    }),
    { numRuns: RUNS },
  );
});

test('SI11, dead row: what is asked for the gate lets pass, whole, once everybody has come down to what he was given', () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const { site, state, fixed } = situation;
      const { decision } = decided(situation);
      const committed = new Map([...site.evses.keys()].map((id) => [id, deciAmps(fixed.get(id) ?? 0)] as const));
      const otherLoad = otherLoadNow(site, state.readings, T0);
      const horizonLoad = otherLoadHorizon(site, state.readings, T0);
      for (const evse of site.evses.values()) {
        if (!isCar(situation, evse)) continue;
        const limit = deciAmps(limitOf(decision, evse));
        const masks = new Map(
          [...situation.used].map(([id, phases]) => [
            id,
            { phases, elsewhere: site.evses.get(id)?.fallback ?? deciAmps(0) },
          ]),
        );
        const proposal = { evseId: evse.evseId, limit };
        const verdict = gate({ site, committed, masks, otherLoad, horizonLoad, nowMs: T0, proposal });
        expect(verdict.kind).toBe('pass');
        committed.set(evse.evseId, deciAmps(Math.max(limit, evse.fallback)));
      }
    }),
    { numRuns: RUNS },
  );
});

test('PT2 every limit is 0, or lies between the minimum and the maximum of its EVSE', () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const { decision } = decided(situation);
      for (const evse of situation.site.evses.values()) {
        const limit = limitOf(decision, evse);
        expect(limit === 0 || (limit >= evse.minCurrent && limit <= evse.maxCurrent)).toBe(true);
      }
    }),
    { numRuns: RUNS },
  );
});
