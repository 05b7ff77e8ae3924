import { compareNumbers, compareText, type EpochMs } from '@headroom/kernel';
import { optional } from './grid-event.ts';
import type { GridSignal } from './grid-signal.ts';
import { pop, push } from './heap.ts';
import { type Bound, type Cause, compareCauses, type LimitConfig, limitBounds } from './limit-bounds.ts';
import { endOf, type Span, spanOf } from './period.ts';

/** Who says it. */
interface SaidBy {
  readonly source: string;
  readonly eventId: string;
  readonly priority?: number;
}

export interface SegmentPrice extends SaidBy {
  readonly currency: string;
  readonly microPerKwh: number;
}

export interface SegmentCarbon extends SaidBy {
  /** Of CO2 equivalent. */
  readonly mgPerKwh: number;
}

/** From its start up to and without its end nothing changes. Plain data. */
export type Segment = Span & {
  readonly limitW: number;
  readonly cause: Cause;
  /** Absent: the grid says none. Never zero for unknown (DR-F9). */
  readonly price?: SegmentPrice;
  /** Absent: nobody says what a kWh emits. */
  readonly carbon?: SegmentCarbon;
};

export interface TimelineConfig {
  /** Where the timeline begins. */
  readonly fromMs: EpochMs;
  /** How the signals of a source are taken. */
  readonly limitsOf: (source: string) => LimitConfig;
}

/**
 * What the grid allows one target (all signals are of that target), without gaps from `fromMs` to an open end. Of limits the lowest holds
 * (DR-E10), of prices and emissions the one of the highest priority. No segment allows more than `ownLimitW`, what the site bears by itself (A28).
 */
export function timelineOf(
  signals: readonly GridSignal[],
  ownLimitW: number,
  config: TimelineConfig,
): readonly Segment[] {
  const { fromMs, limitsOf } = config;
  const own: Bound = { startMs: fromMs, endMs: Number.POSITIVE_INFINITY, limitW: ownLimitW, cause: { kind: 'own' } };
  const limits = [
    own,
    ...signals.flatMap((signal) => limitBounds(signal, ownLimitW, { ...limitsOf(signal.source), fromMs })),
  ];
  const prices = signals.flatMap(priceOffers);
  const carbons = signals.flatMap(carbonOffers);
  const edges = new Set([fromMs]);
  for (const { startMs, endMs } of [...limits, ...prices, ...carbons]) {
    if (startMs > fromMs) edges.add(startMs);
    if (endMs > fromMs && endMs < Number.POSITIVE_INFINITY) edges.add(endMs);
  }
  const limitAt = winners(limits, lower);
  const priceAt = winners(prices, priceOrder);
  const carbonAt = winners(carbons, carbonOrder);
  const sorted = [...edges].toSorted(compareNumbers);
  const segments = sorted.map((startMs, index): Segment => {
    const { limitW, cause } = limitAt(startMs) ?? own;
    const price = priceAt(startMs)?.said;
    const carbon = carbonAt(startMs)?.said;
    const span = spanOf(startMs, sorted[index + 1] ?? Number.POSITIVE_INFINITY);
    return { ...span, limitW, cause, ...optional('price', price), ...optional('carbon', carbon) };
  });
  return joined(segments);
}

interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** Asked for instants that only rise, gives the first by `order` of those that hold there. */
function winners<T extends Stretch>(
  stretches: readonly T[],
  order: (a: T, b: T) => number,
): (atMs: number) => T | undefined {
  const waiting = stretches.toSorted((a, b) => compareNumbers(a.startMs, b.startMs));
  let next = 0;
  // Who has ended leaves the heap only when it comes to the top.
  const holding: T[] = [];
  return (atMs) => {
    for (let each = waiting[next]; each !== undefined && each.startMs <= atMs; each = waiting[next]) {
      if (each.endMs > atMs) push(holding, each, order);
      next += 1;
    }
    let best = holding[0];
    for (; best !== undefined && best.endMs <= atMs; best = holding[0]) pop(holding, order);
    return best;
  };
}

const lower = (a: Bound, b: Bound): number => compareNumbers(a.limitW, b.limitW) || compareCauses(a.cause, b.cause);

interface Offer<T> extends Stretch {
  readonly signal: GridSignal;
  readonly said: T;
}

const byOf = ({ source, eventId, priority }: GridSignal): SaidBy => ({
  ...{ source, eventId },
  ...optional('priority', priority),
});

function priceOffers(signal: GridSignal): readonly Offer<SegmentPrice>[] {
  if (signal.kind !== 'price') return [];
  const by = byOf(signal);
  return signal.periods.map((period) => ({
    ...{ startMs: period.startMs, endMs: endOf(period), signal },
    said: { currency: period.currency, microPerKwh: period.microPerKwh, ...by },
  }));
}

function carbonOffers(signal: GridSignal): readonly Offer<SegmentCarbon>[] {
  if (signal.kind !== 'carbon') return [];
  const by = byOf(signal);
  return signal.periods.map((period) => ({
    ...{ startMs: period.startMs, endMs: endOf(period), signal },
    said: { mgPerKwh: period.mgPerKwh, ...by },
  }));
}

/** DR-N15; of one priority the newer word, of one word the later start. */
const sooner = (a: Offer<SaidBy>, b: Offer<SaidBy>): number =>
  compareNumbers(a.signal.priority ?? Number.POSITIVE_INFINITY, b.signal.priority ?? Number.POSITIVE_INFINITY) ||
  compareNumbers(b.signal.modifiedAtMs, a.signal.modifiedAtMs) ||
  compareText(a.said.source, b.said.source) ||
  compareText(a.said.eventId, b.said.eventId) ||
  compareNumbers(b.startMs, a.startMs);

/** And then the dearer one. */
const priceOrder = (a: Offer<SegmentPrice>, b: Offer<SegmentPrice>): number =>
  sooner(a, b) ||
  compareNumbers(b.said.microPerKwh, a.said.microPerKwh) ||
  compareText(a.said.currency, b.said.currency);

/** And then the one that emits more. */
const carbonOrder = (a: Offer<SegmentCarbon>, b: Offer<SegmentCarbon>): number =>
  sooner(a, b) || compareNumbers(b.said.mgPerKwh, a.said.mgPerKwh);

/** Neighbours that say the same are one. */
function joined(segments: readonly Segment[]): readonly Segment[] {
  const result: Segment[] = [];
  for (const segment of segments) {
    const last = result.at(-1);
    if (last === undefined || !saysTheSame(last, segment)) result.push(segment);
    else result[result.length - 1] = { ...segment, startMs: last.startMs };
  }
  return result;
}

const saysTheSame = (a: Segment, b: Segment): boolean =>
  a.limitW === b.limitW &&
  compareCauses(a.cause, b.cause) === 0 &&
  isSamePrice(a.price, b.price) &&
  isSameCarbon(a.carbon, b.carbon);

const isSameWord = (a: SaidBy | undefined, b: SaidBy | undefined): boolean =>
  a?.eventId === b?.eventId && a?.priority === b?.priority && a?.source === b?.source;

export const isSamePrice = (a: SegmentPrice | undefined, b: SegmentPrice | undefined): boolean =>
  a?.microPerKwh === b?.microPerKwh && a?.currency === b?.currency && isSameWord(a, b);

export const isSameCarbon = (a: SegmentCarbon | undefined, b: SegmentCarbon | undefined): boolean =>
  a?.mgPerKwh === b?.mgPerKwh && isSameWord(a, b);
