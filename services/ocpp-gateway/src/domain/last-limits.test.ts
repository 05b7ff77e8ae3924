import { expect, test } from '@jest/globals';
import type { ChargingProfile } from '@headroom/ocpp';
import { createLastLimits, MAX_LAST_LIMITS, PULL_MARGIN_MS } from './last-limits.ts';

const T0 = 1_800_000_000_000;
const FALLBACK: ChargingProfile = {
  ...{ evse: 1, profileId: 11, stackLevel: 0, purpose: 'tx-default', unit: 'A' },
  periods: [{ startS: 0, limitDeciA: 60 }],
};
const LEASE: ChargingProfile = {
  ...{ evse: 1, profileId: 12, stackLevel: 1, purpose: 'tx', transactionId: 'tx-1', unit: 'A' },
  ...{ startScheduleMs: T0, durationS: 120, periods: [{ startS: 0, limitDeciA: 163 }] },
};

function written(...profiles: readonly ChargingProfile[]) {
  const limits = createLastLimits();
  for (const [index, profile] of profiles.entries()) limits.wrote(`c${index}`, profile, T0);
  return limits;
}

test('K28: what was written last is told while its lease surely runs, then the permanent limit of its EVSE', () => {
  const limits = written(FALLBACK, LEASE, { ...LEASE, periods: [{ startS: 0, limitDeciA: 100 }] });
  expect(limits.now(12, T0)).toBe(10);
  expect(limits.now(12, T0 + 120_000 - PULL_MARGIN_MS - 1)).toBe(10);
  expect(limits.now(12, T0 + 120_000 - PULL_MARGIN_MS)).toBe(6);
  expect(limits.now(11, T0)).toBe(6);
});

test('of what nobody wrote on this connection nothing is told', () => {
  expect(written(FALLBACK).now(12, T0)).toBeUndefined();
  expect(written(LEASE).now(12, T0 + 120_000)).toBeUndefined();
});

test('SI27: a second period is told before it begins, never after', () => {
  const falling = { ...LEASE, periods: [...LEASE.periods, { startS: 60, limitDeciA: 70 }] };
  const limits = written(FALLBACK, falling);
  const at = (ms: number) => limits.now(12, T0 + ms);
  expect([at(60_000 - PULL_MARGIN_MS - 1), at(60_000 - PULL_MARGIN_MS)]).toEqual([16.3, 7]);
});

test('a limit that was refused, or whose transaction is over, is told no more', () => {
  const refused = written(FALLBACK, LEASE);
  refused.refused('c0');
  expect(refused.now(12, T0)).toBe(16.3);
  refused.refused('c1');
  expect(refused.now(12, T0)).toBeUndefined();
  const ended = written(FALLBACK, LEASE);
  ended.transactionEnded('tx-2');
  expect(ended.now(12, T0)).toBe(16.3);
  ended.transactionEnded('tx-1');
  expect(ended.now(12, T0)).toBeUndefined();
});

test('a lease that counts from the start of its transaction has an end that nobody knows here', () => {
  const { startScheduleMs: _, ...relative } = LEASE;
  expect(written(FALLBACK, relative).now(12, T0)).toBe(6);
});

test('a permanent limit in another unit, or of another EVSE, is not told for it', () => {
  const late = T0 + 120_000;
  expect(written({ ...FALLBACK, unit: 'W' }, LEASE).now(12, late)).toBeUndefined();
  expect(written({ ...FALLBACK, evse: 2 }, LEASE).now(12, late)).toBeUndefined();
  const inWatts = { unit: 'W' as const, periods: [{ startS: 0, limitDeciA: 0, limitW: 4_140 }] };
  expect(written({ ...FALLBACK, ...inWatts }, { ...LEASE, ...inWatts }).now(12, late)).toBe(4_140);
});

test('one profile over the bound, and the oldest is forgotten', () => {
  const many = Array.from({ length: MAX_LAST_LIMITS + 1 }, (_, n) => ({ ...FALLBACK, profileId: n, evse: n }));
  const limits = written(...many);
  expect([limits.now(0, T0), limits.now(1, T0), limits.now(MAX_LAST_LIMITS, T0)]).toEqual([undefined, 6, 6]);
});
