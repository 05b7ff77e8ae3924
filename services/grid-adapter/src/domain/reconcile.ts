import { compareNumbers, compareText, type EpochMs } from '@headroom/kernel';
import { EVENTS_MAX, FORGET_AFTER_MS, GONE_EVENTS_MAX } from './bounds.ts';
import type { DrawPpm } from './expand-intervals.ts';
import type { GridEvent } from './grid-event.ts';
import { gone, isOver, type KnownEvent, renewed } from './known-event.ts';

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
  /** Ids beyond `EVENTS_MAX`, by id: told, not kept. */
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
  const changes: EventChange[] = [];
  const refusedIds: string[] = [];
  const kept: KnownEvent[] = [];
  let live = known.events.filter(({ goneAtMs }) => goneAtMs === undefined).length;
  const isFull = (eventId: string): boolean => {
    if (live < EVENTS_MAX) return false;
    refusedIds.push(eventId);
    return true;
  };
  for (const before of known.events) {
    const event = listed.get(before.event.eventId);
    const isKept = event === undefined && unsure.has(before.event.eventId);
    const after = isKept ? before : event === undefined ? absent(before, atMs) : taken(before, event, atMs);
    const revives = before.goneAtMs !== undefined && after?.goneAtMs === undefined && after !== undefined;
    if (after === undefined) continue;
    if (revives && isFull(before.event.eventId)) {
      kept.push(before);
      continue;
    }
    kept.push(after);
    if (revives) live += 1;
    if (before.goneAtMs === undefined && after.goneAtMs !== undefined) live -= 1;
    changes.push(...changesBetween(before, after, atMs));
  }
  const knownIds = new Set(known.events.map(({ event }) => event.eventId));
  const added = [...listed.values()].filter((event) => !knownIds.has(event.eventId) && !event.isCancelled);
  for (const event of added.toSorted((a, b) => compareText(a.eventId, b.eventId))) {
    if (isFull(event.eventId)) continue;
    live += 1;
    const draws = { startDrawPpm: draw(), restoreDrawPpm: draw() };
    kept.push({ event, versionMs: event.modifiedAtMs, firstSeenMs: atMs, ...draws, held: [] });
    changes.push({ kind: 'set', atMs, event });
  }
  return {
    state: { events: boundGone(kept).toSorted((a, b) => compareText(a.event.eventId, b.event.eventId)) },
    changes: changes.toSorted((a, b) => compareText(idOf(a), idOf(b))),
    refusedIds: refusedIds.toSorted(compareText),
  };
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

function changesBetween(before: KnownEvent, after: KnownEvent, atMs: EpochMs): readonly EventChange[] {
  if (after.goneAtMs === undefined)
    return before.goneAtMs === undefined && before.event === after.event
      ? []
      : [{ kind: 'set', atMs, event: after.event }];
  if (before.goneAtMs !== undefined || isOver(before, atMs)) return [];
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
