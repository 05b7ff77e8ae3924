import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import { MAX_LEASE_S } from '@headroom/site-model';
import { OBEYS_WITHIN_MS } from '../domain/earlier-limit.ts';
import { commandId } from '../domain/command-name.ts';
import type { CommittedChanged, Fact, LimitIntended, LimitResolved } from '../domain/facts.ts';
import { Bench, HELD, RULES } from '../testing/bench.ts';
import { SITE, siteModel, stationNumber, T0, transactionOf } from '../testing/bench-site.ts';
import { newShard } from './shard.ts';
import { closeShardReplay } from './take-fact.ts';

const OF = { siteId: SITE, stationId: stationNumber(1), evse: 1 } as const;

/** A lease of so many amperes for ST-1, as an owner of this epoch names it. */
const named = (amps: number, epoch: number, seq: number) => {
  const limit = deciAmps(amps * 10);
  const id = commandId({ purpose: 'lease', evse: 1, limit, shard: 0, order: { epoch, seq } });
  return { ...OF, epoch, seq, commandId: id, purpose: 'lease', limit } as const;
};
const intended = (amps: number, epoch: number, seq: number): LimitIntended => ({
  ...{ kind: 'limit-intended', ...named(amps, epoch, seq), transactionId: transactionOf(1) },
  ...{ untilMs: T0 + 120_000, intendedAtMs: T0, decisionSeq: 1, increase: true, generation: 1 },
});
/** Of an `intended`, found out by an owner of the epoch `by`. */
const resolved = (of: LimitIntended, outcome: 'accepted' | 'rejected', by: number): LimitResolved => {
  const { seq, commandId: id, purpose, limit } = of;
  return {
    ...{ kind: 'limit-resolved', ...OF, epoch: by, seq, commandId: id, purpose, limit },
    ...{ outcome, detail: '', atMs: T0 },
  };
};
const counts = (epoch: number, members: CommittedChanged['members']): CommittedChanged => ({
  ...{ kind: 'committed-changed', ...OF, epoch, committed: deciAmps(60), members, atMs: T0 },
});
const FALLBACK = { kind: 'fallback', limit: deciAmps(60) } as const;

/** An owner of epoch 3 that reads what those before it left behind in this order. */
function heirThatReads(...facts: readonly Fact[]): Bench {
  const bench = new Bench({ stations: 1 });
  bench.shard = newShard({ shard: 0, epoch: 3, hold: HELD, acquiredMonoMs: 0 });
  const place = { ...bench.of(1), generation: 5 };
  bench.take(
    { kind: 'site-configured', siteId: SITE, model: siteModel({ stations: 1 }) },
    { kind: 'station-connected', ...place, gatewayAddress: 'gateway-1' },
    ...facts,
  );
  return bench;
}

test('our own records, read back, change nothing: they were taken in when they were made, and what came of them since', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.decide({ 1: 20 });
  for (const command of bench.pass()) bench.answer(command);
  // The intent comes back after the answer.
  bench.readJournal();
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 20']);
  bench.pass();
  bench.readJournal();
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 20']);
});

test('HO-13: an heir knows by which clock an earlier owner told a lease, and how much later it may end since that was set back', () => {
  const bench = heirThatReads(
    { ...intended(20, 2, 4), toldSkewMs: 15_000 },
    { kind: 'dispatcher-epoch-opened', shard: 0, epoch: 3 },
  );
  closeShardReplay(bench.shard, { nowMs: T0, rules: RULES });
  const shows = (skewMs: number): void =>
    bench.take({ kind: 'station-time-seen', ...bench.of(1), stationTimeMs: bench.nowMs + skewMs });
  for (let message = 0; message < 20; message += 1) shows(0);
  bench.after(120_000 + 15_000 + RULES.leaseMarginMs - 1);
  expect(bench.kinds(1)).toContain('unresolved 20');
  bench.after(1);
  expect(bench.kinds(1)).not.toContain('unresolved 20');
});

test('what is found out of the command of an earlier owner bears our epoch: nobody takes it for the word of a zombie', () => {
  const before: readonly Fact[] = [intended(20, 2, 4), { kind: 'dispatcher-epoch-opened', shard: 0, epoch: 3 }];
  const bench = heirThatReads(...before);
  closeShardReplay(bench.shard, { nowMs: T0, rules: RULES });
  const answer = { ...bench.of(1), kind: 'command-answered', outcome: 'rejected', detail: '' } as const;
  bench.take({ ...answer, commandId: named(20, 2, 4).commandId });
  bench.pass();
  const found = bench.records.filter(({ kind }) => kind === 'limit-resolved');
  expect(found).toMatchObject([{ epoch: 3, seq: 4, commandId: 'l1-200-0-2-4', outcome: 'rejected' }]);
  // To whoever comes next it is no conclusion from before our mark.
  const next = heirThatReads();
  next.shard = { ...next.shard, epoch: 4 };
  next.take(...before, ...found);
  expect(next.kinds(1)).not.toContain('unresolved 20');
});

