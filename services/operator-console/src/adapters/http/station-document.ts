import { z } from 'zod';
import type { StationNote } from '../../domain/station-note.ts';
import type { StationCard } from '../../domain/station-notes.ts';
import { instantOrNull } from './schemas.ts';

const text = z.string().nullable();

const NoteSchema = z
  .object({
    code: z.string().describe('For programs; the sentence is for people.'),
    evseId: text.describe('Null: of the whole station.'),
    sentence: z.string(),
    does: text.describe('What Headroom does about it, or what it costs.'),
    seen: text.describe('What was seen: of such stations, or of this one.'),
    id: text.describe('Of the report or rule behind it, such as H86.'),
    docs: text.describe('Where the documentation of the repository says more.'),
    until: text.describe('When it ends. Null: no end is known.'),
  })
  .meta({ id: 'StationNote' });

export const StationDocumentSchema = z
  .object({
    stationId: z.string(),
    toldAt: text.describe('When its dispatcher told this. Null: it has told nothing lately.'),
    ageMs: z.number().nullable(),
    stale: z.boolean().describe('It should have been told anew by now.'),
    connected: z.boolean().nullable(),
    kind: z.object({
      sentence: z.string(),
      vendor: text,
      model: text,
      firmware: text,
      protocol: text.describe('OCPP 1.6, OCPP 2.0.1 or OCPP 2.1.'),
    }),
    abilitiesAskedAt: text.describe('Null: it was not asked yet.'),
    abilities: z.array(NoteSchema).describe('What it can do, by its own word.'),
    peculiarities: z
      .array(NoteSchema)
      .describe('What is odd about it: rows of docs/quirks.md, and what its limits go without.'),
    profilesAskedAt: text.describe('Null: it was not asked which charging profiles it holds.'),
    profilesAskedNextAt: text.describe('Null: it is not asked, or at once.'),
    found: z.array(NoteSchema).describe('Charging profiles that are not as they should be, and what others allow it.'),
    obedience: z.array(NoteSchema).describe('What is held against its EVSEs. None: nothing.'),
  })
  .meta({ id: 'StationDocument', description: 'What the platform has learned of a station, in plain words.' });

export type StationDocument = z.output<typeof StationDocumentSchema>;

const words = (value: string | undefined): string | null => (value === undefined || value === '' ? null : value);

export function stationDocument(card: StationCard): StationDocument {
  const { learned, stationId } = card;
  const noteJson = ({ code, evse, sentence, does, seen, id, docs, untilMs }: StationNote) => ({
    ...{ code, evseId: evse === undefined ? null : `${stationId}/${evse}`, sentence },
    ...{ does: words(does), seen: words(seen), id: words(id), docs: words(docs), until: endText(untilMs) },
  });
  const profiles = learned?.profiles;
  return {
    ...{ stationId, toldAt: instantOrNull(learned?.toldAtMs), ageMs: card.ageMs ?? null, stale: card.stale },
    connected: learned?.connected ?? null,
    kind: {
      sentence: card.sentence,
      ...{ vendor: words(learned?.vendor), model: words(learned?.model), firmware: words(learned?.firmware) },
      protocol: learned?.version ?? null,
    },
    abilitiesAskedAt: instantOrNull(learned?.abilities?.readAtMs),
    abilities: card.abilities.map(noteJson),
    peculiarities: card.peculiarities.map(noteJson),
    profilesAskedAt: profiles === undefined || profiles.readAtMs === 0 ? null : instantOrNull(profiles.readAtMs),
    profilesAskedNextAt: instantOrNull(profiles?.nextMs),
    found: card.found.map(noteJson),
    obedience: card.obedience.map(noteJson),
  };
}

/** The last instant that a date can be; a station may name whatever it likes. */
const LAST_MS = 8_640_000_000_000_000;
const endText = (ms: number | undefined): string | null =>
  ms === undefined || Math.abs(ms) > LAST_MS ? null : instantOrNull(ms);
