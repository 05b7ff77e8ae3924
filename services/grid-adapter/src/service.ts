import { TOPICS } from '@headroom/contracts';
import type { RecordBatch, StoredRecord } from '@headroom/event-log';
import type { Result } from '@headroom/kernel';
import type { Adapter } from './app/adapter.ts';
import type { OwnLimits } from './ports.ts';

export const SERVICE_NAME = 'grid-adapter';
/**
 * Reads every site document from the start, each time. Any instance may have to act, so each needs all sites, and reads in a group of its
 * own, whose name goes on with the instance's id.
 */
export const SITES_GROUP = 'grid-adapter-sites';

export interface ServiceDeps {
  readonly adapter: Pick<Adapter, 'putSite' | 'dropSite'>;
  readonly decode: (record: StoredRecord) => Result<OwnLimits, string>;
  /** Tells this instance from the others. */
  readonly instanceId: string;
  /** Puts a record aside for good, with its reason; resolves once that is durable. */
  readonly park: (record: StoredRecord, group: string, reason: string) => Promise<void>;
}

/**
 * What arrives, and who deals with it:
 *
 *   site.config     from the start  -> what each site and circuit bears by itself
 *   a VTN, polled                   -> readVtn -> reconcile -> PostgreSQL -> grid.facts
 *   timer, each second              -> silence of a VTN, what could not be published
 *   timer, PostgreSQL               -> which instance acts
 */
export const routes = (deps: ServiceDeps) => ({
  sites: {
    group: `${SITES_GROUP}-${deps.instanceId}`,
    topics: [TOPICS.siteConfig.name],
    onBatch: (batch: RecordBatch) => onSites(deps, batch),
  },
});

async function onSites({ adapter, decode, park }: ServiceDeps, batch: RecordBatch): Promise<void> {
  for (const record of batch.records) {
    // A tombstone: the site is gone.
    if (record.value.length === 0) {
      adapter.dropSite(record.key);
      continue;
    }
    const own = decode(record);
    if (own.kind === 'ok') adapter.putSite(own.value);
    else await park(record, SITES_GROUP, own.error);
  }
}
