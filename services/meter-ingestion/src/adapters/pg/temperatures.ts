import { siteId } from '@headroom/kernel';
import type { PgTurn, PgTurnStore } from '@headroom/turn-store';
import { RISE_PARTS, type SampleStore, type TakenTemperature } from '../../ports.ts';
import { numbers } from './numbers.ts';

const INSERT = `
  insert into temperatures (site_id, sensor_id, at_ms, received_at_ms, deci_c)
  select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::int[])
  on conflict do nothing`;

export async function insertTemperatures(turn: PgTurn, rows: readonly TakenTemperature[]): Promise<void> {
  if (rows.length === 0) return;
  await turn.sql(INSERT, [
    rows.map((row) => row.siteId),
    rows.map((row) => row.meterId),
    numbers(rows.map((row) => row.sampledAtMs)),
    numbers(rows.map((row) => row.receivedAtMs)),
    numbers(rows.map((row) => row.temperatureDeciC)),
  ]);
}

interface TemperatureRow {
  readonly site_id: string;
  readonly sensor_id: string;
  readonly at_ms: number;
  readonly received_at_ms: number;
  readonly deci_c: number;
}

type Of<Question extends keyof SampleStore> = Parameters<SampleStore[Question]>[0];

export async function temperaturesOf(
  store: PgTurnStore,
  of: Of<'temperaturesOf'>,
): ReturnType<SampleStore['temperaturesOf']> {
  const rows = await store.query<TemperatureRow>(
    `select * from temperatures where site_id = $1 and sensor_id = $2 and at_ms < $3 order by at_ms desc limit $4`,
    [of.siteId, of.sensorId, of.beforeMs, of.limit],
  );
  return rows.map((row) => ({
    siteId: siteId(row.site_id),
    meterId: row.sensor_id,
    sampledAtMs: row.at_ms,
    receivedAtMs: row.received_at_ms,
    temperatureDeciC: row.deci_c,
  }));
}

interface SpanRow {
  readonly coldest: number;
  readonly hottest: number;
  readonly last: number;
  readonly first_at_ms: number;
  readonly last_at_ms: number;
}

export async function temperatureSpansOf(
  store: PgTurnStore,
  { siteId: site, sensorId, fromMs, toMs, spanMs }: Of<'temperatureSpansOf'>,
): ReturnType<SampleStore['temperatureSpansOf']> {
  const rows = await store.query<SpanRow>(
    `select min(deci_c) as coldest, max(deci_c) as hottest, (array_agg(deci_c order by at_ms desc))[1] as last,
       min(at_ms) as first_at_ms, max(at_ms) as last_at_ms
     from temperatures where site_id = $1 and sensor_id = $2 and at_ms >= $3 and at_ms < $4
     group by at_ms / $5::bigint order by at_ms / $5::bigint`,
    [site, sensorId, fromMs, toMs, spanMs],
  );
  return rows.map((row) => ({
    coldestDeciC: row.coldest,
    hottestDeciC: row.hottest,
    lastDeciC: row.last,
    firstAtMs: row.first_at_ms,
    lastAtMs: row.last_at_ms,
  }));
}

interface RiseRow {
  readonly rise: number;
  readonly hottest: number;
  readonly part: number;
  readonly first_at_ms: number;
  readonly last_at_ms: number;
}

/** From the coldest of earlier parts to the hottest of a later one, both within the time: cheap, however often a sensor speaks. */
export async function temperatureRiseOf(
  store: PgTurnStore,
  { siteId: site, sensorId, fromMs, toMs, withinMs }: Of<'temperatureRiseOf'>,
): ReturnType<SampleStore['temperatureRiseOf']> {
  const partMs = Math.floor(withinMs / RISE_PARTS);
  const rows = await store.query<RiseRow>(
    `with parts as (
       select at_ms / $5::bigint as part, min(deci_c) as coldest, max(deci_c) as hottest,
         min(at_ms) as first_at_ms, max(at_ms) as last_at_ms
       from temperatures where site_id = $1 and sensor_id = $2 and at_ms >= $3 and at_ms < $4
       group by 1),
     rises as (
       select part, hottest, min(first_at_ms) over () as first_at_ms, max(last_at_ms) over () as last_at_ms,
         greatest(0, hottest - coalesce(min(coldest) over (order by part range between $6::bigint preceding and 1 preceding),
           hottest)) as rise
       from parts)
     select * from rises order by rise desc, part limit 1`,
    [site, sensorId, fromMs, toMs, partMs, RISE_PARTS - 1],
  );
  return rows.map((row) => ({
    riseDeciC: row.rise,
    toDeciC: row.hottest,
    atMs: row.part * partMs,
    firstAtMs: row.first_at_ms,
    lastAtMs: row.last_at_ms,
  }))[0];
}
