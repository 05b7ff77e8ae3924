import type { Timers } from '@headroom/kernel';
import { pause } from './deliver.ts';
import type { Range } from './kafka-topics.ts';
import { type ConsumeOptions, EventLogError } from './port.ts';
import { offsetBeyondEnd } from './record-check.ts';
import { type LogReport, wordsOf } from './report.ts';

const PLACE_AGAIN_MS = 500;

export interface Place {
  readonly topic: string;
  readonly partition: number;
}

export interface Placement {
  readonly consume: Pick<ConsumeOptions, 'group' | 'start'>;
  readonly ranges: (topic: string) => Promise<ReadonlyMap<number, Range>>;
  /** Next offset of a partition that this consumer has read before. */
  readonly handled: (place: Place) => bigint | undefined;
  /** False: the group was joined again since, or the consumer is stopped. */
  readonly isCurrent: () => boolean;
  /** Read the place from `offset` on; it ends before `end` now. */
  readonly go: (place: Place, offset: bigint, end: bigint) => void;
  readonly timers: Timers;
  readonly report: LogReport;
  readonly stop: AbortSignal;
  readonly onFatal: (cause: unknown) => void;
}

/** Finds where each partition begins and lets it go there; tries again until that is done or no longer asked for. */
export async function placeAll(gained: readonly Place[], placement: Placement): Promise<void> {
  const left = new Map<string, readonly Place[]>();
  for (const each of gained) left.set(each.topic, [...(left.get(each.topic) ?? []), each]);
  while (left.size > 0 && placement.isCurrent()) {
    try {
      for (const [topic, places] of left) {
        await placeTopic(topic, places, placement);
        left.delete(topic);
      }
    } catch (cause) {
      if (cause instanceof EventLogError && cause.code === 'LOG_OFFSET_BEYOND_END') return placement.onFatal(cause);
      placement.report('start-unknown', { group: placement.consume.group, why: wordsOf(cause) });
      await pause(PLACE_AGAIN_MS, placement.timers, placement.stop);
    }
  }
}

async function placeTopic(topic: string, places: readonly Place[], placement: Placement): Promise<void> {
  const { start } = placement.consume;
  const storedOf = async (place: Place) =>
    start.kind === 'stored' ? start.nextOffset(topic, place.partition) : placement.handled(place);
  // The stored offset is asked before the end, or it could be the greater one by what comes in between.
  const stored = await Promise.all(places.map(storedOf));
  const ranges = await placement.ranges(topic);
  const starts = places.map((place, index) => {
    const range = ranges.get(place.partition);
    if (range === undefined) throw new EventLogError('LOG_UNAVAILABLE', `${topic} [${place.partition}] has no leader`);
    return { from: startIn(range, place, stored[index], placement.report), end: range.end };
  });
  if (!placement.isCurrent()) return;
  for (const [index, place] of places.entries()) {
    const start = starts[index];
    if (start !== undefined) placement.go(place, start.from, start.end);
  }
}

function startIn(range: Range, { topic, partition }: Place, stored: bigint | undefined, report: LogReport): bigint {
  if (stored === undefined) return range.start;
  if (stored > range.end) throw offsetBeyondEnd(topic, partition, stored, range.end);
  if (stored >= range.start) return stored;
  // Retention took records that were never handled (KF-44).
  report('records-lost', { topic, partition, from: Number(stored), to: Number(range.start) });
  return range.start;
}
