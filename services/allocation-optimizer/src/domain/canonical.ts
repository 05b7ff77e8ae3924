import { compareText } from '@headroom/kernel';

/**
 * One text per value: keys sorted by code units, maps as sorted pairs, absent fields left out, big integers as text
 * with an `n`. What a decision was made from is hashed in this form, so that a replay can prove itself (TB3).
 */
export function canonical(value: unknown): string {
  if (typeof value === 'bigint') return `"${value}n"`;
  if (value instanceof Map) {
    const pairs = [...value].map(([key, entry]) => [canonical(key), canonical(entry)] as const);
    return `{${pairs
      .toSorted(([a], [b]) => compareText(a, b))
      .map(([key, entry]) => `${key}:${entry}`)
      .join(',')}}`;
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, entry]) => entry !== undefined);
    const sorted = fields.toSorted(([a], [b]) => compareText(a, b));
    return `{${sorted.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
