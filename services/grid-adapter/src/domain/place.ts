/** Why an object of the VTN is refused. */
export interface Refusal {
  /** Where in the object, such as `intervals[3].payloads[0].values[0]`; empty: the whole. */
  readonly path: string;
  /** One sentence that names the path and what stands there. Cut to a bounded length, without control characters. */
  readonly sentence: string;
}

/** A value of the object that nobody has looked at yet, and where it stands. */
export interface Place {
  readonly value: unknown;
  readonly path: string;
  /** Notes that this place "is what it may not be". For the convenience of readers it gives nothing back. */
  refuse(this: void, predicate: string): undefined;
  /** Absent and null are alike: nothing is there. */
  child(this: void, key: string | number): Place | undefined;
  /** Notes a missing child. */
  need(this: void, key: string): Place | undefined;
}

/** The longest piece of an object that a sentence quotes. */
const QUOTED_CHARS_MAX = 40;

/** Only the first refusal is kept: whoever mends it asks again. */
export function rootPlace(root: unknown, refusals: Refusal[]): Place {
  const placeOf = (value: unknown, path: string): Place => {
    const under = (key: string | number): string =>
      typeof key === 'number' ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    const child = (key: string | number): Place | undefined => {
      const found = isObject(value) || Array.isArray(value) ? Object.getOwnPropertyDescriptor(value, key) : undefined;
      return found?.value === undefined || found.value === null ? undefined : placeOf(found.value, under(key));
    };
    const refuseAt = (at: string, predicate: string): undefined => {
      if (refusals.length === 0)
        refusals.push({ path: at, sentence: `${at === '' ? 'The object' : at} ${predicate}.` });
    };
    return {
      value,
      path,
      refuse: (predicate) => refuseAt(path, predicate),
      child,
      need: (key) => child(key) ?? refuseAt(under(key), 'is missing'),
    };
  };
  return placeOf(root, '');
}

export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as a sentence quotes it, on one line. */
export function quoted(value: unknown): string {
  if (typeof value === 'string') {
    const cut = value.length > QUOTED_CHARS_MAX ? `${value.slice(0, QUOTED_CHARS_MAX)}...` : value;
    // JSON leaves U+007F to U+009F as they are.
    return JSON.stringify(cut).replaceAll(/\p{Cc}/gu, '?');
  }
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}

export function readText(place: Place | undefined, charsMax: number): string | undefined {
  if (place === undefined) return undefined;
  const { value } = place;
  if (typeof value === 'string' && value !== '' && value.length <= charsMax && !/\p{Cc}/u.test(value)) return value;
  return place.refuse(`is ${quoted(value)}; it must be a text of 1 to ${charsMax} characters`);
}

/** Absent is the empty list. */
export function readList(place: Place | undefined, most: number): readonly Place[] {
  if (place === undefined) return [];
  const { value } = place;
  if (!Array.isArray(value)) {
    place.refuse(`is ${quoted(value)}; it must be a list`);
    return [];
  }
  if (value.length > most) {
    place.refuse(`has ${value.length} entries; at most ${most} are possible`);
    return [];
  }
  return Array.from(value, (_, index) => place.child(index)).map((entry, index) => entry ?? missing(place, index));
}

/** A null in a list: its readers see nothing there, and refuse it by themselves. */
const missing = (list: Place, index: number): Place => {
  const refusing = rootPlace(undefined, []);
  return {
    ...refusing,
    value: null,
    path: `${list.path}[${index}]`,
    refuse: () => list.refuse(`has nothing at ${index}`),
  };
};

export interface Bounds {
  readonly least: number;
  readonly most: number;
  /** What the number is, with its unit. */
  readonly of: string;
}

/** A finite number within bounds. Texts are no numbers (DR-N19). */
export function readNumber(place: Place | undefined, { least, most, of }: Bounds): number | undefined {
  if (place === undefined) return undefined;
  const { value } = place;
  if (typeof value === 'number' && value >= least && value <= most) return value === 0 ? 0 : value;
  return place.refuse(`is ${quoted(value)}; ${of} must be a number from ${least} to ${most}`);
}

export function readInteger(place: Place | undefined, bounds: Bounds): number | undefined {
  const value = readNumber(place, bounds);
  if (value === undefined || Number.isSafeInteger(value)) return value;
  return place?.refuse(`is ${value}; ${bounds.of} must be a whole number`);
}
