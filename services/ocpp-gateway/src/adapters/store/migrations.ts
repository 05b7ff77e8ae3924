import type { Migration } from '@headroom/turn-store';

/** What the log did not take (I2), in the order in which it was kept. `parked`: the log can never take it. */
export const INBOX_TABLE: Migration = {
  id: '0001-emergency-inbox',
  sql: `
    create table emergency_inbox (
      id bigint generated always as identity primary key,
      event_id text not null unique,
      station text not null,
      topic text not null,
      key text not null,
      headers jsonb not null,
      value bytea not null,
      parked boolean not null default false,
      kept_at timestamptz not null default now()
    );
    create index emergency_inbox_station on emergency_inbox (station) where not parked;
    create index emergency_inbox_waiting on emergency_inbox (id) where not parked;`,
};

/** The newest connection of each station, over all gateways (R8, G8). */
export const ARRIVALS_TABLE: Migration = {
  id: '0002-station-generation',
  sql: `
    create table station_generation (
      station text primary key,
      generation bigint not null
    );`,
};

/** Whether a station has said who it is (H59): then a mere reconnect asks it nothing, whichever gateway takes it. */
export const BOOTED_COLUMN: Migration = {
  id: '0003-station-booted',
  sql: 'alter table station_generation add column booted boolean not null default false;',
};

/** Under which site it has said so (HO-15); '': none. Null: before this was noted, so whichever it is now. */
export const BOOTED_SITE_COLUMN: Migration = {
  id: '0004-station-booted-site',
  sql: 'alter table station_generation add column booted_site text;',
};
