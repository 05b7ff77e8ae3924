/** What something costs at an instant; undefined where nobody says. */
export type ValueAt = (atMs: number) => number | undefined;

export type ReadSeries =
  | { readonly kind: 'read'; readonly valueAt: ValueAt; readonly fromMs: number; readonly untilMs: number }
  | { readonly kind: 'refused'; readonly why: string };

export const CARBON_COLUMNS = ['starts_at', 'marginal_kg_co2_per_kwh'] as const;
/** Ten years of quarters of an hour. */
export const MAX_LINES = 400_000;
/** A value holds until the next one, and for no longer than this. */
export const HOLDS_MS = 3_600_000;
/** Nothing that burns gives more; a kilogram is a usual figure of coal. */
const MOST_KG = 10;

/**
 * Marginal emissions from CSV: `starts_at` (RFC 3339 with an offset), `marginal_kg_co2_per_kwh`, in ascending order. One line that is wrong
 * refuses the file: unlike a session, an hour that is missing would count as clean.
 */
export function readCarbon(text: string): ReadSeries {
  const [headings = '', ...lines] = text.split(/\r?\n/u).filter((line) => line.trim() !== '');
  const names = headings.split(',').map((name) => name.trim());
  const missing = CARBON_COLUMNS.find((column) => !names.includes(column));
  if (missing !== undefined) return refused(`line 1: there is no column ${missing}`);
  if (lines.length === 0) return refused('there is no value in it');
  if (lines.length > MAX_LINES) return refused(`more than ${MAX_LINES} lines`);
  const [timeAt, valueAt] = CARBON_COLUMNS.map((column) => names.indexOf(column));
  const starts: number[] = [];
  const values: number[] = [];
  for (const [n, line] of lines.entries()) {
    const cells = line.split(',').map((cell) => cell.trim());
    const [time = '', written = ''] = [cells[timeAt ?? -1], cells[valueAt ?? -1]];
    const atMs = /(?:Z|[+-]\d{2}:\d{2})$/u.test(time) ? Date.parse(time) : Number.NaN;
    const value = written === '' ? Number.NaN : Number(written);
    if (Number.isNaN(atMs)) return refused(`line ${n + 2}: starts_at is no instant with an offset: "${time}"`);
    if (!(Math.abs(value) <= MOST_KG))
      return refused(`line ${n + 2}: marginal_kg_co2_per_kwh is no such value: "${written}"`);
    if (atMs <= (starts.at(-1) ?? -Infinity)) return refused(`line ${n + 2}: it is not after the line before`);
    starts.push(atMs);
    values.push(value);
  }
  const [fromMs = 0] = starts;
  return { kind: 'read', valueAt: stepped(starts, values), fromMs, untilMs: (starts.at(-1) ?? 0) + HOLDS_MS };
}

const refused = (why: string): ReadSeries => ({ kind: 'refused', why });

/** The last value that began, by halving. */
function stepped(starts: readonly number[], values: readonly number[]): ValueAt {
  return (atMs) => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((starts[middle] ?? Infinity) <= atMs) low = middle + 1;
      else high = middle;
    }
    const startMs = starts[low - 1];
    return startMs === undefined || atMs - startMs >= HOLDS_MS ? undefined : values[low - 1];
  };
}
