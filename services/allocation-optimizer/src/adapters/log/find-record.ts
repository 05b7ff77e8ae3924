import { HEADERS } from '@headroom/contracts';
import type { EventLog, ReadRange, StoredRecord } from '@headroom/event-log';

/** Records that are looked at for one search at most. */
export const RECORDS_READ_MAX = 200_000;
/** From here on reading all is quicker than asking where to begin. */
const CLOSE = 500n;

/** One partition, and of whom its records are wanted. */
export interface Where {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
}

/** Where a record of a decision stands in the order of decisions: its event id names the site, the epoch and the number. */
export interface Numbered {
  readonly ownerEpoch: bigint;
  readonly seq: bigint;
  readonly atMs: number;
}

export function numberOf({ headers }: StoredRecord): Numbered | undefined {
  const id = /:(\d+):(\d+)$/u.exec(headers[HEADERS.eventId] ?? '');
  const atMs = Number(headers[HEADERS.occurredAtMs]);
  if (id === null || !Number.isFinite(atMs)) return undefined;
  return { ownerEpoch: BigInt(id[1] ?? 0), seq: BigInt(id[2] ?? 0), atMs };
}

/** The log is too long between two records of this site to look through it. */
export class TooMuchToRead extends Error {
  readonly code = 'TOO_MUCH_TO_READ';
}

/**
 * The last record of a key for which `isNotAfter` holds; undefined: none that is retained. What holds for a record holds for those before it,
 * so that the place is found by halving what is left: a partition of a week is not read for one decision.
 */
export async function lastRecord(
  log: EventLog,
  where: Where,
  isNotAfter: (numbered: Numbered) => boolean,
): Promise<StoredRecord | undefined> {
  const reader = new Reader(log, where);
  const oldest = await reader.first(0n);
  if (oldest === undefined) return undefined;
  let low = oldest.offset;
  let high = await reader.end(low);
  while (high - low > CLOSE) {
    const middle = low + (high - low) / 2n;
    const there = await reader.ofKey(middle, high);
    const numbered = there && numberOf(there);
    if (there !== undefined && numbered !== undefined && isNotAfter(numbered)) low = there.offset;
    else high = middle;
  }
  return reader.lastOfKey(low, high, isNotAfter);
}

/** Records of a key from a known offset on, in order, until `isEnough`. */
export async function recordsFrom(
  log: EventLog,
  where: Where,
  from: bigint,
  isEnough: (record: StoredRecord) => boolean,
): Promise<readonly StoredRecord[]> {
  const found: StoredRecord[] = [];
  await new Reader(log, where).each(from, (record) => {
    if (record.key !== where.key) return false;
    found.push(record);
    return isEnough(record);
  });
  return found;
}

const ENOUGH = Symbol('no more is wanted');

class Reader {
  readonly #log: EventLog;
  readonly #where: Where;
  #left = RECORDS_READ_MAX;

  constructor(log: EventLog, where: Where) {
    this.#log = log;
    this.#where = where;
  }

  /** Hands over records from here on until `see` has enough, or the log ends. */
  async each(from: bigint, see: (record: StoredRecord) => boolean): Promise<void> {
    const { topic, partition } = this.#where;
    const onRecords: ReadRange['onRecords'] = (records) => {
      for (const record of records) {
        this.#left -= 1;
        if (this.#left < 0)
          throw new TooMuchToRead(`more than ${RECORDS_READ_MAX} records of ${topic} would have to be read`);
        if (see(record)) throw ENOUGH;
      }
    };
    try {
      await this.#log.readToEnd({ topic, partition, from, onRecords });
    } catch (cause) {
      // Behind its end the log is as good as empty.
      if (cause !== ENOUGH && codeOf(cause) !== 'LOG_OFFSET_BEYOND_END') throw cause;
    }
  }

  async first(from: bigint): Promise<StoredRecord | undefined> {
    let first: StoredRecord | undefined;
    await this.each(from, (record) => {
      first = record;
      return true;
    });
    return first;
  }

  /** Of the key, from one offset to another. */
  async ofKey(from: bigint, to: bigint): Promise<StoredRecord | undefined> {
    let found: StoredRecord | undefined;
    await this.each(from, (record) => {
      if (record.offset >= to) return true;
      if (record.key !== this.#where.key) return false;
      found = record;
      return true;
    });
    return found;
  }

  async lastOfKey(
    from: bigint,
    to: bigint,
    isWanted: (numbered: Numbered) => boolean,
  ): Promise<StoredRecord | undefined> {
    let last: StoredRecord | undefined;
    await this.each(from, (record) => {
      if (record.offset >= to) return true;
      const numbered = record.key === this.#where.key ? numberOf(record) : undefined;
      if (numbered !== undefined && isWanted(numbered)) last = record;
      return false;
    });
    return last;
  }

  /** An offset from which on nothing stands: the log tells none of its ends beforehand, so steps double until one is beyond. */
  async end(from: bigint): Promise<bigint> {
    for (let step = 1_024n; ; step *= 2n) if ((await this.first(from + step)) === undefined) return from + step;
  }
}

const codeOf = (cause: unknown): unknown =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
