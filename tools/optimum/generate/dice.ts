/** Chance of one day: everything drawn from it is a function of its seed (BG1). */
export interface Dice {
  /** Evenly spread over 0 (inclusive) to 1 (exclusive). */
  readonly uniform: () => number;
  readonly between: (low: number, high: number) => number;
  /** Evenly spread over 0 to `sides - 1`. */
  readonly index: (sides: number) => number;
  readonly normal: (mean: number, deviation: number) => number;
  /** Log-normal by its median and the deviation of its logarithm. */
  readonly logNormal: (median: number, deviation: number) => number;
  /** Draws again until the value lies in the range; after `MAX_DRAWS` the middle, moved into the range. */
  readonly within: (range: Range, middle: number, draw: () => number) => number;
  /** One of the choices; their shares add up to 1. */
  readonly pick: <T>(choices: readonly (readonly [share: number, choice: T])[]) => T;
}

export interface Range {
  readonly least: number;
  readonly most: number;
}

export const MAX_DRAWS = 50;

/** mulberry32: one 32-bit state. */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  // Box and Muller, one of the two: what is drawn next never depends on how many were drawn before.
  const standard = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const normal = (mean: number, deviation: number): number => mean + deviation * standard();
  return {
    uniform,
    normal,
    between: (low, high) => low + (high - low) * uniform(),
    index: (sides) => Math.floor(uniform() * sides),
    logNormal: (median, deviation) => median * Math.exp(deviation * standard()),
    within: ({ least, most }, middle, draw) => {
      for (let tries = 0; tries < MAX_DRAWS; tries += 1) {
        const value = draw();
        if (value >= least && value <= most) return value;
      }
      return Math.min(most, Math.max(least, middle));
    },
    pick: (choices) => {
      let rest = uniform();
      for (const [share, choice] of choices) {
        rest -= share;
        if (rest < 0) return choice;
      }
      const last = choices.at(-1);
      if (last === undefined) throw new Error('nothing to choose from');
      return last[1];
    },
  };
}
