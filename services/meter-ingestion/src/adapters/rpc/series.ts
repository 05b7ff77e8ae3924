import type { Clock, EpochMs } from '@headroom/kernel';
import { RpcError } from '@headroom/rpc';

const DEFAULT_ITEMS = 100;
const MAX_ITEMS = 1_000;

/** How much of a series is asked for, and up to when. */
export const pageOf = (
  clock: Clock,
  { limit, beforeMs }: { readonly limit: number; readonly beforeMs?: bigint | undefined },
): { readonly limit: number; readonly beforeMs: EpochMs } => ({
  limit: Math.min(MAX_ITEMS, limit === 0 ? DEFAULT_ITEMS : limit),
  // "Now" still shows what was sampled in this very millisecond.
  beforeMs: beforeMs === undefined ? clock.nowMs() + 1 : Number(beforeMs),
});

/** A port that is away is `unavailable` to the caller; a bug stays one. */
export async function withStatus<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const retryable = cause instanceof Error && 'retryable' in cause && cause.retryable === true;
    if (retryable) throw new RpcError('unavailable', 'the log or the database does not answer', cause);
    throw cause;
  }
}
