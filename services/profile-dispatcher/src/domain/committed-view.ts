import type { DeciAmps, EpochMs, EvseNumber, StationId } from '@headroom/kernel';
import type { EvseModel, PhaseMask } from '@headroom/site-model';
import { committedBack, firstEndOfBoth, withDischarge } from './back-set.ts';
import { committedOf, type Member, membersOf } from './committed-set.ts';
import { mayHaveMask, maskOf } from './counted-phases.ts';
import { type EvseControl, lastLease } from './evse-control.ts';
import { limitAt } from './later-limit.ts';
import { hasRoomForLease } from './plan-of.ts';
import { passesPercentOf, plannedKind } from './planned-kind.ts';
import { lastingLimits } from './lasting.ts';
import { controlAt, countingOf, isLasting, type SiteState, stationOf } from './site-state.ts';

/** What an EVSE counts with, on which phases, and what it was told last, as everybody else is told it. */
export interface CommittedView {
  readonly stationId: StationId;
  readonly evse: EvseNumber;
  readonly members: readonly Member[];
  readonly committed: DeciAmps;
  /** The most that its car may be giving back, on each conductor. Absent: nothing. */
  readonly discharge?: DeciAmps;
  /** Absent: all wired phases. */
  readonly mask?: PhaseMask;
  /** The lease sent last; absent where the fallback holds. */
  readonly commanded?: { readonly limit: DeciAmps; readonly leaseUntilMs: EpochMs };
  /** Its station has no room for a lease (H81): whatever is decided, it never has more than its fallback. */
  readonly fallbackOnly?: true;
  /** Of a limit, what its car is offered at the nominal voltage. Absent: all of it. */
  readonly passesPercent?: number;
  /** Its leases do not end (SI28): it is never leased more than this. Absent: they end. */
  readonly leaseAtMost?: DeciAmps;
}

/** The last view of a control, which is never mutated: only time and the document can make it another one. */
interface KnownView {
  readonly view: CommittedView;
  readonly evse: EvseModel;
  /** Until then no lease of it ends. */
  readonly untilMs: EpochMs;
}
const VIEWS = new WeakMap<EvseControl, KnownView>();

/** The same object as before where nothing of it has changed. */
export function committedView(
  site: SiteState,
  evse: EvseModel,
  time: { readonly nowMs: EpochMs; readonly leaseNowMs: EpochMs; readonly marginMs: number },
): CommittedView {
  const control = controlAt(site, evse);
  const { set, stationId, evse: number } = control;
  const known = VIEWS.get(control);
  const fallbackOnly = isFallbackOnly(site, evse);
  const isCounted = known?.evse === evse && time.leaseNowMs < known.untilMs;
  const members = isCounted ? known.view.members : membersOf(set, countingOf(site, evse, time));
  const mask = mayHaveMask(control) ? maskOf(site, evse, { members, nowMs: time.nowMs }) : undefined;
  const leaseAtMost = isLasting(site, evse) ? lastingLimits(site, time.nowMs).get(evse.evseId) : undefined;
  const isSameKind = (known?.view.fallbackOnly ?? false) === fallbackOnly && known?.view.leaseAtMost === leaseAtMost;
  if (isCounted && isSameKind && isSameMask(known.view.mask, mask)) return known.view;
  const transactionId = set.attempts.at(-1)?.transactionId ?? set.acknowledged?.transactionId;
  const last = transactionId === undefined ? undefined : lastLease(set, transactionId);
  const view: CommittedView = {
    ...{ stationId, evse: number, members, committed: committedOf(members) },
    ...(control.back === undefined
      ? {}
      : withDischarge(committedBack(control.back, countingOf(site, evse, time), evse))),
    ...(mask === undefined ? {} : { mask }),
    ...(fallbackOnly ? { fallbackOnly } : {}),
    ...passing(passesPercentOf(site, evse)),
    ...(leaseAtMost === undefined ? {} : { leaseAtMost }),
    ...(last === undefined ? {} : { commanded: { limit: limitAt(last, time.leaseNowMs), leaseUntilMs: last.untilMs } }),
  };
  const untilMs = firstEndOfBoth(control);
  // Beyond it each instant is judged for itself, in whatever order they are asked for.
  if (time.leaseNowMs < untilMs) VIEWS.set(control, { view, evse, untilMs });
  return view;
}

/** Almost always at a glance: few stations say how many profiles they keep. */
const isFallbackOnly = (site: SiteState, evse: EvseModel): boolean =>
  stationOf(site, evse.stationId).traits.known?.capabilities.maxProfiles !== undefined &&
  !hasRoomForLease(plannedKind(site, evse));
const passing = (passesPercent: number | undefined) => (passesPercent === undefined ? {} : { passesPercent });

export function isSameMask(a: PhaseMask | undefined, b: PhaseMask | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.elsewhere !== b.elsewhere || a.phases.length !== b.phases.length)
    return false;
  return a.phases.every((phase, index) => phase === b.phases[index]);
}
