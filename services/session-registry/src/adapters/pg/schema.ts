import type { Migration } from '@headroom/turn-store';

export const SCHEMA = 'registry';

/** Instants are epoch ms, energies Wh: bigint, as in the domain. Enumerations are text with a check. */
export const MIGRATIONS: readonly Migration[] = [
  {
    id: '0001-sites',
    sql: `
      create table sites (
        site_id text primary key,
        version bigint not null check (version > 0),
        configured_at_ms bigint not null,
        document jsonb not null,
        -- headroom.site.v1.SiteConfig as told to everybody.
        canonical bytea not null
      );
      create table stations (
        station_id text primary key,
        -- null: no site document names it.
        site_id text,
        evses bigint[] not null default '{}',
        password_salt bytea,
        password_hash bytea,
        check ((password_salt is null) = (password_hash is null))
      );
      create index stations_by_site on stations (site_id);
      create table tokens (
        id_token_hash text primary key,
        status text not null check (status in ('accepted', 'blocked')),
        valid_until_ms bigint,
        label text not null
      );`,
  },
  {
    id: '0002-sessions',
    sql: `
      create table cables (
        station_id text not null,
        evse bigint not null,
        kind text not null check (kind in ('plugged', 'unplugged')),
        connector bigint not null,
        at_ms bigint not null,
        primary key (station_id, evse)
      );
      create table sessions (
        session_id text primary key,
        site_id text,
        station_id text not null,
        evse bigint not null,
        started_at_ms bigint not null,
        unplugged_at_ms bigint,
        ended_at_ms bigint check (ended_at_ms >= started_at_ms),
        known_energy_wh bigint not null check (known_energy_wh >= 0),
        unknown_energies bigint not null check (unknown_energies >= 0),
        requested_energy_wh bigint check (requested_energy_wh > 0),
        departure_at_ms bigint
      );
      create unique index one_open_session on sessions (station_id, evse) where ended_at_ms is null;
      create index sessions_by_start on sessions (started_at_ms desc);
      create index sessions_by_site on sessions (site_id, started_at_ms desc);
      create index sessions_by_end on sessions (site_id, ended_at_ms) where ended_at_ms is not null;
      create table transactions (
        record_id text primary key,
        station_id text not null,
        transaction_id text not null,
        evse bigint not null,
        site_id text,
        state text not null check (state in ('open', 'closed', 'orphan')),
        session_id text,
        -- An orphan is placed by its end.
        started_at_ms bigint not null,
        authorized boolean not null,
        meter_start_wh bigint,
        last_reading_wh bigint,
        last_reading_at_ms bigint,
        ended_at_ms bigint,
        meter_stop_wh bigint,
        energy_wh bigint check (energy_wh >= 0),
        stop_reason text not null,
        stopped boolean not null,
        amendments bigint not null,
        flags text[] not null,
        check ((state = 'orphan') = (session_id is null)),
        check ((state = 'open') = (ended_at_ms is null))
      );
      -- The database's own word on it: never two open transactions on one EVSE (H5).
      create unique index one_open_transaction on transactions (station_id, evse) where state = 'open';
      create index transactions_by_name on transactions (station_id, transaction_id, started_at_ms desc);
      create index transactions_by_session on transactions (session_id, started_at_ms);
      create index transactions_by_start on transactions (started_at_ms desc);
      create index transactions_by_site on transactions (site_id, started_at_ms desc);
      create index transactions_by_station on transactions (station_id, started_at_ms desc);
      create table charging_requests (
        station_id text not null,
        evse bigint not null,
        energy_wh bigint not null,
        departure_at_ms bigint,
        expires_at_ms bigint not null,
        primary key (station_id, evse)
      );`,
  },
  {
    id: '0003-evse-turns',
    sql: `
      -- One row an EVSE, written by every turn that decides about it: of two at once the second starts anew, and sees
      -- what the first did. Without it a driver's wish and the plug-in it belongs to can each miss the other.
      create table evse_turns (
        station_id text not null,
        evse bigint not null,
        turns bigint not null,
        primary key (station_id, evse)
      );`,
  },
  {
    id: '0004-what-a-car-may-give-back',
    sql: `
      -- atPlugInWh, keepWh, efficiencyPercent, wearMicroPerKwh. Null: nothing.
      alter table sessions add column discharge bigint[] check (cardinality(discharge) = 4);
      alter table charging_requests add column discharge bigint[] check (cardinality(discharge) = 4);`,
  },
  {
    id: '0005-what-a-driver-says-of-his-battery',
    sql: `
      -- sizeWh, atPlugInWh. Null: nothing.
      alter table sessions add column battery bigint[] check (cardinality(battery) = 2);
      alter table charging_requests add column battery bigint[] check (cardinality(battery) = 2);`,
  },
];
