import type { Migration } from '@headroom/turn-store';

export const SCHEMA = 'meter_ingestion';

/**
 * Time series in range partitions by day (toolchain 11.3). Partitions are made ahead by `prepareDays`; the default one
 * takes what lies outside them: clocks that are far off, queues from last week.
 * The partition key is the station's own time, which is the same in every repeat of a message.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    id: '0001-samples',
    sql: `
      create table evse_samples (
        sample_key text not null,
        at_ms bigint not null,
        sampled_at_ms bigint not null,
        received_at_ms bigint not null,
        site_id text not null,
        station_id text not null,
        evse integer not null,
        transaction_id text not null,
        l1_deci_a integer,
        l2_deci_a integer,
        l3_deci_a integer,
        power_w bigint,
        energy_register_wh bigint,
        offered_deci_a integer,
        soc_percent integer,
        quality text not null,
        primary key (sample_key, at_ms)
      ) partition by range (at_ms);
      create index evse_samples_of_evse on evse_samples (station_id, evse, sampled_at_ms desc);
      create index evse_samples_brin on evse_samples using brin (at_ms) with (pages_per_range = 32);
      create table evse_samples_other partition of evse_samples default;

      create table site_meter_readings (
        site_id text not null,
        meter_id text not null,
        at_ms bigint not null,
        received_at_ms bigint not null,
        l1_deci_a integer not null,
        l2_deci_a integer not null,
        l3_deci_a integer not null,
        primary key (site_id, meter_id, at_ms)
      ) partition by range (at_ms);
      create index site_meter_readings_brin on site_meter_readings using brin (at_ms) with (pages_per_range = 32);
      create table site_meter_readings_other partition of site_meter_readings default;`,
  },
  { id: '0002-exported-register', sql: 'alter table evse_samples add column exported_register_wh bigint;' },
  {
    id: '0003-temperatures',
    sql: `
      create table temperatures (
        site_id text not null,
        sensor_id text not null,
        at_ms bigint not null,
        received_at_ms bigint not null,
        deci_c integer not null,
        primary key (site_id, sensor_id, at_ms)
      ) partition by range (at_ms);
      create index temperatures_brin on temperatures using brin (at_ms) with (pages_per_range = 32);
      create table temperatures_other partition of temperatures default;`,
  },
];

export const PARTITIONED_TABLES = ['evse_samples', 'site_meter_readings', 'temperatures'] as const;
export type PartitionedTable = (typeof PARTITIONED_TABLES)[number];
