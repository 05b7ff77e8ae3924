import { TOPICS } from '@headroom/contracts';
import type { RecordBatch, StoredRecord } from '@headroom/event-log';
import type { Result } from '@headroom/kernel';
import type { Adapter } from './app/adapter.ts';
import type { DrawSample } from './domain/draw-book.ts';
import type { OwnLimits } from './ports.ts';

export const SERVICE_NAME = 'grid-adapter';
/**
 * Reads every site document from the start, each time. Any instance may have to act, so each needs all sites, and reads in a group of its
 * own, whose name goes on with the instance's id.
 */
export const SITES_GROUP = 'grid-adapter-sites';

/** Likewise: who reports what was drawn must have heard it. */
export const DRAWS_GROUP = 'grid-adapter-draws';
/** Of what is drawn only sums over minutes are told, and most of it is passed over. */
const DRAWS_PACE_MS = 100;

export interface ServiceDeps {
  readonly adapter: Pick<Adapter, 'putSite' | 'dropSite'>;
  readonly draws: DrawsInput;
  readonly decode: (record: StoredRecord) => Result<OwnLimits, string>;
  /** Tells this instance from the others. */
  readonly instanceId: string;
  /** Puts a record aside for good, with its reason; resolves once that is durable. */
  readonly park: (record: StoredRecord, group: string, reason: string) => Promise<void>;
}

export interface DrawsInput {
  /** Whether somebody may want to know what the site draws. */
  readonly wants: (record: StoredRecord) => boolean;
  readonly decode: (record: StoredRecord) => Result<DrawSample | undefined, string>;
  readonly put: (sample: DrawSample) => void;
  /** The document of a site says what lies below which circuit. */
  readonly wire: (own: OwnLimits) => void;
}

/**
 * What arrives, and who deals with it:
 *
 *   site.config     from the start  -> what each site and circuit bears by itself, and what lies below it
 *   metering.facts  from the start  -> what each site and circuit drew lately, for reports
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
  draws: {
    group: `${DRAWS_GROUP}-${deps.instanceId}`,
    topics: [TOPICS.meteringFacts.name],
    paceMs: DRAWS_PACE_MS,
    onBatch: (batch: RecordBatch) => onDraws(deps, batch),
  },
});

async function onDraws({ draws, park }: ServiceDeps, batch: RecordBatch): Promise<void> {
  for (const record of batch.records) {
    if (!draws.wants(record)) continue;
    const sample = draws.decode(record);
    if (sample.kind === 'err') await park(record, DRAWS_GROUP, sample.error);
    else if (sample.value !== undefined) draws.put(sample.value);
  }
}

async function onSites({ adapter, draws, decode, park }: ServiceDeps, batch: RecordBatch): Promise<void> {
  for (const record of batch.records) {
    // A tombstone: the site is gone.
    if (record.value.length === 0) {
      adapter.dropSite(record.key);
      continue;
    }
    const own = decode(record);
    if (own.kind === 'ok') {
      draws.wire(own.value);
      adapter.putSite(own.value);
    } else await park(record, SITES_GROUP, own.error);
  }
}
