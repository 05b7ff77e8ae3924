import { beforeEach, expect, test } from '@jest/globals';
import { createCommittedChecker } from './committed.ts';

const EVSE = 'ST-1/1';
const LEASE_S = 60;
const DISPATCHER = { role: 'dispatcher', shard: 0, epoch: 1 } as const;
const LEASE = { transactionId: 'T', commandId: 'c', atMs: 0, untilMs: 60_000 };

let details: string[];
let checker: ReturnType<typeof createCommittedChecker>;
beforeEach(() => {
  details = [];
  checker = createCommittedChecker({ leaseS: LEASE_S }, ({ checker: by, detail }) => {
    details.push(`${by}: ${detail}`);
  });
});
const counts = (countsA: number, epoch = 1): void =>
  checker.stored({ ...DISPATCHER, epoch }, { kind: 'counted', evseId: EVSE, countsA });
const intends = (limitA: number, epoch = 1): void =>
  checker.stored({ ...DISPATCHER, epoch }, { kind: 'intended', evseId: EVSE, limitA, ...LEASE });
const obeys = (limitA: number, source = 'tx', atMs = 0): void => checker.look(atMs, EVSE, { limitA, source });

test('SI4 committed: an EVSE that obeys more than it counts with is told of, once, with both figures', () => {
  counts(20);
  obeys(20.05);
  expect(details).toEqual([]);
  counts(10);
  for (const atMs of [1_000, 2_000]) obeys(20, 'tx', atMs);
  expect(details).toEqual(['committed: ST-1/1 obeys 20.0 A (tx), and counts with 10.0 A']);
});

test('HO-2 committed: an intent counts from when it stands in the log, until its owner says anew what counts', () => {
  counts(6);
  intends(20);
  intends(10);
  obeys(20);
  expect(details).toEqual([]);
  counts(10);
  obeys(20);
  expect(details).toHaveLength(1);
});

test('HO-2 committed: what an owner concludes behind the mark of a later one counts for nothing; what he intends does', () => {
  counts(10, 2);
  counts(20, 1);
  intends(16, 1);
  obeys(16);
  expect(details).toEqual([]);
  obeys(20);
  expect(details).toHaveLength(1);
});

test('committed: nothing is said before its owner has, and of no optimizer', () => {
  obeys(32);
  checker.stored({ ...DISPATCHER, role: 'optimizer' }, { kind: 'counted', evseId: EVSE, countsA: 6 });
  obeys(32);
  expect(details).toEqual([]);
});

test('SI5 committed: the hardware is no limit that was told, until a station has obeyed one, and once more when it has forgotten', () => {
  counts(6);
  obeys(32, 'hardware');
  obeys(6, 'tx-default');
  checker.forgot('ST-1');
  obeys(32, 'hardware');
  expect(details).toEqual([]);
  obeys(6, 'tx-default');
  obeys(32, 'hardware');
  expect(details).toEqual(['committed: ST-1/1 obeys 32.0 A (hardware), and counts with 6.0 A']);
});

test('HO-7 committed: one that somebody holds down is let be, and for two leases after that', () => {
  counts(6);
  checker.masked(1_000, EVSE);
  obeys(20, 'tx', 1_000 + 2 * LEASE_S * 1_000);
  expect(details).toEqual([]);
  obeys(20, 'tx', 1_001 + 2 * LEASE_S * 1_000);
  expect(details).toHaveLength(1);
});

test('HO-15, H88 committed: who brings a permanent limit from elsewhere has that until it obeys another one, and nothing else by it', () => {
  counts(6);
  checker.brings(EVSE);
  obeys(8, 'tx-default');
  obeys(8, 'tx-default', 1_000);
  expect(details).toEqual([]);
  obeys(6, 'tx-default', 2_000);
  obeys(8, 'tx-default', 3_000);
  expect(details).toEqual(['committed: ST-1/1 obeys 8.0 A (tx-default), and counts with 6.0 A']);
});

test('HO-15 committed: a lease is nothing that it brings', () => {
  counts(6);
  checker.brings(EVSE);
  obeys(8, 'tx');
  expect(details).toHaveLength(1);
});
