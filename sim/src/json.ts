/** Reading what came over a wire: every getter answers undefined where the field is missing or of another kind. */
export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const objectAt = (from: Json, key: string): Json | undefined => {
  const value = from[key];
  return isObject(value) ? value : undefined;
};
export const listAt = (from: Json, key: string): readonly unknown[] | undefined => {
  const value = from[key];
  return Array.isArray(value) ? value : undefined;
};
export const textAt = (from: Json, key: string): string | undefined => {
  const value = from[key];
  return typeof value === 'string' ? value : undefined;
};
export const numberAt = (from: Json, key: string): number | undefined => {
  const value = from[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
};
/** An RFC 3339 instant as epoch ms. */
export const instantAt = (from: Json, key: string): number | undefined => {
  const ms = Date.parse(textAt(from, key) ?? '');
  return Number.isNaN(ms) ? undefined : ms;
};
export const instantText = (ms: number): string => new Date(ms).toISOString();

/** `{}` instead of a field that is undefined: absent fields are omitted on the wire. */
export const optional = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
