import { Client } from 'pg';
import { eventually } from '../../support/eventually.ts';
import { stackForTests, type TestStack } from '../../support/stack.ts';
import { compareBooks } from './books.ts';
import { HIGH_A, LOW_A, whenFull } from './control.ts';
import { beginCharging, type LossSite, openLossSite } from './site.ts';

export interface StackSite {
  readonly running: TestStack;
  readonly site: LossSite;
  stop(): Promise<void>;
}

const STATIONS = 12;

/** Two of everything, three brokers, commits that reach the disk. */
export const pairedStack = () =>
  stackForTests({
    servers: 'local',
    replicas: 2,
    brokers: 3,
    durable: true,
    env: { 'ocpp-gateway': { HEADROOM_OCPP_METER_SAMPLE_INTERVAL_S: '2' } },
  });

/** A full site on it: the building may rise by what the tests move it. */
export async function openStackSite(running: TestStack, siteId: string): Promise<StackSite> {
  const { stack } = running;
  const site = await openLossSite(stack, {
    ...{ siteId, stations: STATIONS, leaseS: 60, ratingA: 300, worstA: 120, risesA: HIGH_A - LOW_A + 5 },
  });
  site.building(LOW_A);
  await Promise.all(site.benches.map(beginCharging));
  await whenFull(site, 120_000);
  return {
    running,
    site,
    stop: async () => {
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

/** Waits until every message is answered, then until nothing acknowledged is missing or doubled. */
export async function whenBooksAgree({ running, site }: Pick<StackSite, 'running' | 'site'>): Promise<void> {
  await eventually('every message is answered', 60_000, () => (site.unanswered() === 0 ? true : undefined));
  const stations = site.benches.map(({ station }) => station);
  await eventually(
    'the books agree',
    60_000,
    async () => {
      const client = await connect(running);
      try {
        const differences = await compareBooks(stations, client);
        if (differences.length > 0) throw new Error(JSON.stringify(differences.slice(0, 8)));
        return true;
      } finally {
        await client.end();
      }
    },
    500,
  );
}
