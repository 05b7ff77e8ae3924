import type { DeciAmps, EpochMs, EvseNumber, StationId } from '@headroom/kernel';
import type { EvseModel, PhaseMask } from '@headroom/site-model';
import { committedSetOf, type Member } from './committed-set.ts';
import { maskOf } from './counted-phases.ts';
import { type EvseControl, lastLease } from './evse-control.ts';
import { controlAt, countingOf, type SiteState } from './site-state.ts';

/** What an EVSE counts with, on which phases, and what it was told last, as everybody else is told it. */
export interface CommittedView {
  readonly stationId: StationId;
  readonly evse: EvseNumber;
  readonly members: readonly Member[];
  /** The most of the members. */
  readonly committed: DeciAmps;
  /** Absent: all wired phases. */
  readonly mask?: PhaseMask;
  /** The lease sent last; absent where the fallback holds. */
  readonly commanded?: { readonly limit: DeciAmps; readonly leaseUntilMs: EpochMs };
}

/** The last view of each control. Beside the control itself a view depends on its members and its mask alone. */
const VIEWS = new WeakMap<EvseControl, CommittedView>();

/** The same object as before where nothing of it has changed. */
export function committedView(
  site: SiteState,
  evse: EvseModel,
  time: { readonly nowMs: EpochMs; readonly leaseNowMs: EpochMs; readonly marginMs: number },
): CommittedView {
  const control = controlAt(site, evse);
  const { members, committed } = committedSetOf(control.set, countingOf(site, evse, time));
  const mask = maskOf(site, evse, { members, nowMs: time.nowMs });
  const known = VIEWS.get(control);
  if (known?.members === members && isSameMask(known.mask, mask)) return known;
  const { set, stationId, evse: number } = control;
  const transactionId = set.attempts.at(-1)?.transactionId ?? set.acknowledged?.transactionId;
  const last = transactionId === undefined ? undefined : lastLease(set, transactionId);
  const view: CommittedView = {
    ...{ stationId, evse: number, members, committed },
    ...(mask === undefined ? {} : { mask }),
    ...(last === undefined ? {} : { commanded: { limit: last.limit, leaseUntilMs: last.untilMs } }),
  };
  VIEWS.set(control, view);
  return view;
}

export function isSameMask(a: PhaseMask | undefined, b: PhaseMask | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.elsewhere !== b.elsewhere || a.phases.length !== b.phases.length)
    return false;
  return a.phases.every((phase, index) => phase === b.phases[index]);
}
