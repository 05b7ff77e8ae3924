/** A stay at an EVSE, as a file of sessions tells it. */
export interface RecordedSession {
  readonly evseId: string;
  readonly arrivedAtMs: number;
  readonly departedAtMs: number;
  /** Local date of its arrival, such as 2026-05-01. */
  readonly date: string;
  /** Minutes since that midnight, by the offset of the arrival. */
  readonly arriveMin: number;
  readonly departMin: number;
  readonly deliveredKwh: number;
  /** What the driver asked for; undefined: nothing. */
  readonly requestedKwh: number | undefined;
  /** When the driver said that he would leave, in minutes like the others; undefined: he did not. */
  readonly statedDepartMin: number | undefined;
}

export type ReadSessions =
  | { readonly kind: 'read'; readonly sessions: readonly RecordedSession[] }
  | { readonly kind: 'refused'; readonly why: string };

export const COLUMNS = [
  'evse_id',
  'arrived_at',
  'departed_at',
  'requested_energy_kwh',
  'delivered_energy_kwh',
  'estimated_departure_at',
  'driver_stated',
] as const;
type Column = (typeof COLUMNS)[number];

/** Ten years of a large garage. */
export const MAX_SESSIONS = 200_000;
/** Nobody stays for longer: a longer one is a mistake in the file. */
export const MAX_STAY_MIN = 7 * 1_440;
export const MAX_ENERGY_KWH = 1_000;
const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|(?<sign>[+-])(?<hours>\d{2}):(?<minutes>\d{2}))$/u;

/**
 * Reads sessions from CSV: a line of headings, in any order and with others among them, then a line for each session. Instants are
 * RFC 3339 with an offset. One line that is wrong refuses the file, with its number: a figure of half a file is worth nothing.
 */
export function readSessions(text: string): ReadSessions {
  const [headings, ...lines] = text.split(/\r?\n/u).filter((line) => line.trim() !== '');
  if (headings === undefined) return refused('the file is empty');
  const names = headings.split(',').map((name) => name.trim());
  const missing = COLUMNS.find((column) => !names.includes(column));
  if (missing !== undefined) return refused(`line 1: there is no column ${missing}`);
  if (lines.length > MAX_SESSIONS) return refused(`${lines.length} sessions, at most ${MAX_SESSIONS}`);
  const sessions: RecordedSession[] = [];
  for (const [n, line] of lines.entries()) {
    const cells = line.split(',').map((cell) => cell.trim());
    if (cells.length !== names.length)
      return refused(`line ${n + 2}: ${cells.length} cells under ${names.length} headings`);
    const session = sessionOf((column) => cells[names.indexOf(column)] ?? '');
    if (typeof session === 'string') return refused(`line ${n + 2}: ${session}`);
    sessions.push(session);
  }
  return { kind: 'read', sessions };
}

const refused = (why: string): ReadSessions => ({ kind: 'refused', why });

/** The session, or what is wrong with it. */
function sessionOf(cell: (column: Column) => string): RecordedSession | string {
  const evseId = cell('evse_id');
  if (evseId === '') return 'evse_id is empty';
  const arrived = instantOf(cell('arrived_at'));
  const departed = instantOf(cell('departed_at'));
  if (arrived === undefined) return `arrived_at is no instant with an offset: "${cell('arrived_at')}"`;
  if (departed === undefined) return `departed_at is no instant with an offset: "${cell('departed_at')}"`;
  const midnightMs = Math.floor((arrived.atMs + arrived.offsetMs) / DAY_MS) * DAY_MS - arrived.offsetMs;
  const minutes = (atMs: number): number => (atMs - midnightMs) / MINUTE_MS;
  const stayMin = minutes(departed.atMs) - minutes(arrived.atMs);
  if (stayMin < 0) return 'it departs before it arrives';
  if (stayMin > MAX_STAY_MIN) return `it stays for ${Math.round(stayMin / 1_440)} days`;
  const deliveredKwh = energyOf(cell('delivered_energy_kwh'));
  if (deliveredKwh === undefined) return `delivered_energy_kwh is no energy: "${cell('delivered_energy_kwh')}"`;
  const asked = cell('requested_energy_kwh');
  const requestedKwh = asked === '' ? undefined : energyOf(asked);
  if (asked !== '' && requestedKwh === undefined) return `requested_energy_kwh is no energy: "${asked}"`;
  const stated = cell('driver_stated');
  if (stated !== 'yes' && stated !== 'no') return `driver_stated is yes or no, not "${stated}"`;
  const estimated = instantOf(cell('estimated_departure_at'));
  if (stated === 'yes' && estimated === undefined)
    return `estimated_departure_at is no instant with an offset: "${cell('estimated_departure_at')}"`;
  return {
    ...{ evseId, deliveredKwh, requestedKwh, arrivedAtMs: arrived.atMs, departedAtMs: departed.atMs },
    date: new Date(midnightMs + arrived.offsetMs).toISOString().slice(0, 10),
    arriveMin: minutes(arrived.atMs),
    departMin: minutes(departed.atMs),
    statedDepartMin: stated === 'yes' && estimated !== undefined ? minutes(estimated.atMs) : undefined,
  };
}

function instantOf(text: string): { readonly atMs: number; readonly offsetMs: number } | undefined {
  const match = INSTANT.exec(text);
  const atMs = Date.parse(text);
  if (match === null || Number.isNaN(atMs)) return undefined;
  const { sign, hours = '0', minutes = '0' } = match.groups ?? {};
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  return { atMs, offsetMs: sign === '-' ? -offsetMs : offsetMs };
}

function energyOf(text: string): number | undefined {
  const value = text === '' ? Number.NaN : Number(text);
  return value >= 0 && value <= MAX_ENERGY_KWH ? value : undefined;
}
