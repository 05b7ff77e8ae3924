import type { EpochMs, EvseNumber, SiteId, StationId } from '@headroom/kernel';
import type { StationIdentity } from '@headroom/ocpp/quirks';
import type { LimitTold } from '@headroom/site-model';
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
