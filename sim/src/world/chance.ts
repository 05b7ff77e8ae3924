import type { Rng } from '@headroom/kernel';
import { between, rngsOf } from '../rng.ts';

/** All that is left to chance in a run, from its one seed. */
export interface Chance {
  /** Uniform in [0, 1) by the names alone: asking for one draw more, or less, changes no other (DS-9). */
  draw(what: string, which: string, count: number): number;
  /** Uniform in [low, high), likewise. */
  drawBetween(name: readonly [string, string, number], low: number, high: number): number;
  /** A stream of its own. */
  stream(name: string): Rng;
}

export const createChance = (seed: number): Chance => {
  const stream = rngsOf(seed);
  const at = (what: string, which: string, count: number): Rng => stream(`${what}\u0001${which}\u0001${count}`);
  return {
    draw: (what, which, count) => at(what, which, count).next(),
    drawBetween: ([what, which, count], low, high) => between(at(what, which, count), low, high),
    stream,
  };
};
