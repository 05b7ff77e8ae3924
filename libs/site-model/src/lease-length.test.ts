import { expect, test } from '@jest/globals';
import { circuitId, type DeciAmps, deciAmps, perPhase } from '@headroom/kernel';
import fc from 'fast-check';
import { chooseLease, LEASE_UNTIL_KNOWN_S, WATCHED_FOR_MS } from './lease-length.ts';
import type { OtherLoadModel } from './model.ts';
import { LEASES_S, observeRise, RISE_STEPS, type RiseHistory, seenRise, WINDOWS_MAX } from './rise-history.ts';
import { built, SMALL_SITE } from './site.fixture.ts';

const S = 1_000;
const MINUTE = 60 * S;
const BOUNDS = { minS: 60, maxS: 900 };
const load = (staleAfterMs: number): OtherLoadModel => ({
  circuitId: circuitId('grid'),
  name: 'Building',
  worstCase: perPhase(() => deciAmps(640)),
  meterId: 'building',
  staleAfterMs,
});
const reading = (sampledAtMs: number, l1: number, l2 = 0) => ({
  meterId: 'building',
  current: { l1: deciAmps(l1), l2: deciAmps(l2), l3: deciAmps(0) },
  sampledAtMs,
  receivedAtMs: sampledAtMs,
});

/** Readings of one load, a minute apart, as many as the time holds. */
function watched(forMs: number, deciAAt: (minute: number) => number, of = load(MINUTE)): RiseHistory {
  let history: RiseHistory | undefined;
  for (let atMs = 0; atMs <= forMs; atMs += MINUTE)
    history = observeRise(history, of, reading(atMs, deciAAt(atMs / MINUTE)));
  if (history === undefined) throw new Error('nothing was read');
  return history;
}
const site = built({
  ...SMALL_SITE,
  otherLoads: SMALL_SITE.otherLoads.map((one) => ({ ...one, worstCase: perPhase(() => 640), staleAfterMs: MINUTE })),
  circuits: SMALL_SITE.circuits.map(({ powerLimitW: _, ...circuit }) => circuit),
});
const chosen = (history: RiseHistory | undefined, change: object = {}) =>
  chooseLease({
    site,
    histories: history === undefined ? new Map() : new Map([['building', history]]),
    bounds: BOUNDS,
    ...change,
  });
const LONG = WATCHED_FOR_MS + 60 * MINUTE;

test('SI26 a steady building has long leases, as long as the operator allows', () => {
  const steady = watched(LONG, (minute) => 200 + (minute % 2));
  expect(chosen(steady)).toEqual({
    leaseS: 900,
    reason: '900 s, the longest allowed: within it the metered loads rise by hardly more than within 60 s.',
  });
  expect(chosen(steady, { bounds: { minS: 60, maxS: 300 } }).leaseS).toBe(300);
});

test('SI26 a building that climbs for a quarter of an hour has short ones, and the reason says what a longer one would cost', () => {
  // 2.5 A a minute for 16 minutes, then back. 2 % of 100 A are worth it.
  const moving = watched(LONG, (minute) => 100 + 25 * (minute % 17));
  expect(chosen(moving)).toEqual({
    leaseS: 60,
    reason:
      '60 s: within 120 s Building rises by up to 15 A on L1 (in 999 of 1,000 cases), 5 A more than within 60 s; more than 2 A is not worth it.',
  });
});

test('SI26 nothing is chosen within the first week: the lease stays as it was, within the bounds', () => {
  expect(chosen(watched(WATCHED_FOR_MS / 2, () => 200))).toEqual({
    leaseS: LEASE_UNTIL_KNOWN_S,
    reason: '120 s, until Building has been watched for 7 days: it is 3.5 so far.',
  });
  expect(chosen(undefined).reason).toContain('it is 0.0 so far');
  expect(chosen(undefined, { bounds: { minS: 300, maxS: 600 } }).leaseS).toBe(300);
});

test('SI26 what the document says is what holds; without a meter nothing moves', () => {
  expect(chosen(undefined, { pinnedS: 45 })).toEqual({ leaseS: 45, reason: '45 s: the site document says so.' });
  expect(chosen(undefined, { site: { ...site, otherLoads: [] } }).leaseS).toBe(600);
  expect(chosen(undefined, { site: { ...site, otherLoads: [] }, bounds: { minS: 60, maxS: 90 } }).leaseS).toBe(90);
  expect(chosen(undefined, { bounds: { minS: 61, maxS: 62 } }).leaseS).toBe(61);
});