test('HO-2: behind the mark of a later owner an intent counts, and a conclusion of its writer is void', () => {
  const opened: Fact = { kind: 'dispatcher-epoch-opened', shard: 0, epoch: 2 };
  const before = heirThatReads(intended(20, 1, 1), resolved(intended(20, 1, 1), 'rejected', 1), opened);
  expect(before.kinds(1)).not.toContain('unresolved 20');
  const behind = heirThatReads(
    intended(20, 1, 1),
    opened,
    resolved(intended(20, 1, 1), 'rejected', 1),
    intended(26, 1, 2),
  );
  expect(behind.kinds(1)).toEqual(['fallback 6', 'unresolved 20', 'unresolved 26', 'hardware-maximum 32']);
  const letGo = heirThatReads(intended(20, 1, 1), opened, counts(1, [FALLBACK]));
  expect(letGo.kinds(1)).toContain('unresolved 20');
});

test('HO-2: no record of the heir lets go of a stray intent, whose writer it may not have heard; of others it does', () => {
  const opened: Fact = { kind: 'dispatcher-epoch-opened', shard: 0, epoch: 2 };
  const known = heirThatReads(intended(20, 1, 1), opened, counts(2, [FALLBACK]));
  expect(known.kinds(1)).not.toContain('unresolved 20');
  const stray = heirThatReads(opened, intended(20, 1, 1), counts(2, [FALLBACK]));
  expect(stray.kinds(1)).toContain('unresolved 20');
});

test('HO-2, SI4: nor does it once a lower limit of the heir was accepted, and the stray may still be obeyed', () => {
  const opened: Fact = { kind: 'dispatcher-epoch-opened', shard: 0, epoch: 2 };
  const lower = [intended(16, 2, 1), resolved(intended(16, 2, 1), 'accepted', 2)];
  const told = counts(2, [FALLBACK, { kind: 'acknowledged', limit: deciAmps(160), untilMs: T0 + 120_000 }]);
  const stray = heirThatReads(opened, intended(26, 1, 1), ...lower, told);
  expect(stray.kinds(1)).toEqual(['fallback 6', 'acknowledged 16', 'unsettled 26', 'hardware-maximum 32']);
  const known = heirThatReads(intended(26, 1, 1), opened, ...lower, told);
  expect(known.kinds(1)).toEqual(['fallback 6', 'acknowledged 16', 'hardware-maximum 32']);
});

test('HO-15: whom an earlier owner has told its permanent limit is no newcomer to the heir, though it restarts later, unread', () => {
  const order = { epoch: 2, seq: 1 };
  const id = commandId({ purpose: 'fallback', evse: 1, limit: deciAmps(60), shard: 0, order });
  const accepted = { ...OF, ...order, commandId: id, purpose: 'fallback', limit: deciAmps(60) } as const;
  const kindsOf = (...journal: readonly Fact[]): readonly string[] => {
    const bench = heirThatReads(...journal, { kind: 'dispatcher-epoch-opened', shard: 0, epoch: 3 });
    closeShardReplay(bench.shard, { nowMs: T0, rules: RULES });
    const next = { epoch: 3, seq: 1 };
    const again = commandId({ purpose: 'fallback', evse: 1, limit: deciAmps(60), shard: 0, order: next });
    const at = { ...bench.of(1), generation: 6 };
    bench.take(
      { kind: 'station-time-seen', ...at, stationTimeMs: bench.nowMs },
      { kind: 'command-answered', ...at, commandId: again, outcome: 'accepted', detail: '' },
    );
    return bench.kinds(1);
  };
  const agoS = (seconds: number): Fact => ({
    ...{ kind: 'limit-resolved', ...accepted, outcome: 'accepted', detail: '', atMs: T0 - seconds * 1_000 },
  });
  expect(kindsOf(agoS(MAX_LEASE_S + 10))).toEqual(['fallback 6']);
  // Then it was new itself, and may have brought a lease.
  expect(kindsOf(agoS(MAX_LEASE_S - 10))).toEqual(['fallback 6', 'hardware-maximum 32']);
  expect(kindsOf()).toEqual(['fallback 6', 'hardware-maximum 32']);
});

test.each([
  [4, ['fallback 6', 'hardware-maximum 32']],
  [5, ['fallback 6']],
])(
  'SI5: a fallback accepted on connection %i proves, while replaying, only what a boot on connection 5 has not undone',
  (generation, kinds) => {
    const order = { epoch: 2, seq: 1 };
    const id = commandId({ purpose: 'fallback', evse: 1, limit: deciAmps(60), shard: 0, order });
    const bench = heirThatReads();
    const at = { ...bench.of(1), generation: 5 };
    bench.take(
      { kind: 'station-booted', ...at },
      { kind: 'command-answered', ...at, generation, commandId: id, outcome: 'accepted', detail: '' },
      { kind: 'dispatcher-epoch-opened', shard: 0, epoch: 3 },
    );
    closeShardReplay(bench.shard, { nowMs: T0, rules: RULES });
    // By then it surely holds nothing of another site (HO-15).
    bench.after(OBEYS_WITHIN_MS);
    expect(bench.kinds(1)).toEqual(kinds);
  },
);
