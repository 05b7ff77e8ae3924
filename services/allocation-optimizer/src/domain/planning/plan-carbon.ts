import type { EpochMs } from '@headroom/kernel';
import type { GridTimelines } from '../grid-timeline.ts';
import { knownThroughout, meansOf } from './series.ts';
import type { Interval } from './question.ts';

const MG_PER_G = 1_000;

/**
 * What a kWh emits in each interval, in g of CO2 equivalent, as the grid tells it for the site. Of later hours of which nothing is told it is
 * taken to emit what it does in the known ones on average. Undefined: the next hour is not known in full.
 */
export function carbonPerKwhOf(grid: GridTimelines, intervals: readonly Interval[]): readonly number[] | undefined {
  const untilMs: EpochMs = intervals.at(-1)?.toMs ?? 0;
  const told = (grid.get('')?.carbon ?? []).map(({ startMs, endMs, mgPerKwh }) => ({
    ...{ fromMs: startMs, untilMs: endMs ?? untilMs, value: mgPerKwh / MG_PER_G },
  }));
  return knownThroughout(meansOf(told, intervals), intervals);
}
