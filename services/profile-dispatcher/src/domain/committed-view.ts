import type { DeciAmps, EpochMs, EvseNumber, StationId } from '@headroom/kernel';
import type { EvseModel, PhaseMask } from '@headroom/site-model';
import { type Member, membersOf } from './committed-set.ts';
import { maskOf } from './counted-phases.ts';
import { lastLease } from './evse-control.ts';
import { controlOf, countingOf, type SiteState } from './site-state.ts';

/** What an EVSE counts with, on which phases, and what it was told last, as everybody else is told it. */
export interface CommittedView {
  readonly stationId: StationId;
  readonly evse: EvseNumber;
  readonly members: readonly Member[];
  /** Absent: all wired phases. */
  readonly mask?: PhaseMask;
  /** The lease sent last; absent where the fallback holds. */
  readonly commanded?: { readonly limit: DeciAmps; readonly leaseUntilMs: EpochMs };
}

export function committedView(
  site: SiteState,
  evse: EvseModel,
  time: { readonly nowMs: EpochMs; readonly leaseNowMs: EpochMs; readonly marginMs: number },
): CommittedView {
  const { set, stationId, evse: number } = controlOf(site, evse.stationId, evse.evse);
  const transactionId = set.attempts.at(-1)?.transactionId ?? set.acknowledged?.transactionId;
  const last = transactionId === undefined ? undefined : lastLease(set, transactionId);
  const members = membersOf(set, countingOf(site, evse, time));
  const mask = maskOf(site, evse, { members, nowMs: time.nowMs });
  return {
    stationId,
    evse: number,
    members,
    ...(mask === undefined ? {} : { mask }),
    ...(last === undefined ? {} : { commanded: { limit: last.limit, leaseUntilMs: last.untilMs } }),
  };
}
