import { compareNumbers, compareText, type EpochMs } from '@headroom/kernel';
import { EVENTS_MAX, FORGET_AFTER_MS, GONE_EVENTS_MAX, PERIODS_MAX } from './bounds.ts';
import { periodsAtMost } from './check-times.ts';
import type { DrawPpm } from './expand-intervals.ts';
import type { GridEvent } from './grid-event.ts';
import { gone, isCancelled, type KnownEvent, renewed } from './known-event.ts';

/** All that this VEN knows of one VTN, by event id. */
export interface KnownEvents {
  readonly events: readonly KnownEvent[];
}

export const NOTHING_KNOWN: KnownEvents = { events: [] };

export interface Listing {
  /** The VTN's list in full, in any order; pages may repeat an event (DR-N3). */
  readonly events: readonly GridEvent[];
  /** Ids that are listed and could not be read, or whose absence nobody has confirmed (DR-N3): they stay as they were. */
  readonly unsure: readonly string[];
}

export type EventChange =
  | { readonly kind: 'set'; readonly atMs: EpochMs; readonly event: GridEvent }
  /** It had something to come. An event that was over leaves without a word. */
  | { readonly kind: 'cancelled'; readonly atMs: EpochMs; readonly eventId: string; readonly programId: string };

export interface Reconciliation {
  readonly state: KnownEvents;
  /** By event id. */
  readonly changes: readonly EventChange[];
  /** Ids beyond `EVENTS_MAX` or `PERIODS_MAX`, by id: told, and what was known before stays. */
  readonly refusedIds: readonly string[];
}

export interface Occasion {
  readonly atMs: EpochMs;
  /** Asked twice for each event that is new, in the order of ids. */
  readonly draw: () => DrawPpm;
}

/** Takes the VTN's list. The same list again changes nothing, and its order does not matter. */
export function reconcile(known: KnownEvents, listing: Listing, { atMs, draw }: Occasion): Reconciliation {
  const listed = newestOf(listing.events);
  const unsure = new Set(listing.unsure);
  const moves = [
    ...known.events.map((before) => ({ id: before.event.eventId, before, after: next(before, listed, unsure, atMs) })),
    ...newcomers(known, listed, { atMs, draw }),
  ];
  // What shrinks makes room before anything grows; else the same list again would find more room than the first time.
  let live = moves.reduce((sum, move) => sum + Math.min(isLive(move.before), isLive(move.after)), 0);
  let periods = moves.reduce((sum, move) => sum + Math.min(weightOf(move.before), weightOf(move.after)), 0);
  const changes: EventChange[] = [];
  const refusedIds: string[] = [];
  const kept: KnownEvent[] = [];
  for (const { id, before, after } of moves) {
    const liveMore = Math.max(0, isLive(after) - isLive(before));
    const periodsMore = Math.max(0, weightOf(after) - weightOf(before));
    const isRefused =
      (liveMore > 0 && live + liveMore > EVENTS_MAX) || (periodsMore > 0 && periods + periodsMore > PERIODS_MAX);
    if (isRefused) {
      refusedIds.push(id);
      if (before !== undefined) kept.push(before);
      continue;
    }
    live += liveMore;
    periods += periodsMore;
    if (after !== undefined) kept.push(after);
    if (after !== undefined) changes.push(...changesBetween(before, after, atMs));
  }
  const byId = (a: KnownEvent, b: KnownEvent): number => compareText(a.event.eventId, b.event.eventId);
  return {
    state: { events: boundGone(kept).toSorted(byId) },
    changes: changes.toSorted((a, b) => compareText(idOf(a), idOf(b))),
    refusedIds: refusedIds.toSorted(compareText),
  };
}

const isLive = (known: KnownEvent | undefined): number => (known === undefined || known.goneAtMs !== undefined ? 0 : 1);
const weightOf = (known: KnownEvent | undefined): number =>
  known === undefined || known.goneAtMs !== undefined ? 0 : periodsAtMost(known.event);

