import {
  type DeciAmps,
  deciAmps,
  type EpochMs,
  type EvseId,
  type StationId,
  type TransactionId,
} from '@headroom/kernel';
import type { StationIdentity } from '@headroom/ocpp/quirks';
import type { EvseModel, SiteModel } from '@headroom/site-model';
import { DRAWN_FRESH_MS, type Drawn } from './drawn.ts';
import { concerns, type EvseControl, lastLease, type Lease, type Target } from './evse-control.ts';
import type { EvseDisobeys, EvseMeasured } from './facts.ts';
import type { LeaseEndSeen } from './station-findings.ts';
import { laterThan, limitAt } from './later-limit.ts';
import { leaseSecondsOf } from './lease-span.ts';
import { leastLimit, passesPercentOf } from './planned-kind.ts';
import {
  controlAt,
  controlOf,
  controlsOfStation,
  leaseEndOf,
  mayBeAsked,
  modelKey,
  setControl,
  type SiteState,
  stationOf,
} from './site-state.ts';
import { quirksOfStation } from './station-traits.ts';
import { noteTaken } from './lease-trial.ts';
import { withProof } from './unwatch.ts';
import {
  clearlyAbove,
  endWatch,
  forgetWatch,
  isHeldBy,
  isUpAgain,
  type LeaseProof,
  noteDrawn,
  noteLapsed,
  offeredOf,
  watch,
  type Watchable,
  WATCHED_ABOVE_DECI_A,
  type WatchedSample,
  watchedUntil,
} from './watched-lease.ts';

/** So long a station has its line before anything is watched there: its boot is read by then. */
export const WATCHED_SETTLED_MS = 15_000;

export interface Wanted {
  readonly targets: ReadonlyMap<EvseId, Target>;
  readonly stale: boolean;
  readonly nowMs: EpochMs;
  readonly marginMs: number;
}

/**
 * Whose next lease is to be watched, and how low it is: of each model of which nobody knows whether its leases end, one EVSE at a time. It is
 * below the permanent limit, so it is safe whatever comes of it: a station that does not let it end stays lower than it might. A model that
 * says no firmware is left out: what was seen of it would outlive every update.
 */
export function proofsDue(site: SiteState, model: SiteModel, wanted: Wanted): ReadonlyMap<EvseId, Watchable> {
  const due = new Map<EvseId, Watchable>();
  if (!site.watchesLeases || wanted.stale) return due;
  const taken = new Set<string>();
  const open: { readonly key: string; readonly evse: EvseModel }[] = [];
  for (const evse of model.evses.values()) {
    const { identity } = stationOf(site, evse.stationId).traits;
    if (identity === undefined || leaseEndOf(site, evse.stationId) !== 'unknown') continue;
    const key = modelKey(identity);
    if (controlAt(site, evse).proof?.watched !== undefined) taken.add(key);
    else if (identity.firmware !== '') open.push({ key, evse });
  }
  for (const { key, evse } of open) {
    const watchable = taken.has(key) ? undefined : watchableAt(site, evse, wanted);
    if (watchable === undefined) continue;
    due.set(evse.evseId, watchable);
    taken.add(key);
  }
  return due;
}

/** Undefined: nothing would be seen there now, or something else is wanted of it. */
function watchableAt(site: SiteState, evse: EvseModel, { targets, nowMs, marginMs }: Wanted): Watchable | undefined {
  const control = controlAt(site, evse);
  const { transactionId, proof } = control;
  const target = targets.get(evse.evseId);
  if (transactionId === undefined || target === undefined || !concerns(control, target)) return undefined;
  if (!isNowhereBelow(target, evse.fallback, nowMs) || !isSettled(site, control, { evse, nowMs })) return undefined;
  if (proof?.drawn?.transactionId !== transactionId || nowMs < proof.notBeforeMs) return undefined;
  const { drawn } = proof;
  if (drawn.atMs < nowMs - DRAWN_FRESH_MS) return undefined;
  // No lower: who is paused may forget its limit with that (H79).
  const least = leastLimit(site, evse);
  const passesPercent = passesPercentOf(site, evse);
  const isAbove = offeredOf(evse.fallback, passesPercent) < clearlyAbove(least, passesPercent);
  // Whom the permanent limit pauses is not seen at it, unless it is nothing.
  if (evse.fallback < least && !isHeldBy(deciAmps(0), evse.fallback, passesPercent)) return undefined;
  const last = lastLease(control.set, transactionId);
  const limit = isAbove ? letEnd(last, { evse, drawn, passesPercent, nowMs }) : least;
  if (limit === undefined) return undefined;
  const isLower =
    drawn.draw >= clearlyAbove(limit, passesPercent) && (last === undefined || limitAt(last, nowMs) > limit);
  const untilMs = isAbove || isLower ? watchedUntil(drawn, nowMs, marginMs) : undefined;
  // Above the permanent limit it is a lease as any, and no longer.
  const mostMs = isAbove ? nowMs + leaseSecondsOf(site) * 1_000 : Infinity;
  return untilMs === undefined || untilMs > mostMs ? undefined : { limit, untilMs };
}

