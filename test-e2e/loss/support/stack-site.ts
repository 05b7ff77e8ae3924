import { Client } from 'pg';
import { eventually } from '../../support/eventually.ts';
import { stackForTests, type TestStack } from '../../support/stack.ts';
import { compareBooks } from './books.ts';
import { HIGH_A, LOW_A } from './control.ts';
import { beginCharging, type LossSite, openLossSite } from './site.ts';
import { type Turns, watchTurns } from './turns.ts';

export interface StackSite {
  readonly running: TestStack;
  readonly site: LossSite;
  /** Of this process, from the opening of the site on. */
  readonly turns: Turns;
  stop(): Promise<void>;
}

const STATIONS = 12;

/** Two of everything, three brokers, commits that reach the disk; the utility speaks of that site. */
export const pairedStack = (siteId: string) =>
  stackForTests({
    siteIds: [siteId],
    servers: 'local',
    replicas: 2,
    brokers: 3,
    durable: true,
    env: { 'ocpp-gateway': { HEADROOM_OCPP_METER_SAMPLE_INTERVAL_S: '2' } },
  });

/** A site on it whose stations all charge: the building may rise by what the tests move it. */
export async function openStackSite(running: TestStack, siteId: string): Promise<StackSite> {
  const { stack } = running;
  const site = await openLossSite(stack, {
    ...{ siteId, stations: STATIONS, leaseS: 60, ratingA: 300, worstA: 120, risesA: HIGH_A - LOW_A + 5 },
  });
  site.building(LOW_A);
  await Promise.all(site.benches.map(beginCharging));
  const turns = watchTurns();
  return {
    running,
    site,
    turns,
    stop: async () => {
      turns.stop();
      site.stop();
      await running.stop();
    },
  };
}

/** A client that outlives the death of its server: one connection for one look. */
async function connect(running: TestStack): Promise<Client> {
  const client = new Client({ connectionString: running.stack.servers.endpoints.postgres });
  // A killed server ends it; the next look makes another.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** One query on a connection of its own: the server may have died since the last. */
export async function ask<Row>(
  running: TestStack,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const client = await connect(running);
  try {
    return (await client.query(sql, [...values])).rows as Row[];
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Waits until every message that was sent by now is answered, then until nothing acknowledged by then is missing or doubled:
 * transactions with their registers, samples of the stations, readings of the building. The stations go on meanwhile.
 */
export async function whenBooksAgree({ running, site }: Pick<StackSite, 'running' | 'site'>): Promise<void> {
  const askedAtMs = Date.now();
  const stations = site.benches.map(({ station }) => station);
  await eventually('every message is answered', 60_000, () =>
    unansweredOf(site, 0, askedAtMs) === 0 ? true : undefined,
  );
  const toldUntilMs = Date.now();
  const readings = site.recordedReadings().slice();
  await eventually(
    'the books agree',
    60_000,
    async () => {
      const client = await connect(running);
      try {
        const differences = await compareBooks(stations, client, toldUntilMs);
        if (differences.length > 0) throw new Error(JSON.stringify(differences.slice(0, 8)));
        const missing = await missingReadings(client, site.order.siteId, readings);
        if (missing.length > 0)
          throw new Error(`readings of the building are missing: ${missing.slice(0, 8).join(', ')}`);
        return true;
      } finally {
        await client.end();
      }
    },
    250,
  );
}

/** Readings that were answered "recorded" and are not; the table holds each instant once (its key). */
async function missingReadings(
  client: Client,
  siteId: string,
  readings: readonly number[],
): Promise<readonly number[]> {
  const { rows } = await client.query(
    'select at_ms::float8 as at from meter_ingestion.site_meter_readings where site_id = $1',
    [siteId],
  );
  const stand = new Set((rows as readonly { readonly at: number }[]).map(({ at }) => at));
  return readings.filter((atMs) => !stand.has(atMs));
}

/** Transaction messages that stations made between two instants, and that nobody has answered. */
export const unansweredOf = (
  site: Pick<LossSite, 'benches'>,
  fromMs: number,
  toMs = Number.POSITIVE_INFINITY,
): number =>
  site.benches
    .flatMap(({ station }) => station.ledger().messages)
    .filter(
      ({ createdAtMs, acknowledgedAtMs, dropped }) =>
        createdAtMs >= fromMs && createdAtMs <= toMs && acknowledgedAtMs === undefined && dropped === undefined,
    ).length;
