import type { EpochMs } from '@headroom/kernel';

/** What a command carries so that only the newest word of the one commander reaches a socket (R4, O3). */
export interface FenceToken {
  readonly shard: number;
  readonly epoch: bigint;
  readonly seq: bigint;
  readonly generation: bigint;
  /** Our clock. */
  readonly notAfterMs: EpochMs;
  /** It can raise nothing above what the station falls back to by itself: the permanent default profile. */
  readonly fallbackOnly: boolean;
}

/** What was written to a station for one shard, within the shard's highest epoch. */
export interface WrittenSeqs {
  readonly epoch: bigint;
  /** Ascending; the newest `MAX_WRITTEN_SEQS`. */
  readonly seqs: readonly bigint[];
}

export const MAX_WRITTEN_SEQS = 64;
export const NOTHING_WRITTEN: WrittenSeqs = { epoch: -1n, seqs: [] };

/**
 * What was written to a station, by shard: epochs of different shards have nothing to do with each other, and a station that
 * moves to another site comes to another shard (HO-15). What the old one is told of its commands stays true (HO-3).
 */
export type WrittenShards = ReadonlyMap<number, WrittenSeqs>;
export const NO_WRITTEN_SHARDS: WrittenShards = new Map();
/** Shards remembered of one station, the newest ones: a move is rare. */
export const MAX_WRITTEN_SHARDS = 4;

export const writtenOf = (written: WrittenShards, shard: number): WrittenSeqs => written.get(shard) ?? NOTHING_WRITTEN;

export type FenceRefusal = 'epoch' | 'generation' | 'already-written' | 'stale-seq' | 'too-late';
export type FenceJudgement = 'pass' | FenceRefusal;

export interface FenceKnowledge {
  /** Highest dispatcher epoch of the shard; undefined while the table of epochs has not been read (O5). */
  readonly highestEpoch: bigint | undefined;
  readonly written: WrittenSeqs;
  /** Generation of the connection that is open now. */
  readonly generation: number;
  readonly nowMs: EpochMs;
}

/**
 * May this command be written now? Asked right before the socket write, and nowhere else does it count (O4). (epoch, seq)
 * compare lexicographically. What was written is said to be written whatever has happened since: "refused" would be taken
 * for "never written" (HO-3). A seq too old to be remembered counts as written: to call it unwritten could be a lie.
 * While the epochs are unknown even a decrease may be a zombie's, and be an increase by now: only fallbacks pass (O5, HO-4).
 */
export function judge(token: FenceToken, known: FenceKnowledge): FenceJudgement {
  const { epoch, seqs } = known.written;
  const newest = seqs.at(-1);
  const isBehind = token.epoch === epoch && newest !== undefined && token.seq <= newest;
  if (isBehind) {
    if (seqs.includes(token.seq)) return 'already-written';
    if (seqs.length === MAX_WRITTEN_SEQS && token.seq < (seqs[0] ?? 0n)) return 'already-written';
  }
  if (token.epoch < epoch) return 'epoch';
  if (known.highestEpoch === undefined ? !token.fallbackOnly : token.epoch < known.highestEpoch) return 'epoch';
  if (isBehind) return 'stale-seq';
  if (token.generation !== BigInt(known.generation)) return 'generation';
  return known.nowMs > token.notAfterMs ? 'too-late' : 'pass';
}

/** What is known once a command that passed has been written. */
export function afterWrite(written: WrittenSeqs, token: FenceToken): WrittenSeqs {
  const seqs = token.epoch === written.epoch ? written.seqs : [];
  return { epoch: token.epoch, seqs: [...seqs, token.seq].slice(-MAX_WRITTEN_SEQS) };
}

/** The same, over all shards. */
export function afterWriteIn(written: WrittenShards, token: FenceToken): WrittenShards {
  const others = [...written].filter(([shard]) => shard !== token.shard).slice(1 - MAX_WRITTEN_SHARDS);
  return new Map([...others, [token.shard, afterWrite(writtenOf(written, token.shard), token)]]);
}
