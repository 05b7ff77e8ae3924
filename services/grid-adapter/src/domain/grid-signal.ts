import { compareText, type EpochMs } from '@headroom/kernel';
import type { DrawPpm } from './expand-intervals.ts';
import { optional } from './grid-event.ts';
import { type KnownEvent, periodsOf } from './known-event.ts';
import type { CarbonPeriod, LevelPeriod, LimitPeriod, Period, PricePeriod } from './period.ts';

/** A site as a whole, or one circuit of it. */
export interface SignalTarget {
  readonly siteId: string;
  readonly circuitId?: string;
}

interface SignalHead {
  /** Configured name of the VTN, or of whatever else speaks. */
  readonly source: string;
  readonly programId: string;
  readonly eventId: string;
  readonly modifiedAtMs: EpochMs;
  /** 0 is the highest; absent is lower than any (DR-N15). */
  readonly priority?: number;
  readonly target: SignalTarget;
  /** Decides how long after its end the return begins; drawn once (DR-E22). */
  readonly restoreDrawPpm: DrawPpm;
}

/** What an event asks of one target, of one kind. The same whatever protocol it came by (DR-D3). Plain data. */
export type GridSignal = SignalHead &
  (
    | { readonly kind: 'limit'; readonly periods: readonly LimitPeriod[] }
    | { readonly kind: 'price'; readonly periods: readonly PricePeriod[] }
    | { readonly kind: 'carbon'; readonly periods: readonly CarbonPeriod[] }
    | { readonly kind: 'level'; readonly periods: readonly LevelPeriod[] }
  );

export interface Routing {
  readonly source: string;
  /** Target of the VTN, as events name it, to what is ours. */
  readonly targets: ReadonlyMap<string, readonly SignalTarget[]>;
  /** Whom events without a target concern. */
  readonly untargeted: readonly SignalTarget[];
}

export interface RoutedSignals {
  readonly signals: readonly GridSignal[];
  /** Events that name targets of which none is ours: told, not acted on. */
  readonly unroutedIds: readonly string[];
}

export function signalsOf(events: readonly KnownEvent[], routing: Routing, nowMs: EpochMs): RoutedSignals {
  const signals: GridSignal[] = [];
  const unroutedIds: string[] = [];
  for (const known of events) {
    const targets = targetsOf(known.event.targets, routing);
    if (targets.length === 0) unroutedIds.push(known.event.eventId);
    else {
      const periods = periodsOf(known, nowMs);
      for (const target of targets) signals.push(...signalsFor(known, { periods, target, source: routing.source }));
    }
  }
  return { signals, unroutedIds };
}

export const targetKey = ({ siteId, circuitId }: SignalTarget): string => JSON.stringify([siteId, circuitId ?? null]);

function targetsOf(named: readonly string[], { targets, untargeted }: Routing): readonly SignalTarget[] {
  const found = named.length === 0 ? untargeted : named.flatMap((name) => targets.get(name) ?? []);
  const byKey = new Map(found.map((target) => [targetKey(target), target]));
  return [...byKey].toSorted(([a], [b]) => compareText(a, b)).map(([, target]) => target);
}

function signalsFor(
  { event, restoreDrawPpm }: KnownEvent,
  {
    periods,
    target,
    source,
  }: { readonly periods: readonly Period[]; readonly target: SignalTarget; readonly source: string },
): readonly GridSignal[] {
  const { programId, eventId, modifiedAtMs, priority } = event;
  const head = { source, programId, eventId, modifiedAtMs, ...optional('priority', priority), target, restoreDrawPpm };
  const limits = periods.filter((period) => period.kind === 'limit');
  const prices = periods.filter((period) => period.kind === 'price');
  const carbon = periods.filter((period) => period.kind === 'carbon');
  const levels = periods.filter((period) => period.kind === 'level');
  const signals: readonly GridSignal[] = [
    { ...head, kind: 'limit', periods: limits },
    { ...head, kind: 'price', periods: prices },
    { ...head, kind: 'carbon', periods: carbon },
    { ...head, kind: 'level', periods: levels },
  ];
  return signals.filter((signal) => signal.periods.length > 0);
}
