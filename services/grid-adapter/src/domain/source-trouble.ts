import type { EpochMs } from '@headroom/kernel';
import type { DrawPpm } from './expand-intervals.ts';
import type { GridSignal, SignalTarget } from './grid-signal.ts';
import { endOf, type Span, spanOf } from './period.ts';

export interface SilenceConfig {
  /** A VTN that was not heard for so long is lost. More than a few polls; too short, and a restart of the VTN is an alarm. */
  readonly lostAfterMs: number;
}

export type SourceTrouble =
  | { readonly kind: 'none' }
  /** `sinceMs`: when the silence became a loss; what was known goes on to its end (DR-E26). */
  | { readonly kind: 'lost'; readonly sinceMs: EpochMs; readonly silentMs: number; readonly sentence: string }
  /** Nothing was ever heard, in this life or before it. */
  | { readonly kind: 'never-heard'; readonly sentence: string };

/** `lastHeardMs` is the last sound answer, not the last attempt; it is kept over restarts. A clock that went back is no silence. */
export function sourceTrouble(
  lastHeardMs: EpochMs | undefined,
  nowMs: EpochMs,
  { lostAfterMs }: SilenceConfig,
): SourceTrouble {
  if (lastHeardMs === undefined)
    return { kind: 'never-heard', sentence: 'The VTN has never answered; no grid event is known.' };
  const silentMs = nowMs - lastHeardMs;
  if (silentMs < lostAfterMs) return { kind: 'none' };
  const sentence = `The VTN has not answered for ${Math.floor(silentMs / 1_000)} s; known events run to their end.`;
  return { kind: 'lost', sinceMs: lastHeardMs + lostAfterMs, silentMs, sentence };
}

export interface Fallback {
  readonly source: string;
  readonly target: SignalTarget;
  /** Configured, such as the subscribed capacity (DR-N18). */
  readonly limitW: number;
  /** All signals of the target, as they were known when the VTN was lost. */
  readonly signals: readonly GridSignal[];
  readonly lostSinceMs: EpochMs;
  /** Absent: not yet. The return then goes by delay and ramp like that of an event. */
  readonly heardAgainMs?: EpochMs;
  readonly restoreDrawPpm: DrawPpm;
}

/** What holds when the VTN is lost and what it had said has run out (DR-E27); nothing where it never runs out, or was heard in time. */
export function fallbackSignal(fallback: Fallback): GridSignal | undefined {
  const { source, target, limitW, restoreDrawPpm, lostSinceMs } = fallback;
  const lowering = fallback.signals.flatMap((signal): readonly Span[] =>
    signal.kind === 'limit' || signal.kind === 'level' ? signal.periods : [],
  );
  const startMs = lowering.reduce((lastMs, period) => Math.max(lastMs, endOf(period)), lostSinceMs);
  const endMs = fallback.heardAgainMs ?? Number.POSITIVE_INFINITY;
  if (startMs >= endMs) return undefined;
  return {
    source,
    programId: '',
    eventId: 'fallback',
    modifiedAtMs: lostSinceMs,
    target,
    restoreDrawPpm,
    kind: 'limit',
    periods: [{ ...spanOf(startMs, endMs), kind: 'limit', limitW }],
  };
}
