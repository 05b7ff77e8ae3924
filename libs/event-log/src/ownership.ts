/**
 * Of one acquisition. It is kept beside the state that was built from it, and asked before everything that leaves the
 * owner. Once a shard is lost it stays false for that shard, also when the same member gets the shard back (OW-14).
 */
export interface Acquisition {
  /** Who we are in the group, for people who read logs. */
  readonly memberId: string;
  /**
   * May this member act for the shard right now? True when the shard is one of this acquisition and not lost since, no join
   * is under way, and the last heartbeat that the group answered was sent 5 s ago at most (OW-30). Costs nothing: ask it
   * right before each append and each send, and refuse when it is false; it may be true again later.
   */
  ownsNow(shard: number): boolean;
  /**
   * Somebody else has opened a higher epoch, or a gateway said so (HO-10): the shard counts as lost and gained. `onLost`,
   * then `onAcquired` with another acquisition, then all of it is read again. Nothing happens when the shard is lost already.
   */
  acquireAgain(shard: number): void;
}

/**
 * A member that owns its shards: what it decides about them is decided by it alone. The calls come in this order for each
 * join of the group, `onLost` and `onAcquired` one at a time:
 *
 * 1. Before the member joins again: no further batch begins, and `onPause` with all its shards. Both the running batches and
 *    `onPause` are awaited, 3 s at most, so that an owner has finished before the next one exists (HO-2c). `ownsNow` stays
 *    true while they end, and is false from then until the group is joined.
 * 2. Joined: shards that stay go on where they were, nothing is called. A member that comes back under another id, because
 *    its session had expired, has lost everything, even if it gets the same shards (OW-14).
 * 3. `onLost` with what went to others or comes back anew, once its running batches have ended; 3 s at most for each.
 *    The next owner may acquire them at the same time: what must have ended before belongs in `onPause`. A batch that runs
 *    longer holds up the next reading of its own shard only.
 * 4. `onAcquired` with what came. Its shards are not read before it resolves.
 * 5. The shards are read from their start (`ConsumeOptions.start`; `earliest` is the oldest retained record, at every
 *    acquisition). `onShardCaughtUp` for each of them.
 *
 * `stop` is steps 1 and 3 for all shards, then the group is left.
 */
export interface OwnershipOptions {
  /**
   * Let what is under way for these shards come to its end: what a timer or an rpc began, not only what a batch began.
   * The group waits for it.
   */
  readonly onPause?: (shards: readonly number[]) => Promise<void>;
  /** Forget these shards. They were given to `onAcquired` before. A rejection is reported, the shards are lost anyway. */
  readonly onLost: (shards: readonly number[]) => Promise<void>;
  /**
   * Make these shards ours: take their epochs (all in one turn), append one `EpochOpened` each. Ascending, at least one. A
   * rejection is retried after a back-off with those that are still ours; an `INVARIANT_VIOLATED` ends the consumer.
   */
  readonly onAcquired: (shards: readonly number[], acquisition: Acquisition) => Promise<void>;
  /**
   * Everything that stood in the topics of the shard when `onAcquired` resolved has been handled, with what it appended:
   * owners decide only now (HO-11). Once an acquisition, before the next batch of the shard; soon for an empty shard.
   */
  readonly onShardCaughtUp?: (shard: number) => void;
  /**
   * Epochs of the shards that are ours, told to the group: of two members that claim a shard the higher epoch keeps it
   * (OW-11). Read at each join; a shard that is missing counts as epoch 0.
   */
  readonly claims?: () => ReadonlyMap<number, bigint>;
}
