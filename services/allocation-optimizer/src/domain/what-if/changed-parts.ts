import { VersionedMap } from '../versioned-map.ts';

// What a decision is made from is a few records of values, most of them maps of which a handful of entries change from one decision to
// the next. What stays is the same object, so that a look at each entry tells.

const isMap = (value: unknown): value is ReadonlyMap<unknown, unknown> =>
  value instanceof Map || value instanceof VersionedMap;

/**
 * Of each map the entries that are not those of before; anything else whole. Undefined: an entry has gone, which a difference cannot say.
 */
export function changedParts<T extends object>(now: T, before: T): T | undefined {
  const was = new Map<string, unknown>(Object.entries(before));
  const parts: [string, unknown][] = [];
  for (const [name, value] of Object.entries(now)) {
    const part = isMap(value) ? changedEntries(value, was.get(name)) : value;
    if (part === undefined) return undefined;
    parts.push([name, part]);
  }
  if (parts.length < was.size) return undefined;
  // Names and kinds of values are those of `now`.
  return Object.fromEntries(parts) as T;
}

function changedEntries(
  now: ReadonlyMap<unknown, unknown>,
  before: unknown,
): ReadonlyMap<unknown, unknown> | undefined {
  if (!isMap(before)) return now;
  for (const key of before.keys()) if (!now.has(key)) return undefined;
  return new Map([...now].filter(([key, value]) => !before.has(key) || before.get(key) !== value));
}

/** The other way: `before` with its changed parts. */
export function withParts<T extends object>(before: T, changed: T): T {
  const was = new Map<string, unknown>(Object.entries(before));
  const parts = Object.entries(changed).map(([name, value]): [string, unknown] => {
    const known = was.get(name);
    return [name, isMap(value) && isMap(known) ? new Map([...known, ...value]) : value];
  });
  return Object.fromEntries(parts) as T;
}
