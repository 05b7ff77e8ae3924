import { type DeciAmps, deciAmps, type EpochMs, type EvseId } from '@headroom/kernel';
import type { EvseModel, SiteModel } from '@headroom/site-model';
import { type EvseControl, lastLease, refusesZero } from './evse-control.ts';
import { leaseMarginMs } from './clock-skew.ts';
import type { EvseMeasured } from './facts.ts';
import type { LeaseEndSeen } from './station-findings.ts';
import { limitAt } from './later-limit.ts';
import {
  controlAt,
  controlOf,
  leaseEndOf,
  mayBeAsked,
  modelKey,
  setControl,
  type SiteState,
  stationOf,
} from './site-state.ts';
import { type LeaseProof, watch, WATCHED_GAP_DECI_A } from './watched-lease.ts';

/** A sample that is older says nothing of now. */
const SAMPLE_FRESH_MS = 60_000;

/**
 * Whose next lease is to be watched, and how low it is: of each model of which nobody knows whether its leases end, one EVSE at a time. It is
 * below the permanent limit, so it is safe whatever comes of it: a station that does not let it end stays lower than it might.
 */
export function proofsDue(site: SiteState, model: SiteModel, nowMs: EpochMs): ReadonlyMap<EvseId, DeciAmps> {
  const due = new Map<EvseId, DeciAmps>();
  if (!site.watchesLeases) return due;
  const taken = new Set<string>();
  const open: { readonly key: string; readonly evse: EvseModel }[] = [];
  for (const evse of model.evses.values()) {
    const { identity } = stationOf(site, evse.stationId).traits;
    if (identity === undefined || leaseEndOf(site, evse.stationId) !== 'unknown') continue;
    const key = modelKey(identity);
    if (controlAt(site, evse).proof?.watched === undefined) open.push({ key, evse });
    else taken.add(key);
  }
  for (const { key, evse } of open) {
    const limit = taken.has(key) ? undefined : watchedLimit(site, evse, nowMs);
    if (limit === undefined) continue;
    due.set(evse.evseId, limit);
    taken.add(key);
  }
  return due;
}

/** Undefined: nothing would be seen there now. */
function watchedLimit(site: SiteState, evse: EvseModel, nowMs: EpochMs): DeciAmps | undefined {
  const control = controlAt(site, evse);
  const station = stationOf(site, evse.stationId);
  const { set, transactionId, proof, back, disobedience } = control;
  if (transactionId === undefined || back !== undefined || disobedience !== undefined) return undefined;
  if (!set.proven || set.installed !== evse.fallback || set.attempts.length > 0) return undefined;
  if (!mayBeAsked(station, nowMs) || station.limits.length > 0) return undefined;
  if (proof !== undefined && nowMs < proof.notBeforeMs) return undefined;
  const limit = below(evse, refusesZero(control));
  const { sample } = set;
  if (limit === undefined || sample === undefined || sample.sampledAtMs < nowMs - SAMPLE_FRESH_MS) return undefined;
  if (sample.transactionId !== undefined && sample.transactionId !== transactionId) return undefined;
  const last = lastLease(set, transactionId);
  const from = last === undefined ? evse.fallback : limitAt(last, nowMs);
  return from > limit && sample.draw >= limit + WATCHED_GAP_DECI_A ? limit : undefined;
}

/** The least that a car takes, where that is clearly below the permanent limit; else nothing at all. */
function below({ fallback, minCurrent }: EvseModel, isZeroRefused: boolean): DeciAmps | undefined {
  if (fallback >= minCurrent + WATCHED_GAP_DECI_A) return minCurrent;
  return fallback < WATCHED_GAP_DECI_A || isZeroRefused ? undefined : deciAmps(0);
}

/** Models of one site whose leases were seen to end; beyond, more are watched again and again. */
export const MAX_MODELS_SEEN = 500;

/** From now on the leases of this model end, at this site. */
export function onLeaseEndSeen(site: SiteState, { identity }: Pick<LeaseEndSeen, 'identity'>): void {
  const key = modelKey(identity);
  if (!site.leaseEnds.has(key) && site.leaseEnds.size >= MAX_MODELS_SEEN) return;
  site.leaseEnds.set(key, identity);
}

/** The newest sample of an EVSE whose lease is watched; what it shows at last is to be written down by whoever owns the shard. */
export function watchSample(
  site: SiteState,
  { stationId, evse, sampledAtMs, isGood }: EvseMeasured,
  time: { readonly nowMs: EpochMs; readonly marginMs: number },
): Omit<LeaseEndSeen, 'epoch'> | undefined {
  const control = controlOf(site, stationId, evse);
  const { clock, traits } = stationOf(site, stationId);
  const marginMs = leaseMarginMs(clock, time.marginMs);
  const { sample } = control.set;
  if (control.proof?.watched === undefined || !isGood || sample?.sampledAtMs !== sampledAtMs) return undefined;
  // The next car, whose start is not read yet.
  if (sample.transactionId !== undefined && sample.transactionId !== control.proof.watched.transactionId)
    return undefined;
  if (marginMs === undefined || sample.isUnread === true || sample.isMasked === true) return undefined;
  const after = watch(control.proof, sample, { nowMs: time.nowMs, marginMs });
  if (after !== 'ended') {
    setControl(site, withProof(control, after));
    return undefined;
  }
  setControl(site, withProof(control, undefined));
  if (traits.identity === undefined) return undefined;
  const seen = { siteId: site.siteId, stationId, evse, identity: traits.identity, atMs: sampledAtMs };
  onLeaseEndSeen(site, seen);
  // What it counts with hangs on it, and so does that of all others of its model.
  for (const other of [...site.controls.values()]) setControl(site, { ...other });
  return { kind: 'lease-end-seen', ...seen };
}

export function withProof(control: EvseControl, proof: LeaseProof | undefined): EvseControl {
  if (control.proof === proof) return control;
  const { proof: _, ...rest } = control;
  return proof === undefined ? rest : { ...rest, proof };
}
