import { invariant } from '@headroom/kernel';
import type { Kernel } from './policies/policy.ts';

/** Parts of a level: weights need not divide each other, and a heavy one must not leap by more than it has to. */
export const LEVEL_PARTS = 1_048_576;

/**
 * How contenders rise with the common level (allocation 3.1), a level being a whole number of parts:
 *
 *     current(level) = base + weight * (level - from) / LEVEL_PARTS, floored, and kept between minimum and maximum
 *
 * Whole numbers throughout, so that no sum depends on the order in which it is made (TB2).
 */
export class Levels {
  readonly #bases: Float64Array;
  readonly #weights: Float64Array;
  readonly #froms: Float64Array;
  readonly #minima: Float64Array;
  readonly #maxima: Float64Array;

  constructor(contenders: readonly { readonly min: number; readonly max: number }[], kernels: readonly Kernel[]) {
    this.#bases = new Float64Array(kernels.length);
    this.#weights = new Float64Array(kernels.length);
    this.#froms = new Float64Array(kernels.length);
    this.#minima = new Float64Array(kernels.length);
    this.#maxima = new Float64Array(kernels.length);
    kernels.forEach(({ base, weight, from = 0 }, i) => {
      invariant(Number.isSafeInteger(weight) && weight > 0, `the weight ${weight} of a policy is no positive integer`);
      invariant(Number.isSafeInteger(base) && Number.isSafeInteger(from), `${base} and ${from} are no whole numbers`);
      this.#bases[i] = base;
      this.#weights[i] = weight;
      this.#froms[i] = from;
    });
    contenders.forEach(({ min, max }, i) => {
      this.#minima[i] = min;
      this.#maxima[i] = max;
    });
  }

  weight(i: number): number {
    return this.#weights[i] ?? 0;
  }

  minimum(i: number): number {
    return this.#minima[i] ?? 0;
  }

  maximum(i: number): number {
    return this.#maxima[i] ?? 0;
  }

  /** What contender `i` has at this level. */
  at(i: number, level: number): number {
    const current = (this.#bases[i] ?? 0) + this.#risen(i, level);
    return Math.min(this.#maxima[i] ?? 0, Math.max(this.#minima[i] ?? 0, current));
  }

  /** A level at which contender `i` is still at its minimum. */
  lowest(i: number): number {
    const steps = (this.#minima[i] ?? 0) - (this.#bases[i] ?? 0);
    return Math.floor((steps * LEVEL_PARTS) / (this.#weights[i] ?? 1)) + (this.#froms[i] ?? 0);
  }

  /** The level from which on contender `i` is at its maximum. */
  highest(i: number): number {
    return this.#begins(i, (this.#maxima[i] ?? 0) - (this.#bases[i] ?? 0));
  }

  /** From which level on contender `i` has what it has at this one. */
  since(i: number, level: number): number {
    const current = this.at(i, level);
    return current <= (this.#minima[i] ?? 0) ? -Infinity : this.#begins(i, current - (this.#bases[i] ?? 0));
  }

  /** The first level above this one at which contender `i` has more; Infinity: it never will. */
  next(i: number, level: number): number {
    const current = this.at(i, level);
    return current >= (this.#maxima[i] ?? 0) ? Infinity : this.#begins(i, current + 1 - (this.#bases[i] ?? 0));
  }

  #risen(i: number, level: number): number {
    return Math.floor(((this.#weights[i] ?? 0) * (level - (this.#froms[i] ?? 0))) / LEVEL_PARTS);
  }

  #begins(i: number, steps: number): number {
    return Math.ceil((steps * LEVEL_PARTS) / (this.#weights[i] ?? 1)) + (this.#froms[i] ?? 0);
  }
}
