import { compareText } from '@headroom/kernel';
import { VersionedMap } from './versioned-map.ts';

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

const isMap = (value: object): value is ReadonlyMap<unknown, unknown> =>
  value instanceof Map || value instanceof VersionedMap;

function textOf(value: object): string {
  if (isMap(value)) {
    const pairs = [...value].map(([key, entry]) => [canonical(key), canonical(entry)] as const);
    return `{${pairs
      .toSorted(([a], [b]) => compareText(a, b))
      .map(([key, entry]) => `${key}:${entry}`)
      .join(',')}}`;
  }
  const plain = ordered(value);
  if (plain !== HAS_MAP) return JSON.stringify(plain);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const fields = value as Fields;
  const names = Object.keys(fields).filter((name) => fields[name] !== undefined);
  return `{${names
    .toSorted(compareText)
    .map((name) => `${JSON.stringify(name)}:${canonical(fields[name])}`)
    .join(',')}}`;
}

type Fields = Readonly<Record<string, unknown>>;
const HAS_MAP = Symbol('JSON knows no maps');

/** The same with its fields in order, for JSON to write in one go (it leaves out what is absent). Most objects hold no map. */
function ordered(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return value;
  if (isMap(value)) return HAS_MAP;
  if (Array.isArray(value)) {
    const entries = value.map(ordered);
    return entries.includes(HAS_MAP) ? HAS_MAP : entries;
  }
  const fields = value as Fields;
  const inOrder: Record<string, unknown> = {};
  for (const name of Object.keys(fields).toSorted()) {
    const field = ordered(fields[name]);
    if (field === HAS_MAP) return HAS_MAP;
    inOrder[name] = field;
  }
  return inOrder;
}
