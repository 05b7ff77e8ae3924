import { createPgTurnStore } from '@headroom/turn-store';
import type { Records } from '../records.ts';
import { createPgRegistryStore } from './registry-store.ts';
import { MIGRATIONS, SCHEMA } from './schema.ts';

/** The records in PostgreSQL: a pool of this service's own. */
export function inPostgres(url: string): Records {
  const pg = createPgTurnStore({ url, schema: SCHEMA, migrations: MIGRATIONS });
  return {
    turns: pg,
    open: (onEmitted) => createPgRegistryStore(pg, onEmitted),
    prepare: () => pg.migrate(),
    pruneInbox: async (keepMs) => {
      await pg.pruneInbox(keepMs);
    },
    close: () => pg.close(),
  };
}
