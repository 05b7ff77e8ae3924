import type { DeciAmps, EvseId } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import type { Allocation, Decision } from '../decision.ts';
import { amps, kilowatts } from '../sentences.ts';
import { decideFrom, type DecidedFrom, settled } from './decided-from.ts';
import {
  isSameLimit,
  keyOf,
  type RaisableLimit,
  type Raise,
  raiseBy,
  raised,
  raisableOf,
  withoutRules,
} from './raise.ts';

/** What is tried, amperes: the first that helps is told. A house connection grows by the one end of it, a transformer by the other. */
export const RAISES_A: readonly number[] = [1, 2, 5, 10, 20, 50, 100];
const MOST_A = 100;
/** Limits that are raised together at most: behind the one that binds another may bind next, and above it one more. */
export const MOST_LIMITS = 3;
/** Less than this is no gain that anybody would see. */
export const GAIN_DECI_A = 10;

/** What would have to be otherwise for an EVSE to have more, and what it would have then. */
export interface Counterfactual {
  /** Together; one, unless several limits bind behind each other. None: it is no limit, but the rules of its bay. */
  readonly raises: readonly Raise[];
  readonly limit: DeciAmps;
  readonly sentence: string;
}

/** `left-out`: it would take more decisions than may be made for one question. */
export type Found = Counterfactual | 'none' | 'left-out';

/** Decisions from the same inputs with some limits raised. Each of them is made once, and no more than `most` of them. */
export class Recomputations {
  readonly #from: DecidedFrom;
  readonly #known = new Map<string, Decision>();
  #left: number;
  readonly asksRules: boolean;

  /** @param asksRules whether a decision may be spent on the rules of a single bay: none of them says anything of another */
  constructor(from: DecidedFrom, most: number, asksRules = true) {
    this.#from = settled(from);
    this.#left = most;
    this.asksRules = asksRules;
  }

  get site(): SiteModel {
    return this.#from.site;
  }

  /** Yields after each decision: whoever has others to serve does so in between. Undefined: there may be no more of them. */
  *under(raises: readonly Raise[]): Generator<undefined, Decision | undefined> {
    return yield* this.#once(keyOf(raises), () => raised(this.#from, raises));
  }

  /** The same limits without the rules of one bay (C65). */
  *withoutRules(evseId: EvseId): Generator<undefined, Decision | undefined> {
    return yield* this.#once(`rules ${evseId}`, () => withoutRules(this.#from, evseId));
  }

  *#once(key: string, from: () => DecidedFrom): Generator<undefined, Decision | undefined> {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#left === 0) return undefined;
    this.#left -= 1;
    const { decision } = decideFrom(from());
    this.#known.set(key, decision);
    yield;
    return decision;
  }
}

/**
 * The least of `RAISES_A` by which the limit that binds this EVSE would have to be higher for it to have an ampere more; where another
 * one binds right behind it, both together. Exact: what is promised is what `decide` answers to the raised limits, from the same
 * inputs, once nobody waits for his next step (`settled`).
 */
export function* counterfactualOf(recomputed: Recomputations, evseId: EvseId): Generator<undefined, Found> {
  const now = (yield* recomputed.under([]))?.allocations.get(evseId);
  if (now === undefined) return 'left-out';
  const binding = limitThatBinds(now);
  if (binding === undefined)
    return recomputed.asksRules && isByRule(now) ? yield* withoutTheRule(recomputed, evseId, now) : 'none';
  const limits: RaisableLimit[] = [binding];
  for (;;) {
    const most = (yield* recomputed.under(raisesOf(recomputed, limits, MOST_A)))?.allocations.get(evseId);
    if (most === undefined) return 'left-out';
    if (gains(now, most)) break;
    const next = limitThatBinds(most);
    if (next === undefined || limits.length === MOST_LIMITS || limits.some((each) => isSameLimit(each, next))) {
      return 'none';
    }
    limits.push(next);
  }
  for (const amperes of RAISES_A) {
    const raises = raisesOf(recomputed, limits, amperes);
    const then = (yield* recomputed.under(raises))?.allocations.get(evseId);
    if (then === undefined) return 'left-out';
    if (gains(now, then))
      return { raises, limit: then.limit, sentence: sentenceOf(recomputed.site, raises, now, then) };
  }
  return 'none';
}

/** What holds it where it is stands in the document of its site, at its bay. */
const isByRule = ({ reason: { code }, evse: { rules } }: Allocation): boolean =>
  rules !== undefined && (code === 'MANUAL_LIMIT' || code === 'TARGET_REACHED' || code === 'BOOSTED');

/** No limit has to be higher for it: the rules of its bay would have to go. */
function* withoutTheRule(recomputed: Recomputations, evseId: EvseId, now: Allocation): Generator<undefined, Found> {
  const then = (yield* recomputed.withoutRules(evseId))?.allocations.get(evseId);
  if (then === undefined) return 'left-out';
  if (!gains(now, then)) return 'none';
  const sentence = `Without the rules of its bay it would ${wouldHave(recomputed.site, now, then)}.`;
  return { raises: [], limit: then.limit, sentence };
}

const limitThatBinds = ({ reason: { circuitId, row } }: Allocation): RaisableLimit | undefined =>
  circuitId === undefined || row === undefined ? undefined : raisableOf({ circuitId, kind: row });

const raisesOf = ({ site }: Recomputations, limits: readonly RaisableLimit[], amperes: number): readonly Raise[] =>
  limits.map((limit) => raiseBy(limit, amperes, site));

const gains = (now: Allocation, then: Allocation): boolean => then.limit - now.limit >= GAIN_DECI_A;

/** "With 5 A more on Panel A it would have 16 A (11.0 kW)." */
function sentenceOf(site: SiteModel, raises: readonly Raise[], now: Allocation, then: Allocation): string {
  const target = (raise: Raise): string => (isByTarget(site, raise, now) ? ' and in what its demand is kept at' : '');
  const more = raises
    .map((raise) => `${raiseWords(raise)} more on ${nameOf(site, raise)}${target(raise)}`)
    .join(' and ');
  return `With ${more} it would ${wouldHave(site, now, then)}.`;
}

/** Its grid connection has room, and would give nobody more by itself: what is asked for on the mean of a quarter of an hour binds, and is raised beside it. */
const isByTarget = (site: SiteModel, { circuitId, kind }: Raise, { reason }: Allocation): boolean =>
  kind === 'power' && circuitId === site.rootCircuitId && reason.code === 'DEMAND_PEAK_GUARD';

/** "have 16 A (11.0 kW)" */
const wouldHave = (site: SiteModel, now: Allocation, then: Allocation): string =>
  `${now.limit === 0 ? 'charge with' : 'have'} ${amps(then.limit)} (${kilowatts(site, { evse: then.evse, phases: then.phases.length }, then.limit)})`;

const raiseWords = (raise: Raise): string => (raise.kind === 'power' ? `${raise.byW / 1_000} kW` : amps(raise.byDeciA));

const nameOf = (site: SiteModel, { circuitId }: Raise): string => {
  const name = site.circuits.get(circuitId)?.name ?? '';
  return name === '' ? circuitId : name;
};
