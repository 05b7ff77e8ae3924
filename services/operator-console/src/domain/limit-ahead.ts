import type { EpochMs } from '@headroom/kernel';
import { type GridTimeline, segmentAt } from './site-grid.ts';

/** So far ahead the limit is told, as far as the chart looks back. */
export const AHEAD_MS = 3_600_000;
/** Steps at most: a return from an event is some of them. */
export const AHEAD_STEPS_MAX = 60;

export interface LimitStep {
  readonly fromMs: EpochMs;
  readonly powerW: number;
}

export interface LimitSources {
  /** What the site bears by itself: its conductors and its contract. */
  readonly ownW: number;
  /** What holds now: a drop is held some seconds before it begins. */
  readonly heldW: number;
  readonly override: { readonly powerLimitW: number; readonly validUntilMs: EpochMs } | null;
  readonly timeline: GridTimeline | undefined;
}

/**
 * How the limit of the grid connection will move, as far as it is known: the first step is now, then one for each change. The lowest of all
 * limits holds at each instant (DR-E10).
 */
export function limitAhead(sources: LimitSources, nowMs: EpochMs): readonly LimitStep[] {
  const { override, timeline } = sources;
  const changes = [
    ...(override === null ? [] : [override.validUntilMs]),
    ...(timeline?.segments ?? []).flatMap(({ startMs, endMs }) => (endMs === undefined ? [startMs] : [startMs, endMs])),
  ].filter((ms) => ms > nowMs && ms <= nowMs + AHEAD_MS);
  const steps: LimitStep[] = [];
  for (const fromMs of [nowMs, ...new Set(changes.toSorted((a, b) => a - b))]) {
    const saidW = limitAt(sources, fromMs);
    const powerW = fromMs === nowMs ? Math.min(saidW, sources.heldW) : saidW;
    if (steps.at(-1)?.powerW !== powerW) steps.push({ fromMs, powerW });
  }
  return steps.slice(0, AHEAD_STEPS_MAX);
}

function limitAt({ ownW, override, timeline }: LimitSources, atMs: EpochMs): number {
  const overrideW = override !== null && atMs < override.validUntilMs ? override.powerLimitW : undefined;
  const others = [overrideW, segmentAt(timeline, atMs)?.limitW].filter((limitW) => limitW !== undefined);
  return Math.min(ownW, ...others);
}
