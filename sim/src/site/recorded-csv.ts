/** Recorded charging sessions as CSV: see `RECORDED_COLUMNS`. Strict: a line that is not exactly so is reported, skipped and counted. */
export const RECORDED_COLUMNS = [
  'evse_id',
  'arrived_at',
  'departed_at',
  'requested_energy_kwh',
  'delivered_energy_kwh',
  'estimated_departure_at',
  'driver_stated',
] as const;

/** Larger files are refused: 32 MiB are some 300,000 sessions. */
export const RECORDED_MAX_BYTES = 32 * 1024 * 1024;
/** Problems listed one by one; the rest is only counted. */
export const PROBLEMS_MAX = 100;
const ENERGY_MAX_KWH = 500;
const EVSE_ID_MAX = 40;

export interface RecordedSession {
  readonly evseId: string;
  readonly arrivedAtMs: number;
  readonly departedAtMs: number;
  readonly requestedWh: number;
  readonly deliveredWh: number;
  readonly estimatedDepartureMs?: number;
  /** The estimate is the driver's own word, not a default. */
  readonly driverStated: boolean;
  /** Local date of the arrival, by the offset in the file: `2019-06-14`. */
  readonly day: string;
}

interface RowProblem {
  /** Line of the file, the header being 1. */
  readonly row: number;
  readonly detail: string;
}

export interface RecordedFile {
  readonly sessions: readonly RecordedSession[];
  readonly problems: readonly RowProblem[];
  /** Lines that were not taken, the unlisted ones too. */
  readonly skipped: number;
}

export type ParseOutcome =
  | { readonly kind: 'parsed'; readonly file: RecordedFile }
  | { readonly kind: 'refused'; readonly detail: string };

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/;
const NUMBER = /^\d{1,6}(\.\d{1,20})?$/;

/** Epoch ms; NaN: not an RFC 3339 instant with an offset, or no such date. */
function instantOf(text: string): number {
  if (!INSTANT.test(text)) return Number.NaN;
  const ms = Date.parse(text);
  // Date.parse rolls 31 June over to 1 July: the day must read back as it was written.
  const offset = text.endsWith('Z') ? 0 : offsetMs(text.slice(-6));
  return Number.isNaN(ms) || new Date(ms + offset).toISOString().slice(0, 10) !== text.slice(0, 10) ? Number.NaN : ms;
}

function offsetMs(text: string): number {
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6));
  return (text.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** The session of one line, or the sentence that says what is wrong with it. */
function parseRow(line: string): RecordedSession | string {
  const fields = line.split(',');
  const [evseId, arrived, departed, requested, delivered, estimated, stated] = fields;
  if (fields.length !== RECORDED_COLUMNS.length || evseId === undefined || arrived === undefined) {
    return `has ${fields.length} fields, ${RECORDED_COLUMNS.length} are needed`;
  }
  if (!/^[0-9A-Za-z_-]+$/.test(evseId) || evseId.length > EVSE_ID_MAX) {
    return `evse_id "${evseId.slice(0, EVSE_ID_MAX)}" is not 1 to ${EVSE_ID_MAX} characters of [0-9A-Za-z_-]`;
  }
  const arrivedAtMs = instantOf(arrived);
  const departedAtMs = instantOf(departed ?? '');
  if (Number.isNaN(arrivedAtMs)) return `arrived_at "${arrived}" is not an RFC 3339 instant with an offset`;
  if (Number.isNaN(departedAtMs)) return `departed_at "${departed}" is not an RFC 3339 instant with an offset`;
  if (departedAtMs <= arrivedAtMs) return `departed_at ${departed} is not after arrived_at ${arrived}`;
  for (const [name, text] of [
    ['requested_energy_kwh', requested],
    ['delivered_energy_kwh', delivered],
  ] as const) {
    if (!NUMBER.test(text ?? '') || Number(text) > ENERGY_MAX_KWH) {
      return `${name} "${text}" is not a number from 0 to ${ENERGY_MAX_KWH}`;
    }
  }
  if (stated !== 'yes' && stated !== 'no') return `driver_stated "${stated}" is neither yes nor no`;
  const estimatedMs = estimated === '' ? undefined : instantOf(estimated ?? '');
  if (Number.isNaN(estimatedMs))
    return `estimated_departure_at "${estimated}" is not an RFC 3339 instant with an offset`;
  return {
    evseId,
    arrivedAtMs,
    departedAtMs,
    driverStated: stated === 'yes',
    day: arrived.slice(0, 10),
    requestedWh: Math.round(Number(requested) * 1_000),
    deliveredWh: Math.round(Number(delivered) * 1_000),
    ...(estimatedMs === undefined ? {} : { estimatedDepartureMs: estimatedMs }),
  };
}

/** Parses a whole file; only a wrong header or size refuses it as such. */
export function parseRecorded(text: string): ParseOutcome {
  if (text.length > RECORDED_MAX_BYTES) {
    return { kind: 'refused', detail: `The file has more than ${RECORDED_MAX_BYTES} bytes.` };
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const header = lines[0] ?? '';
  if (header !== RECORDED_COLUMNS.join(',')) {
    return { kind: 'refused', detail: `The first line must be "${RECORDED_COLUMNS.join(',')}".` };
  }
  const sessions: RecordedSession[] = [];
  const problems: RowProblem[] = [];
  let skipped = 0;
  lines.forEach((line, i) => {
    if (i === 0 || line === '') return;
    const row = parseRow(line);
    if (typeof row !== 'string') {
      sessions.push(row);
      return;
    }
    skipped += 1;
    if (problems.length < PROBLEMS_MAX) problems.push({ row: i + 1, detail: `Row ${i + 1} ${row}.` });
  });
  return { kind: 'parsed', file: { sessions, problems, skipped } };
}

/** The sessions that arrived on a local date, in order of arrival. */
export const sessionsOfDay = (sessions: readonly RecordedSession[], day: string): readonly RecordedSession[] =>
  sessions.filter((session) => session.day === day).toSorted((a, b) => a.arrivedAtMs - b.arrivedAtMs);

/** The day with the most arrivals; the earliest of equals. Undefined of no sessions. */
export function busiestDay(sessions: readonly RecordedSession[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { day } of sessions) counts.set(day, (counts.get(day) ?? 0) + 1);
  let best: string | undefined;
  for (const day of [...counts.keys()].toSorted()) {
    if (best === undefined || (counts.get(day) ?? 0) > (counts.get(best) ?? 0)) best = day;
  }
  return best;
}