/**
 * The lease that it has, above its permanent limit: what fits at rest is safe for ever, so it may as well be let end. Undefined: there is none, or its
 * car is not held by it.
 */
function letEnd(
  last: Lease | undefined,
  {
    evse,
    drawn,
    passesPercent,
    nowMs,
  }: {
    readonly evse: EvseModel;
    readonly drawn: Drawn;
    readonly passesPercent: number | undefined;
    readonly nowMs: EpochMs;
  },
): DeciAmps | undefined {
  if (last === undefined || nowMs >= last.untilMs) return undefined;
  const { limit } = last;
  if (offeredOf(limit, passesPercent) < evse.fallback + WATCHED_ABOVE_DECI_A) return undefined;
  return laterThan(last, nowMs) === undefined && isHeldBy(drawn.draw, limit, passesPercent) ? limit : undefined;
}

/** Is it at least this, now and by all that is announced? */
export const isNowhereBelow = (target: Target, least: DeciAmps, nowMs: EpochMs): boolean =>
  limitAt(target, nowMs) >= least && (laterThan(target, nowMs)?.limit ?? least) >= least;

/** Nothing is on its way there, nothing is owed, and no other EVSE of its station is in use: what comes to one may bear on another. */
function isSettled(
  site: SiteState,
  { evseId, stationId, set, back, disobedience, pausing }: EvseControl,
  { evse, nowMs }: { readonly evse: EvseModel; readonly nowMs: EpochMs },
): boolean {
  const station = stationOf(site, stationId);
  if (!set.proven || set.installed !== evse.fallback || set.attempts.length + set.fallbacks.length > 0) return false;
  if (back !== undefined || disobedience !== undefined) return false;
  if (pausing.owedSinceMs !== undefined || pausing.pausedIn !== undefined || pausing.told !== undefined) return false;
  if (station.clock.kind !== 'known' || !mayBeAsked(station, nowMs)) return false;
  if (nowMs < station.connectedAtMs + WATCHED_SETTLED_MS) return false;
  return controlsOfStation(site, stationId).every(
    (other) =>
      other.evseId === evseId ||
      (other.transactionId === undefined && other.set.attempts.length + other.set.fallbacks.length === 0),
  );
}

/** Models of one site whose leases were seen to end, or not to; beyond, more are watched again and again. */
export const MAX_MODELS_SEEN = 500;

/**
 * From now on the leases of this model end, at this site; or they do not, which nothing that is seen later takes back. Whoever else of that model is watched
 * has nothing more to show: what he is to have waits for no end of his lease.
 */
export function onLeaseEndSeen(
  site: SiteState,
  { identity, isKept, atMs }: Pick<LeaseEndSeen, 'identity' | 'isKept' | 'atMs'>,
): void {
  const key = modelKey(identity);
  const known = site.leaseEnds.get(key);
  if (known?.isKept === true || (known === undefined && site.leaseEnds.size >= MAX_MODELS_SEEN)) return;
  site.leaseEnds.set(key, isKept === true ? { ...identity, isKept } : identity);
  for (const control of [...site.controls.values()]) {
    const { identity: its } = stationOf(site, control.stationId).traits;
    if (its === undefined || modelKey(its) !== key) continue;
    const after = endWatch(control.proof, atMs);
    if (after !== control.proof) setControl(site, withProof(control, after));
  }
}

/** What it counts with hangs on it, and so does that of all others of its model. */
function learn(site: SiteState, seen: Omit<LeaseEndSeen, 'epoch' | 'kind'>): Omit<LeaseEndSeen, 'epoch'> {
  onLeaseEndSeen(site, seen);
  for (const other of [...site.controls.values()]) setControl(site, { ...other });
  return { kind: 'lease-end-seen', ...seen };
}

