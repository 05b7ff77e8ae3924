import { compareNumbers, compareText, type EpochMs } from '@headroom/kernel';
import { optional } from './grid-event.ts';
import type { GridSignal } from './grid-signal.ts';
import { pop, push } from './heap.ts';
import { type Bound, type Cause, compareCauses, type LimitConfig, limitBounds } from './limit-bounds.ts';
import { endOf, type Span, spanOf } from './period.ts';

export interface SegmentPrice {
  readonly currency: string;
  readonly microPerKwh: number;
  readonly source: string;
  readonly eventId: string;
  readonly priority?: number;
}

/** From its start up to and without its end nothing changes. Plain data. */
export type Segment = Span & {
  readonly limitW: number;
  readonly cause: Cause;
  /** Absent: the grid says none. Never zero for unknown (DR-F9). */
  readonly price?: SegmentPrice;
  /** What a kWh emits, in milligrams of CO2 equivalent. Absent: nobody says. */
  readonly carbonMgPerKwh?: number;
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
    const carbonMgPerKwh = carbonAt(startMs)?.said;
    const span = spanOf(startMs, sorted[index + 1] ?? Number.POSITIVE_INFINITY);
    return { ...span, limitW, cause, ...optional('price', price), ...optional('carbonMgPerKwh', carbonMgPerKwh) };
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

function priceOffers(signal: GridSignal): readonly Offer<SegmentPrice>[] {
  if (signal.kind !== 'price') return [];
  const { source, eventId, priority } = signal;
  const by = { source, eventId, ...optional('priority', priority) };
  return signal.periods.map((period) => ({
    ...{ startMs: period.startMs, endMs: endOf(period), signal },
    said: { currency: period.currency, microPerKwh: period.microPerKwh, ...by },
  }));
}

const carbonOffers = (signal: GridSignal): readonly Offer<number>[] =>
  signal.kind === 'carbon'
    ? signal.periods.map((period) => ({
        ...{ startMs: period.startMs, endMs: endOf(period), signal },
        said: period.mgPerKwh,
      }))
    : [];

/** DR-N15; of one priority the newer word, of one word the later start. */
const sooner = (a: Offer<unknown>, b: Offer<unknown>): number =>
  compareNumbers(a.signal.priority ?? Number.POSITIVE_INFINITY, b.signal.priority ?? Number.POSITIVE_INFINITY) ||
  compareNumbers(b.signal.modifiedAtMs, a.signal.modifiedAtMs) ||
  compareText(a.signal.source, b.signal.source) ||
  compareText(a.signal.eventId, b.signal.eventId) ||
  compareNumbers(b.startMs, a.startMs);

/** And then the dearer one. */
const priceOrder = (a: Offer<SegmentPrice>, b: Offer<SegmentPrice>): number =>
  sooner(a, b) ||
  compareNumbers(b.said.microPerKwh, a.said.microPerKwh) ||
  compareText(a.said.currency, b.said.currency);

/** And then the one that emits more. */
const carbonOrder = (a: Offer<number>, b: Offer<number>): number => sooner(a, b) || compareNumbers(b.said, a.said);

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
  a.carbonMgPerKwh === b.carbonMgPerKwh;

export const isSamePrice = (a: SegmentPrice | undefined, b: SegmentPrice | undefined): boolean =>
  a?.microPerKwh === b?.microPerKwh &&
  a?.currency === b?.currency &&
  a?.eventId === b?.eventId &&
  a?.priority === b?.priority &&
  a?.source === b?.source;
