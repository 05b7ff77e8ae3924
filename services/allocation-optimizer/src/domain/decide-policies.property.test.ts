import { expect, test } from '@jest/globals';
import { deciAmps, epochMs, type EvseId } from '@headroom/kernel';
import { gate, otherLoadHorizon, otherLoadNow, type PhaseMask, type SharePolicy } from '@headroom/site-model';
import type { Fact } from './facts.ts';
import { after, asking, T0 } from './given.fixture.ts';
import { POLICIES } from './policies/policy-of.ts';
import { diceOf, randomSite } from './test-support/random-sites.ts';
import { decided, isCar, limitOf, type Situation } from './test-support/random-situations.ts';

const SHARES = Object.keys(POLICIES) as SharePolicy[];
const SITES = 10;

/** A site under this policy, whose drivers ask for this and that, or for nothing. */
function sharing(share: SharePolicy, seed: number): Situation {
  const situation = randomSite(seed, 30);
  const dice = diceOf(seed + 1_000_000);
  const asked = [...situation.site.evses.values()].flatMap((_, i): readonly Fact[] =>
    dice(2) === 0 ? [] : [asking(i, dice(60_000), T0 + dice(12 * 3_600_000) - 600_000)],
  );
  // Without a meter: decisions round a reading up, and the gate does not.
  const otherLoads = situation.site.otherLoads.map(({ meterId: _, ...load }) => load);
  return { ...situation, site: { ...situation.site, otherLoads, share }, state: after(asked, situation.state) };
}

function committedOf({ site, fixed }: Situation): Map<EvseId, ReturnType<typeof deciAmps>> {
  return new Map([...site.evses.keys()].map((id) => [id, deciAmps(fixed.get(id) ?? 0)]));
}

const masksOf = ({ site, used }: Situation): ReadonlyMap<EvseId, PhaseMask> =>
  new Map([...used].map(([id, phases]) => [id, { phases, elsewhere: site.evses.get(id)?.fallback ?? deciAmps(0) }]));

/** What the gate says of a limit when everybody else counts with what he was given. */
function gateFor(situation: Situation, committed: ReadonlyMap<EvseId, ReturnType<typeof deciAmps>>) {
  const { site, state } = situation;
  const view = {
    ...{ site, masks: masksOf(situation), nowMs: T0 },
    otherLoad: otherLoadNow(site, state.readings, T0),
    horizonLoad: otherLoadHorizon(site, state.readings, T0),
  };
  return (evseId: EvseId, limit: number) =>
    gate({ ...view, committed, proposal: { evseId, limit: deciAmps(limit) } }).kind;
}

test.each(SHARES)(
  'SI11, PT1, PT2: under "%s" all that is asked for passes the gate, whole, and is 0 or within bounds',
  (share) => {
    for (let seed = 1; seed <= SITES; seed += 1) {
      const situation = sharing(share, seed);
      const { decision } = decided(situation);
      const committed = committedOf(situation);
      const pass = gateFor(situation, committed);
      for (const evse of situation.site.evses.values()) {
        if (!isCar(situation, evse)) continue;
        const limit = limitOf(decision, evse);
        expect(limit === 0 || (limit >= evse.minCurrent && limit <= evse.maxCurrent)).toBe(true);
        expect({ seed, verdict: pass(evse.evseId, limit) }).toEqual({ seed, verdict: 'pass' });
        committed.set(evse.evseId, deciAmps(Math.max(limit, evse.fallback)));
      }
    }
  },
);

test.each(SHARES)(
  'PT3, PT12: under "%s" nothing is left over once it has settled, and to decide again changes nothing',
  (share) => {
    let judged = 0;
    for (let seed = 1; seed <= SITES; seed += 1) {
      const situation = sharing(share, seed);
      const { site } = situation;
      const first = decided(situation);
      // Within one step of needs, and after all that holds increases back.
      const later = decided(situation, decided(situation, first.memory, T0 + 61_000).memory, T0 + 119_000);
      const again = decided(situation, later.memory, T0 + 119_000);
      expect(again.decision).toEqual(later.decision);
      const committed = committedOf(situation);
      for (const evse of site.evses.values()) {
        if (isCar(situation, evse))
          committed.set(evse.evseId, deciAmps(Math.max(limitOf(later.decision, evse), evse.fallback)));
      }
      const pass = gateFor(situation, committed);
      for (const evse of site.evses.values()) {
        const limit = limitOf(later.decision, evse);
        if (!isCar(situation, evse) || limit === evse.maxCurrent) continue;
        const more = Math.max(evse.minCurrent, limit + 1);
        // What its fallback covers anyway the gate lets pass; who waits below it is in a row that is lost (PT1).
        if (more <= evse.fallback) continue;
        judged += 1;
        expect({ seed, evse: evse.evseId, verdict: pass(evse.evseId, more) }).toEqual({
          ...{ seed, evse: evse.evseId, verdict: 'refuse' },
        });
      }
    }
    expect(judged).toBeGreaterThan(25);
  },
);

test.each(SHARES)('PT9 under "%s" the order of the input changes nothing', (share) => {
  for (let seed = 1; seed <= SITES; seed += 1) {
    const situation = sharing(share, seed);
    const { site, state } = situation;
    const turned: Situation = {
      ...situation,
      site: { ...site, evses: new Map([...site.evses].toReversed()) },
      state: { ...state, evses: new Map([...state.evses].toReversed()) },
    };
    const other = decided(turned).decision.allocations;
    for (const [evseId, allocation] of decided(situation).decision.allocations) {
      expect(other.get(evseId)).toEqual(allocation);
    }
  }
});

test.each(SHARES)(
  'PT15 under "%s" nothing moves by time alone within one step of needs, once it has settled',
  (share) => {
    const limitsAt = (situation: Situation, memory: ReturnType<typeof decided>['memory'], nowMs: number) => {
      const next = decided(situation, memory, nowMs);
      return { limits: [...next.decision.allocations.values()].map(({ limit }) => limit), memory: next.memory };
    };
    for (let seed = 1; seed <= 6; seed += 1) {
      const situation = sharing(share, seed);
      let { memory } = decided(situation);
      const beginsMs = epochMs(Math.ceil((T0 + 1) / 60_000) * 60_000);
      const seen: (readonly number[])[] = [];
      for (let s = 0; s < 60; s += 2) {
        const next = limitsAt(situation, memory, beginsMs + s * 1_000);
        ({ memory } = next);
        seen.push(next.limits);
      }
      expect(new Set(seen.slice(-10).map((limits) => limits.join())).size).toBe(1);
    }
  },
);
