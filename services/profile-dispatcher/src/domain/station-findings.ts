import type { DeciAmps, EpochMs, EvseNumber, SiteId, StationId } from '@headroom/kernel';
import type { StationIdentity } from '@headroom/ocpp/quirks';
import type { LimitTold } from '@headroom/site-model';
import type { CompositeFinding } from './composite-said.ts';
import type { Finding } from './held-profiles.ts';

/** A station holds other profiles than it should; or it holds those again (no findings). */
export interface ProfilesChecked {
  readonly kind: 'profiles-checked';
  readonly siteId: SiteId;
  readonly epoch: number;
  readonly stationId: StationId;
  readonly atMs: EpochMs;
  readonly findings: readonly Finding[];
  /** What somebody else was said to allow, and is not among the profiles that it holds. Absent: all of it is. */
  readonly missing?: readonly LimitTold[];
}

/**
 * A station came down to a lease, and up again when that was over, told nothing in between: leases of its model end (SI5, SI28). Or one of such
 * a model is seen to keep a lease.
 */
export interface LeaseEndSeen {
  readonly kind: 'lease-end-seen';
  readonly siteId: SiteId;
  readonly epoch: number;
  readonly stationId: StationId;
  readonly evse: EvseNumber;
  readonly identity: StationIdentity;
  /** Of the sample that shows it. */
  readonly atMs: EpochMs;
  /** What was seen before is not believed any more. Absent: a lease has ended. */
  readonly isKept?: true;
}

/** What the charging profiles of an EVSE come to, by its station's word, is not what it was told; or it is again (no findings). */
export interface CompositeChecked {
  readonly kind: 'composite-checked';
  readonly siteId: SiteId;
  readonly epoch: number;
  readonly stationId: StationId;
  readonly evse: EvseNumber;
  readonly atMs: EpochMs;
  readonly findings: readonly CompositeFinding[];
  /** Its first limit, for people. */
  readonly says: string;
  /** It is offered no more, until it is seen to draw more. Absent: nothing bounds it. */
  readonly atMost?: DeciAmps;
}
