import type { EpochMs } from '@headroom/kernel';
import type { GridSourceConfig } from '../config.ts';
import { optional } from '../domain/grid-event.ts';
import { heard, missed, type SourceMemory, targetsOfRouting, withProgramNames } from '../domain/source-memory.ts';
import { type Occasion, reconcile } from '../domain/reconcile.ts';
import { sourceTrouble } from '../domain/source-trouble.ts';
import type { GridFact, SourceState } from '../ports.ts';
import { createTold, notesOfAll, notesOfCancelled, notesOfChanges, notesOfRefused, type Told } from './notes.ts';
import type { Reading, Refused } from './read-vtn.ts';

/** What one tenure holds of a source, beside what is kept for the next. */
export interface SourceDesk {
  readonly config: GridSourceConfig;
  memory: SourceMemory;
  /** Not saved yet: nothing, the time of its last answer alone, or all of it. */
  unsaved: 'nothing' | 'time' | 'all';
  /** A poll of this tenure has ended, well or badly. */
  isSettled: boolean;
  /** As it was told last in this tenure. */
  told: { readonly state: SourceState; readonly isLost: boolean; readonly failure: string } | undefined;
  readonly refusals: Told;
  /** Why the last poll brought nothing; empty: it did. */
  lastFailure: string;
}

export const openDesk = (config: GridSourceConfig, memory: SourceMemory, isNew: boolean): SourceDesk => ({
  ...{ config, memory, unsaved: isNew ? 'all' : 'nothing', isSettled: false, told: undefined },
  ...{ refusals: createTold(), lastFailure: '' },
});

export interface Taken {
  readonly facts: readonly GridFact[];
  /** What the source asks for may be another. */
  readonly isChanged: boolean;
  readonly changes: number;
  readonly refused: readonly Refused[];
}

const TOO_MANY = 'The source asks for more events or periods than are kept; it is left out.';

/** Takes what a poll has found. */
export function takeReading(desk: SourceDesk, reading: Reading, occasion: Occasion): Taken {
  const { config, memory: before } = desk;
  const answered = heard(before, config, occasion.atMs);
  const { state, changes, refusedIds } = reconcile(answered.known, reading, occasion);
  const isChanged =
    !areSame(state.events, before.known.events) ||
    !areSame(answered.endedFallbacks, before.endedFallbacks) ||
    before.lostSinceMs !== undefined;
  const now = { ...answered, known: isChanged ? state : before.known };
  desk.memory = withProgramNames(now, reading.programNames);
  desk.unsaved = isChanged || desk.memory !== now || desk.unsaved === 'all' ? 'all' : 'time';
  const refused = desk.refusals.news([
    ...reading.refused,
    ...refusedIds.map((id): Refused => ({ id, sentence: TOO_MANY })),
  ]);
  const at = { rules: config, programNames: programNamesOf(desk), nowMs: occasion.atMs };
  return {
    facts: [...notesOfChanges(changes, { before: before.known, after: state }, at), ...notesOfRefused(refused, at)],
    ...{ isChanged, changes: changes.length, refused },
  };
}

/** Item by item the very same: what does not change is handed through. */
const areSame = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((each, index) => each === b[index]);

/** What of a source is news for people. */
export interface Look {
  readonly facts: readonly GridFact[];
  readonly isNewlyLost: boolean;
}

/** Looks whether the source is heard, and what its last poll came to. */
export function lookAt(desk: SourceDesk, nowMs: EpochMs): Look {
  const memory = missed(desk.memory, desk.config, nowMs);
  if (memory !== desk.memory) {
    desk.memory = memory;
    desk.unsaved = 'all';
  }
  const { told } = desk;
  const now = { state: stateOf(desk, nowMs), isLost: memory.lostSinceMs !== undefined, failure: desk.lastFailure };
  if (told?.state === now.state && told.isLost === now.isLost && told.failure === now.failure)
    return { facts: [], isNewlyLost: false };
  desk.told = now;
  return { facts: stateFacts(desk, nowMs), isNewlyLost: now.state === 'lost' && told?.state !== 'lost' };
}

const programNamesOf = ({ memory }: SourceDesk): ReadonlyMap<string, string> => new Map(memory.programNames);

/** All that the source has said, once more. */
export const repeated = (desk: SourceDesk, nowMs: EpochMs): readonly GridFact[] => [
  ...stateFacts(desk, nowMs),
  ...notesOfAll(desk.memory.known, { rules: desk.config, programNames: programNamesOf(desk), nowMs }),
];

/** What the tenure before may have saved and not told any more. */
export const inherited = (desk: SourceDesk, nowMs: EpochMs): readonly GridFact[] => {
  const occasion = { rules: desk.config, programNames: programNamesOf(desk), nowMs };
  const { known } = desk.memory;
  return [...notesOfCancelled(known, occasion), ...notesOfAll(known, occasion)];
};

const troubleOf = ({ memory, config }: SourceDesk, nowMs: EpochMs) => sourceTrouble(memory.lastHeardMs, nowMs, config);

function stateOf(desk: SourceDesk, nowMs: EpochMs): SourceState {
  const { kind } = troubleOf(desk, nowMs);
  return kind === 'none' ? 'heard' : kind;
}

export function sentenceOf(desk: SourceDesk, nowMs: EpochMs): string {
  const trouble = troubleOf(desk, nowMs);
  const { lastFailure } = desk;
  if (trouble.kind === 'none') return lastFailure === '' ? 'The VTN answers.' : `The last poll failed: ${lastFailure}`;
  return lastFailure === '' ? trouble.sentence : `${trouble.sentence} ${lastFailure}`;
}

function stateFacts(desk: SourceDesk, nowMs: EpochMs): readonly GridFact[] {
  const { config, memory } = desk;
  const sites = new Set(targetsOfRouting(config.routing).map(({ siteId }) => siteId));
  return [...sites].map((siteId) => ({
    ...{ kind: 'source', siteId, source: config.name, state: stateOf(desk, nowMs) },
    ...{ sentence: sentenceOf(desk, nowMs), atMs: nowMs },
    ...optional('lastHeardMs', memory.lastHeardMs),
  }));
}
