import { type DeciAmps, deciAmps, type EpochMs, type EvseId } from '@headroom/kernel';
import { type EvseModel, mostThatLasts, type SiteModel } from '@headroom/site-model';
import { DRAWN_FRESH_MS } from './drawn.ts';
import { type EvseControl, lastLease, type Lease } from './evse-control.ts';
import { limitAt } from './later-limit.ts';
import { leastLimit, passesPercentOf } from './planned-kind.ts';
import { controlAt, leaseEndOf, mayBeAsked, modelKey, type SiteState, stationOf } from './site-state.ts';
import { clearlyAbove, isHeldBy, type LeaseProof, offeredOf, WATCHED_ABOVE_DECI_A } from './watched-lease.ts';

/** So long after it was given more of it a car may take to draw it. */
export const TRIAL_RISES_WITHIN_MS = 60_000;
/** One that did not is left out for so long. */
export const TRIAL_AGAIN_MS = 300_000;

/**
 * SI28, ADR 39: where what fits at rest is hardly more than the permanent limits the end of no lease would show, and a model of which nobody knows whether its leases
 * end would have that for ever. Then one EVSE at a time is leased what the others of such models leave, and these stay at their permanent limits, until its lease was let
 * end. Whose leases are known not to end, or show it anyway, goes on to have what he has.
 *
 * @param limits what each EVSE may be leased for ever, all alike
 * @returns the same where nobody is on trial
 */
export function withTrial(
  site: SiteState,
  model: SiteModel,
  limits: ReadonlyMap<EvseId, DeciAmps>,
  { atMaximum, nowMs }: { readonly atMaximum: ReadonlySet<EvseId>; readonly nowMs: EpochMs },
): ReadonlyMap<EvseId, DeciAmps> {
  if (!site.watchesLeases || limits.size === 0) return limits;
  const cramped = crampedModels(site, model, limits);
  const evse = trialOf(site, cramped, nowMs);
  if (evse === undefined) return limits;
  const giving = new Set(cramped.flatMap((those) => those.map((each) => each.evse.evseId)));
  const keeping = new Map([...limits].filter(([evseId]) => !giving.has(evseId)));
  const alone = mostThatLasts(model, { lasting: new Set([evse.evseId]), atMaximum, keeping }).get(evse.evseId);
  if (alone === undefined || !isSeenAbove(site, evse, alone)) return limits;
  const restsAt = (evseId: EvseId, limit: DeciAmps): DeciAmps =>
    giving.has(evseId) ? (model.evses.get(evseId)?.fallback ?? deciAmps(0)) : limit;
  return new Map(
    [...limits].map(([evseId, limit]) => [evseId, evseId === evse.evseId ? alone : restsAt(evseId, limit)]),
  );
}

/** Would the end of a lease of so much be seen? */
const isSeenAbove = (site: SiteState, evse: EvseModel, limit: DeciAmps): boolean =>
  offeredOf(limit, passesPercentOf(site, evse)) >= evse.fallback + WATCHED_ABOVE_DECI_A;

/** Of one model, in the order of the document. */
interface Unknown {
  readonly evse: EvseModel;
  readonly control: EvseControl;
}

/** Models of which nobody knows whether their leases end, and whose EVSEs are leased too little to see it, each by itself. */
function crampedModels(
  site: SiteState,
  model: SiteModel,
  limits: ReadonlyMap<EvseId, DeciAmps>,
): readonly (readonly Unknown[])[] {
  const models = new Map<string, Unknown[]>();
  for (const evseId of limits.keys()) {
    const evse = model.evses.get(evseId);
    if (evse === undefined || leaseEndOf(site, evse.stationId) !== 'unknown') continue;
    const { identity } = stationOf(site, evse.stationId).traits;
    if (identity === undefined || identity.firmware === '') continue;
    const key = modelKey(identity);
    const of = models.get(key) ?? [];
    of.push({ evse, control: controlAt(site, evse) });
    models.set(key, of);
  }
  // Where it shows without that nobody is to give anything up for it.
  return [...models.values()].filter(
    (those) => !those.some(({ evse }) => showsAnyway(site, evse, limits.get(evse.evseId) ?? evse.fallback)),
  );
}

