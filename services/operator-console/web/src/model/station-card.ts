import { age, clockTimeOn, unitsKept } from './format.ts';
import { fieldsOf, fieldsOrNull, instantOf, listOf, numberOf, textOf, type Fields } from './json-fields.ts';

/** What is known of one station, as far as the page shows it. */
export interface StationCard {
  readonly stationId: string;
  /** What kind of station it is. */
  readonly sentence: string;
  /** When its dispatcher told this; null: it has told nothing. */
  readonly toldAtMs: number | null;
  readonly ageMs: number | null;
  readonly stale: boolean;
  readonly abilities: readonly StationNote[];
  readonly peculiarities: readonly StationNote[];
  readonly found: readonly StationNote[];
  readonly profilesAskedAtMs: number | null;
  readonly profilesAskedNextAtMs: number | null;
  readonly obedience: readonly StationNote[];
}

export interface StationNote {
  readonly code: string;
  readonly sentence: string;
  readonly does: string | null;
  readonly seen: string | null;
  readonly id: string | null;
  readonly docs: string | null;
  readonly untilMs: number | null;
}

/** Notes of one kind that are shown. A station has 20 findings at most, and as many quirks as there are names. */
const MAX_NOTES = 64;

/** Null where the document is none of a station. */
export function parseStationCard(body: unknown): StationCard | null {
  const document = fieldsOrNull(body);
  const stationId = textOf(document?.['stationId']);
  if (document === null || stationId === null) return null;
  return {
    stationId,
    sentence: textOf(fieldsOf(document['kind'])['sentence']) ?? 'What kind of station it is was not told.',
    toldAtMs: instantOf(document['toldAt']),
    ageMs: numberOf(document['ageMs']),
    stale: document['stale'] === true,
    abilities: notesOf(document, 'abilities'),
    peculiarities: notesOf(document, 'peculiarities'),
    found: notesOf(document, 'found'),
    profilesAskedAtMs: instantOf(document['profilesAskedAt']),
    profilesAskedNextAtMs: instantOf(document['profilesAskedNextAt']),
    obedience: notesOf(document, 'obedience'),
  };
}

/** One without a sentence says nothing. */
const notesOf = (document: Fields, key: string): readonly StationNote[] =>
  listOf(document[key])
    .slice(0, MAX_NOTES)
    .map(fieldsOf)
    .flatMap((note) => {
      const sentence = textOf(note['sentence']);
      if (sentence === null) return [];
      const [does, seen] = [textOf(note['does']), textOf(note['seen'])];
      return {
        code: textOf(note['code']) ?? '',
        sentence: unitsKept(sentence),
        does: does === null ? null : unitsKept(does),
        seen: seen === null ? null : unitsKept(seen),
        ...{ id: textOf(note['id']), docs: textOf(note['docs']), untilMs: instantOf(note['until']) },
      };
    });

/** How old it is, and what that means where it is too old. Null: nothing was told, so nothing is old. */
export function toldWords({ ageMs, stale }: StationCard): string | null {
  if (ageMs === null) return null;
  if (!stale) return `Told ${age(ageMs)} ago.`;
  return `Told ${age(ageMs)} ago, and not since: its dispatcher is busy, or not there. Limits run out by themselves.`;
}

/** When it was asked what it holds, and when it is again. */
export function askedWords(
  { profilesAskedAtMs, profilesAskedNextAtMs }: StationCard,
  { nowMs, zone }: { readonly nowMs: number; readonly zone: string },
): string | null {
  const at = (ms: number): string => clockTimeOn(ms, nowMs, zone);
  const next =
    profilesAskedNextAtMs === null || profilesAskedNextAtMs <= nowMs ? null : `again at ${at(profilesAskedNextAtMs)}`;
  const asked = profilesAskedAtMs === null ? null : `Asked at ${at(profilesAskedAtMs)}`;
  if (asked === null) return next === null ? null : `It is asked ${next}.`;
  return next === null ? `${asked}.` : `${asked}, ${next}.`;
}

export interface StationPart {
  readonly title: string;
  readonly notes: readonly StationNote[];
  /** In place of notes. */
  readonly empty: string;
}

/** What is always in sight; what it can do is one click away. None where nothing was told. */
export const partsOf = (card: StationCard): readonly StationPart[] =>
  card.toldAtMs === null
    ? []
    : [
        { title: 'What is peculiar', notes: card.peculiarities, empty: 'Nothing that is known.' },
        { title: 'What was found on it', notes: card.found, empty: 'Nothing.' },
        { title: 'How it obeys', notes: card.obedience, empty: 'Nothing is held against it.' },
      ];

/** Where it comes from: "H86 · docs/quirks.md#huawei". */
export const sourceWords = ({ id, docs }: StationNote): string | null =>
  id === null && docs === null ? null : [id, docs].filter((part) => part !== null).join(' · ');
