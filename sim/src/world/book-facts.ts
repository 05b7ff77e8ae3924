import type { MemoryTurnStore } from '@headroom/turn-store';
import { ampsOf } from './control-facts.ts';
import type { BookedReading, BookedSession, BookedTransaction, Books } from '../checkers/books.ts';

interface MeterRow {
  readonly siteId: string;
  readonly meterId: string;
  readonly sampledAtMs: number;
  readonly current: { readonly l1: number; readonly l2: number; readonly l3: number };
}

interface TemperatureRow {
  readonly siteId: string;
  readonly meterId: string;
  readonly sampledAtMs: number;
  readonly temperatureDeciC: number;
}

const DECI = 10;

/** What stands in the tables of the recorders, as plain facts for the checkers. */
export function booksOf({ registry, metering }: Readonly<Record<'registry' | 'metering', MemoryTurnStore>>): Books {
  return {
    transactions: registry.read<BookedTransaction>('transactions').values(),
    sessions: registry.read<BookedSession>('sessions').values(),
    // One row for each EVSE, with its newest samples.
    readings: metering.read<readonly BookedReading[]>('evse_samples').values(),
    meterReadings: metering
      .read<readonly MeterRow[]>('site_meter_readings')
      .values()
      .flat()
      .map(({ siteId, meterId, sampledAtMs, current: { l1, l2, l3 } }) => {
        return { siteId, whose: meterId, sampledAtMs, currentA: ampsOf(l1, l2, l3) };
      }),
    temperatures: metering
      .read<readonly TemperatureRow[]>('temperatures')
      .values()
      .flat()
      .map(({ siteId, meterId, sampledAtMs, temperatureDeciC }) => {
        return { siteId, whose: meterId, sampledAtMs, celsius: temperatureDeciC / DECI };
      }),
  };
}
