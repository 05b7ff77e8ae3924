import { expect, test } from '@jest/globals';
import { deciAmps, epochMs, type EvseId, GRID_PHASES, perPhase } from '@headroom/kernel';
import type { EvseModel, SharePolicy, TierMode } from '@headroom/site-model';
import { EMPTY_MEMORY } from './control-memory.ts';
import { decide } from './decide.ts';
import { boosted } from './boosted.fixture.ts';
import type { Fact } from './facts.ts';
import { after, drawing, stationName, T0 } from './given.fixture.ts';
import { diceOf } from './test-support/random-sites.ts';
import { decided, limitOf, settled, type Situation } from './test-support/random-situations.ts';
import { carsOf, EACH, fits, type Said, SEEDS, SHARES, shortSite, tiered } from './test-support/tiered-situations.ts';

const LATER = T0 + 10 * 3_600_000;
const V = 230;

/** Rules of all kinds, each at some of the bays. */
const ofAllKinds: Said = (evse, dice) => ({
  tier: 1 + dice(2),
  weight: 1 + dice(3),
  rules: {
    ...(dice(3) === 0 ? { maximumW: 4_300 + dice(12_000) } : {}),
    ...(dice(3) === 0 ? { minimumW: 500 + dice(9_000) } : {}),
    ...(dice(2) === 0 ? { minimumSocPercent: 30 } : {}),
    ...(dice(4) === 0 ? { stopAtSocPercent: 80 } : {}),
  },
  ...(dice(5) === 0 ? { minimumShare: deciAmps(evse.minCurrent + dice(100)) } : {}),
});

interface Ruled extends Situation {
  readonly soc: ReadonlyMap<EvseId, number>;
  readonly boosts: ReadonlySet<EvseId>;
}

/** Such a site; of some batteries it is known what they hold, and some cars are boosted. */
function ruled(share: SharePolicy, tiers: TierMode, seed: number): Ruled {
  const situation = tiered(share, tiers, seed, { said: ofAllKinds, of: shortSite });
  const dice = diceOf(seed + 4_000_000);
  const soc = new Map<EvseId, number>();
  const boosts = new Set<EvseId>();
  const facts: Fact[] = [];
  for (const evse of carsOf(situation)) {
    const n = [...situation.site.evses.keys()].indexOf(evse.evseId);
    if (evse.stationId !== stationName(n)) throw new Error('the EVSEs are numbered');
    const flows = perPhase((phase) => (GRID_PHASES.indexOf(phase) < phasesOf(situation, evse) ? 60 : 0));
    const fact = drawing(n, flows, T0 + 61_001);
    if (dice(3) > 0 && fact.kind === 'evse-measured') {
      soc.set(evse.evseId, [5, 29, 30, 60, 80, 95][dice(6)] ?? 0);
      facts.push({ ...fact, sample: { ...fact.sample, socPercent: soc.get(evse.evseId) ?? 0 } });
    }
    if (dice(6) > 0) continue;
    boosts.add(evse.evseId);
    facts.push(boosted(n, LATER));
  }
  return { ...situation, state: after(facts, situation.state), soc, boosts };
}

const phasesOf = ({ used }: Situation, { evseId, phases }: EvseModel): number => (used.get(evseId) ?? phases).length;

/** What it may have, worked out by hand: 0, or from the least to the most. */
function boundsOf(situation: Ruled, evse: EvseModel): { readonly least: number; readonly most: number } {
  const { maximumW = Infinity, minimumW = 0, stopAtSocPercent = 101 } = evse.rules ?? {};
  const deciA = (powerW: number): number => (powerW * 10) / (V * phasesOf(situation, evse));
  if ((situation.soc.get(evse.evseId) ?? 0) >= stopAtSocPercent) return { least: evse.minCurrent, most: 0 };
  const most = Math.min(evse.maxCurrent, Math.max(evse.minCurrent, Math.floor(deciA(maximumW))));
  return { least: Math.max(evse.minCurrent, Math.min(most, Math.ceil(deciA(minimumW)))), most };
}

/** Whoever has a lower one comes first. */
function rankOf({ boosts, soc }: Ruled, { evseId, tier = 1, rules }: EvseModel): number {
  if (boosts.has(evseId)) return 0;
  return 2 * tier + ((soc.get(evseId) ?? 100) < (rules?.minimumSocPercent ?? 0) ? 0 : 1);
}

