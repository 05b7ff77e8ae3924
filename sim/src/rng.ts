import type { Rng } from '@headroom/kernel';

const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

type Hashes = readonly [number, number, number];

const BASES: Hashes = [FNV_BASIS ^ 1, FNV_BASIS ^ 2, FNV_BASIS ^ 3];

/** Three times FNV-1a over UTF-16 units, each from a basis of its own: those of what came before, and of this behind it. */
function hashesAfter(before: Hashes, text: string): Hashes {
  let [a, b, c] = before;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, FNV_PRIME);
    b = Math.imul(b ^ unit, FNV_PRIME);
    c = Math.imul(c ^ unit, FNV_PRIME);
  }
  return [a, b, c];
}

/** Spreads similar names far apart. */
function finished(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** sfc32 (Chris Doty-Humphrey): 128 bits of state, passes PractRand; the same numbers on every machine. */
function sfc32([first, second, third]: Hashes): Rng {
  let [a, b, c] = [finished(first), finished(second), finished(third)];
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let i = 0; i < 15; i += 1) next();
  return { next };
}

/** One stream per thing: a station that draws once more does not move its neighbours. */
export const rngFor = (seed: string | number, id: string): Rng => rngsOf(seed)(id);

/** The same for many things of one seed, whose part of their names is hashed once. */
export function rngsOf(seed: string | number): (id: string) => Rng {
  const ofSeed = hashesAfter(BASES, `${seed}\u0000`);
  return (id) => sfc32(hashesAfter(ofSeed, id));
}

/** Uniform in [low, high). */
export const between = (rng: Rng, low: number, high: number): number => low + (high - low) * rng.next();

/** Standard normal by Box-Muller. */
export const normal = (rng: Rng): number =>
  Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());

/** One member, uniformly; undefined only of an empty list. */
export const pick = <T>(rng: Rng, from: readonly T[]): T | undefined => from[Math.floor(rng.next() * from.length)];

/** Text of `length` characters of [0-9a-z]. */
export function randomText(rng: Rng, length: number): string {
  let text = '';
  while (text.length < length) text += Math.floor(rng.next() * 36).toString(36);
  return text;
}
