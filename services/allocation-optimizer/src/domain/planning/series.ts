import type { EpochMs } from '@headroom/kernel';
import { BUDGET_MS } from './horizon.ts';
import { hoursOf, type Interval } from './question.ts';

/** What is told of a stretch of time: a price, or what a kWh emits. */
export interface Stretch {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly value: number;
}

/** The mean of each interval; undefined where it is not known in full. */
export function meansOf(
  stretches: readonly Stretch[],
  intervals: readonly Interval[],
): readonly (number | undefined)[] {
  let first = 0;
  return intervals.map(({ fromMs, toMs }) => {
    while ((stretches[first]?.untilMs ?? Infinity) <= fromMs) first += 1;
    let [knownMs, sum] = [0, 0];
    for (let n = first; (stretches[n]?.fromMs ?? Infinity) < toMs; n += 1) {
      const stretch = stretches[n];
      if (stretch === undefined) break;
      const ms = Math.min(stretch.untilMs, toMs) - Math.max(stretch.fromMs, fromMs);
      knownMs += ms;
      sum += ms * stretch.value;
    }
    return knownMs === toMs - fromMs ? sum / knownMs : undefined;
  });
}

/**
 * A series of which nothing is told of later hours has their mean of the known ones there. Undefined: the next hour is not known in full, and so
 * nothing is.
 */
export function knownThroughout(
  means: readonly (number | undefined)[],
  intervals: readonly Interval[],
): readonly number[] | undefined {
  const beginsMs = intervals[0]?.fromMs ?? 0;
  const isSoon = ({ fromMs }: Interval): boolean => fromMs < beginsMs + BUDGET_MS;
  if (intervals.some((interval, t) => isSoon(interval) && means[t] === undefined)) return undefined;
  let [hours, sum] = [0, 0];
  intervals.forEach((interval, t) => {
    const value = means[t];
    if (value === undefined) return;
    hours += hoursOf(interval);
    sum += value * hoursOf(interval);
  });
  return means.map((value) => value ?? sum / hours);
}
