import type { Cancel, Clock, SiteId, Timers } from '@headroom/kernel';
import type { EvseSample } from '../domain/samples.ts';
import type { MeterIngestionEvents } from '../events.ts';
import type { DrawView, TakenReading } from '../ports.ts';

/** A site's draw is written at most four times a second. */
export const DRAW_WRITE_PERIOD_MS = 250;
/** EVSEs and meters of one site that the view holds; what comes after is left out. */
export const MAX_DRAW_ENTRIES = 1_000;

interface SiteEntry {
  readonly samples: Map<string, EvseSample>;
  readonly readings: Map<string, TakenReading>;
  lastWriteMonoMs: number;
  pending: Cancel | undefined;
}

/** The latest of each EVSE and site meter, and its coalesced writing. */
export interface DrawBoard {
  sampled(sample: EvseSample): void;
  read(reading: TakenReading): void;
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

  const entryOf = (siteId: SiteId): SiteEntry => {
    const known = sites.get(siteId);
    if (known !== undefined) return known;
    const made: SiteEntry = {
      samples: new Map(),
      readings: new Map(),
      lastWriteMonoMs: Number.NEGATIVE_INFINITY,
      pending: undefined,
    };
    sites.set(siteId, made);
    return made;
  };

  const write = (siteId: SiteId, entry: SiteEntry): void => {
    entry.pending = undefined;
    entry.lastWriteMonoMs = deps.clock.monoMs();
    const draw = { siteId, samples: [...entry.samples.values()], readings: [...entry.readings.values()] };
    deps.view.write(draw).catch((cause: unknown) => {
      deps.events.drawNotWritten(siteId, cause instanceof Error ? cause.message : 'unknown');
    });
  };

  const schedule = (siteId: SiteId, entry: SiteEntry): void => {
    if (entry.pending !== undefined) return;
    const waitMs = Math.max(0, entry.lastWriteMonoMs + DRAW_WRITE_PERIOD_MS - deps.clock.monoMs());
    entry.pending = deps.timers.after(waitMs, () => write(siteId, entry));
  };

  const keep = <T extends { readonly sampledAtMs: number }>(
    siteId: SiteId,
    id: string,
    value: T,
    into: Map<string, T>,
  ): void => {
    const before = into.get(id);
    if (before !== undefined && before.sampledAtMs > value.sampledAtMs) return;
    if (before === undefined && into.size >= MAX_DRAW_ENTRIES) return deps.events.stationOverflow(siteId);
    into.set(id, value);
    schedule(siteId, entryOf(siteId));
  };

  return {
    sampled: (sample) => {
      // A late sample says nothing about now; evse 0 is the station as a whole.
      if (sample.siteId === '' || sample.quality === 'late' || sample.evse === 0) return;
      keep(sample.siteId, `${sample.stationId}/${sample.evse}`, sample, entryOf(sample.siteId).samples);
    },
    read: (reading) => keep(reading.siteId, reading.meterId, reading, entryOf(reading.siteId).readings),
    stop: () => {
      for (const entry of sites.values()) entry.pending?.();
    },
  };
}
