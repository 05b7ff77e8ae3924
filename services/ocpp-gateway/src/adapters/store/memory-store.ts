import { siteId as toSiteId, type StationId } from '@headroom/kernel';
import type { GatewayStore, LogRecord } from '../../ports.ts';
import { MAX_INBOX_ROWS } from './gateway-store.ts';

/** The twin of `createPgStore`, for the gateways of one process. It outlives them where it is made outside of them. */
export function createMemoryStore(maxRows = MAX_INBOX_ROWS): GatewayStore {
  let rows: LogRecord[] = [];
  const parked = new Map<string, LogRecord>();
  const generations = new Map<StationId, number>();
  /** Under which site; '': none. */
  const booted = new Map<StationId, string>();
  let relaying = false;
  const waits = (stationId: StationId): boolean => rows.some((row) => row.stationId === stationId);
  const has = (eventId: string): boolean => parked.has(eventId) || rows.some((row) => row.eventId === eventId);

  return {
    inbox: {
      async put(records) {
        if (rows.length + records.length > maxRows) return 'full';
        for (const record of records) if (!has(record.eventId)) rows.push(record);
        return 'kept';
      },
      waitingOf: async (stationIds) => new Set(stationIds.filter(waits)),
      async relay(publish, max) {
        if (relaying) return 0;
        relaying = true;
        try {
          const batch = rows.slice(0, max);
          if (batch.length === 0) return 0;
          const refused = await publish(batch);
          for (const record of batch) if (refused.includes(record.eventId)) parked.set(record.eventId, record);
          rows = rows.filter((row) => !batch.includes(row));
          return batch.length;
        } finally {
          relaying = false;
        }
      },
      trouble: () => undefined,
    },
    arrivals: {
      async arrive({ stationId, siteId = '' }, nowMs) {
        const generation = Math.max((generations.get(stationId) ?? 0) + 1, nowMs);
        generations.set(stationId, generation);
        const last = booted.get(stationId);
        const left = last === undefined || last === '' || last === siteId ? {} : { leftSiteId: toSiteId(last) };
        return { generation, recordsWait: waits(stationId), booted: last === siteId, ...left };
      },
      booted: async ({ stationId, siteId = '' }) => void (generations.has(stationId) && booted.set(stationId, siteId)),
    },
    close: async () => {},
  };
}
