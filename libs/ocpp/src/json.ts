/** What `JSON.parse` may give, read-only. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Text of a field; numbers and booleans count as their text (H33). Absent, null or a structure: undefined. */
export const textAt = (object: JsonObject, key: string): string | undefined => textOf(object[key]);

/** The same, of a field's value. */
export function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A whole number at a field, also when written as text; fractions are not whole. */
export function wholeAt(object: JsonObject, key: string): number | undefined {
  const value = object[key];
  const number = typeof value === 'string' && /^\s*-?\d{1,15}\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

/** Records keep what OCPP counts with in 32 bits. */
const MAX_COUNT = 2 ** 31 - 1;

/** The same, undefined too where 32 bits do not hold it. */
export function countAt(object: JsonObject, key: string): number | undefined {
  const value = wholeAt(object, key);
  return value === undefined || Math.abs(value) > MAX_COUNT ? undefined : value;
}

/** The number of an EVSE, a connector, a power of ten: cut to 32 bits. What is cut is nobody's before and after. */
export function cappedAt(object: JsonObject, key: string): number | undefined {
  const value = wholeAt(object, key);
  return value === undefined ? undefined : Math.max(-MAX_COUNT, Math.min(MAX_COUNT, value));
}

/** What a table says of a word. `constructor` and its likes, which every object has, are in none. */
export const wordIn = <T>(words: Readonly<Record<string, T>>, word: string | undefined): T | undefined =>
  word !== undefined && Object.hasOwn(words, word) ? words[word] : undefined;

/** A register in whole units: a fraction is rounded to the nearest, what is no number is undefined. */
export function roundedAt(object: JsonObject, key: string): number | undefined {
  const value = object[key];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
  const rounded = Math.round(number);
  return Number.isSafeInteger(rounded) ? rounded : undefined;
}

export function objectAt(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key];
  return isObject(value) ? value : undefined;
}

/** Objects in a list at a field; whatever else stands in the list is left out (H37). */
export function objectsAt(object: JsonObject, key: string): readonly JsonObject[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Without fields that are null: stations send null for "absent" (H71). */
export function withoutNulls(value: JsonObject): JsonObject {
  return clean(value) as JsonObject;
}

function clean(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(clean);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null)
      .map(([key, field]) => [key, clean(field)]),
  );
}

/**
 * Whether a JSON text nests deeper than `limit`, without parsing it (A18). No text is deeper than it has opening brackets, and
 * nearly every frame has few: they are looked for as such first, wherever they stand.
 */
export const isDeeperThan = (text: string, limit: number): boolean =>
  hasMoreOpenings(text, limit) && nestingDepth(text, limit) > limit;

function hasMoreOpenings(text: string, limit: number): boolean {
  let count = 0;
  for (const opening of ['{', '[']) {
    for (let at = text.indexOf(opening); at >= 0; at = text.indexOf(opening, at + 1)) {
      count += 1;
      if (count > limit) return true;
    }
  }
  return false;
}

/** Depth of nesting of a JSON text, counted without parsing it (A18); stops counting above `limit`. */
export function nestingDepth(text: string, limit: number): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 92) i += 1;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 91 || code === 123) {
      depth += 1;
      if (depth > deepest) deepest = depth;
      if (deepest > limit) return deepest;
    } else if (code === 93 || code === 125) depth -= 1;
  }
  return deepest;
}
