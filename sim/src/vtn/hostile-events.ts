const INTERVALS_A_PIECE = 1_000;

const descriptor = (units: string): string =>
  `[{"objectType":"EVENT_PAYLOAD_DESCRIPTOR","payloadType":"IMPORT_CAPACITY_LIMIT","units":${units}}]`;

/** One event that no VEN may act on, beside the sound ones. Its id is the name of what is wrong with it. */
const WRONGS = {
  'limit-negative': { values: '[-50]' },
  'limit-nan-text': { values: '["NaN"]' },
  /** What some libraries write, and what is no JSON: it spoils every page that holds it. */
  'limit-nan-bare': { values: '[NaN]' },
  'limit-infinite': { values: '[1e999]' },
  'limit-absurd': { values: '[1e15]' },
  'limit-null': { values: '[null]' },
  'limit-missing': { values: '[]' },
  'unknown-payload': { type: 'FLUX_COMPENSATION_LIMIT' },
  /** DR-T14: a duration below zero. */
  'ends-before-start': { period: (now: string) => `{"start":"${now}","duration":"-PT1H"}` },
  /** DR-T15: what the user guide writes and the schema refuses. */
  'duration-malformed': { period: (now: string) => `{"start":"${now}","duration":"P1H"}` },
  'start-malformed': { period: () => '{"start":"tomorrow","duration":"PT1H"}' },
  /** DR-T3: no period of the event, and none of its interval. */
  'no-times': { period: () => 'null' },
  /** DR-N10: kW or W, nobody knows. */
  'no-units': { descriptors: 'null' },
  'units-unknown': { descriptors: descriptor('"HORSEPOWER"') },
  'million-intervals': { intervals: 1_000_000 },
} as const satisfies Readonly<Record<string, Wrong>>;

interface Wrong {
  /** JSON text of a part; left out: as in a sound event. */
  readonly values?: string;
  readonly type?: string;
  readonly descriptors?: string;
  readonly period?: (now: string) => string;
  readonly intervals?: number;
}

export type HostileEvent = keyof typeof WRONGS;
export const HOSTILE_EVENTS = Object.keys(WRONGS).filter(isHostileEvent);

export function isHostileEvent(mode: string): mode is HostileEvent {
  return Object.hasOwn(WRONGS, mode);
}

/** JSON text in pieces (or what was to be JSON). Apart from what is wrong with it, it limits the site to 50 kW for the hour from `now`. */
export function* hostileEvent(
  mode: HostileEvent,
  { now, programId }: { readonly now: string; readonly programId: string },
): Iterable<string> {
  const wrong: Wrong = WRONGS[mode];
  const type = wrong.type ?? 'IMPORT_CAPACITY_LIMIT';
  const head = { id: mode, objectType: 'EVENT', createdDateTime: now, modificationDateTime: now, programID: programId };
  yield JSON.stringify(head).slice(0, -1);
  yield `,"payloadDescriptors":${wrong.descriptors ?? descriptor('"KW"')}`;
  yield `,"intervalPeriod":${wrong.period?.(now) ?? `{"start":"${now}","duration":"PT1H"}`},"intervals":[`;
  const count = wrong.intervals ?? 1;
  const payloads = `"payloads":[{"type":"${type}","values":${wrong.values ?? '[50]'}}]`;
  for (let from = 0; from < count; from += INTERVALS_A_PIECE) {
    const length = Math.min(INTERVALS_A_PIECE, count - from);
    const piece = Array.from({ length }, (_, i) => `{"id":${from + i},${payloads}}`).join(',');
    yield from === 0 ? piece : `,${piece}`;
  }
  yield ']}';
}
