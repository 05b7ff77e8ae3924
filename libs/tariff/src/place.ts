import { MAX_PROBLEMS, type TariffProblem, type TariffProblemCode } from './problem.ts';

/** A value of the document that nobody has looked at yet, and where it stands. */
export interface Place {
  readonly value: unknown;
  readonly pointer: string;
  /** Notes a problem here; for the convenience of readers it gives nothing back. */
  refuse(this: void, code: TariffProblemCode, detail: string): undefined;
  at(this: void, key: string | number, value: unknown): Place;
}

/** The longest piece of a document that a problem quotes. */
const MAX_QUOTED = 40;

export function rootPlace(document: unknown, problems: TariffProblem[]): Place {
  const placeOf = (value: unknown, pointer: string): Place => ({
    value,
    pointer,
    refuse(code, detail) {
      if (problems.length < MAX_PROBLEMS) problems.push({ code, detail, pointer });
    },
    at: (key, child) => placeOf(child, `${pointer}/${escaped(String(key))}`),
  });
  return placeOf(document, '');
}

const escaped = (key: string): string => cut(key).replaceAll('~', '~0').replaceAll('/', '~1');

const cut = (text: string): string => (text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}...` : text);

/** A value as a problem quotes it. */
export function quoted(value: unknown): string {
  if (typeof value === 'string') return `"${cut(value)}"`;
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : value instanceof Object ? 'an object' : 'nothing';
}

/** What is not there was told of already, or need not be there: its readers are handed `undefined`. */
export type Fields = (key: string) => Place | undefined;

export interface Keys {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
}

export function readObject(place: Place | undefined, { required, optional = [] }: Keys): Fields | undefined {
  if (place === undefined) return undefined;
  const { value } = place;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return place.refuse('invalid', `Expected an object, got ${quoted(value)}.`);
  }
  const entries = new Map<string, unknown>(Object.entries(value).filter(([, field]) => field !== undefined));
  for (const key of entries.keys()) {
    if (required.includes(key) || optional.includes(key)) continue;
    const known = [...required, ...optional].join(', ');
    place.at(key, undefined).refuse('unknown-key', `There is no key "${cut(key)}" here; there is: ${known}.`);
  }
  for (const key of required) {
    if (!entries.has(key)) place.at(key, undefined).refuse('missing', `"${key}" is missing.`);
  }
  return (key) => (entries.has(key) ? place.at(key, entries.get(key)) : undefined);
}

export interface ListBounds {
  readonly least: number;
  readonly most: number;
  /** What the entries are called. */
  readonly of: string;
}

export function readList(place: Place | undefined, { least, most, of }: ListBounds): readonly Place[] | undefined {
  if (place === undefined) return undefined;
  const { value } = place;
  if (!Array.isArray(value)) return place.refuse('invalid', `Expected a list of ${of}, got ${quoted(value)}.`);
  if (value.length > most) return place.refuse('too-large', `${value.length} ${of}; at most ${most} are possible.`);
  if (value.length < least) return place.refuse('invalid', `At least ${least} of ${of} must be listed.`);
  return Array.from(value, (entry: unknown, index) => place.at(index, entry));
}

export function readText(place: Place | undefined, mostCharacters: number): string | undefined {
  if (place === undefined) return undefined;
  const { value } = place;
  if (typeof value === 'string' && value !== '' && value.length <= mostCharacters && !/\p{Cc}/u.test(value))
    return value;
  return place.refuse('invalid', `Expected a text of 1 to ${mostCharacters} characters, got ${quoted(value)}.`);
}

/** Notes every name that stands in its list before. */
export function refuseTwins(names: readonly { readonly place: Place; readonly name: string | number }[]): void {
  const seen = new Set<string | number>();
  for (const { place, name } of names) {
    if (seen.has(name)) place.refuse('duplicate', `${quoted(place.value)} stands in this list before.`);
    seen.add(name);
  }
}
