import { deciAmps, siteId, stationId, transactionId, wattHours, watts } from '@headroom/kernel';
import { type PgTurn, type PgTurnStore, type SqlParam } from '@headroom/turn-store';
import type { EvseSample, SampleQuality } from '../../domain/samples.ts';
import type { RecordedInput, SampleStore, TakenReading } from '../../ports.ts';
import { CONSUMER, isTemperature, lastInputs } from '../records.ts';
import { numbers } from './numbers.ts';
import { prepareDays } from './partitions.ts';
import { insertTemperatures, temperatureRiseOf, temperatureSpansOf, temperaturesOf } from './temperatures.ts';

const INSERT_SAMPLES = `
  insert into evse_samples
    (sample_key, at_ms, sampled_at_ms, received_at_ms, site_id, station_id, evse, transaction_id,
     l1_deci_a, l2_deci_a, l3_deci_a, power_w, energy_register_wh, offered_deci_a, soc_percent, quality,
     exported_register_wh)
  select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::int[], $8::text[],
    $9::int[], $10::int[], $11::int[], $12::bigint[], $13::bigint[], $14::int[], $15::int[], $16::text[],
    $17::bigint[])
  on conflict do nothing`;

const sampleColumns = (rows: readonly EvseSample[]): readonly SqlParam[] => [
  rows.map((row) => row.sampleKey),
  numbers(rows.map((row) => row.stationTimeMs)),
  numbers(rows.map((row) => row.sampledAtMs)),
  numbers(rows.map((row) => row.receivedAtMs)),
  rows.map((row) => row.siteId),
  rows.map((row) => row.stationId),
  numbers(rows.map((row) => row.evse)),
  rows.map((row) => row.transactionId),
  numbers(rows.map((row) => row.current.l1)),
  numbers(rows.map((row) => row.current.l2)),
  numbers(rows.map((row) => row.current.l3)),
  numbers(rows.map((row) => row.powerW)),
  numbers(rows.map((row) => row.energyRegisterWh)),
  numbers(rows.map((row) => row.offered)),
  numbers(rows.map((row) => row.socPercent)),
  rows.map((row) => row.quality),
  numbers(rows.map((row) => row.exportedRegisterWh)),
];

const INSERT_READINGS = `
  insert into site_meter_readings (site_id, meter_id, at_ms, received_at_ms, l1_deci_a, l2_deci_a, l3_deci_a)
  select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::int[], $6::int[], $7::int[])
  on conflict do nothing`;

const readingColumns = (rows: readonly TakenReading[]): readonly SqlParam[] => [
  rows.map((row) => row.siteId),
  rows.map((row) => row.meterId),
  numbers(rows.map((row) => row.sampledAtMs)),
  numbers(rows.map((row) => row.receivedAtMs)),
  numbers(rows.map((row) => row.current.l1)),
  numbers(rows.map((row) => row.current.l2)),
  numbers(rows.map((row) => row.current.l3)),
];

async function recordIn(turn: PgTurn, inputs: readonly RecordedInput[]): Promise<void> {
  const samples = inputs.flatMap((input) => input.samples);
  const readings = inputs.flatMap((input) => input.readings);
  if (samples.length > 0) await turn.sql(INSERT_SAMPLES, sampleColumns(samples));
  const ofMeters = readings.flatMap((reading) => (isTemperature(reading) ? [] : [reading]));
  if (ofMeters.length > 0) await turn.sql(INSERT_READINGS, readingColumns(ofMeters));
  await insertTemperatures(turn, readings.filter(isTemperature));
  for (const { topic, partition, offset } of lastInputs(inputs))
    await turn.advance(CONSUMER, { topic, partition, offset });
}

interface SampleRow {
  readonly sample_key: string;
  readonly at_ms: number;
  readonly sampled_at_ms: number;
  readonly received_at_ms: number;
  readonly site_id: string;
  readonly station_id: string;
  readonly evse: number;
  readonly transaction_id: string;
  readonly l1_deci_a: number | null;
  readonly l2_deci_a: number | null;
  readonly l3_deci_a: number | null;
  readonly power_w: number | null;
  readonly energy_register_wh: number | null;
  readonly exported_register_wh: number | null;
  readonly offered_deci_a: number | null;
  readonly soc_percent: number | null;
  readonly quality: SampleQuality;
}

const sampleOf = (row: SampleRow): EvseSample => ({
  sampleKey: row.sample_key,
  stationTimeMs: row.at_ms,
  sampledAtMs: row.sampled_at_ms,
  receivedAtMs: row.received_at_ms,
  siteId: siteId(row.site_id),
  stationId: stationId(row.station_id),
  evse: row.evse,
  transactionId: transactionId(row.transaction_id),
  current: {
    ...(row.l1_deci_a === null ? {} : { l1: deciAmps(row.l1_deci_a) }),
    ...(row.l2_deci_a === null ? {} : { l2: deciAmps(row.l2_deci_a) }),
    ...(row.l3_deci_a === null ? {} : { l3: deciAmps(row.l3_deci_a) }),
  },
  ...(row.power_w === null ? {} : { powerW: watts(row.power_w) }),
  ...(row.energy_register_wh === null ? {} : { energyRegisterWh: wattHours(row.energy_register_wh) }),
  ...(row.exported_register_wh === null ? {} : { exportedRegisterWh: wattHours(row.exported_register_wh) }),
  ...(row.offered_deci_a === null ? {} : { offered: deciAmps(row.offered_deci_a) }),
  ...(row.soc_percent === null ? {} : { socPercent: row.soc_percent }),
  quality: row.quality,
});

export function createPgSampleStore(store: PgTurnStore): SampleStore {
  return {
    record: (inputs) => store.turn((turn) => recordIn(turn, inputs)),
    samplesOf: async (evse) => {
      const rows = await store.query<SampleRow>(
        `select * from evse_samples where station_id = $1 and evse = $2 and sampled_at_ms < $3
         order by sampled_at_ms desc, sample_key limit $4`,
        [evse.stationId, evse.evse, evse.beforeMs, evse.limit],
      );
      return rows.map(sampleOf);
    },
    temperaturesOf: (of) => temperaturesOf(store, of),
    temperatureSpansOf: (of) => temperatureSpansOf(store, of),
    temperatureRiseOf: (of) => temperatureRiseOf(store, of),
    prepareDays: (nowMs) => prepareDays(store, nowMs),
  };
}
