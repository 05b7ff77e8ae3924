import { expect, test } from '@jest/globals';
import { circuitId, type DeciAmps, deciAmps, epochMs, perPhase } from '@headroom/kernel';
import fc from 'fast-check';
import { chooseLease, heldLeaseS, LEASE_UNTIL_KNOWN_S, WATCHED_FOR_MS } from './lease-length.ts';
import type { OtherLoadModel } from './model.ts';
import { LEASES_S, observeRise, RISE_STEPS, type RiseHistory, seenRise, WINDOWS_MAX } from './rise-history.ts';
import { built, SMALL_SITE } from './site.fixture.ts';

const S = 1_000;
const MINUTE = 60 * S;
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
/** One metered building on a circuit of 100 A, so that 2 A are worth it. */
const siteWith = ({
  minS = 60,
  maxS = 900,
  risesAtMost,
}: {
  minS?: number;
  maxS?: number;
  risesAtMost?: number;
} = {}) =>
  built({
    ...SMALL_SITE,
    ...{ leaseS: maxS, leaseAtLeastS: minS },
    otherLoads: SMALL_SITE.otherLoads.map((one) => ({
      ...{ ...one, worstCase: perPhase(() => 640), staleAfterMs: MINUTE },
      ...(risesAtMost === undefined ? {} : { risesAtMost: perPhase(() => risesAtMost) }),
    })),
    circuits: SMALL_SITE.circuits.map(({ powerLimitW: _, ...circuit }) => circuit),
  });
const chosen = (history: RiseHistory | undefined, site = siteWith(), standingS?: number) =>
  chooseLease({ site, histories: history === undefined ? new Map() : new Map([['building', history]]), standingS });
const LONG = WATCHED_FOR_MS + 60 * MINUTE;
const steady = watched(LONG, (minute) => 200 + (minute % 2));
/** 2.5 A a minute for 16 minutes, then back. */
const moving = watched(LONG, (minute) => 100 + 25 * (minute % 17));

/** A load that was watched for long enough and rose by so many steps of 1 A within each length, always. */
const rising = (steps: readonly number[]): RiseHistory => ({
  lastAtMs: epochMs(0),
  step: perPhase(() => deciAmps(10)),
  windows: LEASES_S.map((leaseS, i) => ({
    ...{ leaseS, lengthMs: (leaseS + 65) * S, index: 0 },
    open: { isWhole: false, least: perPhase(() => deciAmps(0)), most: perPhase(() => deciAmps(0)) },
    counts: perPhase(() =>
      Array.from({ length: RISE_STEPS + 1 }, (_, place) =>
        place === (steps[i] ?? 0) ? Math.ceil(WATCHED_FOR_MS / ((leaseS + 65) * S)) : 0,
      ),
    ),
  })),
});

test('SI26 a steady building has long leases, as long as the operator allows', () => {
  expect(chosen(steady)).toEqual({
    leaseS: 900,
    reason:
      '900 s, the longest up to 900 s: within it the metered loads rise by hardly more than within 60 s. ' +
      'In 7 days Building rose by up to 1 A within it; the site document says nothing of it.',
  });
  expect(chosen(steady, siteWith({ maxS: 300 })).leaseS).toBe(300);
});

test('SI26 a building that climbs for a quarter of an hour has short ones, and the reason says what a longer one would cost', () => {
  expect(chosen(moving)).toEqual({
    leaseS: 60,
    reason:
      '60 s: within 120 s Building rises by up to 15 A on L1 (in 999 of 1,000 cases), 5 A more than within 60 s; more than 2 A is not worth it. ' +
      'In 7 days Building rose by up to 10 A within it; the site document says nothing of it.',
  });
});