/** The newest sample of an EVSE of such a model; what it shows at last is to be written down by whoever owns the shard. */
export function watchSample(
  site: SiteState,
  { stationId, evse, sampledAtMs, isGood, draw }: EvseMeasured,
  time: { readonly nowMs: EpochMs; readonly marginMs: number },
): Omit<LeaseEndSeen, 'epoch'> | undefined {
  const { clock, traits } = stationOf(site, stationId);
  if (!site.watchesLeases || traits.identity === undefined || leaseEndOf(site, stationId) !== 'unknown')
    return undefined;
  const control = controlOf(site, stationId, evse);
  const { sample } = control.set;
  // One without currents says nothing of the draw, one of no transaction may be of the next car.
  const isOfNow = isGood && draw !== undefined && sample?.sampledAtMs === sampledAtMs;
  if (!isOfNow || sample.transactionId === undefined || sample.transactionId !== control.transactionId)
    return undefined;
  if (sample.isUnread === true || sample.isMasked === true || clock.kind !== 'known') return undefined;
  const { transactionId } = sample;
  const model = site.model?.evses.get(control.evseId);
  const passesPercent = model && passesPercentOf(site, model);
  const drawn = noteDrawn(control.proof, { transactionId, draw: sample.draw, atMs: sampledAtMs });
  const noted = noteTaken(site, drawn, control, { evse: model, atMs: sampledAtMs });
  const after = seenIn(noted, sample, { ...time, transactionId, passesPercent, skewMs: clock.skewMs });
  setControl(site, withProof(control, after === 'ended' ? undefined : after));
  if (after !== 'ended') return undefined;
  return learn(site, { siteId: site.siteId, stationId, evse, identity: traits.identity, atMs: sampledAtMs });
}

function seenIn(
  proof: LeaseProof,
  sample: WatchedSample,
  time: {
    readonly nowMs: EpochMs;
    readonly marginMs: number;
    readonly skewMs: number;
    readonly passesPercent: number | undefined;
    readonly transactionId: TransactionId;
  },
): LeaseProof | 'ended' {
  const { transactionId, passesPercent, nowMs } = time;
  const isUp = isUpAgain(proof, { transactionId, draw: sample.draw, atMs: sample.sampledAtMs }, passesPercent);
  if (isUp === undefined) return forgetWatch(proof, nowMs) ?? proof;
  if (isUp) return 'ended';
  return proof.watched?.transactionId === transactionId ? watch(proof, sample, time) : proof;
}

/** Were the leases of its model seen to end here, where no pack tells? */
const isSeenToEnd = (site: SiteState, stationId: StationId): boolean =>
  leaseEndOf(site, stationId) === 'proven' &&
  quirksOfStation(stationOf(site, stationId).traits.identity).leaseExpiry === 'unknown';

/** Leases of an EVSE that are over are let go of. What it might have kept is remembered, of a model of which only a sight of one tells that it does not. */
export function afterLapse(site: SiteState, before: EvseControl, after: EvseControl): EvseControl {
  const { acknowledged } = before.set;
  if (acknowledged === undefined || after.set.acknowledged !== undefined || !isSeenToEnd(site, after.stationId))
    return after;
  return withProof(after, noteLapsed(after.proof, acknowledged));
}

/** By which a draw may be above the lease that was kept. */
const KEPT_WITHIN_DECI_A = 10;

/**
 * A station draws more than its permanent limit where no lease is in force, and goes on so when it is told once more, and no more than its last
 * lease was: of a model whose leases were seen to end, this one has kept one. From here on its model counts as one that keeps them. What is
 * more than that lease is of another making, as a stranger's profile, and says nothing of it.
 */
export function unlearn(
  site: SiteState,
  { step, stationId, evse, draw, atMs }: Omit<EvseDisobeys, 'epoch'>,
): Omit<LeaseEndSeen, 'epoch'> | undefined {
  const { identity } = stationOf(site, stationId).traits;
  const { disobedience, proof, transactionId } = controlOf(site, stationId, evse);
  if (step !== 'ask' || identity === undefined || disobedience?.isUnleased !== true) return undefined;
  if (!isSeenToEnd(site, stationId) || proof?.lapsed === undefined || proof.lapsed.transactionId !== transactionId)
    return undefined;
  if (draw > proof.lapsed.limit + KEPT_WITHIN_DECI_A) return undefined;
  return learn(site, { siteId: site.siteId, stationId, evse, identity: bare(identity), atMs, isKept: true });
}

const bare = ({ vendor, model, firmware }: StationIdentity): StationIdentity => ({ vendor, model, firmware });
