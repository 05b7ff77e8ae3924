import { expect, test } from '@jest/globals';
import { deciAmps, evseId, stationId } from '@headroom/kernel';
import { type Constraints, ConstraintsBuilder } from './flat-constraints.ts';
import { Ledger } from './ledger.ts';
import { LEVEL_PARTS, Levels } from './levels.ts';
import type { Contender, Kernel } from './policies/policy.ts';
import { raiseTogether } from './raise-together.ts';
import { diceOf } from './test-support/random-sites.ts';

// The continuous stage by itself, in thousandths of a deci-amp, so that its rounding is small beside what is compared.

const FINE = 1_000;

interface Row {
  readonly room: number;
  /** Coefficient of each contender; 0: it takes no part. */
  readonly of: readonly number[];
}
interface Problem {
  readonly contenders: readonly Contender[];
  readonly kernels: readonly Kernel[];
  readonly rows: readonly Row[];
}

const contender = (n: number, min: number, max: number): Contender => ({
  evseId: evseId(stationId(`ST-${n}`), 1),
  startedAtMs: 0,
  min: deciAmps(min),
  max: deciAmps(max),
  ...{ tier: 1, weight: 1, idle: false, gaveUp: false, probes: false },
  need: { departureAtMs: 0, laxityS: 0, meanMilliA: 1, socPermille: 0 },
});

/** Nested rows, as of a tree, in which the minima fit. */
function problemOf(seed: number, most: number): Problem {
  const dice = diceOf(seed);
  const n = 1 + dice(most);
  const contenders = Array.from({ length: n }, (_, i) => {
    const min = (60 + dice(20)) * FINE;
    return contender(i, min, min + dice(260) * FINE);
  });
  const kernels = contenders.map(({ min }): Kernel => {
    const kind = seed % 4;
    if (kind === 0) return { base: 0, weight: 1 };
    if (kind === 1) return { base: min, weight: 1 + dice(9) };
    if (kind === 2) return { base: 0, weight: 1 + dice(300), from: dice(600) * LEVEL_PARTS };
    return { base: dice(100) * FINE, weight: 1 + dice(40) };
  });
  const rows = Array.from({ length: 1 + dice(8) }, () => {
    const from = dice(n);
    const to = from + 1 + dice(n - from);
    const factor = [1, 1, 1.25, 1.75, 3][dice(5)] ?? 1;
    const of = contenders.map((_, i) => (i >= from && i < to && (factor > 2 || dice(4) > 0) ? factor : 0));
    const least = of.reduce((sum, a, i) => sum + Math.ceil(a * (contenders[i]?.min ?? 0)), 0);
    return { room: least + dice(150 * (to - from)) * FINE, of };
  });
  return { contenders, kernels, rows };
}

function constraintsOf({ contenders, rows }: Problem): Constraints {
  const builder = new ConstraintsBuilder(contenders.length, 0);
  for (const [rowIndex, { room, of }] of rows.entries()) {
    builder.begin({ rowIndex, room, overfull: false, counts: 'counted' });
    of.forEach((coefficient, i) => {
      if (coefficient > 0) builder.add(i, coefficient, 0);
    });
  }
  return builder.build();
}

function raised(problem: Problem): readonly number[] {
  const { contenders, kernels } = problem;
  const constraints = constraintsOf(problem);
  const ledger = new Ledger(constraints, contenders.length);
  for (const [i, { min }] of contenders.entries()) ledger.give(i, min);
  const levels = new Levels(contenders, kernels);
  raiseTogether({ constraints, levels, ledger, admitted: contenders.map(() => true) });
  return contenders.map((_, i) => ledger.given(i));
}

const rateAt = ({ base, weight, from = 0 }: Kernel, level: number): number =>
  base + weight * (level - from / LEVEL_PARTS);
const levelOf = ({ base, weight, from = 0 }: Kernel, rate: number): number =>
  (rate - base) / weight + from / LEVEL_PARTS;

/**
 * Lexicographic max-min, level by level (section 9): each round raises the least level of all that are not yet fixed as far as it goes,
 * then fixes whoever cannot go on by himself. As no coefficient is negative, a level is feasible if and only if the least rates that
 * reach it are, so that halves stand in for the LP. In floating point, and sharing nothing with the fill.
 */
