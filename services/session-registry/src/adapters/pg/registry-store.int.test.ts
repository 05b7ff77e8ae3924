import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { siteV1 } from '@headroom/contracts';
import { siteId, stationId, transactionId } from '@headroom/kernel';
import { postgresForTests } from '@headroom/local/testing';
import { createPgTurnStore, type PgTurnStore } from '@headroom/turn-store';
import fc from 'fast-check';
import { putSite } from '../../app/put-site.ts';
import { anyEvent } from '../../domain/testing/any-event.ts';
import { playBoth, type RegistryStoreSubject, registryStoreChecks } from '../contract.ts';
import { DEPOT, documentOf, started, tell } from '../contract-builders.ts';
import { createPgRegistryStore } from './registry-store.ts';
import { MIGRATIONS } from './schema.ts';

const postgres = await postgresForTests();

async function withStore(
  url: string,
  body: (subject: RegistryStoreSubject & { readonly pg: PgTurnStore }) => Promise<void>,
): Promise<void> {
  const schema = `t_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  const pg = createPgTurnStore({ url, schema, migrations: MIGRATIONS });
  let emissions = 0;
  const store = createPgRegistryStore(pg, () => {
    emissions += 1;
  });
  try {
    await body({ store, emissions: () => emissions, pg });
  } finally {
    await pg.close();
  }
}

for (const [name, check] of Object.entries(registryStoreChecks)) {
  postgres.test(`the PostgreSQL registry keeps the contract: ${name}`, ({ url }) => withStore(url, check));
}

postgres.test('the PostgreSQL registry holds what the pure world holds, whatever happens', ({ url }) =>
  fc.assert(
    fc.asyncProperty(fc.array(anyEvent, { minLength: 10, maxLength: 25 }), (events) =>
      withStore(url, ({ store }) => playBoth(store, events)),
    ),
    { numRuns: 12 },
  ),
);

postgres.test('readings that are saved at once leave what they leave one by one', ({ url }) =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ energyWh: fc.integer({ min: 0, max: 9 }), atMs: fc.integer({ min: 0, max: 9 }) }), {
        minLength: 1,
        maxLength: 8,
      }),
      (readings) =>
        withStore(url, async ({ store }) => {
          const ids = ['A', 'B'];
          for (const [n, id] of ids.entries()) await tell(store, started(id, n + 1, 0, 0), id, BigInt(n));
          const of = (id: string) => readings.map((reading) => named(id, reading));
          for (const one of of('A')) await store.turn((turn) => turn.saveReadings([one]));
          // Among those of others, and of nobody's.
          await store.turn((turn) => turn.saveReadings(of('B').flatMap((one) => [one, named('C', one.reading)])));
          const all = await store.reads.transactions({ siteId: undefined, stationId: undefined, limit: 9 });
          const [b, a] = all.map((each) => (each.state === 'open' ? each.lastReading : undefined));
          expect(b).toEqual(a);
          expect(all).toHaveLength(2);
        }),
    ),
    { numRuns: 12 },
  ),
);

const named = (id: string, reading: { readonly energyWh: number; readonly atMs: number }) => ({
  ...{ stationId: stationId('ST-1'), transactionId: transactionId(id), reading },
});

postgres.test('H5 the database itself refuses a second open transaction on an EVSE', ({ url }) =>
  withStore(url, async ({ store, pg }) => {
    const open = (id: string) =>
      pg.turn(({ sql }) =>
        sql(
          `insert into transactions (record_id, station_id, transaction_id, evse, state, session_id, started_at_ms,
             authorized, stop_reason, stopped, amendments, flags)
           values ($1, 'ST-1', $1, 1, 'open', 's', 1, true, '', false, 0, '{}')`,
          [id],
        ),
      );
    await open('A');
    await expect(open('B')).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    expect(await store.reads.transactions({ siteId: undefined, stationId: undefined, limit: 9 })).toHaveLength(1);
  }),
);

postgres.test('a NUL in a text is a refusal of the record, not an outage', ({ url }) =>
  withStore(url, async ({ store }) => {
    const reading = { energyWh: 1, atMs: 1 };
    const turn = store.turn((t) =>
      t.saveReadings([{ stationId: stationId('ST-1'), transactionId: transactionId('a\u0000b'), reading }]),
    );
    await expect(turn).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  }),
);

postgres.test('two sites that claim one station at the same time: one gets it, the other hears why', ({ url }) =>
  withStore(url, async ({ store, pg }) => {
    await pg.migrate();
    const deps = { store, clock: { nowMs: () => 1_000, monoMs: () => 0 } };
    const claims = ['north', 'south'].map((site) => putSite(deps, documentOf(site, ['ST-1', 'ST-2']), false));
    const decisions = await Promise.all(claims);
    expect(decisions.map((each) => each.kind).toSorted()).toEqual(['changed', 'refused']);
    const winner = decisions.find((each) => each.kind === 'changed');
    expect((await store.reads.station(stationId('ST-2')))?.siteId).toBe(
      winner?.kind === 'changed' && winner.site.siteId,
    );
  }),
);

postgres.test('the canonical bytes are what was told', ({ url }) =>
  withStore(url, async ({ store, pg }) => {
    const deps = { store, clock: { nowMs: () => 1_000, monoMs: () => 0 } };
    await putSite(deps, documentOf('depot', ['ST-1']), false);
    const told: Uint8Array[] = [];
    await pg.relayOutbox(async (records) => void told.push(...records.map((each) => each.value)), 10);
    const rows = await pg.query<{ canonical: Uint8Array }>('select canonical from sites where site_id = $1', [DEPOT]);
    expect([...(rows[0]?.canonical ?? [])]).toEqual([...(told[0] ?? [])]);
    expect(siteId(siteV1.SiteConfig.decode(told[0] ?? new Uint8Array()).siteId)).toBe(DEPOT);
  }),
);
