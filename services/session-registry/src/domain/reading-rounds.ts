import type { StationId, TransactionId } from '@headroom/kernel';
import { readingCounts } from './energy.ts';
import type { Reading } from './session.ts';

/** What the register of a transaction showed. */
export interface StationReading {
  readonly stationId: StationId;
  readonly transactionId: TransactionId;
  readonly reading: Reading;
}

/**
 * A run of readings as rounds in which no transaction stands twice; saved one round after the other they leave what the
 * run leaves. A reading that the next one of its transaction counts after is left out: whatever stood before, either the
 * next one counts over both or neither counts.
 */
export function readingRounds(run: readonly StationReading[]): readonly (readonly StationReading[])[] {
  const byTransaction = new Map<string, StationReading[]>();
  for (const next of run) {
    const key = JSON.stringify([next.stationId, next.transactionId]);
    const kept = byTransaction.get(key) ?? [];
    byTransaction.set(key, kept);
    if (readingCounts(kept.at(-1)?.reading, next.reading)) kept.pop();
    kept.push(next);
  }
  const rounds: StationReading[][] = [];
  for (const kept of byTransaction.values()) {
    for (const [round, reading] of kept.entries()) (rounds[round] ??= []).push(reading);
  }
  return rounds;
}