test('SI26 nothing is chosen within the first week: the lease stays as it was, within the bounds', () => {
  expect(chosen(watched(WATCHED_FOR_MS / 2, () => 200))).toEqual({
    leaseS: LEASE_UNTIL_KNOWN_S,
    reason: '120 s, until Building has been watched for 7 days: it is 3.5 so far.',
  });
  expect(chosen(undefined).reason).toContain('it is 0.0 so far');
  expect(chosen(undefined, siteWith({ minS: 300, maxS: 600 })).leaseS).toBe(300);
  expect(chosen(undefined, siteWith({ minS: 20, maxS: 60 })).leaseS).toBe(60);
});

test('SI26 what the document pins is what holds; without a meter nothing moves', () => {
  const { leaseAtLeastS: _, ...pinned } = siteWith({ maxS: 45, minS: 20 });
  expect(chosen(undefined, pinned)).toEqual({ leaseS: 45, reason: '45 s: the site document says so.' });
  // What was seen within 60 s holds for 45 s as well; beside it stands the operator's word, where there is one.
  const stated = { ...pinned, otherLoads: siteWith({ risesAtMost: 120 }).otherLoads };
  expect(chosen(moving, stated).reason).toBe(
    '45 s: the site document says so. In 7 days Building rose by up to 10 A within it; the site document says 12 A at most.',
  );
  const unmetered = (bounds: object) => ({ ...siteWith(bounds), otherLoads: [] });
  expect(chosen(undefined, unmetered({})).leaseS).toBe(600);
  expect(chosen(undefined, unmetered({ maxS: 90 })).leaseS).toBe(90);
  expect(chosen(undefined, siteWith({ minS: 61, maxS: 62 }))).toEqual({
    leaseS: 61,
    reason: '61 s: between the bounds of the site document there is no choice.',
  });
});

test('SI26 a lease is not as long as one in which the load was ever seen to rise by more than the document says, from the first day on', () => {
  // 5 A a minute for three minutes; the document says 12 A within a lease.
  const jumps = watched(12 * 60 * MINUTE, (minute) => (minute >= 600 ? 100 + 50 * Math.min(3, minute - 600) : 100));
  expect(chosen(jumps, siteWith({ minS: 20, risesAtMost: 120 }))).toEqual({
    leaseS: 30,
    reason:
      '30 s: in a lease of 60 s Building was seen to rise by more than the 12 A on L1 that the site document says it does at most.',
  });
  expect(chosen(jumps, siteWith({ minS: 20, risesAtMost: 160 })).leaseS).toBe(LEASE_UNTIL_KNOWN_S);
  expect(chosen(rising([5, 5, 5, 14, 14, 14, 14]), siteWith({ minS: 20, risesAtMost: 120 })).leaseS).toBe(60);
  // Without a word its worst case counts, whatever it does.
  expect(chosen(rising([5, 5, 5, 7, 7, 7, 7]), siteWith({ minS: 20 })).leaseS).toBe(900);
});

test('SI26 a length is held while what it costs is about what it may cost: it is made longer only for less', () => {
  // 2 A more within 300 s: worth it for who has it, not for who has 120 s.
  const edge = rising([4, 4, 4, 4, 6, 6, 6]);
  expect(chosen(edge, siteWith(), 900).leaseS).toBe(900);
  expect(chosen(edge, siteWith(), 120)).toEqual({
    leaseS: 120,
    reason:
      '120 s: within 300 s Building rises by up to 6 A on L1 (in 999 of 1,000 cases), 2 A more than within 60 s; more than 1.5 A is not worth it. ' +
      'In 7 days Building rose by up to 4 A within it; the site document says nothing of it.',
  });
  expect(chosen(rising([4, 4, 4, 4, 5, 5, 5]), siteWith(), 120).leaseS).toBe(900);
  expect(chosen(rising([4, 4, 4, 4, 7, 7, 7]), siteWith(), 900).leaseS).toBe(120);
});

const climbs = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 7, maxLength: 7 });
const within = fc
  .tuple(fc.integer({ min: 20, max: 900 }), fc.integer({ min: 20, max: 900 }))
  .map(([a, b]) => ({ minS: Math.min(a, b), maxS: Math.max(a, b) }));
