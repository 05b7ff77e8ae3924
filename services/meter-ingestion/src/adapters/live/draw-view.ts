import { meteringV1 } from '@headroom/contracts';
import type { Clock } from '@headroom/kernel';
import type { LiveState } from '@headroom/live-state';
import type { DrawView } from '../../ports.ts';
import { siteDraw } from '../wire/metering.ts';

/** A draw that nobody renewed for so long says nothing any more. */
const DRAW_TTL_MS = 120_000;

/**
 * Live draw in `draw:{siteId}`. One writer a site, the owner of its shard: its clock orders the writes.
 * Epochs of owners come with take-over; until then every write is of epoch 0.
 */
export function createDrawView(live: LiveState, clock: Clock): DrawView {
  let last = 0;
  return {
    write: async (draw) => {
      last = Math.max(last + 1, clock.nowMs());
      const value = meteringV1.SiteDraw.encode(siteDraw(draw)).finish();
      await live.put({
        family: 'draw',
        id: draw.siteId,
        version: { epoch: 0n, offset: BigInt(Math.floor(last)) },
        value,
        ttlMs: DRAW_TTL_MS,
      });
    },
  };
}
