import { compareText } from '@headroom/kernel';

/**
 * One text per value: keys sorted by code units, maps as sorted pairs, absent fields left out, big integers as text
 * with an `n`. What a decision was made from is hashed in this form, so that a replay can prove itself (TB3).
 *
 * Values must never be changed once they were given here: the text of each object is remembered for as long as the object
 * lives, so that of a site of which one EVSE has changed only that one is written anew.
 */
export function canonical(value: unknown): string {
  if (typeof value === 'bigint') return `"${value}n"`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const known = TEXTS.get(value);
  if (known !== undefined) return known;
  const text = textOf(value);
  TEXTS.set(value, text);
  return text;
}

/** A function of the object alone, for as long as nobody changes it. */
const TEXTS = new WeakMap<object, string>();

function textOf(value: object): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value instanceof Map) {
    const pairs = [...value].map(([key, entry]) => [canonical(key), canonical(entry)] as const);
    return `{${pairs
      .toSorted(([a], [b]) => compareText(a, b))
      .map(([key, entry]) => `${key}:${entry}`)
      .join(',')}}`;
  }
  const fields = Object.entries(value).filter(([, entry]) => entry !== undefined);
  const sorted = fields.toSorted(([a], [b]) => compareText(a, b));
  return `{${sorted.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(',')}}`;
}
