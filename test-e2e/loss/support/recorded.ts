import { eventually } from '../../support/eventually.ts';
import { beginCharging } from './site.ts';
import { ask, type StackSite } from './stack-site.ts';

const WITHIN_MS = 40_000;
const LOOK_EVERY_MS = 50;
const NEWEST = 200;

/**
 * A car leaves and another comes: waits until the console's API shows it as a session, with its transaction, that began after
 * `sinceMs`. Resolves with the ms since then.
 */
export async function sessionAppears({ running, site }: StackSite, sinceMs: number): Promise<number> {
  const bench = site.benches.find(({ station }) => station.isOnline() && station.bay(1)?.transaction !== undefined);
  if (bench === undefined) throw new Error('no station is free for another car');
  bench.station.unplug(1);
  await beginCharging(bench);
  return eventually(
    'a new session',
    WITHIN_MS,
    async () => {
      const id = bench.station.bay(1)?.transaction?.id;
      const sessions = await running.api.items(`/api/v1/sessions?siteId=${site.order.siteId}&limit=${NEWEST}`);
      const isThere = sessions.some(
        ({ startedAt, transactionIds }) =>
          Date.parse(String(startedAt)) >= sinceMs && (transactionIds as readonly unknown[]).includes(id),
      );
      return id !== undefined && isThere ? Date.now() - sinceMs : undefined;
    },
    LOOK_EVERY_MS,
  );
}

/** Waits until the console's API shows a sample of a station that was taken after `sinceMs`. */
export const sampleIsRecorded = ({ running, site }: StackSite, sinceMs: number): Promise<number> =>
  eventually(
    'a new sample',
    WITHIN_MS,
    async () => {
      const [bench] = site.benches;
      const evse = encodeURIComponent(`${bench?.station.stationId}/1`);
      const [newest] = await running.api.items(`/api/v1/evses/${evse}/meter-values?limit=1`);
      return Date.parse(String(newest?.['sampledAt'])) >= sinceMs ? Date.now() - sinceMs : undefined;
    },
    LOOK_EVERY_MS,
  );

/** Waits until a reading of the building that was taken after `sinceMs` stands in the table. */
export const readingIsRecorded = ({ running, site }: StackSite, sinceMs: number): Promise<number> =>
  eventually(
    'a new reading of the building',
    WITHIN_MS,
    async () => {
      const [row] = await ask<{ n: number }>(
        running,
        'select count(*)::int as n from meter_ingestion.site_meter_readings where site_id = $1 and at_ms >= $2',
        [site.order.siteId, sinceMs],
      );
      return (row?.n ?? 0) > 0 ? Date.now() - sinceMs : undefined;
    },
    LOOK_EVERY_MS,
  );

/** Waits until the page shows a building that is read. Resolves with the ms since `sinceMs`. */
export const isLit = ({ running, site }: StackSite, sinceMs: number): Promise<number> =>
  eventually(
    'the page shows a fresh reading',
    WITHIN_MS,
    async () => ((await running.api.live(site.order.siteId)).building.stale ? undefined : Date.now() - sinceMs),
    LOOK_EVERY_MS,
  );
