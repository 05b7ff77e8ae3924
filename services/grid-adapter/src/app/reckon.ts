import { type EpochMs, invariant } from '@headroom/kernel';
import type { GridSourceConfig } from '../config.ts';
import { SEGMENTS_MAX } from '../domain/bounds.ts';
import { type GridSignal, type SignalTarget, targetKey } from '../domain/grid-signal.ts';
import { bounded } from '../domain/told-timeline.ts';
import { type SourceMemory, signalsOfSource } from '../domain/source-memory.ts';
import { type Segment, timelineOf } from '../domain/timeline.ts';
import type { OwnLimits } from '../ports.ts';

/** A source and all that is known of it. */
export interface HeardSource {
  readonly config: GridSourceConfig;
  readonly memory: SourceMemory;
}

/** Undefined: no document of the site is known, or it has no such circuit. */
export function ownLimitOf({ circuitId }: SignalTarget, own: OwnLimits | undefined): number | undefined {
  return circuitId === undefined ? own?.siteW : own?.circuitsW.get(circuitId);
}

/** Signals of all sources, put together for each target; asked for once in a round of reckoning. */
export function signalsByTarget(
  sources: readonly HeardSource[],
  nowMs: EpochMs,
): ReadonlyMap<string, readonly GridSignal[]> {
  const byTarget = new Map<string, GridSignal[]>();
  for (const { config, memory } of sources) {
    for (const signal of signalsOfSource(memory, config, nowMs).signals) {
      const key = targetKey(signal.target);
      const list = byTarget.get(key);
      if (list === undefined) byTarget.set(key, [signal]);
      else list.push(signal);
    }
  }
  return byTarget;
}

export function reckon(
  signals: readonly GridSignal[],
  ownLimitW: number,
  { sources, nowMs }: { readonly sources: readonly HeardSource[]; readonly nowMs: EpochMs },
): readonly Segment[] {
  const limits = new Map(sources.map(({ config }) => [config.name, config.limits]));
  const limitsOf = (source: string) => {
    const found = limits.get(source);
    invariant(found !== undefined, `signals of ${source}, which is no source`);
    return found;
  };
  return bounded(timelineOf(signals, ownLimitW, { fromMs: nowMs, limitsOf }), SEGMENTS_MAX);
}
