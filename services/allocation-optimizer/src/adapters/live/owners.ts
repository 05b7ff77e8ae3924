import { siteStateV1 } from '@headroom/contracts';
import type { LiveState } from '@headroom/live-state';
import type { Owners } from '../../ports.ts';

/** Whoever writes the live state of a site owns it, and says there where it can be asked. While the store is away nobody is known. */
export const createOwners = (live: LiveState): Owners => ({
  addressOf: async (siteId) => {
    try {
      const found = await live.get('site', siteId);
      if (found === undefined) return undefined;
      const { ownerAddress } = siteStateV1.SiteState.decode(found.value);
      return ownerAddress === '' ? undefined : ownerAddress;
    } catch {
      return undefined;
    }
  },
});
