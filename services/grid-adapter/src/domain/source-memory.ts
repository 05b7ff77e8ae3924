import { compareText, type EpochMs } from '@headroom/kernel';
import { FORGET_AFTER_MS } from './bounds.ts';
import type { DrawPpm } from './expand-intervals.ts';
import { optional } from './grid-event.ts';
import {
  type GridSignal,
  type RoutedSignals,
  type Routing,
  signalsOf,
  type SignalTarget,
  targetKey,
} from './grid-signal.ts';
import { endOf } from './period.ts';
import { type KnownEvents, NOTHING_KNOWN } from './reconcile.ts';
import { fallbackSignal, type SilenceConfig, sourceTrouble } from './source-trouble.ts';

/** All that is kept of one source. Plain data: written to a store and read back it is the same (DR-D4). */
export interface SourceMemory {
  readonly known: KnownEvents;
  /** When we began to listen, in the first life. */
  readonly listeningSinceMs: EpochMs;
  /** The last sound answer. */
  readonly lastHeardMs?: EpochMs;
  /** Since when it counts as lost; absent: it does not. Silence alone is no loss: it may be we who were away. */
  readonly lostSinceMs?: EpochMs;
  /** Of its fallbacks: how long after their end the return begins. Drawn once. */
  readonly restoreDrawPpm: DrawPpm;
  /** Fallbacks that have ended and are returned from, one of a target at most. */
  readonly endedFallbacks: readonly GridSignal[];
  /** Keys of the reports that are done with, the newest last; absent: none. */
  readonly reported?: readonly string[];
  /** Names of the programs whose events are known, by program id, in the order of ids; absent: none. */
  readonly programNames?: readonly (readonly [string, string])[];
}

export interface SourceRules extends SilenceConfig {
  readonly routing: Routing;
  /** What holds once the source is lost and its events have run out; absent: nothing. */
  readonly fallbackLimitW?: number;
}

export const newMemory = (nowMs: EpochMs, restoreDrawPpm: DrawPpm): SourceMemory => ({
  known: NOTHING_KNOWN,
  listeningSinceMs: nowMs,
  restoreDrawPpm,
  endedFallbacks: [],
});

/** Everything that signals of this source can go to, each once, in a fixed order. */
export function targetsOfRouting({ targets, untargeted }: Routing): readonly SignalTarget[] {
  const all = [...[...targets.values()].flat(), ...untargeted];
  const byKey = new Map(all.map((target) => [targetKey(target), target]));
  return [...byKey].toSorted(([a], [b]) => compareText(a, b)).map(([, target]) => target);
}

/**
 * Counts the source as lost if it has been silent for too long; the very same memory if nothing changes. One that has never been heard is
 * lost as well once we have listened for as long: a fallback is for those of whom nothing is known.
 */
export function missed(memory: SourceMemory, rules: SilenceConfig, nowMs: EpochMs): SourceMemory {
  if (memory.lostSinceMs !== undefined) return memory;
  const trouble = sourceTrouble(memory.lastHeardMs ?? memory.listeningSinceMs, nowMs, rules);
  return trouble.kind === 'lost' ? { ...memory, lostSinceMs: trouble.sinceMs } : memory;
}

/** What the source asks for, its fallbacks included. */
export function signalsOfSource(memory: SourceMemory, rules: SourceRules, nowMs: EpochMs): RoutedSignals {
  const { signals, unroutedIds } = signalsOf(memory.known.events, rules.routing, nowMs);
  return {
    unroutedIds,
    signals: [...signals, ...memory.endedFallbacks, ...fallbacks(memory, rules, signals)],
  };
}

function fallbacks(
  memory: SourceMemory,
  { fallbackLimitW: limitW, routing }: SourceRules,
  signals: readonly GridSignal[],
  heardAgainMs?: EpochMs,
): readonly GridSignal[] {
  const { lostSinceMs, restoreDrawPpm } = memory;
  if (lostSinceMs === undefined || limitW === undefined) return [];
  return targetsOfRouting(routing).flatMap((target) => {
    const key = targetKey(target);
    const signal = fallbackSignal({
      ...{ source: routing.source, target, limitW, lostSinceMs, restoreDrawPpm },
      signals: signals.filter((each) => targetKey(each.target) === key),
      ...optional('heardAgainMs', heardAgainMs),
    });
    return signal === undefined ? [] : [signal];
  });
}

/** The source has answered. A fallback that held until now ends, and is returned from like an event (DR-E22). */
export function heard(memory: SourceMemory, rules: SourceRules, nowMs: EpochMs): SourceMemory {
  const { lostSinceMs: _, ...rest } = memory;
  const { signals } = signalsOf(memory.known.events, rules.routing, nowMs);
  const ended = fallbacks(memory, rules, signals, nowMs);
  const replaced = new Set(ended.map(({ target }) => targetKey(target)));
  const earlier = memory.endedFallbacks.filter(
    (each) => !replaced.has(targetKey(each.target)) && each.periods.some((one) => endOf(one) > nowMs - FORGET_AFTER_MS),
  );
  return { ...rest, lastHeardMs: nowMs, endedFallbacks: [...earlier, ...ended] };
}

/** Adds what programs are called now. Only those of events that are known are kept; one that is listed no longer keeps its last name. */
export function withProgramNames(memory: SourceMemory, names: ReadonlyMap<string, string>): SourceMemory {
  const all = new Map([...(memory.programNames ?? []), ...names]);
  const ids = [...new Set(memory.known.events.map(({ event }) => event.programId))].toSorted(compareText);
  const programNames = ids.flatMap((id): readonly (readonly [string, string])[] => {
    const name = all.get(id);
    return name === undefined ? [] : [[id, name]];
  });
  const before = memory.programNames ?? [];
  const isSame =
    before.length === programNames.length &&
    before.every(([id, name], at) => programNames[at]?.[0] === id && programNames[at]?.[1] === name);
  return isSame ? memory : { ...memory, programNames };
}
