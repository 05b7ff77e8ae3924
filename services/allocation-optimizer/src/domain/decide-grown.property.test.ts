import { expect, test } from '@jest/globals';
import { deciAmps, type EvseId } from '@headroom/kernel';
import { gate, otherLoadHorizon, otherLoadNow, type PhaseMask, type SiteModel } from '@headroom/site-model';
import fc from 'fast-check';
import { T0 } from './given.fixture.ts';
import { decided, isCar, limitOf, RUNS, type Situation, situations } from './test-support/random-situations.ts';

/** The same situation on a site with factors, allowances, and EVSEs of two phases between these. */
function grown(situation: Situation, picks: readonly number[]): Situation {
  const pick = (i: number): number => picks[i % picks.length] ?? 0;
  const { site, used } = situation;
  const circuits: SiteModel['circuits'] = new Map(
    [...site.circuits].map(([id, circuit], i) => [
      id,
      {
        ...circuit,
        ...(pick(i) % 2 === 0 ? { continuousPercent: 10 + (pick(i) % 91) } : {}),
        ...(pick(i + 1) % 2 === 0 ? { overload: { percent: 1 + (pick(i + 1) % 13), seconds: 300 } } : {}),
      },
    ]),
  );
  const evses: SiteModel['evses'] = new Map(
    [...site.evses].map(([id, evse], i) => [
      id,
      evse.phases.length === 2 && pick(i) % 3 > 0 ? { ...evse, wiring: 'line-to-line' } : evse,
    ]),
  );
  const masked = [...used].filter(([id]) => evses.get(id)?.wiring === undefined);
  return { ...situation, site: { ...site, circuits, evses }, used: new Map(masked) };
}

test('SI11, LC1, SI29, PH9: on a site with factors, allowances and two wirings all that is asked for passes the gate, whole', () => {
  const picks = fc.array(fc.nat(10_000), { minLength: 3, maxLength: 9 });
  fc.assert(
    fc.property(situations, picks, (plain, chosen) => {
      const situation = grown(plain, chosen);
      const { site, state, fixed, used } = situation;
      const { decision } = decided(situation);
      const committed = new Map([...site.evses.keys()].map((id) => [id, deciAmps(fixed.get(id) ?? 0)] as const));
      const masks = new Map<EvseId, PhaseMask>(
        [...used].map(([id, phases]) => [id, { phases, elsewhere: site.evses.get(id)?.fallback ?? deciAmps(0) }]),
      );
      const otherLoad = otherLoadNow(site, state.readings, T0);
      const horizonLoad = otherLoadHorizon(site, state.readings, T0);
      for (const evse of site.evses.values()) {
        if (!isCar(situation, evse)) continue;
        const limit = deciAmps(limitOf(decision, evse));
        const proposal = { evseId: evse.evseId, limit };
        expect(gate({ site, committed, masks, otherLoad, horizonLoad, nowMs: T0, proposal }).kind).toBe('pass');
        committed.set(evse.evseId, deciAmps(Math.max(limit, evse.fallback)));
      }
    }),
    { numRuns: RUNS },
  );
});