test.each(EACH)(
  'SI11, PT1, PT2, PT3 under "%s", %s: with rules of all kinds whatever is given passes the gate, is within the rules, and leaves nothing',
  (share, tiers) => {
    let [stopped, bounded] = [0, 0];
    for (const seed of SEEDS) {
      const situation = ruled(share, tiers, seed);
      for (const { decision, isSettled } of [
        { ...decided(situation), isSettled: false },
        { decision: settled(situation), isSettled: true },
      ]) {
        const given = (one: EvseModel): number => limitOf(decision, one);
        for (const evse of carsOf(situation)) {
          const [limit, { least, most }] = [given(evse), boundsOf(situation, evse)];
          if (most === 0) stopped += 1;
          if (limit === most && most < evse.maxCurrent) bounded += 1;
          expect({ seed, limit, isWithin: limit === 0 || (limit >= least && limit <= most) }).toMatchObject({
            isWithin: true,
          });
          expect({ seed, fits: limit === 0 || fits(situation, evse, limit, given) }).toEqual({ seed, fits: true });
          const more = Math.max(least, limit + 1);
          if (!isSettled || more > most || more <= evse.fallback) continue;
          expect({ seed, evse: evse.evseId, fits: fits(situation, evse, more, given) }).toMatchObject({ fits: false });
        }
      }
    }
    expect(stopped).toBeGreaterThan(3);
    expect(bounded).toBeGreaterThan(3);
  },
);

test.each(EACH)(
  'C61, C65, C70 under "%s", %s: what is assured comes first, then who is boosted, then tiers with low batteries first: nobody could have more by taking from who comes after',
  (share, tiers) => {
    const judged = { assured: 0, boosted: 0, low: 0 };
    for (const seed of SEEDS) {
      const situation = ruled(share, tiers, seed);
      const decision = settled(situation);
      const assuredTo = (one: EvseModel): number =>
        one.minimumShare === undefined ? 0 : Math.max(one.minimumShare, boundsOf(situation, one).least);
      for (const evse of carsOf(situation)) {
        const [limit, rank, { least, most }] = [
          limitOf(decision, evse),
          rankOf(situation, evse),
          boundsOf(situation, evse),
        ];
        const more = Math.max(least, limit + 1);
        if (more > most || more <= evse.fallback) continue;
        const isAssured = limit < assuredTo(evse);
        const isFloorKept = tiers === 'floor-first' && limit > 0 && rank > 0;
        const lowered = (one: EvseModel): number => {
          const has = limitOf(decision, one);
          const assured = Math.min(has, assuredTo(one));
          if (isAssured) return assured;
          if (rankOf(situation, one) <= rank) return has;
          return isFloorKept ? Math.min(has, Math.max(assured, boundsOf(situation, one).least)) : assured;
        };
        if (carsOf(situation).some((one) => lowered(one) < limitOf(decision, one))) {
          if (isAssured) judged.assured += 1;
          else if (rank === 0) judged.boosted += 1;
          else if (rank % 2 === 0) judged.low += 1;
        }
        expect({ seed, evse: evse.evseId, fits: fits(situation, evse, more, lowered) }).toEqual({
          ...{ seed, evse: evse.evseId, fits: false },
        });
      }
    }
    // Else it would show nothing.
    expect(judged.boosted).toBeGreaterThan(0);
    expect(judged.low).toBeGreaterThan(0);
  },
);

test.each(SHARES)('PT9 under "%s": with rules of all kinds the order of the input changes nothing', (share) => {
  for (const seed of SEEDS) {
    const { site, state } = ruled(share, 'floor-first', seed);
    const turned = { ...site, evses: new Map([...site.evses].toReversed()) };
    const other = decide(turned, { ...state, evses: new Map([...state.evses].toReversed()) }, EMPTY_MEMORY, T0);
    for (const [id, allocation] of decide(site, state, EMPTY_MEMORY, epochMs(T0)).decision.allocations) {
      const { evse: _, ...same } = allocation;
      expect(other.decision.allocations.get(id)).toMatchObject(same);
    }
  }
});

test.each(EACH)(
  'under "%s", %s: rules that bind nobody, and boosts that are over, leave a decision what it is without them, to the last word',
  (share, tiers) => {
    for (const seed of SEEDS) {
      const plain = tiered(share, tiers, seed);
      const evses = new Map(
        [...plain.site.evses].map(([id, evse]) => [
          id,
          { ...evse, rules: { maximumW: 1_000_000, minimumW: 1, stopAtTarget: true as const } },
        ]),
      );
      const over = after(
        [...plain.site.evses.keys()].map((_, n) => boosted(n, T0)),
        plain.state,
      );
      const { decision } = decided({ ...plain, site: { ...plain.site, evses }, state: over });
      const before = decided(plain).decision;
      for (const [id, allocation] of before.allocations)
        expect({ ...decision.allocations.get(id), evse: null }).toEqual({ ...allocation, evse: null });
      expect(decision.circuits).toEqual(before.circuits);
    }
  },
);
