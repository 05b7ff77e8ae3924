import { describe, expect } from '@jest/globals';
import { eventually, pause } from '../support/eventually.ts';
import { bayOf, heldKwAt } from '../support/station-book.ts';
import { SITE, type Thread } from './open-thread.ts';

export function describeBuilding(thread: Thread): void {
  describe('3. building', () => {
    thread.on(
      'a jump of 60 kW: within a second of the reading every affected station has a lower limit on the wire, and the draw follows',
      async () => {
        await eventually('a loaded site', 60_000, () => (thread.siteKw() > 120 ? true : undefined));
        // Which stations must give way is known only afterwards: those whose limit the platform lowered at all.
        const atMs = Date.now();
        const before = new Map(
          thread.demo.stations.map((station) => [station.stationId, bayOf(station).obeyed.limitA]),
        );
        thread.demo.jump(60, 40);
        await pause(4_000);
        const lowered = thread.demo.stations.flatMap((station) =>
          station
            .ledger()
            .limits.filter((limit) => limit.atMs >= atMs && limit.limitA < (before.get(station.stationId) ?? 0))
            .slice(0, 1)
            .map((limit) => ({ stationId: station.stationId, afterMs: limit.atMs - atMs })),
        );
        expect(lowered.length).toBeGreaterThanOrEqual(5);
        // The first reading that shows the jump (60 kW are 87 A a phase), as it stands in the records.
        const seenAtMs = await eventually('the reading that shows the jump', 3_000, async () => {
          const sql =
            'select min(received_at_ms) as n from meter_ingestion.site_meter_readings where received_at_ms >= $1 and l1_deci_a > 800';
          const found = await thread.countOf(sql, [atMs]);
          return found > 0 ? found : undefined;
        });
        // Later ones go down for reasons of their own (a car that tapers is learned at any time). What the jump asks for is
        // judged by what all stations hold one second after the reading: it must fit beside the building.
        const inTime = lowered.filter(({ afterMs }) => atMs + afterMs <= seenAtMs + 1_000);
        const slowest = Math.max(...inTime.map(({ afterMs }) => atMs + afterMs - seenAtMs));
        const heldKw = thread.demo.stations.reduce((sum, station) => sum + heldKwAt(station, seenAtMs + 1_000), 0);
        const buildingKw = thread.demo.building(SITE)?.powerKw() ?? Number.NaN;
        process.stdout.write(
          `building jump: ${inTime.length} stations lowered, the last ${slowest} ms after the reading; ${heldKw.toFixed(1)} kW held beside ${buildingKw.toFixed(1)} kW\n`,
        );
        expect(inTime.length).toBeGreaterThanOrEqual(5);
        expect(heldKw + buildingKw).toBeLessThanOrEqual(200);
        await pause(6_000);
        expect(thread.siteKw()).toBeLessThanOrEqual(200);
      },
      90_000,
    );

    thread.on(
      'the limit holds on every circuit-phase by what flowed, second by second, outside the reaction time',
      async () => {
        await pause(5_000);
        const samples = 20;
        for (let i = 0; i < samples; i += 1) {
          expect(thread.siteKw()).toBeLessThanOrEqual(200);
          await pause(250);
        }
      },
      30_000,
    );
  });
}