function maxMin({ contenders, kernels, rows }: Problem): readonly number[] {
  const fixed = new Map<number, number>();
  const kernel = (i: number): Kernel => kernels[i] ?? { base: 0, weight: 1 };
  const rate = (i: number, level: number): number => {
    const { min = 0, max = 0 } = contenders[i] ?? {};
    return fixed.get(i) ?? Math.min(max, Math.max(min, rateAt(kernel(i), level)));
  };
  const fits = (rates: readonly number[]): boolean =>
    rows.every(({ room, of }) => of.reduce((sum, a, i) => sum + a * (rates[i] ?? 0), 0) <= room + 1e-6);
  const all = (level: number): readonly number[] => contenders.map((_, i) => rate(i, level));
  while (fixed.size < contenders.length) {
    const open = contenders.flatMap((_, i) => (fixed.has(i) ? [] : [i]));
    let low = Math.min(...open.map((i) => levelOf(kernel(i), contenders[i]?.min ?? 0)));
    let high = Math.max(...open.map((i) => levelOf(kernel(i), contenders[i]?.max ?? 0)));
    for (let n = 0; n < 200; n += 1) {
      const middle = (low + high) / 2;
      if (fits(all(middle))) low = middle;
      else high = middle;
    }
    const rates = all(low);
    const isStuck = (i: number): boolean =>
      (rates[i] ?? 0) >= (contenders[i]?.max ?? 0) - 1e-3 || !fits(rates.map((one, k) => (k === i ? one + 1e-3 : one)));
    // Of those below their start a row may be full as well: they stay at their minimum for good.
    for (const i of open.filter(isStuck)) fixed.set(i, rates[i] ?? 0);
  }
  return contenders.map((_, i) => fixed.get(i) ?? 0);
}

test('PT4 the continuous stage is the lexicographic max-min, found level by level, for every form of kernel', () => {
  for (let seed = 1; seed <= 600; seed += 1) {
    const problem = problemOf(seed, 15);
    const best = maxMin(problem);
    raised(problem).forEach((rate, i) => {
      // Each that stopped before it may have lost one step of rounding, and each row gives back what is left of it.
      expect({
        seed,
        i,
        off: Math.abs(rate - (best[i] ?? 0)) <= problem.contenders.length * 15 ? 0 : rate - (best[i] ?? 0),
      }).toEqual({
        seed,
        i,
        off: 0,
      });
    });
  }
});

test('PT4 bottleneck certificate: who is below its maximum has a full row in which nobody above its minimum has a higher level', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const problem = problemOf(seed, 200);
    const { contenders, kernels, rows } = problem;
    const rates = raised(problem);
    const used = rows.map(({ of }) => of.reduce((sum, a, i) => sum + Math.ceil(a * (rates[i] ?? 0)), 0));
    used.forEach((sum, r) => expect(sum).toBeLessThanOrEqual(rows[r]?.room ?? 0));
    contenders.forEach(({ max }, i) => {
      const rate = rates[i] ?? 0;
      if (rate === max) return;
      const hasCertificate = rows.some(({ of, room }, r) => {
        const a = of[i] ?? 0;
        if (a === 0 || room - (used[r] ?? 0) >= a + 1) return false;
        return of.every((other, k) => {
          const { min = 0 } = contenders[k] ?? {};
          const kernel = kernels[k] ?? { base: 0, weight: 1 };
          const theirs = rates[k] ?? 0;
          if (other === 0 || theirs <= min + 2) return true;
          // In steps of theirs: at the level of this one they would have no less, but for rounding.
          const here = levelOf(kernels[i] ?? kernel, Math.max(rate, contenders[i]?.min ?? 0));
          return theirs <= Math.max(min, rateAt(kernel, here)) + kernel.weight + 2;
        });
      });
      expect({ seed, i, hasCertificate }).toEqual({ seed, i, hasCertificate: true });
    });
  }
});

test('PT5 more room never makes the sorted levels lexicographically smaller', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const problem = problemOf(4 * seed, 40);
    const dice = diceOf(seed);
    const wider = { ...problem, rows: problem.rows.map((row) => ({ ...row, room: row.room + dice(80) * FINE })) };
    const [before, later] = [problem, wider].map((one) => raised(one).toSorted((a, b) => a - b));
    const first = before?.findIndex((rate, i) => Math.abs(rate - (later?.[i] ?? 0)) > 40) ?? -1;
    expect(first === -1 || (later?.[first] ?? 0) > (before?.[first] ?? 0)).toBe(true);
  }
});

test('PT6 without one of them nobody else has less, where all share one row', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const problem = problemOf(seed, 40);
    const one = { ...problem, rows: problem.rows.slice(0, 1) };
    const gone = diceOf(seed)(problem.contenders.length);
    const without = {
      contenders: one.contenders.filter((_, i) => i !== gone),
      kernels: one.kernels.filter((_, i) => i !== gone),
      rows: one.rows.map((row) => ({ ...row, of: row.of.filter((_, i) => i !== gone) })),
    };
    const before = raised(one).filter((_, i) => i !== gone);
    // One step of rounding may go to another one.
    raised(without).forEach((rate, i) => expect(rate).toBeGreaterThanOrEqual((before[i] ?? 0) - 1));
  }
});

test('PT8 weights in another unit share alike', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const problem = problemOf(4 * seed + 3, 40);
    const plain = problem.kernels.map((kernel) => ({ ...kernel, base: 0 }));
    const times = 2 + (seed % 7);
    const scaled = plain.map((kernel) => ({ ...kernel, weight: kernel.weight * times }));
    const before = raised({ ...problem, kernels: plain });
    raised({ ...problem, kernels: scaled }).forEach((rate, i) =>
      expect(Math.abs(rate - (before[i] ?? 0))).toBeLessThanOrEqual(2),
    );
  }
});
