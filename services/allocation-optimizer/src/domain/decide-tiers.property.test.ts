import { expect, test } from '@jest/globals';
import { deciAmps, epochMs, type EvseId, type GridPhase, perPhase } from '@headroom/kernel';
import {
  type EvseModel,
  gate,
  otherLoadHorizon,
  otherLoadNow,
  type PhaseMask,
  type SharePolicy,
  type TierMode,
} from '@headroom/site-model';
import { EMPTY_MEMORY } from './control-memory.ts';
import { decide } from './decide.ts';
import type { Fact } from './facts.ts';
import { after, asking, T0 } from './given.fixture.ts';
import { POLICIES } from './policies/policy-of.ts';
import { diceOf, randomSite } from './test-support/random-sites.ts';
import { decided, isCar, limitOf, settled, type Situation, situationOf } from './test-support/random-situations.ts';

const SHARES = Object.keys(POLICIES) as SharePolicy[];
const MODES: readonly TierMode[] = ['floor-first', 'strict'];
const EACH = SHARES.flatMap((share) => MODES.map((tiers) => [share, tiers] as const));
/** The last one of them has what rounding left of a tier where a later one would take it. */
const SEEDS = [...Array.from({ length: 12 }, (_, i) => i + 1), 45];

type Said = (evse: EvseModel, dice: (sides: number) => number) => Partial<EvseModel>;
const ofThree: Said = (_, dice) => ({ tier: 1 + dice(3), weight: 1 + dice(5) });

/** Sites of every shape, most of them lost by their own loads; and between them such as go short of current, and no more. */
const siteOf = (seed: number): Situation => (seed % 4 === 0 ? randomSite(seed, 30) : shortSite(seed));

function shortSite(seed: number, isOneRow = false): Situation {
  const dice = diceOf(seed + 3_000_000);
  const cars = 4 + dice(10);
  const all = deciAmps(isOneRow ? 200 + dice(80 * cars) : 0);
  const rating = (least: number) => perPhase(() => deciAmps(least + dice(40 * cars)));
  return situationOf({
    circuits: (isOneRow ? [0] : [0, 1, 2]).map((i) => ({
      ...{ parent: dice(2), rating: isOneRow ? perPhase(() => all) : rating(i === 0 ? 200 : 100) },
      power: i === 0 && dice(3) === 0 ? 10_000 + dice(5_000 * cars) : null,
    })),
    evses: Array.from({ length: cars }, () => ({
      ...{ circuit: dice(3), min: 60 + dice(20), span: 20 + dice(260), withFallback: dice(6) === 0 },
      phases: isOneRow
        ? ['l1']
        : ([['l1'], ['l2'], ['l3'], ['l1', 'l2', 'l3'], ['l2', 'l3', 'l1']][dice(5)] as GridPhase[]),
      ...{ kind: dice(12) === 0 ? ('free' as const) : ('car' as const), startedS: dice(6), committed: 0, uses: 3 },
    })),
    load: { circuit: 0, worst: perPhase(() => deciAmps(0)), reading: null, rise: null },
  });
}

/** Such a one whose drivers ask for this and that, or for nothing, at EVSEs of several tiers. */
function tiered(
  share: SharePolicy,
  tiers: TierMode,
  seed: number,
  { said = ofThree, of = siteOf }: { readonly said?: Said; readonly of?: (seed: number) => Situation } = {},
): Situation {
  const situation = of(seed);
  const dice = diceOf(seed + 1_000_000);
  const asked = [...situation.site.evses.values()].flatMap((_, i): readonly Fact[] =>
    dice(2) === 0 ? [] : [asking(i, dice(60_000), T0 + dice(12 * 3_600_000) - 600_000)],
  );
  // Without a meter: decisions round a reading up, and the gate does not.
  const otherLoads = situation.site.otherLoads.map(({ meterId: _, ...load }) => load);
  const site = { ...situation.site, otherLoads, share, tiers };
  return withSaid({ ...situation, site, state: after(asked, situation.state) }, seed, said);
}

function withSaid(situation: Situation, seed: number, said: Said): Situation {
  const dice = diceOf(seed + 2_000_000);
  const evses = new Map([...situation.site.evses].map(([id, evse]) => [id, { ...evse, ...said(evse, dice) }]));
  return { ...situation, site: { ...situation.site, evses } };
}

const masksOf = ({ site, used }: Situation): ReadonlyMap<EvseId, PhaseMask> =>
  new Map([...used].map(([id, phases]) => [id, { phases, elsewhere: site.evses.get(id)?.fallback ?? deciAmps(0) }]));

/** Whether an EVSE could have so much, were the others given this. */
function fits(situation: Situation, { evseId }: EvseModel, current: number, given: (evse: EvseModel) => number) {
  const { site, state } = situation;
  const committed = new Map(
    [...site.evses.values()].map((evse) => [
      evse.evseId,
      deciAmps(situation.fixed.get(evse.evseId) ?? Math.max(given(evse), evse.fallback)),
    ]),
  );
  const verdict = gate({
    ...{ site, masks: masksOf(situation), nowMs: T0, committed },
    otherLoad: otherLoadNow(site, state.readings, T0),
    horizonLoad: otherLoadHorizon(site, state.readings, T0),
    proposal: { evseId, limit: deciAmps(current) },
  });
  return verdict.kind === 'pass';
}

const tierOf = (evse: EvseModel): number => evse.tier ?? 1;
const carsOf = (situation: Situation) => [...situation.site.evses.values()].filter((evse) => isCar(situation, evse));

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
