import type { Cancel, Clock, SiteId, Timers } from '@headroom/kernel';
import type { EvseSample } from '../domain/samples.ts';
import type { MeterIngestionEvents } from '../events.ts';
import type { DrawView, TakenReading, TakenTemperature } from '../ports.ts';

/** A site's draw is written at most four times a second. */
export const DRAW_WRITE_PERIOD_MS = 250;
/** EVSEs, and meters and sensors, of one site that the view holds; what comes after is left out. */
export const MAX_DRAW_ENTRIES = 1_000;

/** How far a topic of a shard has been read: the offset behind the last record that is shown. */
export interface ReadPosition {
  readonly topic: string;
  readonly partition: number;
  readonly next: bigint;
}

interface SiteEntry {
  readonly shard: number;
  readonly samples: Map<string, EvseSample>;
  readonly readings: Map<string, TakenReading | TakenTemperature>;
  lastWriteMonoMs: number;
  pending: Cancel | undefined;
}

/** The latest of each EVSE, site meter and sensor of the shards that this instance reads, and its coalesced writing. */
export interface DrawBoard {
  sampled(sample: EvseSample, shard: number): void;
  read(reading: TakenReading | TakenTemperature, shard: number): void;
  /**
   * Everything before this position is on the board. The sum over the topics of a shard is the version of what is written:
   * the next reader of a shard begins before the place where the last one was, and must not set the view back.
   */
  passed(position: ReadPosition): void;
  /**
   * Another instance reads these shards from now on: what stands here is shown once more, under the version to which it was
   * read, and is not the latest any more.
   */
  forget(shards: readonly number[]): void;
  stop(): void;
}

export interface DrawBoardDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly view: DrawView;
  readonly events: MeterIngestionEvents;
}

export function createDrawBoard(deps: DrawBoardDeps): DrawBoard {
  const sites = new Map<SiteId, SiteEntry>();
  /** By shard, then topic. */
  const positions = new Map<number, Map<string, bigint>>();

  const entryOf = (siteId: SiteId, shard: number): SiteEntry => {
    const known = sites.get(siteId);
    if (known !== undefined) return known;
    const made: SiteEntry = {
      shard,
      samples: new Map(),
      readings: new Map(),
      lastWriteMonoMs: Number.NEGATIVE_INFINITY,
      pending: undefined,
    };
    sites.set(siteId, made);
    return made;
  };

  const asOf = (shard: number): bigint =>
    [...(positions.get(shard)?.values() ?? [])].reduce((sum, next) => sum + next, 0n);

  const write = (siteId: SiteId, entry: SiteEntry): void => {
    entry.pending = undefined;
    entry.lastWriteMonoMs = deps.clock.monoMs();
    const { samples, readings, shard } = entry;
    const draw = { siteId, asOf: asOf(shard), samples: [...samples.values()], readings: [...readings.values()] };
    deps.view.write(draw).catch((cause: unknown) => {
      deps.events.drawNotWritten(siteId, cause instanceof Error ? cause.message : 'unknown');
    });
  };

  const schedule = (siteId: SiteId, entry: SiteEntry): void => {
    if (entry.pending !== undefined) return;
    const waitMs = Math.max(0, entry.lastWriteMonoMs + DRAW_WRITE_PERIOD_MS - deps.clock.monoMs());
    entry.pending = deps.timers.after(waitMs, () => write(siteId, entry));
  };

  const keep = <T extends { readonly siteId: SiteId; readonly sampledAtMs: number }>(
    id: string,
    value: T,
    { entry, into }: { readonly entry: SiteEntry; readonly into: Map<string, T> },
  ): void => {
    const { siteId } = value;
    const before = into.get(id);
    if (before !== undefined && before.sampledAtMs > value.sampledAtMs) return;
    if (before === undefined && into.size >= MAX_DRAW_ENTRIES) return deps.events.stationOverflow(siteId);
    into.set(id, value);
    schedule(siteId, entry);
  };

  return {
    sampled: (sample, shard) => {
      // A late sample says nothing about now; evse 0 is the station as a whole.
      if (sample.siteId === '' || sample.quality === 'late' || sample.evse === 0) return;
      const entry = entryOf(sample.siteId, shard);
      keep(`${sample.stationId}/${sample.evse}`, sample, { entry, into: entry.samples });
    },
    read: (reading, shard) => {
      const entry = entryOf(reading.siteId, shard);
      keep(reading.meterId, reading, { entry, into: entry.readings });
    },
    passed: ({ topic, partition, next }) => {
      const topics = positions.get(partition) ?? new Map<string, bigint>();
      topics.set(topic, next);
      positions.set(partition, topics);
    },
    forget: (shards) => {
      for (const [siteId, entry] of sites) {
        if (!shards.includes(entry.shard)) continue;
        // The next reader begins behind what is recorded, which may be more than what is shown yet.
        if (entry.pending !== undefined) {
          entry.pending();
          write(siteId, entry);
        }
        sites.delete(siteId);
      }
      for (const shard of shards) positions.delete(shard);
    },
    stop: () => {
      for (const entry of sites.values()) entry.pending?.();
    },
  };
}

/** Where a batch ends. */
export const endOf = (
  records: readonly { readonly topic: string; readonly partition: number; readonly offset: bigint }[],
) => {
  const last = records.at(-1);
  return last && { topic: last.topic, partition: last.partition, next: last.offset + 1n };
};
