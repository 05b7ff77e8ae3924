import { describe, expect } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { bayOf, isStart } from '../support/station-book.ts';
import { charging, SITE, type Thread } from './open-thread.ts';

export function describeRecords(thread: Thread): void {
  describe('1. records', () => {
    thread.on(
      'stations of both versions boot, cars plug in, transactions start, meter values flow',
      async () => {
        const live = await eventually('ten cars charging', 90_000, async () => {
          const now = await thread.running.api.live(SITE);
          return charging(now).length >= 10 ? now : undefined;
        });
        expect(live.evses).toHaveLength(24);
        expect(live.evses.every(({ connected }) => connected)).toBe(true);
        const versions = new Set(
          thread.demo.stations
            .filter((station) => bayOf(station).transaction !== undefined)
            .map(({ version }) => version),
        );
        expect(versions.size).toBe(2);
      },
      100_000,
    );

    thread.on(
      'what a station was told is recorded stands in PostgreSQL within a second',
      async () => {
        const acknowledged = thread.demo.stations.flatMap((station) =>
          station
            .ledger()
            .messages.filter(({ acknowledgedAtMs }) => acknowledgedAtMs !== undefined)
            .map((message) => ({ station, message })),
        );
        const starts = acknowledged.filter(({ message }) => isStart(message));
        expect(starts.length).toBeGreaterThanOrEqual(10);
        const stationIds = [...new Set(starts.map(({ station }) => station.stationId))];
        await eventually('every acknowledged start in PostgreSQL', 1_000, async () => {
          const rows = await thread.database.query(
            'select station_id, count(*)::int as n from registry.transactions group by station_id',
          );
          const recorded = new Map(rows.rows.map((row) => [row.station_id as string, row.n as number]));
          const missing = stationIds.filter(
            (id) => (recorded.get(id) ?? 0) < starts.filter(({ station }) => station.stationId === id).length,
          );
          return missing.length === 0 ? true : undefined;
        });
        // A fresh meter message: from its acknowledgement to its row.
        const before = await thread.countOf('select count(*) as n from meter_ingestion.evse_samples');
        await eventually('new samples in PostgreSQL', 12_000, async () => {
          const now = await thread.countOf('select count(*) as n from meter_ingestion.evse_samples');
          return now > before ? true : undefined;
        });
        const samplesAcknowledged = acknowledged.filter(
          ({ message }) => message.action === 'MeterValues' || message.action === 'TransactionEvent',
        ).length;
        await eventually('as many samples as were acknowledged', 1_000, async () =>
          (await thread.countOf('select count(*) as n from meter_ingestion.evse_samples')) >= samplesAcknowledged * 0.9
            ? true
            : undefined,
        );
      },
      30_000,
    );
  });
}
