import { siteV1 } from '@headroom/contracts';
import { type SiteId, siteId, type StationId, stationId } from '@headroom/kernel';
import type { SiteModelInput } from '@headroom/site-model';
import type { Sql } from '@headroom/turn-store';
import { type Site, stationsOf } from '../../domain/site.ts';
import type { Token } from '../../domain/token.ts';
import type { Station, StationCredentials } from '../../ports.ts';
import { configFromSite } from '../wire/site-config.ts';

interface SiteRow {
  readonly site_id: string;
  readonly configured_at_ms: number;
  readonly document: SiteModelInput;
}
interface StationRow {
  readonly station_id: string;
  readonly site_id: string | null;
  readonly evses: readonly (number | string)[];
  readonly password_salt: Uint8Array | null;
  readonly password_hash: Uint8Array | null;
}
interface TokenRow {
  readonly id_token_hash: string;
  readonly status: Token['status'];
  readonly valid_until_ms: number | null;
  readonly label: string;
}

const SITE_COLUMNS = 'site_id, configured_at_ms, document';
const STATION_COLUMNS = 'station_id, site_id, evses, password_salt, password_hash';

const siteOf = (row: SiteRow): Site => ({
  siteId: siteId(row.site_id),
  document: row.document,
  configuredAtMs: row.configured_at_ms,
});

function stationOf(row: StationRow): Station {
  const { password_salt: salt, password_hash: hash } = row;
  return {
    stationId: stationId(row.station_id),
    siteId: row.site_id === null ? undefined : siteId(row.site_id),
    evses: row.evses.map(Number),
    credentials: salt === null || hash === null ? undefined : { salt, hash },
  };
}

export async function loadSite(sql: Sql, id: SiteId): Promise<Site | undefined> {
  const rows = await sql<SiteRow>(`select ${SITE_COLUMNS} from sites where site_id = $1`, [id]);
  return rows[0] && siteOf(rows[0]);
}

export async function loadSites(sql: Sql, limit: number): Promise<readonly Site[]> {
  const rows = await sql<SiteRow>(`select ${SITE_COLUMNS} from sites order by site_id collate "C" limit $1`, [limit]);
  return rows.map(siteOf);
}

export async function storeSite(sql: Sql, site: Site): Promise<void> {
  const canonical = siteV1.SiteConfig.encode(configFromSite(site)).finish();
  await sql(
    `insert into sites (site_id, version, configured_at_ms, document, canonical) values ($1, $2, $3, $4, $5)
     on conflict (site_id) do update set version = excluded.version, configured_at_ms = excluded.configured_at_ms,
       document = excluded.document, canonical = excluded.canonical`,
    [site.siteId, site.document.version, site.configuredAtMs, JSON.stringify(site.document), canonical],
  );
  await placeStations(sql, site);
}

async function placeStations(sql: Sql, site: Site): Promise<void> {
  const places = stationsOf(site.document);
  const ids = places.map((place) => place.stationId);
  await sql(
    `update stations set site_id = null, evses = '{}' where site_id = $1 and not station_id = any($2::text[])`,
    [site.siteId, ids],
  );
  // In the order of the ids, so that two documents at once do not deadlock.
  await sql(
    `insert into stations (station_id, site_id, evses)
     select station_id, $1, string_to_array(evses, ',')::bigint[] from unnest($2::text[], $3::text[]) as place(station_id, evses)
     order by station_id
     on conflict (station_id) do update set site_id = excluded.site_id, evses = excluded.evses`,
    [site.siteId, ids, places.map((place) => place.evses.join(','))],
  );
}

export async function loadStations(sql: Sql, ids: readonly StationId[]): Promise<readonly Station[]> {
  const rows = await sql<StationRow>(
    `select ${STATION_COLUMNS} from stations where station_id = any($1::text[]) order by station_id collate "C"`,
    [ids],
  );
  return rows.map(stationOf);
}

export async function storeCredentials(
  sql: Sql,
  id: StationId,
  credentials: StationCredentials,
): Promise<SiteId | undefined> {
  const rows = await sql<{ site_id: string | null }>(
    `insert into stations (station_id, password_salt, password_hash) values ($1, $2, $3)
     on conflict (station_id) do update
       set password_salt = excluded.password_salt, password_hash = excluded.password_hash
     returning site_id`,
    [id, credentials.salt, credentials.hash],
  );
  const site = rows[0]?.site_id ?? null;
  return site === null ? undefined : siteId(site);
}

export async function loadToken(sql: Sql, idTokenHash: string): Promise<Token | undefined> {
  const rows = await sql<TokenRow>(
    'select id_token_hash, status, valid_until_ms, label from tokens where id_token_hash = $1',
    [idTokenHash],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  const { status, label } = row;
  return { idTokenHash: row.id_token_hash, status, validUntilMs: row.valid_until_ms ?? undefined, label };
}

export async function storeToken(sql: Sql, token: Token): Promise<void> {
  await sql(
    `insert into tokens (id_token_hash, status, valid_until_ms, label) values ($1, $2, $3, $4)
     on conflict (id_token_hash) do update
       set status = excluded.status, valid_until_ms = excluded.valid_until_ms, label = excluded.label`,
    [token.idTokenHash, token.status, token.validUntilMs ?? null, token.label],
  );
}
