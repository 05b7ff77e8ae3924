import { fieldsOf, fieldsOrNull, instantOf, listOf, numberOf, textOf } from './json-fields.ts';

/** One EVSE of an explanation, as far as the page shows it. */
export interface EvseWhy {
  readonly binding: Binding | null;
  /** What would give it more, in a sentence; null: no higher limit of a circuit would. */
  readonly counterfactual: string | null;
}

/** The row that binds, and whose words stand behind its limit. */
export interface Binding {
  readonly circuitName: string;
  readonly row: string;
  readonly limitA: number | null;
  readonly usedA: number | null;
  readonly terms: readonly LimitTerm[];
}

export interface LimitTerm {
  readonly source: string;
  readonly limitA: number | null;
  readonly limitKw: number | null;
  readonly validUntilMs: number | null;
}

const MAX_EVSES = 4_000;
const MAX_TERMS = 8;

/** Null where the explanation says nothing of this EVSE. */
export function parseEvseWhy(body: unknown, evseId: string): EvseWhy | null {
  const evse = listOf(fieldsOf(body)['evses'])
    .slice(0, MAX_EVSES)
    .map(fieldsOf)
    .find((each) => each['evseId'] === evseId);
  if (evse === undefined) return null;
  const counterfactual = textOf(fieldsOf(evse['counterfactual'])['sentence']);
  return { binding: bindingOf(evse['binding']), counterfactual };
}

function bindingOf(value: unknown): Binding | null {
  const row = fieldsOrNull(value);
  if (row === null) return null;
  return {
    circuitName: textOf(row['circuitName']) ?? textOf(row['circuitId']) ?? '',
    row: textOf(row['row']) ?? '',
    limitA: numberOf(row['limitA']),
    usedA: numberOf(row['usedA']),
    terms: listOf(row['terms']).slice(0, MAX_TERMS).flatMap(termOf),
  };
}

function termOf(value: unknown): readonly LimitTerm[] {
  const term = fieldsOf(value);
  const source = textOf(term['source']);
  if (source === null) return [];
  return [
    {
      source,
      limitA: numberOf(term['limitA']),
      limitKw: numberOf(term['limitKw']),
      validUntilMs: instantOf(term['validUntil']),
    },
  ];
}
