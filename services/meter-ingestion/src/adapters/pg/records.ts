import { createPgTurnStore } from '@headroom/turn-store';
import { CONSUMER, type Records } from '../records.ts';
import { createPgSampleStore } from './sample-store.ts';
import { MIGRATIONS, SCHEMA } from './schema.ts';

/** The time series in PostgreSQL: a pool of this service's own. */
export function inPostgres(url: string): Records {
  const pg = createPgTurnStore({ url, schema: SCHEMA, migrations: MIGRATIONS });
  return {
    samples: createPgSampleStore(pg),
    nextOffset: (topic, partition) => pg.nextOffset(CONSUMER, topic, partition),
    prepare: () => pg.migrate(),
    close: () => pg.close(),
  };
}
