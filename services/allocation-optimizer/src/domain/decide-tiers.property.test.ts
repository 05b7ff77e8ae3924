import { expect, test } from '@jest/globals';
import { epochMs } from '@headroom/kernel';
import type { EvseModel } from '@headroom/site-model';
import { EMPTY_MEMORY } from './control-memory.ts';
import { decide } from './decide.ts';
import type { Fact } from './facts.ts';
import { after, asking, T0 } from './given.fixture.ts';
import { decided, limitOf, settled } from './test-support/random-situations.ts';
import {
  carsOf,
  EACH,
  fits,
  type Said,
  SEEDS,
  SHARES,
  shortSite,
  tiered,
  withSaid,
} from './test-support/tiered-situations.ts';

const tierOf = (evse: EvseModel): number => evse.tier ?? 1;

test.each(EACH)(
  'PT7, MD13 under "%s", %s: with higher tiers at their minima, or strictly at nothing, nobody of a lower one could have more',
  (share, tiers) => {
    let judged = 0;
    for (const seed of SEEDS) {
      const situation = tiered(share, tiers, seed);
      const decision = settled(situation);
      for (const evse of carsOf(situation)) {
        const limit = limitOf(decision, evse);
        const more = Math.max(evse.minCurrent, limit + 1);
        if (limit === evse.maxCurrent || more <= evse.fallback) continue;
        // Who waits has not even his minimum: then nobody of a higher tier keeps his for himself.
        const isFloorKept = tiers === 'floor-first' && limit > 0;
        const lowered = (one: EvseModel): number => {
          const has = limitOf(decision, one);
          if (tierOf(one) <= tierOf(evse)) return has;
          return isFloorKept ? Math.min(has, one.minCurrent) : 0;
        };
        if (carsOf(situation).some((one) => lowered(one) < limitOf(decision, one))) judged += 1;
        expect({ seed, evse: evse.evseId, fits: fits(situation, evse, more, lowered) }).toEqual({
          ...{ seed, evse: evse.evseId, fits: false },
        });
      }
    }
    expect(judged).toBeGreaterThan(20);
  },
);

test.each(EACH)(
  'SI11, PT1, PT2, PT3, PT12 under "%s", %s: all that is given passes the gate, is 0 or within bounds, leaves nothing, and stays',
  (share, tiers) => {
    for (const seed of SEEDS) {
      const situation = tiered(share, tiers, seed);
      const first = decided(situation);
      const later = decided(situation, decided(situation, first.memory, T0 + 61_000).memory, T0 + 119_000);
      expect(decided(situation, later.memory, T0 + 119_000).decision).toEqual(later.decision);
      for (const { decision, isSettled } of [
        { ...first, isSettled: false },
        { ...later, isSettled: true },
      ]) {
        for (const evse of carsOf(situation)) {
          const limit = limitOf(decision, evse);
          const given = (one: EvseModel): number => limitOf(decision, one);
          expect(limit === 0 || (limit >= evse.minCurrent && limit <= evse.maxCurrent)).toBe(true);
          expect({ seed, fits: limit === 0 || fits(situation, evse, limit, given) }).toEqual({ seed, fits: true });
          const more = Math.max(evse.minCurrent, limit + 1);
          if (!isSettled || limit === evse.maxCurrent || more <= evse.fallback) continue;
          expect({ seed, evse: evse.evseId, fits: fits(situation, evse, more, given) }).toMatchObject({ fits: false });
        }
      }
    }
  },
);

test.each(SHARES)(
  'PT7 under "%s", strict: whatever higher tiers are or want changes nothing of a lower one',
  (share) => {
    let apart = 0;
    for (const seed of SEEDS) {
      const situation = tiered(share, 'strict', seed);
      const others: Said = (evse, dice) => (tierOf(evse) === 1 ? {} : { tier: 2 + dice(5), weight: 1 + dice(50) });
      const lowers = [...situation.site.evses.values()].flatMap((evse, i): readonly Fact[] =>
        tierOf(evse) === 1 ? [] : [asking(i, 1_000 + 977 * i, T0 + (1 + i) * 600_000)],
      );
      const other = withSaid({ ...situation, state: after(lowers, situation.state) }, seed + 1, others);
      const [a, b] = [settled(situation), settled(other)];
      for (const evse of carsOf(situation)) {
        if (limitOf(a, evse) !== limitOf(b, evse)) apart += 1;
        if (tierOf(evse) === 1)
          expect([seed, evse.evseId, limitOf(b, evse)]).toEqual([seed, evse.evseId, limitOf(a, evse)]);
      }
    }
    // Else it would show nothing.
    expect(apart).toBeGreaterThan(3);
  },
);

test.each(EACH)('PT9 under "%s", %s: the order of the input changes nothing', (share, tiers) => {
  for (const seed of SEEDS) {
    const { site, state } = tiered(share, tiers, seed);
    const turned = { ...site, evses: new Map([...site.evses].toReversed()) };
    const other = decide(turned, { ...state, evses: new Map([...state.evses].toReversed()) }, EMPTY_MEMORY, T0);
    for (const [id, allocation] of decide(site, state, EMPTY_MEMORY, epochMs(T0)).decision.allocations)
      expect(other.decision.allocations.get(id)).toEqual(allocation);
  }
});

test.each(EACH)(
  'MD13 under "%s", %s: a car that is moved to a lower tier of its own has no less, or floor first still charges',
  (share, tiers) => {
    let gained = 0;
    for (const seed of SEEDS) {
      // Tiers 2 to 4: there is always one below.
      const situation = tiered(share, tiers, seed, { said: (_, dice) => ({ tier: 2 + dice(3), weight: 1 + dice(5) }) });
      const before = decided(situation).decision;
      for (const evse of carsOf(situation).slice(0, 6)) {
        const raised = withSaid(situation, seed, (one) => (one.evseId === evse.evseId ? { tier: 1 } : {}));
        const [was, now] = [limitOf(before, evse), limitOf(decided(raised).decision, evse)];
        if (now > was) gained += 1;
        // Floor first the minima of others may come to be other ones, and leave it less beyond its own.
        const isNoWorse = now >= was || (tiers === 'floor-first' && now >= evse.minCurrent);
        expect({ seed, evse: evse.evseId, was, now, isNoWorse }).toMatchObject({ isNoWorse: true });
      }
    }
    expect(gained).toBeGreaterThan(5);
  },
);

test.each(EACH)(
  'MD13 under "%s", %s: on one conductor whoever is moved a tier down, and not into the only one, has no less',
  (share, tiers) => {
    // Where rows lie behind each other whom it slows down may let a third one rise in its way; and one tier alone takes turns otherwise.
    let gained = 0;
    for (const seed of SEEDS) {
      const situation = tiered(share, tiers, seed, { of: (one) => shortSite(one, true) });
      const before = decided(situation).decision;
      for (const evse of carsOf(situation)) {
        const moved = withSaid(situation, seed, (one) => (one === evse ? { tier: Math.max(1, tierOf(one) - 1) } : {}));
        if (new Set(carsOf(moved).map(tierOf)).size === 1) continue;
        const now = limitOf(decided(moved).decision, evse);
        if (now > limitOf(before, evse)) gained += 1;
        expect({ seed, evse: evse.evseId, now, less: now < limitOf(before, evse) }).toMatchObject({ less: false });
      }
    }
    expect(gained).toBeGreaterThan(5);
  },
);
