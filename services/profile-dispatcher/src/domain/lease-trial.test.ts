import { expect, test } from '@jest/globals';
import { Bench } from '../testing/bench.ts';
import { evseNumber } from '../testing/bench-site.ts';
import { lastingLimits } from './lasting.ts';
import { limitAt } from './later-limit.ts';
import { onLeaseEndSeen } from './lease-proof.ts';

const UNKNOWN = { vendor: 'Acme', model: 'Box', firmware: '1.2' };
const OTHER = { ...UNKNOWN, model: 'Other' };
const S = 1_000;
const FALLBACK_A = 6;
const WORST_A = 20;

interface Played {
  readonly wantsA?: readonly number[];
  /** They go on with every lease that they are told. */
  readonly keepsLeases?: boolean;
  readonly ratingA?: number;
  readonly models?: readonly (typeof UNKNOWN)[];
  readonly fallbackA?: number;
  /** So many samples later a car takes more. */
  readonly risesLate?: number;
}

/**
 * Four stations at permanent limits of 6 A on 48 A, beside a building that may come to 20 A: a single ampere above each of them fits at rest. The building takes nothing. They do as they
 * are told, and each car takes what it is offered, as far as it wants that much: a sample of each every ten seconds, and a decision.
 */
function played({
  wantsA = [32, 32, 32, 32],
  keepsLeases = false,
  ratingA = 48,
  models = [],
  fallbackA = FALLBACK_A,
  risesLate = 0,
}: Played) {
  const stations = wantsA.length;
  const bench = new Bench({
    ...{ stations, ratingA, worstLoadA: WORST_A, riseA: 0, fallbackA, watchesLeases: true },
  });
  const offers: { readonly limitA: number; readonly untilMs: number }[] = wantsA.map(() => ({ limitA: 0, untilMs: 0 }));
  const obeysA = (n: number): number => {
    const { limitA, untilMs } = offers[n] ?? { limitA: 0, untilMs: 0 };
    return limitA > 0 && (keepsLeases || bench.nowMs < untilMs) ? limitA : fallbackA;
  };
  const acceptAll = (): void => {
    for (const command of bench.pass()) {
      const { intent } = command;
      const n = Number(intent.stationId.slice('ST-'.length)) - 1;
      if (intent.untilMs !== undefined)
        offers[n] = { limitA: limitAt(intent, bench.nowMs) / 10, untilMs: intent.untilMs };
      bench.answer(command);
    }
  };
  bench.readMeter(0);
  for (let n = 1; n <= stations; n += 1) {
    bench.boot(n, 0, undefined, models[n - 1] ?? UNKNOWN);
    acceptAll();
    bench.startTransaction(n);
  }
  const most: number[] = [];
  const lately: number[][] = [];
  const step = (): void => {
    bench.after(10 * S);
    bench.readMeter(0);
    for (let n = 0; n < stations; n += 1) {
      const offered = obeysA(n);
      const before = lately[n] ?? [];
      lately[n] = [offered, ...before].slice(0, risesLate + 1);
      bench.measure(n + 1, Math.min(...(lately[n] ?? []), wantsA[n] ?? 0), offered);
    }
    bench.decide(Object.fromEntries(wantsA.map((_, n) => [n + 1, Math.floor(ratingA / stations)])));
    acceptAll();
    // Nobody alive, and every lease kept: what counts fits beside the worst of the building.
    const counts = wantsA.reduce((sum, _, n) => sum + bench.committedA(n + 1), 0);
    if (!ended(bench)) most.push(counts);
  };
  const limits = (): readonly number[] => {
    const all = lastingLimits(bench.site, bench.nowMs);
    return wantsA.map((_, n) => (all.get(evseNumber(n + 1)) ?? 0) / 10);
  };
  return { bench, step, limits, most, offers };
}

const ended = (bench: Bench): boolean => [...bench.site.leaseEnds.values()].some(({ isKept }) => isKept !== true);

/** Steps until it is so; how many. */
function until(is: () => boolean, step: () => void, most = 120): number {
  for (let n = 0; n < most; n += 1) {
    if (is()) return n;
    step();
  }
  return most;
}

/** Who is tried, one after the other, until a lease was seen to end. */
function turnsOf({ bench, step, limits }: ReturnType<typeof played>): readonly number[] {
  const turns: number[] = [];
  until(
    () => ended(bench),
    () => {
      step();
      const turn = limits().findIndex((limit) => limit > 7);
      if (turn >= 0 && turns.at(-1) !== turn) turns.push(turn);
    },
  );
  return turns;
}