function next(
  before: KnownEvent,
  listed: ReadonlyMap<string, GridEvent>,
  unsure: ReadonlySet<string>,
  atMs: EpochMs,
): KnownEvent | undefined {
  const event = listed.get(before.event.eventId);
  if (event !== undefined) return taken(before, event, atMs);
  return unsure.has(before.event.eventId) ? before : absent(before, atMs);
}

function newcomers(
  known: KnownEvents,
  listed: ReadonlyMap<string, GridEvent>,
  { atMs, draw }: Occasion,
): readonly { readonly id: string; readonly before: undefined; readonly after: KnownEvent }[] {
  const knownIds = new Set(known.events.map(({ event }) => event.eventId));
  return [...listed.values()]
    .filter((event) => !knownIds.has(event.eventId) && !event.isCancelled)
    .toSorted((a, b) => compareText(a.eventId, b.eventId))
    .map((event) => {
      const draws = { startDrawPpm: draw(), restoreDrawPpm: draw() };
      const after = { event, versionMs: event.modifiedAtMs, firstSeenMs: atMs, ...draws, held: [] };
      return { id: event.eventId, before: undefined, after };
    });
}

const idOf = (change: EventChange): string => (change.kind === 'set' ? change.event.eventId : change.eventId);

/** Of an event listed twice, the newer; of two versions of one instant, always the same one. */
function newestOf(events: readonly GridEvent[]): ReadonlyMap<string, GridEvent> {
  const newest = new Map<string, GridEvent>();
  for (const event of events) {
    const other = newest.get(event.eventId);
    const isNewer =
      other === undefined ||
      (compareNumbers(event.modifiedAtMs, other.modifiedAtMs) ||
        compareText(JSON.stringify(event), JSON.stringify(other))) > 0;
    if (isNewer) newest.set(event.eventId, event);
  }
  return newest;
}

function absent(known: KnownEvent, atMs: EpochMs): KnownEvent | undefined {
  if (known.goneAtMs === undefined) return gone(known, atMs);
  return known.goneAtMs + FORGET_AFTER_MS < atMs ? undefined : known;
}

/** DR-W1: only what is newer is taken. An event that was gone and is listed again as we knew it has come back. */
function taken(known: KnownEvent, event: GridEvent, atMs: EpochMs): KnownEvent {
  if (event.modifiedAtMs < known.versionMs) return known;
  const isGone = known.goneAtMs !== undefined;
  if (event.isCancelled) return { ...(isGone ? known : gone(known, atMs)), versionMs: event.modifiedAtMs };
  const isSame = event.modifiedAtMs === known.versionMs;
  // A cancellation of the same instant counts: it is in `versionMs`, and is newer than the version that we keep.
  if (isSame && (!isGone || known.event.modifiedAtMs < known.versionMs)) return known;
  return renewed(known, event, atMs);
}

function changesBetween(before: KnownEvent | undefined, after: KnownEvent, atMs: EpochMs): readonly EventChange[] {
  if (after.goneAtMs === undefined)
    return before?.goneAtMs === undefined && before?.event === after.event
      ? []
      : [{ kind: 'set', atMs, event: after.event }];
  if (before === undefined || before.goneAtMs !== undefined || !isCancelled(after)) return [];
  const { eventId, programId } = before.event;
  return [{ kind: 'cancelled', atMs, eventId, programId }];
}

function boundGone(events: readonly KnownEvent[]): readonly KnownEvent[] {
  const goneOnes = events.filter(({ goneAtMs }) => goneAtMs !== undefined);
  if (goneOnes.length <= GONE_EVENTS_MAX) return events;
  const oldest = goneOnes
    .toSorted(
      (a, b) => compareNumbers(a.goneAtMs ?? 0, b.goneAtMs ?? 0) || compareText(a.event.eventId, b.event.eventId),
    )
    .slice(0, goneOnes.length - GONE_EVENTS_MAX);
  const dropped = new Set(oldest);
  return events.filter((each) => !dropped.has(each));
}
