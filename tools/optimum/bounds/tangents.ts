import type { Phasor } from '../site/slotted.ts';

/** Where all currents are equal, and where one pair of conductors carries nothing: 30 degrees to either side. */
const SPREAD = (15 * Math.PI) / 180;
const FIRST: readonly Phasor[] = [-2, -1, 0, 1, 2].map((n) => ({ x: Math.cos(n * SPREAD), y: Math.sin(n * SPREAD) }));

/**
 * Directions in which the length of a row is held to its capacity. A sum of arrows is as long as its part in its own direction, and in
 * no direction longer: so they never forbid what the row allows, and the best under them is no less than the best.
 */
export class Tangents {
  readonly #added = new Map<string, Phasor[]>();

  of(name: string, slot: number): readonly Phasor[] {
    return [...FIRST, ...(this.#added.get(keyOf(name, slot)) ?? [])];
  }

  add(name: string, slot: number, direction: Phasor): void {
    const key = keyOf(name, slot);
    this.#added.set(key, [...(this.#added.get(key) ?? []), direction]);
  }
}

const keyOf = (name: string, slot: number): string => `${name} ${slot}`;
