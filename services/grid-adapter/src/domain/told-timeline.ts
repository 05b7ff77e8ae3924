import { invariant } from '@headroom/kernel';
import { compareCauses } from './limit-bounds.ts';
import { endOf, spanOf } from './period.ts';
import { isSamePrice, type Segment } from './timeline.ts';

/**
 * So many segments at most. What lies beyond is one of them, without a price or an emission: the lowest limit of all that it stands for, so that it never
 * allows more than they do. It comes nearer and is told in full before it holds.
 */
export function bounded(segments: readonly Segment[], most: number): readonly Segment[] {
  if (segments.length <= most) return segments;
  const near = segments.slice(0, most - 1);
  const [first, ...rest] = segments.slice(most - 1);
  invariant(first !== undefined, 'a timeline longer than its bound has something beyond it');
  const lowest = rest.reduce((low, each) => (each.limitW < low.limitW ? each : low), first);
  return [...near, { startMs: first.startMs, limitW: lowest.limitW, cause: lowest.cause }];
}

/** What of a timeline is still to come at `fromMs`. */
export const asSeenFrom = (segments: readonly Segment[], fromMs: number): readonly Segment[] =>
  segments
    .filter((segment) => endOf(segment) > fromMs)
    .map((segment) => ({ ...segment, ...spanOf(Math.max(segment.startMs, fromMs), endOf(segment)) }));

/** Whether two timelines that begin at one instant say the same. */
export const isSameTimeline = (a: readonly Segment[], b: readonly Segment[]): boolean =>
  a.length === b.length &&
  a.every((one, index) => {
    const other = b[index];
    return (
      other !== undefined &&
      one.startMs === other.startMs &&
      one.endMs === other.endMs &&
      one.limitW === other.limitW &&
      compareCauses(one.cause, other.cause) === 0 &&
      isSamePrice(one.price, other.price) &&
      one.carbonMgPerKwh === other.carbonMgPerKwh
    );
  });
