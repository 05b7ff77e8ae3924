import { expect } from '@jest/globals';
import { putChargingRequest } from '../app/put-charging-request.ts';
import type { RegistryStore } from '../ports.ts';
import { cable, DEPOT, siteOf, ST1, tell } from './contract-builders.ts';

/** What two turns at once may not do to each other. */
export const raceChecks = {
  aWishAndItsPlugInNeverMissEachOther: async ({ store }: { readonly store: RegistryStore }) => {
    await store.turn((turn) => turn.saveSite(siteOf(DEPOT, ['ST-1'])));
    const clock = { nowMs: () => 50, monoMs: () => 0 };
    const deps = { store, clock, nameOf: (parts: readonly string[]) => parts.join('|') };
    for (let car = 0; car < 12; car += 1) {
      const wish = { stationId: ST1, evse: 1, request: { energyWh: 1_000 + car, departureAtMs: undefined } };
      const atMs = 10 * car;
      const [problems] = await Promise.all([
        putChargingRequest(deps, wish),
        tell(store, cable('plugged', 1, atMs + 1), `in-${car}`, BigInt(2 * car)),
      ]);
      expect(problems).toEqual([]);
      const [newest] = await store.reads.sessions({ siteId: DEPOT, limit: 1 });
      expect(newest?.session.request).toMatchObject({ energyWh: 1_000 + car });
      await tell(store, cable('unplugged', 1, atMs + 2), `out-${car}`, BigInt(2 * car + 1));
    }
  },
};
