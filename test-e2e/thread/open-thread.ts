import { afterAll, beforeAll, test } from '@jest/globals';
import type { Demo } from '@headroom/sim';
import { Client } from 'pg';
import type { Live } from '../support/api.ts';
import { collectingLog, demoAgainst, stackForTests, type TestStack } from '../support/stack.ts';
import { drawnKw } from '../support/station-book.ts';

export const SITE = 'demo-depot';
/** Whoever handles frames of stations, or what came of them: all of it is traced. */
const TRACED = ['ocpp-gateway', 'session-registry', 'meter-ingestion', 'allocation-optimizer', 'profile-dispatcher'];
const EVERY_FRAME = { HEADROOM_TRACE_SAMPLE_RATIO: '1' };

/** What the journeys share: one stack, and the stations on it. It can be asked within a test alone. */
export interface Thread {
  /** `test`, or `test.skip` where the stack cannot be had. */
  readonly on: typeof test.skip;
  readonly running: TestStack;
  readonly demo: Demo;
  readonly database: Client;
  /** What may flow by the limits that the stations hold, plus the building: judged from the outside, in kW. */
  siteKw(): number;
  /** The one value of a query, by the name `n`. */
  countOf(sql: string, values?: readonly unknown[]): Promise<number>;
}

/** Starts the stack; the stations come before the first test, and everything goes after the last. */
export async function openThread(): Promise<Thread> {
  const got = await stackForTests({ env: Object.fromEntries(TRACED.map((service) => [service, EVERY_FRAME])) });
  let opened: Pick<Thread, 'running' | 'demo' | 'database'> | undefined;
  const now = (): NonNullable<typeof opened> => {
    if (opened === undefined) throw new Error('the stack is not there yet');
    return opened;
  };
  beforeAll(async () => {
    if ('why' in got) return;
    const demo = await demoAgainst(got.stack, { kind: 'generated' }, collectingLog());
    const database = new Client({ connectionString: got.stack.servers.endpoints.postgres });
    opened = { running: got, demo, database };
    await database.connect();
  }, 60_000);
  afterAll(async () => {
    opened?.demo.stop();
    await opened?.database.end();
    if (!('why' in got)) await got.stop();
  }, 30_000);
  return {
    on: 'why' in got ? test.skip : test,
    get running() {
      return now().running;
    },
    get demo() {
      return now().demo;
    },
    get database() {
      return now().database;
    },
    siteKw: () => drawnKw(now().demo.stations) + (now().demo.building(SITE)?.powerKw() ?? Number.NaN),
    countOf: async (sql, values = []) => Number((await now().database.query(sql, [...values])).rows[0].n),
  };
}

export const charging = (live: Live) =>
  live.evses.filter(({ state, drawnKw: kw }) => state === 'charging' && (kw ?? 0) > 1);
