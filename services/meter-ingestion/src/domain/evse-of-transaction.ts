import type { StationId, TransactionId } from '@headroom/kernel';
import type { MeterMessage } from './meter-message.ts';

/** Transactions remembered at once, oldest forgotten first. */
const MAX_REMEMBERED_TRANSACTIONS = 20_000;

/** Where a transaction runs: a 1.6 StopTransaction names only the transaction. */
export interface EvseOfTransaction {
  /** The message with its EVSE filled in where that is known; remembers what the message itself tells. */
  locate(message: MeterMessage, evsesOfStation: readonly number[]): MeterMessage;
}

export function createEvseOfTransaction(limit = MAX_REMEMBERED_TRANSACTIONS): EvseOfTransaction {
  const evses = new Map<string, number>();
  const keyOf = (station: StationId, transaction: TransactionId): string => `${station}\n${transaction}`;

  return {
    locate: (message, evsesOfStation) => {
      if (message.transactionId === '') return message;
      const key = keyOf(message.stationId, message.transactionId);
      if (message.evse > 0) {
        evses.delete(key);
        evses.set(key, message.evse);
        if (evses.size <= limit) return message;
        const oldest = evses.keys().next();
        if (oldest.done !== true) evses.delete(oldest.value);
        return message;
      }
      const only = evsesOfStation.length === 1 ? evsesOfStation[0] : undefined;
      const evse = evses.get(key) ?? only;
      return evse === undefined ? message : { ...message, evse };
    },
  };
}
