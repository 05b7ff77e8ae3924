import { deciAmps, type EvseId, type GridPhase, perPhase } from '@headroom/kernel';
import {
  type EvseModel,
  gate,
  otherLoadHorizon,
  otherLoadNow,
  type PhaseMask,
  type SharePolicy,
  type TierMode,
} from '@headroom/site-model';
import type { Fact } from '../facts.ts';
import { after, asking, T0 } from '../given.fixture.ts';
import { POLICIES } from '../policies/policy-of.ts';
import { diceOf, randomSite } from './random-sites.ts';
import { isCar, type Situation, situationOf } from './random-situations.ts';

export const SHARES = Object.keys(POLICIES) as SharePolicy[];
const MODES: readonly TierMode[] = ['floor-first', 'strict'];
/** Each way to share, in either way of tiers. */
export const EACH = SHARES.flatMap((share) => MODES.map((tiers) => [share, tiers] as const));
/** The last one of them has what rounding left of a tier where a later one would take it. */
export const SEEDS = [...Array.from({ length: 12 }, (_, i) => i + 1), 45];

export type Said = (evse: EvseModel, dice: (sides: number) => number) => Partial<EvseModel>;
const ofThree: Said = (_, dice) => ({ tier: 1 + dice(3), weight: 1 + dice(5) });

/** Sites of every shape, most of them lost by their own loads; and between them such as go short of current, and no more. */
const siteOf = (seed: number): Situation => (seed % 4 === 0 ? randomSite(seed, 30) : shortSite(seed));

export function shortSite(seed: number, isOneRow = false): Situation {
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
export function tiered(
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

export function withSaid(situation: Situation, seed: number, said: Said): Situation {
  const dice = diceOf(seed + 2_000_000);
  const evses = new Map([...situation.site.evses].map(([id, evse]) => [id, { ...evse, ...said(evse, dice) }]));
  return { ...situation, site: { ...situation.site, evses } };
}

const masksOf = ({ site, used }: Situation): ReadonlyMap<EvseId, PhaseMask> =>
  new Map([...used].map(([id, phases]) => [id, { phases, elsewhere: site.evses.get(id)?.fallback ?? deciAmps(0) }]));

/** Whether an EVSE could have so much, were the others given this. */
export function fits(situation: Situation, { evseId }: EvseModel, current: number, given: (evse: EvseModel) => number) {
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

export const carsOf = (situation: Situation) =>
  [...situation.site.evses.values()].filter((evse) => isCar(situation, evse));
