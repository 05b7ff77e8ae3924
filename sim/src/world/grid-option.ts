import { type GridEvent, gridEventsOf } from './grid-events.ts';
import { type Death, eventInDeath } from './platform-death.ts';

/** Whether a utility announces limits. */
export const GRID_OPTIONS = ['always', 'none'] as const;
export type GridOption = (typeof GRID_OPTIONS)[number];

/** Those that are named; else by the seed, and one for the death of the platform where it dies. */
export function eventsOf(
  grid: GridOption | readonly GridEvent[] | undefined,
  deps: Parameters<typeof gridEventsOf>[0],
  death: Death | undefined,
): readonly GridEvent[] {
  if (grid === 'none') return [];
  if (grid !== undefined && grid !== 'always') return grid;
  const meanwhile = death === undefined ? [] : eventInDeath(deps.chance, deps.plan, death);
  return [...gridEventsOf(deps, grid === 'always'), ...meanwhile];
}
