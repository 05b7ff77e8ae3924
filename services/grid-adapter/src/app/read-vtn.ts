import { ok, type Result } from '@headroom/kernel';
import type { GridSourceConfig } from '../config.ts';
import { ID_CHARS_MAX } from '../domain/bounds.ts';
import type { GridEvent } from '../domain/grid-event.ts';
import { readText, rootPlace } from '../domain/place.ts';
import { readEvent } from '../domain/read-event.ts';
import { type GridProgram, readProgram } from '../domain/read-program.ts';
import { type ListEnd, PAGE_MAX, PAGES_MAX, readPages } from './read-pages.ts';
import type { Unread } from '../ports.ts';
import { unreadWords, type VtnAccess } from './vtn-access.ts';

/** Events that are looked for at their own address in one poll; the others wait for the next one. */
export const CONFIRMS_MAX = 20;
/** Refusals of one poll that are told; the others are only counted. */
export const REFUSALS_MAX = 50;

/** An object that cannot be acted on. */
export interface Refused {
  /** Empty: it has none that can be read. */
  readonly id: string;
  readonly sentence: string;
}

/** What one poll has found. */
export interface Reading {
  readonly events: readonly GridEvent[];
  /** Ids whose absence proves nothing (DR-N3). */
  readonly unsure: readonly string[];
  readonly refused: readonly Refused[];
  readonly refusedCount: number;
  /** By program id. */
  readonly programNames: ReadonlyMap<string, string>;
}

type Source = Pick<GridSourceConfig, 'version' | 'programIds' | 'routing' | 'defaults'>;

interface Draft {
  readonly source: Source;
  readonly access: VtnAccess;
  readonly programs: Map<string, GridProgram>;
  /** By id; of one that is listed twice, `reconcile` takes the newer. */
  readonly events: GridEvent[];
  readonly seenIds: Set<string>;
  readonly refusedIds: Set<string>;
  readonly refused: Refused[];
  refusedCount: number;
}

/** Reads all programs and events. An error: the list is not whole, and nothing follows from it. */
export async function readVtn(
  access: VtnAccess,
  source: Source,
  knownIds: readonly string[],
): Promise<Result<Reading, string>> {
  const draft: Draft = {
    ...{ source, access, programs: new Map(), events: [], seenIds: new Set(), refusedIds: new Set() },
    ...{ refused: [], refusedCount: 0 },
  };
  const lists = [
    ...listsOf(source, 'programs').map((path) => ({ path, of: 'programs', take: takeProgram })),
    ...listsOf(source, 'events').map((path) => ({ path, of: 'events', take: takeEvent })),
  ];
  for (const { path, of, take } of lists) {
    const end = await readPages(access, path, {
      take: (json) => take(draft, json),
      leaveOut: (why) => refuse(draft, { id: '', sentence: `One of the ${of} ${isLeftOut(why)}` }),
    });
    if (end.kind === 'err') return end;
    // What was read counts; whoever is behind is looked for at its own address.
    if (end.value !== 'whole') refuse(draft, { id: '', sentence: `${ENDS[end.value]}; the others are left out.` });
  }
  const missing = knownIds.filter((id) => !draft.seenIds.has(id));
  const unsure = missing.slice(CONFIRMS_MAX);
  for (const id of missing.slice(0, CONFIRMS_MAX)) {
    if (await isUnsure(draft, id)) unsure.push(id);
  }
  return ok({
    events: draft.events,
    unsure: [...unsure, ...draft.refusedIds],
    refused: draft.refused,
    refusedCount: draft.refusedCount,
    programNames: new Map([...draft.programs].map(([id, { name }]) => [id, name])),
  });
}

const ENDS: Readonly<Record<Exclude<ListEnd, 'whole'>, string>> = {
  'too-long': `A list has more than ${PAGES_MAX * PAGE_MAX} objects`,
  'too-broken': 'A list has too many objects that cannot be read',
};

