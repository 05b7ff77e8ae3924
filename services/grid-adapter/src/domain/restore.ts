import { RAMP_STEPS_MAX } from './bounds.ts';
import { DRAW_PPM, type DrawPpm } from './expand-intervals.ts';

/** How a target returns to its own limit after the end of a signal (DR-E22). */
export interface RestoreConfig {
  /** The longest random delay. 0: none. SI 2021/1467 asks for 600 s by default. */
  readonly maxDelayMs: number;
  /** How long the rise from the signal's limit to the target's own takes. 0: at once. */
  readonly rampMs: number;
  /** The limit rises once in so long. A step that makes more than `RAMP_STEPS_MAX` of them is made longer. */
  readonly stepMs: number;
}

/** A limit for a while. `endMs` may be `Infinity`. */
export interface LimitStretch {
  readonly startMs: number;
  readonly endMs: number;
  readonly limitW: number;
}

/**
 * What still holds after a limit of `limitW` has ended at `endMs`: the same during the delay, then steps that rise. It is one more bound
 * beside all others, so that a return can never allow more than what holds anyway.
 */
export function returnFrom(
  { endMs, limitW }: { readonly endMs: number; readonly limitW: number },
  { ratingW, drawPpm, restore, isStepped }: Return,
): readonly LimitStretch[] {
  if (endMs === Number.POSITIVE_INFINITY || limitW >= ratingW) return [];
  const { maxDelayMs, rampMs, stepMs } = restore;
  const riseMs = endMs + Math.floor((maxDelayMs * drawPpm) / DRAW_PPM);
  if (!isStepped) return [{ startMs: endMs, endMs: riseMs + rampMs, limitW }].filter(isSome);
  const steps = rampMs <= 0 ? 0 : Math.min(RAMP_STEPS_MAX, Math.ceil(rampMs / Math.max(1, stepMs)));
  const edge = (step: number): number => riseMs + Math.round((step * rampMs) / Math.max(1, steps));
  const stretches = Array.from({ length: steps }, (_, step) => ({
    startMs: edge(step),
    endMs: edge(step + 1),
    limitW: limitW + Math.floor(((ratingW - limitW) * (step + 1)) / (steps + 1)),
  }));
  return [{ startMs: endMs, endMs: riseMs, limitW }, ...stretches].filter(isSome);
}

interface Return {
  readonly ratingW: number;
  readonly drawPpm: DrawPpm;
  readonly restore: RestoreConfig;
  readonly isStepped: boolean;
}

const isSome = ({ startMs, endMs }: LimitStretch): boolean => startMs < endMs;
