import type { Report } from '../report.ts';
import { monthRows, notesOf, rowOf, titleOf } from '../table.ts';

/** The tables of a report for a page of the documentation. */
export function markdownOf(report: Report): string {
  const { period, sessions, site } = report;
  return [
    `${sessions.played} sessions on ${site.evses} EVSEs, ${period.firstDay} to ${period.lastDay}; ${sessions.statedDeparture} drivers said when they leave. The site shares by \`${report.share}\`.`,
    ...report.limits.flatMap((limit) => [
      '',
      `**${titleOf(report, limit)}**`,
      '',
      ...tableOf(limit.results.map(rowOf)),
    ]),
    '',
    ...notesOf(report).map((note) => `- ${note}`),
    '',
    ...monthsOf(report),
  ].join('\n');
}

function monthsOf(report: Report): readonly string[] {
  const rows = monthRows(report);
  if (rows.length === 0) return [];
  return ['**Month by month**, by the beginning of a session', '', ...tableOf(rows), ''];
}

function tableOf(rows: readonly Readonly<Record<string, string>>[]): readonly string[] {
  const headings = Object.keys(rows[0] ?? {});
  const widths = headings.map((heading) =>
    rows.reduce((most, row) => Math.max(most, (row[heading] ?? '').length), heading.length),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |`;
  return [
    line(headings),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map((row) => line(headings.map((heading) => row[heading] ?? ''))),
  ];
}
