import { type EpochMs, invariant } from '@headroom/kernel';
import { LOOP_AHEAD_MS, LOOP_BEHIND_MS } from './bounds.ts';
import { type EventInterval, type GridEvent, valuesIn } from './grid-event.ts';
import { comparePeriods, type Period, spanOf } from './period.ts';
import { after } from './times.ts';

/** A draw in millionths: from 0 to 999,999. An integer, so that it is kept and compared without loss. */
export type DrawPpm = number;
export const DRAW_PPM = 1_000_000;

export interface Expansion {
  readonly nowMs: EpochMs;
  /** What "now" means for this event: when we first saw it. It is kept, so that reading it again does not begin it again. */
  readonly firstSeenMs: EpochMs;
  /** Drawn once for an event and kept over its versions (DR-T10). */
  readonly startDrawPpm: DrawPpm;
}

interface Stretch {
  readonly interval: EventInterval;
  readonly fromMs: number;
  /** `Infinity`: never. */
  readonly untilMs: number;
}

/** Shift of a start within plus and minus `rangeMs` (DR-T9). */
const shiftOf = (rangeMs: number, draw: DrawPpm): number => Math.round((2 * draw * rangeMs) / DRAW_PPM) - rangeMs;

/** Where the intervals stand in one run of the event (DR-T1 to DR-T4, DR-T9), in their order in the event. */
export function stretchesOf(event: GridEvent, { firstSeenMs, startDrawPpm }: Omit<Expansion, 'nowMs'>): Stretch[] {
  const whole = event.period;
  let shiftMs = shiftOf(whole?.randomizeStartMs ?? 0, startDrawPpm);
  let cursorMs = whole?.start?.kind === 'at' ? whole.start.atMs : firstSeenMs;
  return event.intervals.map((interval) => {
    const { start, duration = whole?.duration, randomizeStartMs } = interval.period;
    invariant(duration !== undefined, `interval ${interval.id} of event ${event.eventId} has no duration`);
    // "Now" in an interval: the event's start for the first, behind the one before for others (DR-T4). The cursor is both.
    if (start?.kind === 'at') cursorMs = start.atMs;
    if (randomizeStartMs !== undefined) shiftMs = shiftOf(randomizeStartMs, startDrawPpm);
    const fromMs = cursorMs + shiftMs;
    cursorMs = after(cursorMs, duration);
    return { interval, fromMs, untilMs: cursorMs + shiftMs };
  });
}

/** When an event begins, ends for the first time, and is over. */
export interface Run {
  readonly beginMs: number;
  readonly roundEndMs: number;
  readonly overMs: number;
}

export function runOf(event: GridEvent, stretches: readonly Stretch[]): Run {
  // An interval behind one without end is never reached.
  const reached = stretches.filter(({ fromMs }) => fromMs < Number.POSITIVE_INFINITY);
  const beginMs = Math.min(...reached.map(({ fromMs }) => fromMs));
  const roundEndMs = Math.max(...reached.map(({ untilMs }) => untilMs));
  return { beginMs, roundEndMs, overMs: event.duration === undefined ? roundEndMs : after(beginMs, event.duration) };
}

/**
 * The values of an event and when each holds: half-open, sorted, none empty. Periods may overlap where the event says so (DR-T13). Of an
 * event that repeats (DR-T8) only those around now are listed. What is over is listed as well: returning from it takes time.
 */
export function expandIntervals(event: GridEvent, expansion: Expansion): readonly Period[] {
  if (event.isCancelled || event.intervals.length === 0) return [];
  const stretches = stretchesOf(event, expansion);
  const { beginMs, roundEndMs, overMs } = runOf(event, stretches);
  const roundMs = roundEndMs - beginMs;
  if (roundMs <= 0) return [];
  const periods: Period[] = [];
  const { nowMs } = expansion;
  const repeats = overMs > roundEndMs;
  const firstRound = repeats ? Math.max(0, Math.floor((nowMs - LOOP_BEHIND_MS - beginMs) / roundMs)) : 0;
  const lastMs = repeats ? Math.max(beginMs + 1, Math.min(overMs, nowMs + LOOP_AHEAD_MS)) : beginMs + 1;
  // A round without end is the only one: nothing is multiplied by infinity.
  const laterMs = (round: number): number => (round === 0 ? 0 : round * roundMs);
  for (let round = firstRound; beginMs + laterMs(round) < lastMs; round += 1) {
    for (const stretch of stretches) periods.push(...periodsOf(stretch, laterMs(round), overMs));
  }
  return periods.toSorted(comparePeriods);
}

function periodsOf({ interval, fromMs, untilMs }: Stretch, laterMs: number, overMs: number): readonly Period[] {
  const [startMs, endMs] = [fromMs + laterMs, untilMs + laterMs];
  return interval.payloads.flatMap((payload): readonly Period[] => {
    if (payload.kind === 'limit' || payload.kind === 'level')
      return within(startMs, endMs, overMs).map((span) => ({ ...span, ...payload }));
    const count = valuesIn(payload);
    // DR-T7: several values share the interval evenly.
    const edge = (index: number): number =>
      index === count ? endMs : index === 0 ? startMs : startMs + Math.round((index * (endMs - startMs)) / count);
    const spans = (index: number) => within(edge(index), edge(index + 1), overMs);
    if (payload.kind === 'carbon') {
      return payload.mgPerKwh.flatMap((mgPerKwh, n) => spans(n).map((span) => ({ ...span, kind: 'carbon', mgPerKwh })));
    }
    const { kind, currency } = payload;
    return payload.microPerKwh.flatMap((microPerKwh, n) =>
      spans(n).map((span) => ({ ...span, kind, currency, microPerKwh })),
    );
  });
}

const within = (startMs: number, endMs: number, overMs: number) => {
  const cutMs = Math.min(endMs, overMs);
  return startMs < cutMs ? [spanOf(startMs, cutMs)] : [];
};