/** Whose turn it is. Of each model one that is tried already, or else the first that would show something; of several models the first. */
function trialOf(site: SiteState, cramped: readonly (readonly Unknown[])[], nowMs: EpochMs): EvseModel | undefined {
  for (const those of cramped) {
    const tried = those.find(({ control: { proof } }) => proof?.watched !== undefined || proof?.fallen !== undefined);
    if (tried !== undefined) return tried.evse;
    if (those.some(({ control: { proof } }) => hasFailed(proof) && nowMs < proof.notBeforeMs)) continue;
    const next = those.find((each) => wouldShow(site, each, nowMs));
    if (next !== undefined) return next.evse;
  }
  return undefined;
}

/** Of a try that showed nothing others of its model need not be the better for long: all wait. */
const hasFailed = (proof: LeaseProof | undefined): proof is LeaseProof => proof !== undefined && proof.failures > 0;

function showsAnyway(site: SiteState, evse: EvseModel, limit: DeciAmps): boolean {
  const passesPercent = passesPercentOf(site, evse);
  const least = leastLimit(site, evse);
  return (
    isSeenAbove(site, evse, limit) || offeredOf(evse.fallback, passesPercent) >= clearlyAbove(least, passesPercent)
  );
}

/** By its last lease, as far as that still runs. */
const hasAt = ({ fallback }: EvseModel, last: Lease | undefined, atMs: EpochMs): DeciAmps =>
  last === undefined || atMs >= last.untilMs ? fallback : limitAt(last, atMs);

/** A car that takes all that it has, at a permanent limit that does not pause it; for a while after it was given more it may still be on its way up. */
function wouldShow(site: SiteState, { evse, control }: Unknown, nowMs: EpochMs): boolean {
  const { transactionId, proof, disobedience, set, raised } = control;
  const { connected } = stationOf(site, evse.stationId);
  if (!connected || !mayBeAsked(stationOf(site, evse.stationId), nowMs)) return false;
  if (transactionId === undefined || disobedience !== undefined || evse.fallback < leastLimit(site, evse)) return false;
  const { drawn } = proof ?? {};
  if (proof === undefined || nowMs < proof.notBeforeMs || drawn?.transactionId !== transactionId) return false;
  if (drawn.atMs < nowMs - DRAWN_FRESH_MS || nowMs - (proof.tookLessAtMs ?? -Infinity) < TRIAL_AGAIN_MS) return false;
  const limit = hasAt(evse, lastLease(set, transactionId), nowMs);
  if (isHeldBy(drawn.draw, limit, passesPercentOf(site, evse))) return true;
  const isOnItsWay = raised !== undefined && nowMs - raised.lastMs < TRIAL_RISES_WITHIN_MS;
  return isOnItsWay && isSeenAbove(site, evse, limit);
}

/** A sample is taken in: of a lease clearly above its permanent limit, that it has had for a while, its car takes less. */
export function noteTaken(
  site: SiteState,
  proof: LeaseProof,
  control: EvseControl,
  { evse, atMs }: { readonly evse: EvseModel | undefined; readonly atMs: EpochMs },
): LeaseProof {
  const { transactionId, raised, set } = control;
  const { drawn } = proof;
  if (evse === undefined || transactionId === undefined || drawn?.transactionId !== transactionId) return proof;
  if (raised !== undefined && atMs - raised.lastMs < TRIAL_RISES_WITHIN_MS) return proof;
  const limit = hasAt(evse, lastLease(set, transactionId), atMs);
  const takesLess = isSeenAbove(site, evse, limit) && !isHeldBy(drawn.draw, limit, passesPercentOf(site, evse));
  return takesLess ? { ...proof, tookLessAtMs: atMs } : proof;
}