const standing = fc.option(fc.constantFrom(...LEASES_S), { nil: undefined });

test('SI26 never shorter or longer than the bounds, and no longer for a load that moves more', () => {
  /** By so much more than within the length before. */
  const summed = (steps: readonly number[]) => steps.map((_, i) => steps.slice(0, i + 1).reduce((a, b) => a + b, 0));
  fc.assert(
    fc.property(climbs, climbs, within, standing, (steps, more, bounds, standingS) => {
      const site = siteWith({ ...bounds, risesAtMost: 120 });
      const calm = chosen(rising(summed(steps)), site, standingS);
      const wild = chosen(rising(summed(steps.map((step, i) => step + (more[i] ?? 0)))), site, standingS);
      for (const { leaseS } of [calm, wild]) {
        expect(leaseS).toBeGreaterThanOrEqual(bounds.minS);
        expect(leaseS).toBeLessThanOrEqual(bounds.maxS);
        expect(heldLeaseS(site, leaseS)).toBe(leaseS);
      }
      expect(wild.leaseS).toBeLessThanOrEqual(calm.leaseS);
      // What was chosen is chosen again: it does not go to and fro while nothing is learned.
      expect(chosen(rising(summed(steps)), site, calm.leaseS).leaseS).toBe(calm.leaseS);
    }),
    { numRuns: 300 },
  );
});

test('SI26 whatever somebody chose, the lease is one that this document allows', () => {
  fc.assert(
    fc.property(within, fc.option(fc.double(), { nil: undefined }), ({ minS, maxS }, chosenS) => {
      const held = heldLeaseS({ leaseS: maxS, leaseAtLeastS: minS }, chosenS);
      expect(held).toBeGreaterThanOrEqual(minS);
      expect(held).toBeLessThanOrEqual(maxS);
      expect(heldLeaseS({ leaseS: maxS }, chosenS)).toBe(maxS);
    }),
  );
  // An older optimizer says nothing: the longest holds, as it did before.
  expect(heldLeaseS({ leaseS: 600, leaseAtLeastS: 60 }, undefined)).toBe(600);
});

test('SI26 another worst case, or another age of a fresh reading, begins a history anew', () => {
  const history = watched(300 * MINUTE, (minute) => 100 + (minute % 7) * 10);
  const next = (of: OtherLoadModel) => observeRise(history, of, reading(301 * MINUTE, 100));
  const counted = (of: RiseHistory | undefined) =>
    of?.windows.flatMap((one) => one.counts.l1).reduce((a, b) => a + b, 0);
  expect(counted(next(load(MINUTE)))).toBeGreaterThan(300);
  expect(counted(next({ ...load(MINUTE), worstCase: perPhase(() => deciAmps(1_280)) }))).toBe(0);
  expect(counted(next(load(2 * MINUTE)))).toBe(0);
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

test('a reading that shows neither more nor less than was seen leaves every window the same', () => {
  const of = load(MINUTE);
  const before = [200, 220, 210].reduce<RiseHistory | undefined>(
    (known, deciA, at) => observeRise(known, of, reading(3_600_000 + at * S, deciA)),
    undefined,
  );
  const same = observeRise(before, of, reading(3_600_000 + 3 * S, 215));
  expect(same?.windows.map((window, n) => window === before?.windows[n])).toEqual(LEASES_S.map(() => true));
  const higher = observeRise(before, of, reading(3_600_000 + 3 * S, 230));
  expect(higher?.windows.map(({ open }) => open.most.l1)).toEqual(LEASES_S.map(() => 30));
  const lower = observeRise(before, of, reading(3_600_000 + 3 * S, 190));
  expect(lower?.windows.map(({ open }) => open.least.l1)).toEqual(LEASES_S.map(() => 190));
});
