import { describe, expect } from '@jest/globals';
import { received } from '../support/station-book.ts';
import { charging, SITE, type Thread } from './open-thread.ts';

export function describeControl(thread: Thread): void {
  describe('2. control', () => {
    thread.on('every station holds a permanent low TxDefaultProfile beneath leases that expire by themselves', () => {
      for (const station of thread.demo.stations) {
        const all = received(station);
        const fallback = all.filter(({ purpose }) => purpose === 'TxDefaultProfile');
        expect(fallback.length).toBeGreaterThanOrEqual(1);
        expect(fallback.every(({ limitA, durationS }) => limitA <= 6 && durationS === undefined)).toBe(true);
        for (const lease of all.filter(({ purpose }) => purpose === 'TxProfile')) {
          expect(lease.kind).toBe('Absolute');
          expect(lease.durationS).toBeGreaterThan(0);
          expect(lease.durationS).toBeLessThanOrEqual(900);
          // On the station's own clock, which is within seconds of ours here, and not in its future.
          expect(Math.abs((lease.startsAtMs ?? 0) - lease.receivedAtMs)).toBeLessThan(15_000);
        }
      }
      const leases = thread.demo.stations.flatMap((station) =>
        received(station).filter(({ purpose }) => purpose === 'TxProfile'),
      );
      expect(leases.length).toBeGreaterThanOrEqual(10);
    });

    thread.on('limits changed, and no circuit-phase is committed over its limit', async () => {
      const limits = new Set(
        thread.demo.stations.flatMap((station) => station.ledger().limits.map(({ limitA }) => limitA)),
      );
      expect(limits.size).toBeGreaterThan(2);
      const live = await thread.running.api.live(SITE);
      for (const { circuitId, committed, otherLoad, limit } of live.circuits) {
        for (const phase of ['l1A', 'l2A', 'l3A'] as const) {
          const sum = (committed[phase] ?? Number.NaN) + (otherLoad[phase] ?? Number.NaN);
          expect({ circuitId, phase, over: sum > (limit[phase] ?? 0) }).toEqual({ circuitId, phase, over: false });
        }
      }
    });

    thread.on('each EVSE tells commanded, offered, drawn and one sentence of reason', async () => {
      const live = await thread.running.api.live(SITE);
      for (const evse of charging(live)) {
        expect(evse.reason.code).toMatch(/^[A-Z][A-Z_]+$/);
        expect(evse.reason.sentence.length).toBeGreaterThan(10);
        expect(evse.committedA).toBeGreaterThanOrEqual(evse.commandedA ?? 0);
      }
    });
  });
}
