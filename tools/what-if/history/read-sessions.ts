/** A stay at an EVSE, as a file of sessions tells it. */
export interface RecordedSession {
  readonly evseId: string;
  readonly arrivedAtMs: number;
  readonly departedAtMs: number;
  readonly deliveredKwh: number;
  /** What the driver asked for; undefined: nothing. */
  readonly requestedKwh: number | undefined;
  /** When the driver said that he would leave; undefined: he did not. */
  readonly statedDepartureAtMs: number | undefined;
}

export type ReadSessions =
  | {
      readonly kind: 'read';
      readonly sessions: readonly RecordedSession[];
      /** Lines that were skipped, and what is wrong with the first of them. */
      readonly skipped: number;
      readonly faults: readonly string[];
    }
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

/** Of a file (docs/recorded-sessions.md). */
export const MAX_FILE_BYTES = 32 * 1_024 * 1_024;
/** Ten years of a large garage. */
export const MAX_SESSIONS = 200_000;
/** Lines that are named at most. */
export const MAX_FAULTS = 100;
/** Nobody stays for longer: a longer one is a mistake in the file. */
export const MAX_STAY_MIN = 7 * 1_440;
export const MAX_ENERGY_KWH = 500;
const MINUTE_MS = 60_000;
const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/u;
const DECIMAL = /^\d+(?:\.\d+)?$/u;

/**
 * Reads sessions from CSV by the rules of docs/recorded-sessions.md: a line that is torn or wrong loses itself only, is counted, and the
 * first of them are named. Columns may stand in any order, with others among them. A file that is too large, has no headings or
 * no session at all is refused.
 */
export function readSessions(text: string): ReadSessions {
  if (text.length > MAX_FILE_BYTES) return refused(`the file has more than ${MAX_FILE_BYTES / 1_024 / 1_024} MiB`);
  const [headings, ...lines] = text.replace(/^\uFEFF/u, '').split(/\r?\n/u);
  if (headings === undefined || headings.trim() === '') return refused('the file is empty');
  const names = headings.split(',').map((name) => name.trim());
  const missing = COLUMNS.find((column) => !names.includes(column));
  if (missing !== undefined) return refused(`line 1: there is no column ${missing}`);
  if (lines.length > MAX_SESSIONS + 1) return refused(`more than ${MAX_SESSIONS} sessions`);
  const at = new Map(COLUMNS.map((column) => [column, names.indexOf(column)]));
  const sessions: RecordedSession[] = [];
  const faults: string[] = [];
  let skipped = 0;
  for (const [n, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const cells = line.split(',').map((cell) => cell.trim());
    const session =
      cells.length === names.length
        ? sessionOf((column) => cells[at.get(column) ?? -1] ?? '')
        : `${cells.length} cells under ${names.length} headings`;
    if (typeof session !== 'string') {
      sessions.push(session);
      continue;
    }
    skipped += 1;
    if (faults.length < MAX_FAULTS) faults.push(`line ${n + 2}: ${session}`);
  }
  if (sessions.length > 0) return { kind: 'read', sessions, skipped, faults };
  return refused(
    faults[0] === undefined ? 'there is no session in it' : `there is no session in it that is right; ${faults[0]}`,
  );
}

const refused = (why: string): ReadSessions => ({ kind: 'refused', why });

/** The session, or what is wrong with it. */
function sessionOf(cell: (column: Column) => string): RecordedSession | string {
  const evseId = cell('evse_id');
  if (evseId === '') return 'evse_id is empty';
  const arrivedAtMs = instantOf(cell('arrived_at'));
  const departedAtMs = instantOf(cell('departed_at'));
  if (arrivedAtMs === undefined) return `arrived_at is no instant with an offset: "${cell('arrived_at')}"`;
  if (departedAtMs === undefined) return `departed_at is no instant with an offset: "${cell('departed_at')}"`;
  const stayMin = (departedAtMs - arrivedAtMs) / MINUTE_MS;
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
    ...{ evseId, arrivedAtMs, departedAtMs, deliveredKwh, requestedKwh },
    statedDepartureAtMs: stated === 'yes' ? estimated : undefined,
  };
}

function instantOf(text: string): number | undefined {
  const day = INSTANT.exec(text)?.[1];
  if (day === undefined) return undefined;
  const atMs = Date.parse(text);
  // 31 June would be read as 1 July: midnight of the day must read back as it was written.
  const midnight = new Date(`${day}T00:00:00Z`);
  const isDay = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
  return Number.isNaN(atMs) || !isDay ? undefined : atMs;
}

function energyOf(text: string): number | undefined {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  return value >= 0 && value <= MAX_ENERGY_KWH ? value : undefined;
}
