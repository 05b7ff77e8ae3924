import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { postgresForTests } from '@headroom/local/testing';
import type { GatewayStore } from '../../ports.ts';
import { CONTRACT_MAX_ROWS, recordOf, storeChecks } from './contract.ts';
import { createPgStore } from './pg-store.ts';

const postgres = await postgresForTests();
const freshSchema = (): string => `t_${randomUUID().replaceAll('-', '').slice(0, 16)}`;

for (const [name, check] of Object.entries(storeChecks)) {
  postgres.test(`the PostgreSQL store of the gateways keeps the contract: ${name}`, async ({ url }) => {
    const schema = freshSchema();
    const opened: GatewayStore[] = [];
    const open = (): GatewayStore => {
      const store = createPgStore({ url, schema, maxRows: CONTRACT_MAX_ROWS });
      opened.push(store);
      return store;
    };
    try {
      await check({ open });
    } finally {
      await Promise.all(opened.map((store) => store.close()));
    }
  });
}

/** PostgreSQL that accepts connections and says nothing, as a frozen one does. */
async function silentServer() {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `postgres://headroom@127.0.0.1:${port}/none`, close: () => server.close() };
}

test('I3: a PostgreSQL that hangs or is not there answers in time: nothing is kept, and it says why', async () => {
  const silent = await silentServer();
  for (const url of [silent.url, 'postgres://headroom@127.0.0.1:1/none']) {
    const store = createPgStore({ url });
    expect(await store.inbox.put([recordOf('a')])).toBe('unavailable');
    expect(await store.arrivals.arrive(recordOf('a'), 1)).toBeUndefined();
    expect(await store.inbox.waitingOf([recordOf('a').stationId])).toBeUndefined();
    await expect(store.inbox.relay(async () => [], 1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(store.inbox.trouble()).toMatch(/PostgreSQL did not answer/);
    await store.close();
  }
  silent.close();
  // Five waits of a second each, at a server that says nothing: the test's own limit is the bound.
}, 15_000);

postgres.test('a relay that dies in its work hands over: its session ends, and another goes on', async ({ url }) => {
  const schema = freshSchema();
  const [dying, other] = [createPgStore({ url, schema }), createPgStore({ url, schema })];
  await dying.inbox.put([recordOf('a'), recordOf('b')]);
  const working = dying.inbox.relay(() => new Promise(() => {}), 10).catch(() => 'gone');
  const seen: string[] = [];
  const publish = async (records: readonly { readonly eventId: string }[]) => {
    seen.push(...records.map((record) => record.eventId));
    return [];
  };
  const kill = `select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = '${schema}' and state = 'idle in transaction'`;
  const { createPgSchema } = await import('@headroom/turn-store');
  const admin = createPgSchema({ url, schema: freshSchema(), migrations: [] });
  while (((await admin.query(kill)) as readonly unknown[]).length === 0) await new Promise((r) => setTimeout(r, 10));
  while (seen.length === 0) await other.inbox.relay(publish, 10);
  expect(seen).toEqual(['a', 'b']);
  void working;
  await admin.close();
  await other.close();
});
