import type { EpochMs } from '@headroom/kernel';
import {
  askedAt,
  endOf,
  type GridEvent,
  type GridEventState,
  isOfCircuits,
  limitsPower,
  startOf,
  stateOf,
} from './grid-event.ts';
import { type GridSource, type GridTimeline, segmentAt, type SiteGrid, sourcesNow } from './site-grid.ts';

/** How long an event that is over, taken back or refused stays on the live page. */
export const SHOWN_AFTER_MS = 120_000;
/** What the draw is compared with: as long as the event, from a minute to a quarter of an hour, as its report does. */
const COMPARED_LEAST_MS = 60_000;
const COMPARED_MOST_MS = 900_000;

/** What the whole site drew over a stretch of the last hour. Null: it is not known. */
export interface Drawn {
  readonly meanW: number | null;
  readonly peakW: number | null;
}

export type DrawnBetween = (fromMs: EpochMs, toMs: EpochMs) => Drawn;

export interface ShownEvent {
  readonly event: GridEvent;
  /** `returning`: it is over, and the limit rises in steps. */
  readonly state: GridEventState | 'returning';
  readonly startMs: EpochMs;
  readonly endMs: EpochMs | null;
  /** Null: it asks for nothing that is told in power. */
  readonly askedW: number | null;
  readonly level: number | null;
  /** When the limit is the site's own again, as far as it is known. */
  readonly returnsByMs: EpochMs | null;
  /** Since it began; null before, and of an event for circuits: the last hour is known of the site alone. */
  readonly delivered: { readonly before: Drawn; readonly during: Drawn } | null;
}

export interface GridView {
  readonly sources: readonly GridSource[];
  /** The one that matters most now. */
  readonly shown: ShownEvent | null;
  /** Others that hold or are to come. */
  readonly more: number;
}

export function gridView(grid: SiteGrid, drawnBetween: DrawnBetween, nowMs: EpochMs): GridView {
  const events = grid.events.filter(
    (event) => limitsPower(event) || event.kind === 'refused' || event.kind === 'unrouted',
  );
  const ranked = events
    .map((event) => shownEvent(grid, event, nowMs))
    .filter((shown) => rankOf(shown, nowMs) < NOT_SHOWN)
    .toSorted((a, b) => rankOf(a, nowMs) - rankOf(b, nowMs) || inTurn(a, b));
  const [first] = ranked;
  const open = ranked.slice(1).filter(({ state }) => state === 'active' || state === 'scheduled');
  return {
    sources: sourcesNow(grid.sources, nowMs),
    shown: first === undefined ? null : { ...first, delivered: deliveredOf(first, drawnBetween, nowMs) },
    more: open.length,
  };
}

const NOT_SHOWN = 9;
const RANKS = { active: 0, returning: 1, scheduled: 2, cancelled: 3, refused: 4, completed: 5 } as const;

function rankOf({ state, event, endMs }: ShownEvent, nowMs: EpochMs): number {
  const sinceMs = state === 'completed' ? (endMs ?? nowMs) : event.notedAtMs;
  const isOver = state === 'completed' || state === 'cancelled' || state === 'refused';
  return isOver && nowMs - sinceMs > SHOWN_AFTER_MS ? NOT_SHOWN : RANKS[state];
}

/** Of those that hold the lowest for the whole site, then the lowest of a circuit, of those to come the next, of those that are over the last. */
function inTurn(a: ShownEvent, b: ShownEvent): number {
  const placeFirst = Number(isOfCircuits(a.event)) - Number(isOfCircuits(b.event));
  if (a.state === 'active')
    return placeFirst || (a.askedW ?? Infinity) - (b.askedW ?? Infinity) || a.startMs - b.startMs;
  return a.state === 'scheduled' ? a.startMs - b.startMs : b.event.notedAtMs - a.event.notedAtMs;
}

function shownEvent(grid: SiteGrid, event: GridEvent, nowMs: EpochMs): ShownEvent {
  const asked = askedAt(event, nowMs);
  return {
    event,
    state: stateNow(grid, event, nowMs),
    startMs: startOf(event),
    endMs: endOf(event) ?? null,
    askedW: asked?.kind === 'limit' ? asked.limitW : ofTimeline(grid, event),
    level: asked?.kind === 'level' ? asked.level : null,
    returnsByMs: returnsBy(grid, event),
    delivered: null,
  };
}

/** The state of an event, with what the timelines of its places add: that the limit of one is still returning. */
export function stateNow(grid: Timelines, event: GridEvent, nowMs: EpochMs): ShownEvent['state'] {
  const state = stateOf(event, nowMs);
  if (state !== 'completed' && state !== 'cancelled') return state;
  const isReturning = timelinesOf(grid, event).some((timeline) => {
    const now = segmentAt(timeline, nowMs)?.cause;
    return now?.kind === 'return' && now.eventId === event.eventId && now.source === event.source;
  });
  return isReturning ? 'returning' : state;
}

export type Timelines = Pick<SiteGrid, 'timeline' | 'circuits'>;

/** Of the places that it asks. */
function timelinesOf({ timeline, circuits }: Timelines, event: GridEvent): readonly GridTimeline[] {
  if (!isOfCircuits(event)) return timeline === undefined ? [] : [timeline];
  return (event.circuitIds ?? []).flatMap((circuitId) => circuits?.get(circuitId) ?? []);
}

const segmentsOf = ({ segments }: GridTimeline, { source, eventId }: GridEvent) =>
  segments.filter(({ cause }) => cause?.source === source && cause.eventId === eventId);

/** What a level means in power is told by the timeline alone, and of several circuits it is not one figure. */
function ofTimeline(grid: SiteGrid, event: GridEvent): number | null {
  const [first, ...others] = timelinesOf(grid, event);
  if (first === undefined || others.length > 0) return null;
  return segmentsOf(first, event).find(({ cause }) => cause?.kind === 'event')?.limitW ?? null;
}

/** Once the last of its places is back. */
function returnsBy(grid: SiteGrid, event: GridEvent): EpochMs | null {
  const lasts = timelinesOf(grid, event).flatMap((timeline) => segmentsOf(timeline, event).at(-1) ?? []);
  const atMs = Math.max(...lasts.map(({ endMs }) => endMs ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(atMs) ? atMs : null;
}

function deliveredOf({ event, state, startMs, endMs }: ShownEvent, drawn: DrawnBetween, nowMs: EpochMs) {
  if (isOfCircuits(event)) return null;
  if (state !== 'active' && state !== 'returning' && state !== 'completed') return null;
  const lengthMs = (endMs ?? nowMs) - startMs;
  const comparedMs = Math.min(COMPARED_MOST_MS, Math.max(COMPARED_LEAST_MS, lengthMs));
  return { before: drawn(startMs - comparedMs, startMs), during: drawn(startMs, Math.min(nowMs, endMs ?? nowMs)) };
}
