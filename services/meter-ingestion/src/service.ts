import { TOPICS } from '@headroom/contracts';
import type { RecordBatch, StoredRecord } from '@headroom/event-log';
import type { Result } from '@headroom/kernel';
import { type MeteringInput, onMeteringFacts } from './app/on-metering-facts.ts';
import { onStationFacts, type OnStationFactsDeps, type StationInput } from './app/on-station-facts.ts';
import type { MeteredSite } from './domain/site-book.ts';

/**
 * The group that owns the shards and whose positions stand in PostgreSQL. Owners, because control waits for what it tells:
 * a dead member is missed within 6 s (KF-43), where a plain recorder of the log may be silent for 45 s.
 */
export const FACTS_GROUP = 'meter-ingestion';
/**
 * Reads every site document from the start, each time. A reading may reach any instance, so each needs all sites: each reads
 * in a group of its own, whose name goes on with the instance's id. Such a group commits nothing, and the broker forgets it
 * some minutes after its only member has gone.
 */
const SITES_GROUP = 'meter-ingestion-sites';
/** Samples come every ten seconds of an EVSE: so much later they are still new, and a batch of them costs little more than one. */
const PACE_MS = 10;

export interface ServiceDeps extends OnStationFactsDeps {
  readonly decode: {
    readonly siteConfig: (record: StoredRecord) => Result<MeteredSite, string>;
    readonly stationFact: (record: StoredRecord) => Result<StationInput['message'], string>;
    readonly meteringFact: (record: StoredRecord) => Result<MeteringInput['reading'], string>;
  };
  /** Tells this instance from the others. */
  readonly instanceId: string;
  /** Puts a record aside for good, with its reason, and tells; resolves once that is durable. */
  readonly park: (record: StoredRecord, group: string, reason: string) => Promise<void>;
}

/**
 * What arrives, and who deals with it:
 *
 *   site.config     from the start   -> the site book (meters, sockets), of all shards in every instance
 *   station.facts   from PostgreSQL  -> onStationFacts    -> metering.facts, draw:*, evse_samples
 *   metering.facts  from PostgreSQL  -> onMeteringFacts   -> draw:*, site_meter_readings, temperatures
 *   rpc RecordSiteMeterReading       -> recordSiteMeterReading -> metering.facts
 *   rpc ListEvseSamples              -> SampleStore.samplesOf
 *   rpc ListTemperatures             -> SampleStore.temperaturesOf
 *   rpc ListTemperatureSpans         -> SampleStore.temperatureSpansOf
 *   rpc FindTemperatureRise          -> SampleStore.temperatureRiseOf
 *   timer, hourly                    -> SampleStore.prepareDays
 */
export const routes = (deps: ServiceDeps) => ({
  sites: {
    group: `${SITES_GROUP}-${deps.instanceId}`,
    topics: [TOPICS.siteConfig.name],
    onBatch: (batch: RecordBatch) => onSites(deps, batch),
  },
  facts: {
    group: FACTS_GROUP,
    topics: [TOPICS.stationFacts.name, TOPICS.meteringFacts.name],
    paceMs: PACE_MS,
    onBatch: (batch: RecordBatch) => onFacts(deps, batch),
    ownership: {
      // Positions come with the rows; nothing else has to be made ours.
      onAcquired: async (shards: readonly number[]) => deps.events.shardsTaken(shards),
      onLost: async (shards: readonly number[]) => {
        deps.board.forget(shards);
        deps.events.shardsLost(shards);
      },
    },
  },
});

async function onSites(deps: ServiceDeps, batch: RecordBatch): Promise<void> {
  for (const record of batch.records) {
    // A tombstone: the site is gone, and its key with it.
    if (record.value.length === 0) continue;
    const site = deps.decode.siteConfig(record);
    if (site.kind === 'ok') deps.sites.put(site.value);
    else await deps.park(record, SITES_GROUP, site.error);
  }
}

async function onFacts(deps: ServiceDeps, batch: RecordBatch): Promise<void> {
  if (batch.topic === TOPICS.stationFacts.name) {
    const decoded = await decodedOrParked(deps, batch.records, deps.decode.stationFact);
    return onStationFacts(
      deps,
      decoded.map(({ source, value }) => ({ source, message: value })),
    );
  }
  const decoded = await decodedOrParked(deps, batch.records, deps.decode.meteringFact);
  return onMeteringFacts(
    deps,
    decoded.map(({ source, value }) => ({ source, reading: value })),
  );
}

/** A record that does not decode loses itself only: its reason is kept with it, the rest goes on. */
async function decodedOrParked<T>(
  deps: ServiceDeps,
  records: readonly StoredRecord[],
  decode: (record: StoredRecord) => Result<T | undefined, string>,
): Promise<readonly { readonly source: StoredRecord; readonly value: T | undefined }[]> {
  const inputs = [];
  for (const source of records) {
    const decoded = decode(source);
    if (decoded.kind === 'err') await deps.park(source, FACTS_GROUP, decoded.error);
    inputs.push({ source, value: decoded.kind === 'ok' ? decoded.value : undefined });
  }
  return inputs;
}
