import type { MemoryTurnStore } from '@headroom/turn-store';
import type { BookedReading, BookedTransaction, Books } from '../checkers/books.ts';

/** What stands in the tables of the recorders, as plain facts for the checkers. */
export function booksOf({ registry, metering }: Readonly<Record<'registry' | 'metering', MemoryTurnStore>>): Books {
  return {
    transactions: registry.read<BookedTransaction>('transactions').values(),
    // One row for each EVSE, with its newest samples.
    readings: metering.read<readonly BookedReading[]>('evse_samples').values(),
  };
}
