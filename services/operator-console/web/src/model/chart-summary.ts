import { clockSeconds, clockTime, duration, kilowatts, whole, words } from './format.ts';
import type { LimitStep } from './grid-live.ts';
import type { Layer } from './layers.ts';
import { indexFrom, siteAt, type PowerSeries } from './power-series.ts';

export interface WindowFacts {
  readonly fromMs: number;
  readonly toMs: number;
  readonly peakKw: number;
  readonly peakAtMs: number;
  readonly worstOverKw: number;
  readonly overSeconds: number;
  readonly nowKw: number | null;
  readonly limitKw: number | null;
  /** The highest limit that held in the window: the picture has to reach above it. */
  readonly highestLimitKw: number;
}

/** What happened in the window: the peak, and whether the limit was ever passed. Null while there is no point. */
export function windowFacts(series: PowerSeries, fromS: number): WindowFacts | null {
  let peakKw = -1;
  let peakAtS = 0;
  let worstOverKw = 0;
  let overSeconds = 0;
  let highestLimitKw = 0;
  const first = indexFrom(series, fromS);
  for (let index = first; index < series.timesS.length; index += 1) {
    highestLimitKw = Math.max(highestLimitKw, series.limit[index] ?? 0);
    const siteKw = siteAt(series, index);
    if (siteKw === null) continue;
    if (siteKw > peakKw) {
      peakKw = siteKw;
      peakAtS = series.timesS[index] ?? 0;
    }
    const overKw = siteKw - (series.limit[index] ?? Number.POSITIVE_INFINITY);
    if (overKw <= 0) continue;
    worstOverKw = Math.max(worstOverKw, overKw);
    overSeconds += (series.timesS[index] ?? 0) - (series.timesS[index - 1] ?? series.timesS[index] ?? 0);
  }
  const last = series.timesS.length - 1;
  if (peakKw < 0) return null;
  return {
    fromMs: (series.timesS[first] ?? 0) * 1000,
    toMs: (series.timesS[last] ?? 0) * 1000,
    peakKw,
    peakAtMs: peakAtS * 1000,
    worstOverKw,
    overSeconds,
    nowKw: siteAt(series, last),
    limitKw: series.limit[last] ?? null,
    highestLimitKw,
  };
}

const SHOWN_KW = 0.05;

/** The chart in one or two sentences: the caption under it, and what a screen reader says of it. */
export function summarySentence(facts: WindowFacts | null, zone: string): string {
  if (facts === null) return 'No reading yet.';
  const peak = `peak ${words(kilowatts(facts.peakKw))} at ${clockTime(facts.peakAtMs, zone)}`;
  const over =
    facts.worstOverKw < SHOWN_KW
      ? 'never over the limit'
      : `up to ${words(kilowatts(facts.worstOverKw))} over the limit, ${words(whole(Math.max(1, facts.overSeconds), 's'))} in all`;
  return `Last ${lengthWords(facts.toMs - facts.fromMs)}: ${peak}, ${over}.`;
}

/** What is known of the limit that comes; empty: it stays. */
export function aheadSentence(ahead: readonly LimitStep[], zone: string): string {
  const [, next] = ahead;
  if (next === undefined) return '';
  const last = ahead.at(-1);
  const later =
    last === undefined || last === next
      ? ''
      : `, and ${words(kilowatts(last.powerKw))} from ${clockSeconds(last.fromMs, zone)}`;
  return ` The limit will be ${words(kilowatts(next.powerKw))} from ${clockSeconds(next.fromMs, zone)}${later}.`;
}

/** Seconds while minutes would be too coarse. */
const lengthWords = (ms: number): string =>
  ms < 120_000 ? words(whole(ms / 1000, 's')) : duration(Math.round(ms / 60_000) * 60_000);

export interface TableRow {
  readonly atMs: number;
  readonly limitKw: number | null;
  readonly siteKw: number | null;
  readonly buildingKw: number | null;
  readonly circuitsKw: readonly (number | null)[];
}

export interface CircuitColumn {
  readonly circuitId: string;
  readonly label: string;
}

export function circuitColumns(
  layers: readonly Layer[],
  nameOf: ReadonlyMap<string, string>,
): readonly CircuitColumn[] {
  const ids = new Set(layers.flatMap((layer) => layer.circuitId ?? []));
  return [...ids].map((circuitId) => ({ circuitId, label: nameOf.get(circuitId) ?? 'Other' }));
}

export function tableRow(series: PowerSeries, index: number, columns: readonly CircuitColumn[]): TableRow {
  return {
    atMs: (series.timesS[index] ?? 0) * 1000,
    limitKw: series.limit[index] ?? null,
    siteKw: siteAt(series, index),
    buildingKw: series.raw[0]?.[index] ?? null,
    circuitsKw: columns.map(({ circuitId }) => circuitSum(series, index, circuitId)),
  };
}

function circuitSum(series: PowerSeries, index: number, circuitId: string): number | null {
  let sum: number | null = null;
  series.layers.forEach((layer, position) => {
    const kw = series.raw[position]?.[index] ?? null;
    if (layer.circuitId === circuitId && kw !== null) sum = (sum ?? 0) + kw;
  });
  return sum;
}

export const MAX_TABLE_ROWS = 60;

/** The window as at most 60 rows, newest first: every n-th point as it was, nothing averaged. */
export function tableRows(series: PowerSeries, fromS: number, columns: readonly CircuitColumn[]): readonly TableRow[] {
  const first = indexFrom(series, fromS);
  const count = series.timesS.length - first;
  const step = Math.max(1, Math.ceil(count / MAX_TABLE_ROWS));
  const rows: TableRow[] = [];
  for (let index = series.timesS.length - 1; index >= first; index -= step) {
    if (siteAt(series, index) !== null) rows.push(tableRow(series, index, columns));
  }
  return rows;
}
