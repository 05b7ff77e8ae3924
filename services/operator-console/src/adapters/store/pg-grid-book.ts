import { createPgTurnStore, type Migration, type Sql } from '@headroom/turn-store';
import type { GridEvent } from '../../domain/grid-event.ts';
import {
  CIRCUITS_AT_HAND,
  type GridSource,
  type GridTimeline,
  NO_GRID,
  type SiteGrid,
} from '../../domain/site-grid.ts';
import { EVENTS_AT_HAND, EVENTS_KEPT_MAX, type GridBook } from '../../ports.ts';
import { CONSUMER, type GridRows, takeNews } from './take-news.ts';

export const SCHEMA = 'operator_console';
const MAX_CONNECTIONS = 3;

/** `seq`: the order in which events were first heard of; a page begins behind one. */
export const GRID: Migration = {
  id: '0001-grid',
  sql: `
    create table grid_events (
      seq bigint generated always as identity,
      site_id text not null,
      source text not null,
      key text not null,
      event jsonb not null,
      primary key (site_id, source, key)
    );
    create unique index grid_events_in_order on grid_events (site_id, seq);
    create table grid_sources (
      site_id text not null,
      source text not null,
      state jsonb not null,
      primary key (site_id, source)
    );
    create table grid_timelines (
      site_id text primary key,
      timeline jsonb not null
    );`,
};

/** An event had one report at most, whatever the number of its circuits. */
const PLACES: Migration = {
  id: '0002-grid-places',
  sql: `
    create table grid_circuit_timelines (
      site_id text not null,
      circuit_id text not null,
      timeline jsonb not null,
      primary key (site_id, circuit_id)
    );
    update grid_events
      set event = (event - 'report') || jsonb_build_object('reports', jsonb_build_array(event->'report'))
      where event->'report' is not null;`,
};

const READ_EVENT = 'select event from grid_events where site_id = $1 and source = $2 and key = $3';
// An update takes no number of the identity: paging stays in the order of first hearing.
const UPDATE_EVENT =
  'update grid_events set event = $4::jsonb where site_id = $1 and source = $2 and key = $3 returning 1';
const INSERT_EVENT = 'insert into grid_events (site_id, source, key, event) values ($1, $2, $3, $4::jsonb)';
const PRUNE = `
  delete from grid_events where site_id = $1 and seq <=
    (select seq from grid_events where site_id = $1 order by seq desc offset $2 limit 1)`;
const PUT_SOURCE = `
  insert into grid_sources as known (site_id, source, state) values ($1, $2, $3::jsonb)
  on conflict (site_id, source) do update set state = excluded.state
  where (known.state->>'atMs')::bigint <= (excluded.state->>'atMs')::bigint`;
const PUT_TIMELINE = `
  insert into grid_timelines as known (site_id, timeline) values ($1, $2::jsonb)
  on conflict (site_id) do update set timeline = excluded.timeline
  where (known.timeline->>'version')::bigint <= (excluded.timeline->>'version')::bigint`;
const PUT_CIRCUIT_TIMELINE = `
  insert into grid_circuit_timelines as known (site_id, circuit_id, timeline) values ($1, $2, $3::jsonb)
  on conflict (site_id, circuit_id) do update set timeline = excluded.timeline
  where (known.timeline->>'version')::bigint <= (excluded.timeline->>'version')::bigint`;
const CIRCUIT_TIMELINES = `
  select of.site_id, own.circuit_id, own.timeline from unnest($1::text[]) as of (site_id)
  cross join lateral (
    select circuit_id, timeline from grid_circuit_timelines where site_id = of.site_id order by circuit_id limit $2
  ) as own`;
const NEWEST = `
  select of.site_id, newest.event from unnest($1::text[]) as of (site_id)
  cross join lateral (
    select seq, event from grid_events where site_id = of.site_id order by seq desc limit $2
  ) as newest order by newest.seq desc`;
const PAGE = `
  select seq, event from grid_events where site_id = $1 and seq < $2 order by seq desc limit $3`;

/** The console's own tables in PostgreSQL. Nothing is opened before the first use. */
export function createPgGridBook(options: { readonly url: string; readonly schema?: string }): GridBook {
  const { url, schema = SCHEMA } = options;
  const store = createPgTurnStore({ url, schema, migrations: [GRID, PLACES], maxConnections: MAX_CONNECTIONS });
  return {
    take: (news, last) =>
      store.turn(async (turn) => {
        if (!(await turn.advance(CONSUMER, last))) return;
        for (const each of news) await takeNews(rowsOf(turn.sql), each);
      }),
    nextOffset: (topic, partition) => store.nextOffset(CONSUMER, topic, partition),
    load: async (siteIds) => {
      const ids = [...siteIds];
      const [events, sources, timelines, ofCircuits] = await Promise.all([
        store.query<{ site_id: string; event: GridEvent }>(NEWEST, [ids, EVENTS_AT_HAND]),
        store.query<{ site_id: string; state: GridSource }>(
          'select site_id, state from grid_sources where site_id = any($1::text[]) order by source',
          [ids],
        ),
        store.query<{ site_id: string; timeline: GridTimeline }>(
          'select site_id, timeline from grid_timelines where site_id = any($1::text[])',
          [ids],
        ),
        store.query<{ site_id: string; circuit_id: string; timeline: GridTimeline }>(CIRCUIT_TIMELINES, [
          ids,
          CIRCUITS_AT_HAND,
        ]),
      ]);
      const grids = new Map<string, SiteGrid>();
      const of = (siteId: string): SiteGrid => grids.get(siteId) ?? NO_GRID;
      for (const { site_id: id, event } of events) grids.set(id, { ...of(id), events: [...of(id).events, event] });
      for (const { site_id: id, state } of sources) grids.set(id, { ...of(id), sources: [...of(id).sources, state] });
      for (const { site_id: id, timeline } of timelines) grids.set(id, { ...of(id), timeline });
      for (const { site_id: id, circuit_id: circuitId, timeline } of ofCircuits) {
        const circuits = new Map([...(of(id).circuits ?? []), [circuitId, timeline]]);
        grids.set(id, { ...of(id), circuits });
      }
      return grids;
    },
    list: async ({ siteId, limit, before = Number.MAX_SAFE_INTEGER }) => {
      const rows = await store.query<{ seq: number; event: GridEvent }>(PAGE, [siteId, before, limit + 1]);
      const shown = rows.slice(0, limit);
      return {
        items: shown.map(({ event }) => event),
        next: rows.length > limit ? shown.at(-1)?.seq : undefined,
      };
    },
    close: store.close,
  };
}

const rowsOf = (sql: Sql): GridRows => ({
  event: async ({ siteId, source, key }) =>
    (await sql<{ event: GridEvent }>(READ_EVENT, [siteId, source, key]))[0]?.event,
  putEvent: async ({ siteId, source, key }, event) => {
    const params = [siteId, source, key, JSON.stringify(event)];
    if ((await sql(UPDATE_EVENT, params)).length > 0) return;
    await sql(INSERT_EVENT, params);
    await sql(PRUNE, [siteId, EVENTS_KEPT_MAX]);
  },
  putSource: async (siteId, source) => {
    await sql(PUT_SOURCE, [siteId, source.name, JSON.stringify(source)]);
  },
  putTimeline: async ({ siteId, circuitId }, timeline) => {
    const kept = JSON.stringify(timeline);
    if (circuitId === undefined) await sql(PUT_TIMELINE, [siteId, kept]);
    else await sql(PUT_CIRCUIT_TIMELINE, [siteId, circuitId, kept]);
  },
});
