import { compareText } from '@headroom/kernel';
import type { MemoryTurn, MemoryTurnStore } from '@headroom/turn-store';
import type { GridEvent } from '../../domain/grid-event.ts';
import { CIRCUITS_AT_HAND, type GridSource, type GridTimeline, type SiteGrid } from '../../domain/site-grid.ts';
import { EVENTS_AT_HAND, EVENTS_KEPT_MAX, type GridBook } from '../../ports.ts';
import { CONSUMER, type EventKey, type GridRows, takeNews } from './take-news.ts';

interface EventRow {
  readonly siteId: string;
  readonly seq: number;
  readonly event: GridEvent;
  readonly key: string;
}
interface SourceRow {
  readonly siteId: string;
  readonly source: GridSource;
}

interface CircuitRow {
  readonly siteId: string;
  readonly circuitId: string;
  readonly timeline: GridTimeline;
}

const EVENTS = 'grid_events';
const SOURCES = 'grid_sources';
const TIMELINES = 'grid_timelines';
const CIRCUITS = 'grid_circuit_timelines';
const rowKey = ({ siteId, source, key }: EventKey): string => JSON.stringify([siteId, source, key]);
const newestFirst = (rows: readonly EventRow[], siteId: string): readonly EventRow[] =>
  rows.filter((row) => row.siteId === siteId).toSorted((a, b) => b.seq - a.seq);

/** The twin of `createPgGridBook`, in a store that somebody else keeps. */
export function createMemoryGridBook(turns: MemoryTurnStore): GridBook {
  return {
    take: (news, last) =>
      turns.turn(async (turn) => {
        if (!(await turn.advance(CONSUMER, last))) return;
        for (const each of news) await takeNews(rowsOf(turn), each);
      }),
    nextOffset: (topic, partition) => turns.nextOffset(CONSUMER, topic, partition),
    load: async (siteIds) => {
      const grids = new Map<string, SiteGrid>();
      for (const siteId of siteIds) {
        const events = newestFirst(turns.read<EventRow>(EVENTS).values(), siteId).slice(0, EVENTS_AT_HAND);
        const sources = turns
          .read<SourceRow>(SOURCES)
          .values()
          .filter((row) => row.siteId === siteId);
        const timeline = turns.read<GridTimeline>(TIMELINES).get(siteId);
        const circuits = turns
          .read<CircuitRow>(CIRCUITS)
          .values()
          .filter((row) => row.siteId === siteId)
          .toSorted((a, b) => compareText(a.circuitId, b.circuitId))
          .slice(0, CIRCUITS_AT_HAND);
        if (events.length + sources.length + circuits.length === 0 && timeline === undefined) continue;
        grids.set(siteId, {
          events: events.map(({ event }) => event),
          sources: sources.map(({ source }) => source),
          ...(timeline === undefined ? {} : { timeline }),
          circuits: new Map(circuits.map((row) => [row.circuitId, row.timeline])),
        });
      }
      return grids;
    },
    list: async ({ siteId, limit, before = Number.POSITIVE_INFINITY }) => {
      const rows = newestFirst(turns.read<EventRow>(EVENTS).values(), siteId).filter(({ seq }) => seq < before);
      const shown = rows.slice(0, limit);
      return { items: shown.map(({ event }) => event), next: rows.length > limit ? shown.at(-1)?.seq : undefined };
    },
    close: async () => {},
  };
}

const rowsOf = (turn: MemoryTurn): GridRows => {
  const events = turn.table<EventRow>(EVENTS);
  const sources = turn.table<SourceRow>(SOURCES);
  const timelines = turn.table<GridTimeline>(TIMELINES);
  const circuits = turn.table<CircuitRow>(CIRCUITS);
  return {
    event: async (of) => events.get(rowKey(of))?.event,
    putEvent: async (of, event) => {
      const key = rowKey(of);
      const known = events.get(key);
      const seq = known?.seq ?? Math.max(0, ...events.values().map((row) => row.seq)) + 1;
      events.set(key, { siteId: of.siteId, seq, event, key });
      for (const row of newestFirst(events.values(), of.siteId).slice(EVENTS_KEPT_MAX)) events.delete(row.key);
    },
    putSource: async (siteId, source) => {
      const key = JSON.stringify([siteId, source.name]);
      if ((sources.get(key)?.source.atMs ?? 0) <= source.atMs) sources.set(key, { siteId, source });
    },
    putTimeline: async ({ siteId, circuitId }, timeline) => {
      if (circuitId !== undefined) {
        const key = JSON.stringify([siteId, circuitId]);
        if ((circuits.get(key)?.timeline.version ?? 0) <= timeline.version) {
          circuits.set(key, { siteId, circuitId, timeline });
        }
      } else if ((timelines.get(siteId)?.version ?? 0) <= timeline.version) timelines.set(siteId, timeline);
    },
  };
};
