/** Readers for JSON that nobody has checked yet. A wrong type reads as null: the page then shows a dash, never a guess. */

export type Fields = Readonly<Record<string, unknown>>;

const NOTHING: Fields = {};

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : NOTHING;
}

export function fieldsOrNull(value: unknown): Fields | null {
  return isFields(value) ? value : null;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Numbers in ids (epochs, sequences) come as a number or, when 64 bits wide, as a string. */
export function idOf(value: unknown): string | null {
  return typeof value === 'number' ? String(value) : textOf(value);
}

/** RFC 3339 text, or epoch ms; anything else is null. */
export function instantOf(value: unknown): number | null {
  if (typeof value === 'number') return numberOf(value);
  if (typeof value !== 'string') return null;
  return numberOf(Date.parse(value));
}
