import type { BenchTable } from '@headroom/testing';
import type { OfLimit, Report } from './report.ts';
import { OURS } from './run/compare-on-site.ts';
import { OTHER_MONTHS } from './run/month-results.ts';
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
    ...(result.profit === undefined
      ? {}
      : {
          [`profit ${result.currency ?? ''}`]: result.profit.toFixed(0),
          'of best profit %': result.ofBestProfit === undefined ? '' : percent(result.ofBestProfit),
        }),
    ...(result.co2Kg === undefined ? {} : { 'CO2 kg': result.co2Kg.toFixed(0) }),
    'over limit h': (result.overMin / 60).toFixed(1),
  };
}

const NOTES: readonly string[] = [
  'Of optimum: delivered energy by what the best possible allocator delivers that knows all arrivals and has no minimum and no steps (U1).',
  'Honest: it knows what drivers said; informed: when they really leave and what they really take. The others ask for neither.',
  'Satisfied: sessions that left with all that they could have taken in their stay, but for 0.1 kWh. p5 session: the share of that which the session gets that is worse off than 95 of 100.',
];

/** What a report of money says beside its tables. */
const moneyNotes = ({ currency, valuePerKwh, limits }: Report): readonly string[] => {
  const best = limits.flatMap(({ bestProfit }) => bestProfit ?? []);
  if (currency === undefined || valuePerKwh === undefined || best.length === 0) return [];
  const over = best.reduce((most, { overMonths }) => Math.max(most, overMonths), 0);
  return [
    `Profit: ${valuePerKwh.toFixed(2)} ${currency} for each kWh in a car, less energy and demand charges. Of best profit: of what nobody could exceed who knows all arrivals and prices, has no minimum and no steps, and leaves a kWh unsold that earns nothing (U2), month by month.${over === 0 ? '' : ` ${over} ${over === 1 ? 'session' : 'sessions'} over the end of a month may have there in each of the two months what they want in all.`}`,
    'Without control limits are broken: its money is there for comparison only.',
  ];
};

const planNotes = ({ limits }: Report): readonly string[] =>
  limits.some(({ results }) => results.some(({ plans }) => plans !== undefined))
    ? [
        'With plan: along a plan made anew every five minutes, as soon as somebody came or left, of who is there; for delivery. For cost: the same, for the lowest bill once nobody goes short.',
      ]
    : [];

export const notesOf = (report: Report): readonly string[] => [
  ...NOTES,
  ...moneyNotes(report),
  ...planNotes(report),
  ...report.notes,
];

/** What no way to share could exceed, in money. */
function bestWords({ currency = '' }: Report, { bestProfit }: OfLimit): string {
  if (bestProfit === undefined) return '';
  const { profit, deliveredKwh, gap } = bestProfit;
  return `, at most ${profit.toFixed(0)} ${currency} of profit (with ${deliveredKwh.toFixed(0)} kWh, gap ${gap.toExponential(0)})`;
}

/** A row for each month and way of ours under each limit; of a single month nothing. */
export function monthRows({ limits, tunedMonth }: Report): readonly Readonly<Record<string, string>>[] {
  const words = (month: string): string => {
    if (month === OTHER_MONTHS) return `all but ${tunedMonth ?? ''}`;
    return month === tunedMonth ? `${month} (tuned on)` : month;
  };
  return limits.flatMap((limit) =>
    limit.results
      .filter(({ policy }) => policy.startsWith(OURS))
      .flatMap((result) =>
        (result.byMonth ?? []).map((month) => ({
          limit: limitWords(limit.limitKw),
          'way to share': nameOf(result),
          month: words(month.month),
          sessions: `${month.sessions}`,
          'delivered kWh': month.deliveredKwh.toFixed(0),
          'of optimum %': percent(month.ofOptimum),
          'satisfied %': percent(month.satisfied),
          'p5 session %': percent(month.fifthPercentile),
          Jain: month.jain.toFixed(3),
          starts: month.startsPerSession.toFixed(2),
        })),
      ),
  );
}

export function titleOf(report: Report, limit: OfLimit): string {
  const { limitKw, optimum, askedKwh, sessions } = limit;
  return `${report.site.name}, ${limitWords(limitKw)}: ${sessions} sessions, ${askedKwh.toFixed(0)} kWh asked, at most ${optimum.deliveredKwh.toFixed(0)} kWh possible (gap ${optimum.gap.toExponential(0)})${bestWords(report, limit)}`;
}

export const tablesOf = (report: Report): readonly BenchTable[] =>
  report.limits.map((limit, n) => ({
    title: titleOf(report, limit),
    rows: limit.results.map(rowOf),
    notes: n === report.limits.length - 1 ? notesOf(report) : [],
  }));
