import { decodeRecord, encodeRecord, TOPICS } from '@headroom/contracts';
import { type EventLog, MAX_RECORD_BYTES, type StoredRecord } from '@headroom/event-log';
import { type SiteId, siteId } from '@headroom/kernel';
import type { SiteSnapshot } from '../../domain/site-snapshot.ts';
import type { Snapshots } from '../../ports.ts';
import { snapshotFromWire } from './state-from-wire.ts';
import { snapshotToWire } from './state-to-wire.ts';

const TOPIC = TOPICS.dispatchState;
const PRODUCER = 'profile-dispatcher';

export interface SnapshotTrouble {
  /** It does not decode: its shard is read from the start. */
  readonly unreadable: (site: string, why: string) => void;
  /** The log takes no such record: the site's shard is read from the start at the next take-over. */
  readonly tooLarge: (site: SiteId, bytes: number) => void;
}

/** Snapshots of sites, the newest of each in a compacted topic of ours. */
export function createSnapshots(log: EventLog, trouble: SnapshotTrouble): Snapshots {
  return {
    write: async (shard, snapshots, { nowMs, mayWrite }) => {
      const records = snapshots.map((snapshot) => recordOf(shard, snapshot, nowMs));
      for (const { key, value } of records) {
        if (isTooLarge(value)) trouble.tooLarge(siteId(key), value.length);
      }
      const fitting = records.filter(({ value }) => !isTooLarge(value));
      if (fitting.length > 0) await log.append(fitting, { fence: mayWrite });
    },
    load: async (shard) => {
      const [snapshots, configured] = await Promise.all([
        readAll(log, TOPIC.name, shard),
        readAll(log, TOPICS.siteConfig.name, shard),
      ]);
      return {
        // An empty value is a tombstone: that site is gone.
        configured: new Set([...configured].flatMap(([key, { value }]) => (value.length > 0 ? [siteId(key)] : []))),
        snapshots: [...snapshots.values()].flatMap((record) => read(record, trouble)),
      };
    },
  };
}

// The headers need room too.
const isTooLarge = (value: Uint8Array): boolean => value.length > MAX_RECORD_BYTES - 10_000;

const recordOf = (shard: number, snapshot: SiteSnapshot, nowMs: number) =>
  encodeRecord(TOPIC, snapshot.siteId, snapshotToWire(snapshot, shard), {
    eventId: `dispatch-state-${snapshot.siteId}-${snapshot.epoch}-${snapshot.seq}`,
    eventType: 'dispatchState',
    occurredAtMs: Math.round(nowMs),
    producer: PRODUCER,
  });

/**
 * The last record of each key. Should an owner that has lost the shard write behind the next one (its append is fenced), an
 * older snapshot is the last: compaction keeps that one too, and from it only more of the log has to be read. Any snapshot
 * with what follows its positions is the whole truth.
 */
async function readAll(log: EventLog, topic: string, partition: number): Promise<ReadonlyMap<string, StoredRecord>> {
  const newest = new Map<string, StoredRecord>();
  const onRecords = (records: readonly StoredRecord[]): void => {
    for (const record of records) newest.set(record.key, record);
  };
  await log.readToEnd({ topic, partition, onRecords });
  return newest;
}

function read({ key, value }: StoredRecord, trouble: SnapshotTrouble): readonly SiteSnapshot[] {
  if (value.length === 0) return [];
  const decoded = decodeRecord(TOPIC, value);
  try {
    if (decoded.kind === 'ok') return [snapshotFromWire(decoded.value)];
    trouble.unreadable(key, decoded.error);
  } catch (cause) {
    trouble.unreadable(key, cause instanceof Error ? cause.message : 'a value that is none');
  }
  return [];
}
