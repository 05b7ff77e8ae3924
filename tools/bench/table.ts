import type { BenchAim, BenchRow, BenchTable } from '@headroom/testing';

const GAP = '  ';
const PERCENT = 100;

/** Lines of a table: numbers to the right with the digits that matter, words to the left. */
export function tableLines({ title, rows, notes, aims = [] }: BenchTable): readonly string[] {
  const headings = Object.keys(rows[0] ?? {});
  const widths = headings.map((heading) =>
    rows.reduce((width, row) => Math.max(width, textOf(row[heading]).length), heading.length),
  );
  const isNumeric = (heading: string): boolean => typeof rows[0]?.[heading] === 'number';
  const line = (cell: (heading: string) => string): string =>
    headings
      .map((heading, n) => {
        const width = widths[n] ?? 0;
        return isNumeric(heading) ? cell(heading).padStart(width) : cell(heading).padEnd(width);
      })
      .join(GAP)
      .trimEnd();
  const body = rows.map((row) => line((heading) => textOf(row[heading])));
  return [title, line((heading) => heading), ...body, ...aims.map(aimLine), ...notes];
}

export const isReached = (aim: BenchAim): boolean =>
  'atLeast' in aim ? aim.value >= aim.atLeast : aim.value <= aim.atMost;

/** Such as `aim: p99 at most 25 ms: 31.0 ms, MISSED by 6.00 ms (24 %)`. */
export function aimLine(aim: BenchAim): string {
  const isLeast = 'atLeast' in aim;
  const wanted = isLeast ? aim.atLeast : aim.atMost;
  const over = isLeast ? wanted - aim.value : aim.value - wanted;
  const unit = (value: number): string => `${numberText(value)}${aim.unit.startsWith('/') ? '' : ' '}${aim.unit}`;
  const percent = `${Math.round((over / wanted) * PERCENT)} %`;
  const verdict = isReached(aim) ? 'reached' : `MISSED by ${unit(over)} (${percent})`;
  return `aim: ${aim.what} ${isLeast ? 'at least' : 'at most'} ${unit(wanted)}: ${unit(aim.value)}, ${verdict}`;
}

/** Below this a tenth matters. */
const WHOLE_FROM = 100;

const textOf = (value: BenchRow[string] | undefined): string =>
  typeof value === 'number' ? numberText(value) : (value ?? '');

/** Three digits of what is small, no fraction of what is large. */
export function numberText(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= WHOLE_FROM) return Math.round(value).toLocaleString('en');
  return value.toPrecision(3);
}
