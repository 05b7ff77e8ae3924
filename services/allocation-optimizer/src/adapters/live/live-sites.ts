import { siteStateV1 } from '@headroom/contracts';
import type { LiveState } from '@headroom/live-state';
import type { LiveSites } from '../../ports.ts';
import { siteStateToWire } from '../log/site-state-to-wire.ts';

/** A site of which nothing was heard for this long is not shown as live. */
export const LIVE_TTL_MS = 60_000;

/**
 * Live state `site:{siteId}`: this service is its one writer.
 *
 * @param ownerAddress where this process serves rpc; empty: nowhere
 */
export const createLiveSites = (live: LiveState, ownerAddress: string): LiveSites => ({
  put: async (snapshot) => {
    const value = siteStateV1.SiteState.encode({ ...siteStateToWire(snapshot), ownerAddress }).finish();
    const version = { epoch: snapshot.ownerEpoch, offset: snapshot.snapshotSeq };
    await live.put({ family: 'site', id: snapshot.site.siteId, version, value, ttlMs: LIVE_TTL_MS });
  },
});
