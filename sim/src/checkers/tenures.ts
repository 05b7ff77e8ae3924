import type { Report } from './violation.ts';

/** A record that the owner of a shard wrote. */
export interface OwnedRecord {
  readonly role: 'optimizer' | 'dispatcher';
  readonly shard: number;
  readonly epoch: number;
}

export interface TenuresChecker {
  /** It stands in the log. */
  stored(nowMs: number, record: OwnedRecord): void;
}

/**
 * Who lost its shard has written nothing for a second when its heir's first record stands there (OW-30: 5 s against a session of
 * 6 s), save what was on its way to the log: 3 s at most, where the log is slow.
 */
const ON_ITS_WAY_MS = 3_500;

interface Tenure {
  readonly epoch: number;
  readonly sinceMs: number;
}

/** Nobody writes for a shard that another one has had for a while: an owner that slept asks first whether it still is one (OW-30). */
export function createTenuresChecker(report: Report): TenuresChecker {
  const newest = new Map<string, Tenure>();
  return {
    stored(nowMs, { role, shard, epoch }) {
      const key = `${role} ${shard}`;
      const tenure = newest.get(key);
      if (tenure === undefined || epoch > tenure.epoch) return void newest.set(key, { epoch, sinceMs: nowMs });
      if (epoch === tenure.epoch || nowMs <= tenure.sinceMs + ON_ITS_WAY_MS) return;
      const late = ((nowMs - tenure.sinceMs) / 1_000).toFixed(1);
      const detail = `the ${role} of epoch ${epoch} wrote for shard ${shard} ${late} s after that of epoch ${tenure.epoch} had it`;
      report({ checker: 'fencing', atMs: nowMs, detail });
    },
  };
}
