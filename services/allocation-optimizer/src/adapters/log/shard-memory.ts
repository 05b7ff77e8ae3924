import { decodeRecord, HEADERS, TOPICS } from '@headroom/contracts';
import type { EventLog, StoredRecord } from '@headroom/event-log';
import type { SiteModel } from '@headroom/site-model';
import type { RestoredSite, ShardMemory } from '../../ports.ts';
import { restoredSiteOf } from './owner-memory-of-wire.ts';
import { siteConfigOf } from './site-model-from-config.ts';

/** Reads the two compacted topics of a shard to their end: snapshots of its sites, and their documents. */
export const createShardMemory = (log: EventLog): ShardMemory => ({
  read: async (shard) => {
    const [snapshots, documents] = await Promise.all([
      newestByKey(log, TOPICS.siteState.name, shard, isNewerSnapshot),
      newestByKey(log, TOPICS.siteConfig.name, shard, () => true),
    ]);
    const unreadable: string[] = [];
    const sites = snapshots.newest.flatMap((record): readonly RestoredSite[] => {
      const site = siteOf(record);
      if (site.kind === 'ok') return [site.value];
      unreadable.push(`${record.key} at ${record.offset}: ${site.error}`);
      return [];
    });
    const models = documents.newest.flatMap((record): readonly SiteModel[] => {
      const model = siteConfigOf(record.value);
      return model.kind === 'ok' && model.value !== undefined ? [model.value.content] : [];
    });
    return { sites, models, siteConfig: { topic: TOPICS.siteConfig.name, next: documents.end }, unreadable };
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

/** Compaction comes late, so that a key has many records: only the newest is decoded. */
async function newestByKey(
  log: EventLog,
  topic: string,
  partition: number,
  isNewer: (record: StoredRecord, than: StoredRecord) => boolean,
): Promise<{ readonly newest: readonly StoredRecord[]; readonly end: bigint }> {
  const byKey = new Map<string, StoredRecord>();
  const end = await log.readToEnd({
    topic,
    partition,
    onRecords: (records) => {
      for (const record of records) {
        const known = byKey.get(record.key);
        if (known === undefined || isNewer(record, known)) byKey.set(record.key, record);
      }
    },
  });
  return { newest: [...byKey.values()], end };
}

/** Later in the log is newer, unless a zombie wrote it: the higher epoch counts. The event id names it. */
const isNewerSnapshot = (record: StoredRecord, than: StoredRecord): boolean => epochOf(record) >= epochOf(than);

function epochOf({ headers }: StoredRecord): bigint {
  const epoch = /:(\d+):\d+$/u.exec(headers[HEADERS.eventId] ?? '')?.[1];
  return epoch === undefined ? 0n : BigInt(epoch);
}
