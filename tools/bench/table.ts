import type { BenchRow, BenchTable } from '@headroom/testing';

const GAP = '  ';

/** Lines of a table: numbers to the right with the digits that matter, words to the left. */
export function tableLines({ title, rows, notes }: BenchTable): readonly string[] {
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
  return [title, line((heading) => heading), ...rows.map((row) => line((heading) => textOf(row[heading]))), ...notes];
}

/** Below this a tenth matters. */
const WHOLE_FROM = 100;

function textOf(value: BenchRow[string] | undefined): string {
  if (typeof value !== 'number') return value ?? '';
  if (Number.isInteger(value) || Math.abs(value) >= WHOLE_FROM) return Math.round(value).toLocaleString('en');
  return value.toPrecision(3);
}
