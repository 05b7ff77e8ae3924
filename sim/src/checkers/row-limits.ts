import type { SiteDocument } from '../documents.ts';
import type { Limits } from './limits.ts';
import { type GridRow, powerA, type SiteRow } from './site-facts.ts';
import type { Timelines } from './timelines.ts';

/** The limit of any row at one instant, A: an operator's where the document has the row, else what the grid asks of its circuit. */
export interface RowLimits {
  /** The highest that may hold: there was no time yet to obey what was said since. */
  mayHold(row: SiteRow, atMs: number): number;
  /** By the newest that was said. */
  inForce(row: SiteRow, atMs: number): number;
}

export interface RowLimitsDeps {
  readonly document: SiteDocument;
  readonly limits: Limits;
  readonly timelines: Timelines;
  /** Rows that no document has. */
  readonly gridRows: readonly GridRow[];
}

export function createRowLimits({ document, limits, timelines, gridRows }: RowLimitsDeps): RowLimits {
  const circuits = new Map<SiteRow, string>(gridRows.map((row) => [row, row.circuit]));
  return {
    mayHold(row, atMs) {
      const circuit = circuits.get(row);
      return circuit === undefined ? limits.of(row, atMs) : powerA(timelines.ofKw(circuit, atMs), document);
    },
    inForce(row, atMs) {
      const circuit = circuits.get(row);
      return circuit === undefined ? limits.inForce(row, atMs) : powerA(timelines.saidKw(circuit, atMs), document);
    },
  };
}
