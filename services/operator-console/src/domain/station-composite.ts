import type { CompositeLearned, EvseLearned } from './station-learned.ts';
import type { CardContext, StationNote } from './station-note.ts';

/** Where an EVSE says of its limits what it was not told, and what is made of it. */
export function compositeNotes(evse: EvseLearned, { names }: CardContext): readonly StationNote[] {
  const { composite } = evse;
  if (composite === undefined) return [];
  const name = names.get(evse.evse) ?? `EVSE ${evse.evse}`;
  const seen = composite.says === '' ? {} : { seen: `Asked what holds, it said: ${composite.says}` };
  return composite.findings.map((finding) => ({
    ...{ code: `says-${finding}`, evse: evse.evse, ...seen },
    ...WORDS[finding](name, evse, composite),
  }));
}

type Words = Pick<StationNote, 'sentence' | 'does' | 'id'>;

const WORDS: Readonly<
  Record<CompositeLearned['findings'][number], (name: string, evse: EvseLearned, composite: CompositeLearned) => Words>
> = {
  more: (name, { maxCurrent }) => ({
    ...{ id: 'SI5', sentence: `${name} says that more may flow than it was told.` },
    does: `Its permanent limit was sent again. Until it says otherwise it counts with its maximum of ${maxCurrent / 10} A. It is asked once an hour.`,
  }),
  less: (name, _, { atMost }) => ({
    ...{ id: 'H87', sentence: `${name} says that less may flow than it was told: something unknown may hold it down.` },
    does:
      atMost === undefined
        ? 'It offers more than that, so nothing is made of it.'
        : `It is offered ${atMost / 10} A at most, unless it is seen to offer more.`,
  }),
  'never-ends': (name) => ({
    ...{ id: 'H89', sentence: `${name} says that its limit does not end by itself.` },
    does: 'Its limits are no higher than what fits for good.',
  }),
};