const isLeftOut = (why: Unread): string => `${unreadWords(why)}; it is left out.`;

/** A VEN that names no target sees only what is for everybody; one that does sees only what is for those (DR-N9). */
function listsOf({ programIds, routing, version }: Source, family: 'programs' | 'events'): readonly string[] {
  const byTarget = targetQueries(version, [...routing.targets.keys()]);
  const byProgram = family === 'programs' || programIds.length === 0 ? [''] : programIds.map(programQuery);
  return byProgram.flatMap((program) => byTarget.map((targets) => `/${family}?${program}${targets}`));
}

const programQuery = (id: string): string => `programID=${encodeURIComponent(id)}&`;

/** DR-V2. In 3.0 a query holds the values of one type. */
function targetQueries(version: Source['version'], names: readonly string[]): readonly string[] {
  if (names.length === 0) return [''];
  const values = (key: string, texts: readonly string[]): string =>
    texts.map((text) => `${key}=${encodeURIComponent(text)}&`).join('');
  if (version === '3.1') return ['', values('targets', names)];
  const byType = new Map<string, string[]>();
  for (const name of names) {
    const [type = '', ...rest] = name.split(':');
    byType.set(type, [...(byType.get(type) ?? []), rest.join(':')]);
  }
  return ['', ...[...byType].map(([type, texts]) => values('targetType', [type]) + values('targetValues', texts))];
}

const idOf = (json: unknown): string => readText(rootPlace(json, []).child('id'), ID_CHARS_MAX) ?? '';

function takeProgram(draft: Draft, json: unknown): boolean {
  const program = readProgram(json);
  if (program.kind === 'err') {
    refuse(draft, { id: '', sentence: `Program ${idOf(json)}: ${program.error.sentence}` });
    return true;
  }
  const { programId } = program.value;
  const isNew = !draft.programs.has(programId);
  draft.programs.set(programId, program.value);
  return isNew;
}

function takeEvent(draft: Draft, json: unknown): boolean {
  const { source, programs, events, seenIds } = draft;
  const id = idOf(json);
  const programId = readText(rootPlace(json, []).child('programID'), ID_CHARS_MAX) ?? '';
  const isNew = id === '' || !seenIds.has(id);
  if (source.programIds.length > 0 && !source.programIds.includes(programId)) return isNew;
  const programDescriptors = programs.get(programId)?.descriptors ?? [];
  const event = readEvent(json, { version: source.version, programDescriptors, defaults: source.defaults });
  if (id !== '') seenIds.add(id);
  if (event.kind === 'ok') events.push(event.value);
  else {
    refuse(draft, { id, sentence: event.error.sentence });
    if (id !== '') draft.refusedIds.add(id);
  }
  return isNew;
}

function refuse(draft: Draft, refused: Refused): void {
  draft.refusedCount += 1;
  const isTold = draft.refused.some(({ id, sentence }) => id === refused.id && sentence === refused.sentence);
  if (!isTold && draft.refused.length < REFUSALS_MAX) draft.refused.push(refused);
}

/** Whether the event's own address leaves open if it is there. One that is there after all is taken. */
async function isUnsure(draft: Draft, id: string): Promise<boolean> {
  const { version, routing } = draft.source;
  for (const query of targetQueries(version, [...routing.targets.keys()])) {
    const path = `/events/${encodeURIComponent(id)}${query === '' ? '' : `?${query.slice(0, -1)}`}`;
    const reply = await draft.access.get(path);
    if (reply.kind === 'err') return true;
    if (reply.value.kind === 'not-there') continue;
    if (reply.value.kind === 'unreadable') {
      refuse(draft, { id, sentence: `It ${isLeftOut(reply.value.why)}` });
      return true;
    }
    // The answer to another question proves nothing.
    if (idOf(reply.value.body) !== id) return true;
    takeEvent(draft, reply.value.body);
    return false;
  }
  return false;
}