test('SI26 no rise within a lease is larger than what was seen of its length, and what was seen is no invention', () => {
  const every5 = load(5 * S);
  const lengthMs = 30 * S;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -30, max: 60 }), { minLength: 45, maxLength: 120 }), (steps) => {
      const values = steps.reduce<readonly number[]>(
        (all, step) => [...all, Math.max(0, (all.at(-1) ?? 100) + step)],
        [],
      );
      let history: RiseHistory | undefined;
      for (const [i, value] of values.entries())
        history = observeRise(history, every5, reading(i * 5 * S, value, value));
      const seen = history && seenRise(history, every5, 20);
      // The first window is known to be whole only when another one lies before it; the last two are still open.
      const perWindow = lengthMs / (5 * S);
      const last = Math.floor((values.length - 1) / perWindow) - 1;
      const rises = (reach: number): number => {
        let most = 0;
        for (let at = perWindow; at < last * perWindow; at += 1) {
          for (let to = at; to <= Math.min(at + reach, values.length - 1); to += 1) {
            most = Math.max(most, (values[to] ?? 0) - (values[at] ?? 0));
          }
        }
        return most;
      };
      expect(seen?.watchedMs).toBe((last - 1) * lengthMs);
      expect(seen?.rise.l1).toBeGreaterThanOrEqual(Math.min(640, rises(perWindow)));
      expect(seen?.rise.l1).toBeLessThanOrEqual(Math.min(640, rises(2 * perWindow) + 10));
      expect(seen?.rise.l2).toBe(seen?.rise.l1);
      expect(seen?.rise.l3).toBe(0);
    }),
    { numRuns: 80 },
  );
});

test('SI26 a window with a gap counts for nothing, and neither does a reading that is late or none', () => {
  const [whole, gap] = [false, true].map((isGap) => {
    let history: RiseHistory | undefined;
    for (let i = 0; i < 60; i += 1) {
      if (isGap && i >= 30 && i < 32) continue;
      history = observeRise(history, load(5 * S), reading(i * 5 * S, i === 40 ? 300 : 100));
    }
    return history;
  });
  const watchedIn = (history: RiseHistory | undefined) => history && seenRise(history, load(5 * S), 20)?.watchedMs;
  expect([watchedIn(whole), watchedIn(gap)]).toEqual([7 * 30 * S, 4 * 30 * S]);
  expect(observeRise(whole, load(5 * S), reading(59 * 5 * S, 600))).toBe(whole);
  const none = { ...reading(400 * S, 0), current: perPhase(() => Number.NaN as DeciAmps) };
  expect(observeRise(whole, load(5 * S), none)).toBe(whole);
});

test('SI26 of a thousand windows one may be worse; of fewer none', () => {
  const once = (windows: number) => {
    // One jump of 50 A, in a window of its own.
    const minutes = Math.ceil((windows * 85) / 60);
    return seenRise(
      watched(minutes * MINUTE, (minute) => (minute === 40 ? 600 : 100)),
      load(MINUTE),
      20,
    )?.rise.l1;
  };
  expect(once(900)).toBe(500);
  expect(once(2_100)).toBe(0);
});

test('the history of a load stays as large as it is, and forgets by halves', () => {
  const sizeOf = (history: RiseHistory) => JSON.stringify(history).replaceAll(/\d+/g, '0').length;
  expect(sizeOf(watched(2_000 * MINUTE, (minute) => minute % 7))).toBe(
    sizeOf(watched(300 * MINUTE, (minute) => minute % 7)),
  );
  expect(watched(5 * MINUTE, () => 0).windows.map((one) => one.counts.l1.length)).toEqual(
    LEASES_S.map(() => RISE_STEPS + 1),
  );
  const history = watched(20 * MINUTE, () => 100);
  const full = {
    ...history,
    windows: history.windows.map((one) => ({
      ...one,
      counts: perPhase(() => one.counts.l1.map((_, i) => (i === 0 ? WINDOWS_MAX - 1 : Number(i === 9)))),
    })),
  };
  let next: RiseHistory | undefined = full;
  for (let i = 21; i < 24; i += 1) next = observeRise(next, load(MINUTE), reading(i * MINUTE, 100));
  const counts = next?.windows[0]?.counts.l1 ?? [];
  expect(counts[9]).toBe(1);
  expect(counts[0]).toBeLessThan(WINDOWS_MAX / 2 + 5);
});
