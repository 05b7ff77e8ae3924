import { expect, test } from '@jest/globals';
import { transactionId } from '@headroom/kernel';
import { profileToWire } from '../adapters/rpc/gateways.ts';
import { Bench, RULES } from '../testing/bench.ts';
import { LEASE_MS } from '../testing/bench-site.ts';
import { leaseSpan, SHORTEST_LEASE_S } from './lease-span.ts';
import { profileIdOf } from './plan-of.ts';

test('SI13: the fallback is a permanent TxDefaultProfile of the EVSE at the lowest level', () => {
  const bench = new Bench({ stations: 1 });
  bench.boot(1);
  const [command] = bench.pass();
  if (command === undefined) throw new Error('nothing sent');
  expect(profileToWire(command.command.profile)).toEqual({
    evse: 1,
    profileId: profileIdOf(1, 'fallback'),
    stackLevel: 0,
    purpose: 2,
    transactionId: '',
    startScheduleMs: undefined,
    durationS: undefined,
    periods: [{ startS: 0, limitDeciA: 60, numberPhases: 3 }],
  });
});

test('SI31, H32: a lease is a TxProfile from a second ago on the clock of the station, for as long as the site wants', () => {
  const bench = new Bench({ stations: 1 });
  bench.boot(1, -7_000);
  for (const command of bench.pass()) bench.answer(command);
  bench.startTransaction(1);
  bench.decide({ 1: 20 });
  const [lease] = bench.pass();
  if (lease === undefined) throw new Error('nothing sent');
  expect(profileToWire(lease.command.profile)).toEqual({
    evse: 1,
    profileId: profileIdOf(1, 'lease'),
    stackLevel: 1,
    purpose: 1,
    transactionId: transactionId('tx-1-1'),
    startScheduleMs: BigInt(bench.nowMs - 7_000 - 1_000),
    durationS: LEASE_MS / 1_000,
    periods: [{ startS: 0, limitDeciA: 200, numberPhases: 3 }],
  });
  expect(lease.intent.untilMs).toBe(bench.nowMs - 1_000 + LEASE_MS);
  expect(lease.command.notAfterMs).toBe(bench.nowMs + RULES.notAfterMs);
});

test('H88: the profiles of an EVSE keep their ids, which no other EVSE of the station has', () => {
  const ids = [1, 2, 11, 999].flatMap((evse) => [profileIdOf(evse, 'fallback'), profileIdOf(evse, 'lease')]);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a lease that would end almost at once is not sent', () => {
  expect(leaseSpan(10_000, 120, 9_000 + SHORTEST_LEASE_S * 1_000 - 1)).toBeUndefined();
  expect(leaseSpan(10_000, 120, 9_000 + SHORTEST_LEASE_S * 1_000)).toEqual({
    startMs: 9_000,
    untilMs: 12_000,
    durationS: 3,
  });
});
