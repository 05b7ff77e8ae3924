import type { EpochMs } from '@headroom/kernel';
import type { SourceRules } from '../domain/source-memory.ts';
import { optional } from '../domain/grid-event.ts';
import type { SignalTarget } from '../domain/grid-signal.ts';
import { signalsOf } from '../domain/grid-signal.ts';
import { isCancelled, isOver, type KnownEvent, periodsOf } from '../domain/known-event.ts';
import { endOf } from '../domain/period.ts';
import type { EventChange, KnownEvents } from '../domain/reconcile.ts';
import { targetsOfRouting } from '../domain/source-memory.ts';
import type { EventNote, GridFact } from '../ports.ts';
import type { Refused } from './read-vtn.ts';

/** Periods of an event that a note lists. */
export const NOTED_PERIODS_MAX = 100;
/** Refusals that are remembered, so that each poll does not tell them anew; the oldest are forgotten first. */
export const TOLD_MAX = 1_000;

export interface NoteOccasion {
  readonly rules: Pick<SourceRules, 'routing'>;
  readonly programNames: ReadonlyMap<string, string>;
  readonly nowMs: EpochMs;
}

const UNROUTED = 'It is meant for a target that is none of ours.';

/** What is told of an event that is known: to the sites it concerns, or to all of the source where it concerns none. */
export function notesOfEvent(
  known: KnownEvent,
  kind: 'set' | 'cancelled',
  occasion: NoteOccasion,
): readonly GridFact[] {
  const { rules, nowMs, programNames } = occasion;
  const { event } = known;
  const routed = signalsOf([known], rules.routing, nowMs);
  const isUnrouted = routed.unroutedIds.length > 0;
  const targets = isUnrouted ? targetsOfRouting(rules.routing) : concerned(known, rules.routing);
  const periods = periodsOf(known, nowMs).filter((period) => endOf(period) > nowMs);
  const note: EventNote = {
    source: rules.routing.source,
    ...{ eventId: event.eventId, programId: event.programId },
    programName: programNames.get(event.programId) ?? '',
    ...optional('eventName', event.name),
    ...optional('priority', event.priority),
    kind: isUnrouted && kind === 'set' ? 'unrouted' : kind,
    ...{ modifiedAtMs: known.versionMs, notedAtMs: nowMs, periods: periods.slice(0, NOTED_PERIODS_MAX) },
    sentence: isUnrouted ? UNROUTED : '',
  };
  return forSites(targets, note).map((fact) =>
    isUnrouted ? fact : { ...fact, note: { ...note, ...optional('circuitIds', circuitsAsked(targets, fact.siteId)) } },
  );
}

/** Undefined: the grid connection is asked, whatever circuits are asked beside it. */
function circuitsAsked(targets: readonly SignalTarget[], siteId: string): readonly string[] | undefined {
  const ids = targets.filter((target) => target.siteId === siteId).map(({ circuitId }) => circuitId);
  const circuitIds = ids.flatMap((id) => id ?? []);
  return circuitIds.length < ids.length ? undefined : [...new Set(circuitIds)].toSorted();
}

type NoteFact = Extract<GridFact, { readonly kind: 'note' }>;

export const concerned = (
  { event }: KnownEvent,
  { targets, untargeted }: SourceRules['routing'],
): readonly SignalTarget[] =>
  event.targets.length === 0 ? untargeted : event.targets.flatMap((name) => targets.get(name) ?? []);

const forSites = (targets: readonly SignalTarget[], note: EventNote): readonly NoteFact[] =>
  [...new Set(targets.map(({ siteId }) => siteId))].toSorted().map((siteId) => ({ kind: 'note', siteId, note }));

export function notesOfChanges(
  changes: readonly EventChange[],
  states: { readonly before: KnownEvents; readonly after: KnownEvents },
  occasion: NoteOccasion,
): readonly GridFact[] {
  const byId = (known: KnownEvents) => new Map(known.events.map((each) => [each.event.eventId, each]));
  const [before, after] = [byId(states.before), byId(states.after)];
  return changes.flatMap((change) => {
    const id = change.kind === 'set' ? change.event.eventId : change.eventId;
    const known = after.get(id) ?? before.get(id);
    return known === undefined ? [] : notesOfEvent(known, change.kind, occasion);
  });
}

/** Everything that is in force or to come, for whoever reads only the newest records. */
export const notesOfAll = (known: KnownEvents, occasion: NoteOccasion): readonly GridFact[] =>
  known.events
    .filter((each) => each.goneAtMs === undefined && !isOver(each, occasion.nowMs))
    .flatMap((each) => notesOfEvent(each, 'set', occasion));

/**
 * What was told of events that are gone, as of the instant at which they went: under the same event id it is the same note. An instance that
 * died between its save and its publication leaves only this behind.
 */
export const notesOfCancelled = (known: KnownEvents, occasion: Omit<NoteOccasion, 'nowMs'>): readonly GridFact[] =>
  known.events
    .filter(isCancelled)
    .flatMap((each) =>
      each.goneAtMs === undefined ? [] : notesOfEvent(each, 'cancelled', { ...occasion, nowMs: each.goneAtMs }),
    );

export function notesOfRefused(refused: readonly Refused[], { rules, nowMs }: NoteOccasion): readonly GridFact[] {
  const targets = targetsOfRouting(rules.routing);
  return refused.flatMap(({ id, sentence }) =>
    forSites(targets, {
      ...{ source: rules.routing.source, eventId: id, programId: '', programName: '', kind: 'refused' },
      ...{ notedAtMs: nowMs, periods: [], sentence },
    }),
  );
}

export interface Told {
  /** Those that were not told yet; they count as told from now on. */
  news(refused: readonly Refused[]): readonly Refused[];
}

export function createTold(): Told {
  const told = new Set<string>();
  return {
    news: (refused) =>
      refused.filter(({ id, sentence }) => {
        const key = JSON.stringify([id, sentence]);
        // Seen again, it is among the newest.
        const isNews = !told.delete(key);
        told.add(key);
        const [oldest] = told;
        if (told.size > TOLD_MAX && oldest !== undefined) told.delete(oldest);
        return isNews;
      }),
  };
}
