import type { Migration } from '@headroom/turn-store';

export const SCHEMA = 'grid_adapter';

/** Who acts; one row. `until` is by PostgreSQL's clock alone, so that no two clocks are compared. */
const LEASE: Migration = {
  id: '0001-lease',
  sql: `
    create table lease (
      id integer primary key check (id = 1),
      holder text not null,
      term bigint not null,
      until timestamptz not null
    );`,
};

/** What is kept of each source; the time of its last answer changes with each poll, the rest seldom. */
const SOURCES: Migration = {
  id: '0002-sources',
  sql: `
    create table sources (
      name text primary key,
      shape integer not null,
      memory jsonb not null,
      last_heard_ms bigint
    );
    create table timeline_versions (
      target text primary key,
      version bigint not null
    );`,
};

export const MIGRATIONS: readonly Migration[] = [LEASE, SOURCES];
