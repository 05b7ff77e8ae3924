import type { BenchTable } from '@headroom/testing';
import type { OfLimit, Report } from './report.ts';
import type { Result } from './run/result.ts';
import { limitWords } from './run/whole-run.ts';

const PERCENT = 100;
const percent = (share: number): string => (share * PERCENT).toFixed(1);

/** What drivers told, or what nobody knows beforehand. */
export const nameOf = ({ policy, knows }: Pick<Result, 'policy' | 'knows'>): string =>
  knows === undefined ? policy : `${policy}, ${knows === 'truth' ? 'informed' : 'honest'}`;

/** A row of the table under one limit. Figures as text, with the digits that mean something. */
export function rowOf(result: Result): Readonly<Record<string, string>> {
  return {
    'way to share': nameOf(result),
    'delivered kWh': result.deliveredKwh.toFixed(0),
    'missed kWh': result.missedKwh.toFixed(0),
    'of optimum %': percent(result.ofOptimum),
    'satisfied %': percent(result.satisfied),
    'p5 session %': percent(result.fifthPercentile),
    Jain: result.jain.toFixed(3),
    starts: result.startsPerSession.toFixed(2),
    'peak kW': result.peakKw.toFixed(1),
    ...(result.currency === undefined
      ? {}
      : {
          [`energy ${result.currency}`]: (result.energyCost ?? 0).toFixed(0),
          [`demand ${result.currency}`]: (result.demandCost ?? 0).toFixed(0),
        }),
    ...(result.co2Kg === undefined ? {} : { 'CO2 kg': result.co2Kg.toFixed(0) }),
    'over limit h': (result.overMin / 60).toFixed(1),
  };
}

export const NOTES: readonly string[] = [
  'Of optimum: delivered energy by what the best possible allocator delivers that knows all arrivals and has no minimum and no steps (U1).',
  'Honest: it knows what drivers said; informed: when they really leave and what they really take. The others ask for neither.',
  'Satisfied: sessions that left with all that they could have taken in their stay, but for 0.1 kWh. p5 session: the share of that which the session gets that is worse off than 95 of 100.',
];

export const titleOf = (report: Report, { limitKw, optimum, askedKwh, sessions }: OfLimit): string =>
  `${report.site.name}, ${limitWords(limitKw)}: ${sessions} sessions, ${askedKwh.toFixed(0)} kWh asked, at most ${optimum.deliveredKwh.toFixed(0)} kWh possible (gap ${optimum.gap.toExponential(0)})`;

export const tablesOf = (report: Report): readonly BenchTable[] =>
  report.limits.map((limit, n) => ({
    title: titleOf(report, limit),
    rows: limit.results.map(rowOf),
    notes: n === report.limits.length - 1 ? [...NOTES, ...report.notes] : [],
  }));
