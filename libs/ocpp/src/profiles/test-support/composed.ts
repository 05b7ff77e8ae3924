import { type CompositeQuery, compositeSchedule, limitAt } from '../composite.ts';
import type { Imposed } from '../combine.ts';
import type { InstalledProfile } from '../profile.ts';
import { query, S, T0 } from './given.ts';

type More = Partial<CompositeQuery>;

/** What holds at a second. */
export function at(profiles: readonly InstalledProfile[], second: number, more: More = {}): Imposed {
  const found = limitAt(query(profiles, more), T0 + second * S);
  if (found.kind === 'err') throw new Error(found.error.why);
  return found.value;
}

/** The limits at some seconds. */
export const limits = (profiles: readonly InstalledProfile[], seconds: readonly number[], more: More = {}) =>
  seconds.map((second) => at(profiles, second, more).limit);

/** Second and limit of each segment. */
export function steps(profiles: readonly InstalledProfile[], more: More = {}) {
  const found = compositeSchedule(query(profiles, more));
  if (found.kind === 'err') throw new Error(found.error.why);
  return found.value.segments.map((one) => [(one.fromMs - T0) / S, one.limit]);
}
