import type { LiveState } from '@headroom/live-state';
import type { DrawView } from '../../ports.ts';
import { siteDrawBytes } from '../wire/metering.ts';

/** A draw that nobody renewed for so long says nothing any more. */
const DRAW_TTL_MS = 120_000;

/**
 * Live draw in `draw:{siteId}`. Whoever reads the shard writes it, one instance after the other: how far the shard was read
 * orders their writes, so that neither a clock nor an epoch is needed, and what is older than what stands there is refused.
 */
export function createDrawView(live: LiveState): DrawView {
  return {
    write: async (draw) => {
      await live.put({
        family: 'draw',
        id: draw.siteId,
        version: { epoch: 0n, offset: draw.asOf },
        value: siteDrawBytes(draw),
        ttlMs: DRAW_TTL_MS,
      });
    },
  };
}
