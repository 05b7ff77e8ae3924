import { decodeRecord, HEADERS, TOPICS } from '@headroom/contracts';
import type { EventLog, StoredRecord } from '@headroom/event-log';
import type { SiteModel } from '@headroom/site-model';
import type { RestoredShard, RestoredSite, ShardMemory } from '../../ports.ts';
import { restoredSiteOf } from './owner-memory-of-wire.ts';
import { siteConfigOf } from './site-config.ts';

/** Reads the two compacted topics of a shard to their end: snapshots of its sites, and their documents. */
export const createShardMemory = (log: EventLog): ShardMemory => ({
  read: async (shard) => {
    const [snapshots, documents] = await Promise.all([newestSnapshots(log, shard), readDocuments(log, shard)]);
    const unreadable: string[] = [];
    const sites = snapshots.flatMap((record): readonly RestoredSite[] => {
      const site = siteOf(record);
      if (site.kind === 'ok') return [site.value];
      unreadable.push(`${record.key} at ${record.offset}: ${site.error}`);
      return [];
    });
    return { sites, ...documents, unreadable };
  },
});

/** Broken bytes and broken values both: `deciAmps` and its kind throw on what is no number. */
function siteOf(record: StoredRecord): ReturnType<typeof restoredSiteOf> {
  const decoded = decodeRecord(TOPICS.siteState, record.value);
  if (decoded.kind === 'err') return decoded;
  try {
    return restoredSiteOf(decoded.value);
  } catch (cause) {
    return { kind: 'err', error: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** Compaction comes late, so that a site has many snapshots: only the newest is decoded. */
async function newestSnapshots(log: EventLog, partition: number): Promise<readonly StoredRecord[]> {
  const byKey = new Map<string, StoredRecord>();
  const onRecords = (records: readonly StoredRecord[]) => {
    for (const record of records) {
      const known = byKey.get(record.key);
      if (known === undefined || isNewerSnapshot(record, known)) byKey.set(record.key, record);
    }
  };
  await log.readToEnd({ topic: TOPICS.siteState.name, partition, onRecords });
  return [...byKey.values()];
}

/** As they were taken when they came: one that is no site was parked, and an older version is a repeat. */
async function readDocuments(log: EventLog, partition: number): Promise<Pick<RestoredShard, 'models' | 'siteConfig'>> {
  const topic = TOPICS.siteConfig.name;
  const byKey = new Map<string, SiteModel>();
  const onRecords = (records: readonly StoredRecord[]) => {
    for (const { key, value } of records) {
      const decoded = siteConfigOf(value);
      const model = decoded.kind === 'ok' ? decoded.value?.content : undefined;
      if (model !== undefined && model.version >= (byKey.get(key)?.version ?? model.version)) byKey.set(key, model);
    }
  };
  const next = await log.readToEnd({ topic, partition, onRecords });
  return { models: [...byKey.values()], siteConfig: { topic, next } };
}

/** Later in the log is newer, unless a zombie wrote it: the higher epoch counts. The event id names it. */
const isNewerSnapshot = (record: StoredRecord, than: StoredRecord): boolean => epochOf(record) >= epochOf(than);

function epochOf({ headers }: StoredRecord): bigint {
  const epoch = /:(\d+):\d+$/u.exec(headers[HEADERS.eventId] ?? '')?.[1];
  return epoch === undefined ? 0n : BigInt(epoch);
}
