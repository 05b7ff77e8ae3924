import { fieldsOf, instantOf, listOf, numberOf } from './json-fields.ts';

/** `/live/history`: one point a second, the columns of equal length. */
export interface PowerHistory {
  readonly atMs: readonly number[];
  readonly limitKw: readonly (number | null)[];
  readonly buildingKw: readonly (number | null)[];
  readonly evses: ReadonlyMap<string, readonly (number | null)[]>;
}

export const EMPTY_HISTORY: PowerHistory = { atMs: [], limitKw: [], buildingKw: [], evses: new Map() };

/** A history that cannot be read is an empty one: the chart then grows from now on. */
export function parseHistory(input: unknown): PowerHistory {
  const doc = fieldsOf(input);
  const atMs = listOf(doc['atMs']).map(instantOf);
  if (atMs.some((at) => at === null)) return EMPTY_HISTORY;
  return {
    atMs: atMs.flatMap((at) => at ?? []),
    limitKw: listOf(doc['limitKw']).map(numberOf),
    buildingKw: listOf(doc['buildingKw']).map(numberOf),
    evses: new Map(Object.entries(fieldsOf(doc['evses'])).map(([evseId, kw]) => [evseId, listOf(kw).map(numberOf)])),
  };
}
