/** One thing that may happen next, said so that a person can follow it. */
export interface Move<World> {
  readonly says: string;
  readonly next: World;
}

export interface Model<World> {
  readonly initial: World;
  readonly movesOf: (world: World) => readonly Move<World>[];
  /** What is wrong with this world; undefined: nothing. */
  readonly faultOf: (world: World) => string | undefined;
}

export type Exploration<World> =
  | {
      readonly kind: 'holds';
      readonly states: number;
      readonly moves: number;
      /** Moves to the farthest state. */
      readonly depth: number;
      /** States in which nothing can happen any more. */
      readonly ends: readonly World[];
    }
  /** `steps` is a shortest way into a fault; its last line is the fault. */
  | { readonly kind: 'violated'; readonly states: number; readonly steps: readonly string[] }
  /** The bound was reached: nothing is proved. */
  | { readonly kind: 'too-large'; readonly states: number };

/** More than this is no longer a model that a person holds in the head, and no longer milliseconds. */
export const MAX_STATES = 5_000;

interface Visited<World> {
  readonly world: World;
  readonly depth: number;
  readonly says: string;
  readonly from: Visited<World> | undefined;
}

/**
 * Breadth first over every interleaving of the moves, so that the first fault found is one of the nearest. A world is
 * the same as another if it is the same JSON: build worlds with their keys in one order, and sort what has no order.
 */
export function explore<World>(model: Model<World>, maxStates: number = MAX_STATES): Exploration<World> {
  const start: Visited<World> = { world: model.initial, depth: 0, says: '', from: undefined };
  const queue = [start];
  const seen = new Set([JSON.stringify(start.world)]);
  const ends: World[] = [];
  let moves = 0;
  let depth = 0;
  // Grows while it is walked: the queue of a search breadth first.
  for (const here of queue) {
    const fault = model.faultOf(here.world);
    if (fault !== undefined) return { kind: 'violated', states: seen.size, steps: [...stepsTo(here), fault] };
    depth = here.depth;
    const possible = model.movesOf(here.world);
    if (possible.length === 0) ends.push(here.world);
    for (const { says, next } of possible) {
      moves += 1;
      const key = JSON.stringify(next);
      if (seen.has(key)) continue;
      if (seen.size >= maxStates) return { kind: 'too-large', states: seen.size };
      seen.add(key);
      queue.push({ world: next, depth: here.depth + 1, says, from: here });
    }
  }
  return { kind: 'holds', states: seen.size, moves, depth, ends };
}

function stepsTo<World>(last: Visited<World>): readonly string[] {
  const steps: string[] = [];
  for (let at = last; at.from !== undefined; at = at.from) steps.unshift(at.says);
  return steps;
}
