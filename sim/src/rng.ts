import type { Rng } from '@headroom/kernel';

/** FNV-1a over UTF-16 units, then a finisher: spreads similar names far apart. */
function hash32(text: string, salt: number): number {
  let h = 0x811c9dc5 ^ salt;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** sfc32 (Chris Doty-Humphrey): 128 bits of state, passes PractRand; the same numbers on every machine. */
function sfc32(seed: readonly [number, number, number]): Rng {
  let [a, b, c] = seed;
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
export const rngFor = (seed: string | number, id: string): Rng => {
  const name = `${seed}\u0000${id}`;
  return sfc32([hash32(name, 1), hash32(name, 2), hash32(name, 3)]);
};

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