test('SI28: where hardly more than the permanent limits fits at rest one at a time has what the others leave, until a lease of its model was seen to end', () => {
  const { bench, step, limits, most } = played({});
  expect(limits()).toEqual([6.9, 6.9, 6.9, 6.9]);
  const steps = until(() => ended(bench), step);
  // Some minutes.
  expect(steps).toBeLessThan(30);
  // From now on each has what fits now.
  for (let n = 0; n < 6; n += 1) step();
  expect([1, 2, 3, 4].map((n) => bench.committedA(n))).toEqual([12, 12, 12, 12]);
  expect(Math.max(...most)).toBeLessThanOrEqual(48 - WORST_A);
});

test('SI28: at stations that keep their leases no row is over at rest meanwhile, and it is tried less and less often', () => {
  const { bench, step, limits, most } = played({ keepsLeases: true });
  let tried = 0;
  for (let n = 0; n < 360; n += 1) {
    step();
    tried += Number(limits().includes(FALLBACK_A));
  }
  expect(ended(bench)).toBe(false);
  expect(Math.max(...most)).toBeLessThanOrEqual(48 - WORST_A);
  // Of an hour; else all have the same.
  expect(tried).toBeGreaterThan(5);

  expect(tried).toBeLessThan(60);
});

test('SI28: a car that takes no more than its permanent limit is not tried for long, and others have their turn before it has again', () => {
  expect(turnsOf(played({ wantsA: [6.5, 32, 32, 32] }))).toEqual([0, 1]);
  // One that only takes a while is no such car.
  expect(turnsOf(played({ risesLate: 3 }))).toEqual([0]);
});

test('SI28: nobody gives anything up where 2 A fit at rest, where nobody would take more, or of a model that is known', () => {
  const idle = played({ wantsA: [3, 3, 3, 3] });
  const nameless = played({ models: [1, 2, 3, 4].map(() => ({ ...UNKNOWN, firmware: '' })) });
  // Nor would what the others leave be enough, or does anything flow by the permanent limit.
  const narrow = played({ ratingA: 45 });
  const pausing = played({ fallbackA: 0, ratingA: 24 });
  for (let n = 0; n < 12; n += 1) {
    for (const { step, limits } of [idle, nameless]) {
      step();
      expect(limits()).toEqual([6.9, 6.9, 6.9, 6.9]);
    }
    for (const { step, limits } of [narrow, pausing]) {
      step();
      expect(new Set(limits()).size).toBe(1);
    }
  }
  const roomy = played({ ratingA: 53 });
  until(
    () => ended(roomy.bench),
    () => {
      expect(roomy.limits()).toEqual([8.1, 8.1, 8.1, 8.1]);
      roomy.step();
    },
  );
  expect(ended(roomy.bench)).toBe(true);
});

test('SI28: of two models one after the other is tried', () => {
  const { bench, step, limits } = played({ models: [UNKNOWN, UNKNOWN, OTHER, OTHER] });
  until(
    () => bench.site.leaseEnds.size === 2,
    () => {
      step();
      expect(limits().filter((limit) => limit > 8).length).toBeLessThanOrEqual(1);
    },
  );
  expect(bench.site.leaseEnds.size).toBe(2);
});

test('SI28: who is known to keep his leases goes on to have what he has while another model is tried', () => {
  const KEEPER = { ...UNKNOWN, model: 'Keeper' };
  const { bench, step, limits, most } = played({ models: [UNKNOWN, UNKNOWN, UNKNOWN, KEEPER] });
  onLeaseEndSeen(bench.site, { identity: KEEPER, isKept: true, atMs: bench.nowMs });
  const seen: (readonly number[])[] = [];
  until(
    () => ended(bench),
    () => {
      step();
      if (!ended(bench)) seen.push(limits());
    },
  );
  expect(ended(bench)).toBe(true);
  expect(seen.some(([first = 0, second = 0]) => first > 8 && second === FALLBACK_A)).toBe(true);
  expect(new Set(seen.map((all) => all[3]))).toEqual(new Set([6.9]));
  // 4 A less those nine tenths, and a tenth for the rounding.
  expect(Math.max(...seen.flat())).toBe(9);
  expect(Math.max(...most)).toBeLessThanOrEqual(48 - WORST_A);
});
