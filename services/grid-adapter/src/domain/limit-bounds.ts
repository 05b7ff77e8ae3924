import { compareNumbers, compareText, type EpochMs } from '@headroom/kernel';
import { RAMPS_PER_SIGNAL_MAX } from './bounds.ts';
import { optional } from './grid-event.ts';
import type { GridSignal } from './grid-signal.ts';
import { endOf } from './period.ts';
import { type LimitStretch, type RestoreConfig, returnFrom } from './restore.ts';

/** Why a limit is what it is. A fallback has no program. */
export type Cause =
  | { readonly kind: 'own' }
  | {
      readonly kind: 'event' | 'restore';
      readonly source: string;
      readonly programId: string;
      readonly eventId: string;
      readonly priority?: number;
    };

/** A total order; what holds by itself comes last. */
export function compareCauses(a: Cause, b: Cause): number {
  if (a.kind === 'own' || b.kind === 'own') return compareNumbers(a.kind === 'own' ? 1 : 0, b.kind === 'own' ? 1 : 0);
  return (
    compareText(a.kind, b.kind) ||
    compareText(a.source, b.source) ||
    compareText(a.eventId, b.eventId) ||
    compareText(a.programId, b.programId) ||
    compareNumbers(a.priority ?? Number.POSITIVE_INFINITY, b.priority ?? Number.POSITIVE_INFINITY)
  );
}

export type Bound = LimitStretch & { readonly cause: Cause };

export interface LimitConfig {
  /** Percent of the target's own limit at SIMPLE 0, 1, 2, 3 (DR-E4). */
  readonly levelPercent: readonly [number, number, number, number];
  readonly restore: RestoreConfig;
}

/** What a signal bounds while it holds, and after. What would not lower the target's own limit is left out (A28). */
export function limitBounds(
  signal: GridSignal,
  ownLimitW: number,
  config: LimitConfig & { readonly fromMs: EpochMs },
): readonly Bound[] {
  const stretches = stretchesOf(signal, ownLimitW, config).filter(({ limitW }) => limitW < ownLimitW);
  const { source, programId, eventId, priority, restoreDrawPpm: drawPpm } = signal;
  const by = { source, programId, eventId, ...optional('priority', priority) };
  const { restore, fromMs } = config;
  const returns = endsOf(stretches)
    .filter(({ endMs }) => endMs + restore.maxDelayMs + restore.rampMs > fromMs)
    .flatMap((end, index) =>
      returnFrom(end, { ratingW: ownLimitW, drawPpm, restore, isStepped: index < RAMPS_PER_SIGNAL_MAX }),
    );
  return [
    ...stretches.map((each): Bound => ({ ...each, cause: { kind: 'event', ...by } })),
    ...returns.map((each): Bound => ({ ...each, cause: { kind: 'restore', ...by } })),
  ];
}

function stretchesOf(signal: GridSignal, ownLimitW: number, { levelPercent }: LimitConfig): readonly LimitStretch[] {
  switch (signal.kind) {
    case 'limit':
      return signal.periods.map((each) => ({ startMs: each.startMs, endMs: endOf(each), limitW: each.limitW }));
    case 'level':
      return signal.periods.map((each) => {
        const percent = Math.max(0, levelPercent[each.level] ?? 0);
        return { startMs: each.startMs, endMs: endOf(each), limitW: Math.floor((ownLimitW * percent) / 100) };
      });
    case 'price':
    case 'carbon':
      // DR-E5: a price is never a limit.
      return [];
  }
}

/**
 * Where the signal stops to lower anything. From one value of an event to its next the VTN says itself how it rises; the return is for
 * the end of it, and for the end of each part before a gap.
 */
function endsOf(stretches: readonly LimitStretch[]): readonly { readonly endMs: number; readonly limitW: number }[] {
  const ends: { endMs: number; limitW: number }[] = [];
  let end: { endMs: number; limitW: number } | undefined;
  for (const { startMs, endMs, limitW } of stretches.toSorted((a, b) => compareNumbers(a.startMs, b.startMs))) {
    if (end === undefined || startMs > end.endMs) {
      end = { endMs, limitW };
      ends.push(end);
    } else if (endMs > end.endMs) {
      end.endMs = endMs;
      end.limitW = limitW;
    } else if (endMs === end.endMs) end.limitW = Math.min(end.limitW, limitW);
  }
  return ends;
}
