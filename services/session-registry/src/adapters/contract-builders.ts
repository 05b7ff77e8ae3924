import { siteId, stationId, transactionId } from '@headroom/kernel';
import type { SiteModelInput } from '@headroom/site-model';
import { onStationFact } from '../app/on-station-fact.ts';
import type { StationEvent } from '../domain/session.ts';
import type { Site } from '../domain/site.ts';
import { type RegistryStore } from '../ports.ts';

export const DEPOT = siteId('depot');
export const ST1 = stationId('ST-1');
export const PLACE = { stationId: ST1, siteId: DEPOT };

/** A small sound site: one circuit, EVSEs 1 and 2 of each station. */
export const documentOf = (site: string, stations: readonly string[]): SiteModelInput => ({
  siteId: site,
  version: 1,
  name: `Site ${site}`,
  timezone: 'Europe/Paris',
  nominalVoltageV: 230,
  circuits: [{ circuitId: 'grid', name: 'Grid', rating: { l1: 3_200, l2: 3_200, l3: 3_200 }, powerLimitW: 200_000 }],
  evses: stations.flatMap((station) =>
    [2, 1].map((evse) => ({
      stationId: station,
      evse,
      circuitId: 'grid',
      name: `Bay ${evse}`,
      phases: ['l1' as const, 'l2' as const, 'l3' as const],
      maxCurrent: 320,
      minCurrent: 60,
      fallback: 60,
    })),
  ),
  otherLoads: [
    {
      circuitId: 'grid',
      name: 'building',
      worstCase: { l1: 1_000, l2: 1_000, l3: 1_000 },
      meterId: 'building',
      staleAfterMs: 5_000,
    },
  ],
  leaseS: 120,
});
export const siteOf = (id: string, stations: readonly string[], version = 1): Site => ({
  siteId: siteId(id),
  document: { ...documentOf(id, stations), version },
  configuredAtMs: 1_000 + version,
});

/** Through the app, as in production; `cause` names the event. */
export const tell = (store: RegistryStore, event: StationEvent, cause: string, offset: bigint): Promise<void> =>
  onStationFact(
    {
      store,
      clock: { nowMs: () => 50, monoMs: () => 0 },
      nameOf: ([kind, , id]) => `${kind === 'session' ? 's' : 't'}-${id}`,
    },
    { ...PLACE, position: { topic: 'station.facts', partition: 0, offset }, eventId: cause, event },
  );

export const started = (
  id: string,
  evse: number,
  atMs: number,
  meterStartWh: number | undefined = 100,
): StationEvent => ({
  kind: 'transaction-started',
  evse,
  transactionId: transactionId(id),
  authorized: true,
  meterStartWh,
  atMs,
});
export const ended = (id: string, atMs: number, meterStopWh: number | undefined): StationEvent => ({
  kind: 'transaction-ended',
  evse: 0,
  transactionId: transactionId(id),
  meterStopWh,
  reason: 'Local',
  atMs,
});
export const read = (id: string, atMs: number, energyWh: number): StationEvent => ({
  kind: 'register-read',
  transactionId: transactionId(id),
  reading: { energyWh, atMs },
});
export const cable = (kind: 'plugged' | 'unplugged', evse: number, atMs: number): StationEvent => ({
  kind,
  evse,
  connector: 1,
  atMs,
});
