import type { EpochMs } from '@headroom/kernel';
import { type SignalTarget, targetKey } from '../domain/grid-signal.ts';
import { asSeenFrom, isSameTimeline } from '../domain/told-timeline.ts';
import { targetsOfRouting } from '../domain/source-memory.ts';
import type { Segment } from '../domain/timeline.ts';
import type { GridAdapterEvents } from '../events.ts';
import type { OwnLimits } from '../ports.ts';
import { type HeardSource, ownLimitOf, reckon, signalsByTarget } from './reckon.ts';

/** A timeline that has to be told. */
export interface Due {
  readonly key: string;
  readonly target: SignalTarget;
  readonly segments: readonly Segment[];
}

/** Which timelines have to be reckoned, and which of these are news. */
export interface DueTimelines {
  mark(targets: Iterable<SignalTarget>, haste: 'if-changed' | 'always'): void;
  /** News or not. */
  markAll(): void;
  markSite(siteId: string): void;
  /** Reckons what is marked, and takes the marks away. A target of a site without a document is left out until it has one. */
  take(nowMs: EpochMs): readonly Due[];
  published(due: readonly Due[]): void;
}

export function createDueTimelines(deps: {
  readonly sources: readonly HeardSource[];
  readonly ownLimits: (siteId: string) => OwnLimits | undefined;
  readonly events: Pick<GridAdapterEvents, 'targetUnknown'>;
}): DueTimelines {
  const { sources, ownLimits, events } = deps;
  const all = sources.flatMap(({ config }) => targetsOfRouting(config.routing));
  const marked = new Map<string, { readonly target: SignalTarget; readonly haste: 'if-changed' | 'always' }>();
  const last = new Map<string, readonly Segment[]>();
  const unknown = new Set<string>();

  const limitOf = (key: string, target: SignalTarget): number | undefined => {
    const own = ownLimitOf(target, ownLimits(target.siteId));
    if (own !== undefined) unknown.delete(key);
    else if (!unknown.has(key)) {
      unknown.add(key);
      events.targetUnknown(target.siteId, target.circuitId);
    }
    return own;
  };
  const mark: DueTimelines['mark'] = (targets, haste) => {
    for (const target of targets) {
      const key = targetKey(target);
      if (marked.get(key)?.haste !== 'always') marked.set(key, { target, haste });
    }
  };
  return {
    mark,
    markAll: () => mark(all, 'always'),
    markSite: (siteId) =>
      mark(
        all.filter((target) => target.siteId === siteId),
        'if-changed',
      ),
    take(nowMs) {
      if (marked.size === 0) return [];
      const signals = signalsByTarget(sources, nowMs);
      const due: Due[] = [];
      for (const [key, { target, haste }] of marked) {
        const own = limitOf(key, target);
        if (own === undefined) continue;
        const segments = reckon(signals.get(key) ?? [], own, { sources, nowMs });
        const before = last.get(key);
        const isNews = before === undefined || !isSameTimeline(asSeenFrom(before, nowMs), segments);
        if (haste === 'always' || isNews) due.push({ key, target, segments });
      }
      marked.clear();
      return due;
    },
    published(due) {
      for (const { key, segments } of due) last.set(key, segments);
    },
  };
}
