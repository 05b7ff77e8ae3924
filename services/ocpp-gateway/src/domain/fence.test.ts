import { expect, test } from '@jest/globals';
import {
  afterWrite,
  afterWriteIn,
  type FenceToken,
  judge,
  MAX_WRITTEN_SEQS,
  MAX_WRITTEN_SHARDS,
  NO_WRITTEN_SHARDS,
  NOTHING_WRITTEN,
  writtenOf,
  type WrittenSeqs,
} from './fence.ts';

const token = (change: Partial<FenceToken> = {}): FenceToken => ({
  shard: 0,
  epoch: 3n,
  seq: 10n,
  generation: 5n,
  notAfterMs: 1_000,
  fallbackOnly: false,
  ...change,
});
const known = (written: WrittenSeqs = NOTHING_WRITTEN, highestEpoch = 3n) => ({
  highestEpoch,
  written,
  generation: 5,
  nowMs: 1_000,
});

test('O4: the epoch, then the seq, then the generation, then the time', () => {
  expect(judge(token(), known())).toBe('pass');
  expect(judge(token({ epoch: 2n }), known())).toBe('epoch');
  expect(judge(token({ generation: 4n }), known())).toBe('generation');
  expect(judge(token({ generation: 6n }), known())).toBe('generation');
  expect(judge(token({ notAfterMs: 999 }), known())).toBe('too-late');
});

test('what was written under a higher epoch fences a lower one, also where the shard is not remembered', () => {
  expect(judge(token({ epoch: 3n }), known({ epoch: 4n, seqs: [1n] }, -1n))).toBe('epoch');
});

test('HO-3: (epoch, seq) compare lexicographically; a known seq is already written', () => {
  const written = afterWrite(afterWrite(NOTHING_WRITTEN, token({ seq: 8n })), token({ seq: 10n }));
  expect(judge(token({ seq: 8n }), known(written))).toBe('already-written');
  expect(judge(token({ seq: 9n }), known(written))).toBe('stale-seq');
  expect(judge(token({ seq: 10n }), known(written))).toBe('already-written');
  expect(judge(token({ seq: 11n }), known(written))).toBe('pass');
  expect(judge(token({ seq: 1n, epoch: 4n }), known(written))).toBe('pass');
});

test('HO-3: what was written under an older epoch says nothing of the same seq under a newer one', () => {
  const older = afterWrite(NOTHING_WRITTEN, token({ epoch: 2n, seq: 9n }));
  const written = afterWrite(older, token({ epoch: 3n, seq: 10n }));
  expect(judge(token({ epoch: 3n, seq: 9n }), known(written))).toBe('stale-seq');
});

test('a repeat is known as written even after its time and over a reconnect', () => {
  const written = afterWrite(NOTHING_WRITTEN, token());
  expect(judge(token({ notAfterMs: 0, generation: 1n }), known(written))).toBe('already-written');
});

test('R13: the seqs remembered are bounded, and what is older counts as written', () => {
  let written = NOTHING_WRITTEN;
  for (let seq = 1n; seq <= BigInt(MAX_WRITTEN_SEQS) + 1n; seq += 1n)
    written = afterWrite(written, token({ seq: seq * 2n }));
  expect(written.seqs).toHaveLength(MAX_WRITTEN_SEQS);
  expect(judge(token({ seq: 2n }), known(written))).toBe('already-written');
  expect(judge(token({ seq: 3n }), known(written))).toBe('already-written');
  expect(judge(token({ seq: 5n }), known(written))).toBe('stale-seq');
});

test('O5, HO-4: while the epochs are unknown only a fallback passes, a decrease does not', () => {
  const unread = { ...known(), highestEpoch: undefined };
  expect(judge(token(), unread)).toBe('epoch');
  expect(judge(token({ fallbackOnly: true }), unread)).toBe('pass');
  expect(judge(token({ fallbackOnly: true, generation: 4n }), unread)).toBe('generation');
});

test('HO-3: what was written stays written in our words, though a higher epoch has fenced its sender since', () => {
  const written = afterWrite(NOTHING_WRITTEN, token());
  expect(judge(token(), known(written, 4n))).toBe('already-written');
  expect(judge(token({ seq: 11n }), known(written, 4n))).toBe('epoch');
});

test('R13, HO-15: what was written is remembered by shard, for the newest of them', () => {
  let written = NO_WRITTEN_SHARDS;
  for (let shard = 0; shard <= MAX_WRITTEN_SHARDS; shard += 1) {
    written = afterWriteIn(written, token({ shard, epoch: BigInt(9 - shard) }));
  }
  expect([...written.keys()]).toEqual([1, 2, 3, 4]);
  expect(writtenOf(written, 0)).toEqual(NOTHING_WRITTEN);
  written = afterWriteIn(written, token({ shard: 1, epoch: 8n, seq: 11n }));
  expect(writtenOf(written, 1)).toEqual({ epoch: 8n, seqs: [10n, 11n] });
  expect([...written.keys()]).toEqual([2, 3, 4, 1]);
});
