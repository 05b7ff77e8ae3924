import type { OfLimit, Report } from '../report.ts';
import { OURS } from '../run/compare-on-site.ts';
import type { Result } from '../run/result.ts';
import { OURS_PLANNED } from '../run/planned-results.ts';
import { limitWords } from '../run/whole-run.ts';
import { nameOf, rowOf } from '../table.ts';
import { moneySection, planSection } from './money-section.ts';
import { bars, escaped, lines, niceStep, type Series } from './svg.ts';
import { STYLE } from './style.ts';

/** So many drivers of 100 should leave satisfied before a limit is called enough. */
const ENOUGH = 0.95;
const PERCENT = 100;

const percent = (share: number): string => `${(share * PERCENT).toFixed(share > 0.9995 ? 0 : 1)}\u00a0%`;
const kw = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)}\u00a0kW`;

export const oursIn = ({ results }: OfLimit): Result | undefined =>
  results.find(({ policy, knows }) => policy === OURS && knows === 'claims');
const named = ({ results }: OfLimit, name: string): Result | undefined => results.find(({ policy }) => policy === name);

/** The least of the limits under which enough drivers leave satisfied; undefined: none of them is enough. */
export const enoughIn = (limits: readonly OfLimit[]): OfLimit | undefined =>
  limits.find((limit) => (oursIn(limit)?.satisfied ?? 0) >= ENOUGH);

/** A report as one page for the owner of the site: no script, no file beside it, nothing fetched. */
export function pageOf(report: Report): string {
  const shown = enoughIn(report.limits) ?? report.limits.at(-1);
  const body = shown === undefined ? '<p>No limit was played.</p>' : sections(report, shown).join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>What if: ${escaped(report.site.name)}</title><style>${STYLE}</style></head>
<body><main>
${body}
</main></body></html>
`;
}

function sections(report: Report, shown: OfLimit): readonly string[] {
  const { site, period, sessions } = report;
  return [
    `<p class="soft">${escaped(site.name)} · ${escaped(period.firstDay)} to ${escaped(period.lastDay)} · ${sessions.played} sessions at ${site.evses} bays</p>`,
    headline(report, shown),
    cards(report, shown),
    limitsSection(report),
    peakSection(shown),
    daySection(report, shown),
    moneySection(report, shown),
    planSection(shown),
    growthSection(report),
    tablesSection(report),
    wordsSection(report),
  ].filter((section) => section !== '');
}

function headline(report: Report, shown: OfLimit): string {
  const [ours, none] = [oursIn(shown), named(shown, 'uncontrolled')];
  if (ours === undefined || none === undefined) return '';
  const isEnough = ours.satisfied >= ENOUGH;
  const one = isEnough
    ? `With ${limitWords(shown.limitKw)}, ${percent(ours.satisfied)} of drivers would have left with all that they could get`
    : `${limitWords(shown.limitKw)} would not have been enough: ${percent(ours.satisfied)} of drivers would have left with all that they could get`;
  const tried =
    report.limits.length > 1 && isEnough ? ' It is the smallest of the limits that were tried where that is so.' : '';
  return `<h1>${escaped(one)}</h1>
<p>The recorded cars were played again, in steps of five minutes, through the control loop that would steer the site. What drivers themselves had said was all it knew.
Without any control the same cars would have drawn up to ${kw(none.peakKw)} at once.${escaped(tried)}</p>`;
}

function cards(report: Report, shown: OfLimit): string {
  const [ours, none] = [oursIn(shown), named(shown, 'uncontrolled')];
  if (ours === undefined || none === undefined) return '';
  const card = (figure: string, words: string): string =>
    `<div class="card"><b>${escaped(figure)}</b><span>${escaped(words)}</span></div>`;
  const cut = none.peakKw > 0 ? 1 - ours.peakKw / none.peakKw : 0;
  return `<div class="cards">${[
    card(percent(cut), `lower peak: ${kw(ours.peakKw)} instead of ${kw(none.peakKw)}`),
    card(
      percent(ours.deliveredKwh / shown.askedKwh),
      `of the energy that cars took then, delivered: ${Math.round(ours.missedKwh)} of ${Math.round(shown.askedKwh)} kWh missed`,
    ),
    card(percent(ours.ofOptimum), 'of what the best imaginable control could deliver, one that sees the future'),
    ...(ours.currency === undefined || none.demandCost === undefined
      ? []
      : [
          card(
            `${Math.round(none.demandCost - (ours.demandCost ?? 0))} ${ours.currency}`,
            `less for the highest powers of the period (${report.period.days} days)`,
          ),
        ]),
    ...(ours.co2Kg === undefined || none.co2Kg === undefined
      ? []
      : [card(`${Math.round(ours.co2Kg)} kg`, `CO₂; ${Math.round(none.co2Kg)} kg without control`)]),
  ].join('')}</div>`;
}

const WAYS: readonly (readonly [name: string, words: string, colour: string])[] = [
  ['equal share', 'equal shares', 'equal'],
  ['FCFS', 'first come, first served', 'first'],
];

function limitsSection({ limits }: Report): string {
  if (limits.length < 2) return '';
  const series = (pick: (limit: OfLimit) => number | undefined): readonly number[] =>
    limits.map((limit) => (pick(limit) ?? 0) * PERCENT);
  const all: readonly Series[] = [
    {
      name: 'best imaginable',
      colour: 'best',
      dashed: true,
      values: series(({ optimum, askedKwh }) => optimum.deliveredKwh / askedKwh),
    },
    { name: OURS, colour: 'ours', values: series((limit) => (oursIn(limit)?.deliveredKwh ?? 0) / limit.askedKwh) },
    ...WAYS.map(
      ([name, words, colour]): Series => ({
        name: words,
        colour,
        values: series((limit) => (named(limit, name)?.deliveredKwh ?? 0) / limit.askedKwh),
      }),
    ),
  ];
  const least = Math.min(...all.flatMap(({ values }) => values));
  const from = Math.max(0, Math.floor(least / 10) * 10);
  const step = niceStep(PERCENT - from);
  return `<h2>How large must the connection be?</h2>
<p>Each line is a way to share. The further left it stays near 100 %, the smaller the connection that will do.${fixedWords(limits)}</p>
<figure>${lines({
    title: 'Share of the energy that is delivered, by the limit of the connection',
    x: limits.map(({ limitKw }) => limitKw ?? 0),
    xWords: (value) => `${value} kW`,
    y: { from, to: PERCENT, step, words: (value) => `${Math.round(value)} %` },
    series: all,
  })}<figcaption>Delivered energy as a share of what the cars took, by the limit of the grid connection.</figcaption></figure>`;
}

/** What no management at all would come to: far below all lines, so it is said and not drawn. */
function fixedWords(limits: readonly OfLimit[]): string {
  const shares = limits.flatMap((limit) => {
    const fixed = named(limit, 'static');
    return fixed === undefined ? [] : [fixed.deliveredKwh / limit.askedKwh];
  });
  if (shares.length === 0) return '';
  return ` With a fixed current for every bay it would be ${percent(Math.min(...shares))} to ${percent(Math.max(...shares))}.`;
}

function peakSection(shown: OfLimit): string {
  const colours: Readonly<Record<string, string>> = {
    uncontrolled: 'none',
    static: 'fixed',
    'equal share': 'equal',
    FCFS: 'first',
    EDF: 'first',
    LLF: 'first',
    [OURS]: 'ours',
    [OURS_PLANNED.delivery]: 'ours',
    [OURS_PLANNED.cost]: 'ours',
  };
  const rows = shown.results.map((result) => ({
    ...{
      name: nameOf(result),
      value: result.peakKw,
      words: kw(result.peakKw),
      colour: colours[result.policy] ?? 'fixed',
    },
  }));
  const mark =
    shown.limitKw === undefined ? {} : { mark: { value: shown.limitKw, words: `limit ${kw(shown.limitKw)}` } };
  return `<h2>The highest power</h2>
<p>The highest mean of a quarter of an hour, as contracts measure it. Only without control does it go beyond the limit.</p>
<figure>${bars({ title: 'Highest quarter of an hour by way to share', rows, ...mark })}</figure>`;
}

const HOURS = 24;

function daySection({ site, period }: Report, shown: OfLimit): string {
  const [ours, none] = [oursIn(shown), named(shown, 'uncontrolled')];
  if (ours === undefined || none === undefined) return '';
  const offset = hoursOff(site.timezone, period.firstDay);
  const local = (values: readonly number[]): readonly number[] =>
    values.map((_, hour) => values[(((hour - offset) % HOURS) + HOURS) % HOURS] ?? 0);
  const series: readonly Series[] = [
    { name: 'no control', colour: 'none', values: local(none.meanOfDayKw) },
    { name: OURS, colour: 'ours', values: local(ours.meanOfDayKw) },
  ];
  const most = Math.max(...series.flatMap(({ values }) => values), 1);
  const step = niceStep(most);
  return `<h2>A day, on average</h2>
<p>Load moves from the morning rush into the hours in which cars stand anyway.</p>
<figure>${lines({
    title: 'Mean power of the cars by the hour of the day',
    x: Array.from({ length: HOURS }, (_, hour) => hour),
    xWords: (hour) => `${String(hour).padStart(2, '0')}:00`,
    every: 4,
    y: { from: 0, to: Math.ceil(most / step) * step, step, words: (value) => `${value} kW` },
    series,
  })}<figcaption>Mean over all days of the period, weekends included: single days go higher. Hours of ${escaped(site.timezone)}.</figcaption></figure>`;
}

/** Whole hours that clocks of a zone are ahead of UTC on a day. */
function hoursOff(timezone: string, date: string): number {
  const noon = Date.parse(`${date}T12:00:00Z`);
  const hour = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hour: '2-digit', hourCycle: 'h23' }).format(noon);
  return Number(hour) - 12;
}

function growthSection({ growth }: Report): string {
  if (growth.length === 0) return '';
  const [first] = growth;
  const heads = first?.limits.map(({ limitKw }) => `<th>${escaped(limitWords(limitKw))}</th>`).join('') ?? '';
  const rows = growth.map(({ growth: { name, share }, sessions, turnedAway, limits }) => {
    const cells = limits.map((limit) => `<td>${percent(oursIn(limit)?.satisfied ?? 0)}</td>`).join('');
    const peak = named(limits[0] ?? EMPTY, 'uncontrolled')?.peakKw ?? 0;
    return `<tr><td>${escaped(name)}: ${share === 0 ? 'as today' : `${Math.round(share * PERCENT)} % more cars`}</td><td>${sessions}</td><td>${turnedAway}</td><td>${kw(peak)}</td>${cells}</tr>`;
  });
  return `<h2>If more cars come</h2>
<p>Three guesses at the years to come. The added cars are copies of recorded ones, a week apart; the columns say how many drivers leave with all that they can get.</p>
<div class="scroll"><table><tr><th>guess</th><th>sessions</th><th>no free bay</th><th>peak without control</th>${heads}</tr>${rows.join('')}</table></div>`;
}

const EMPTY: OfLimit = { askedKwh: 0, sessions: 0, optimum: { deliveredKwh: 0, gap: 0, blocks: 0 }, results: [] };

function tablesSection({ limits }: Report): string {
  const tables = limits.map((limit) => {
    const rows = limit.results.map(rowOf);
    const headings = Object.keys(rows[0] ?? {});
    const body = rows.map((row, n) => {
      const isOurs = limit.results[n]?.policy.startsWith(OURS) === true;
      return `<tr${isOurs ? ' class="ours"' : ''}>${headings.map((heading) => `<td>${escaped(row[heading] ?? '')}</td>`).join('')}</tr>`;
    });
    return `<details><summary>${escaped(limitWords(limit.limitKw))}: at most ${Math.round(limit.optimum.deliveredKwh)} of ${Math.round(limit.askedKwh)} kWh possible</summary>
<div class="scroll"><table><tr>${headings.map((heading) => `<th>${escaped(heading)}</th>`).join('')}</tr>${body.join('')}</table></div></details>`;
  });
  return `<h2>All figures</h2>${tables.join('')}`;
}

const PROFIT_WORDS: readonly [string, string] = [
  'Profit, best profit',
  'what drivers pay, less energy and the charges for the highest powers. The best profit is that of a computation that knows all arrivals and prices beforehand and leaves energy unsold that earns nothing; its proof is checked in the same way.',
];

function wordsSection({ sessions, notes, currency }: Report): string {
  const said = Math.round((sessions.statedDeparture / Math.max(1, sessions.played)) * PERCENT);
  const words: readonly (readonly [string, string])[] = [
    [
      'Asked',
      'what the cars took in the recorded sessions. What they would have taken on a larger connection no file tells.',
    ],
    ['Satisfied', 'left with all that the car could have taken while it stood there, but for 0.1 kWh.'],
    [
      'Honest, informed',
      `honest: the control knew only what drivers said (${said} % said when they leave); informed: it knew when they really leave. The difference is what better statements are worth.`,
    ],
    [
      'Static',
      'every bay has a fixed current such that all fit at once, without any management. Where that is less than a car can take, only so many bays can be built.',
    ],
    [
      'Equal share, FCFS, EDF, LLF',
      'the same for everybody; first come, first served; who leaves first, first; who can wait least, first.',
    ],
    [
      'Best imaginable',
      'a computation that knows all arrivals beforehand and needs no minimum current. Nothing can beat it; its proof is checked by a program that shares nothing with the one that found it.',
    ],
    ...(currency === undefined ? [] : [PROFIT_WORDS]),
    [
      'Cars',
      'every car is taken to charge with all that its bay gives. Time is cut into steps of five minutes; between them the control acts at seconds.',
    ],
  ];
  const left = [
    ...(sessions.leftOut > 0 ? [`${sessions.leftOut} sessions were too short or too small to count.`] : []),
    ...(sessions.overlapping > 0
      ? [`${sessions.overlapping} sessions began at a bay that had a car, and were left out.`]
      : []),
    ...(sessions.skippedLines > 0 ? [`${sessions.skippedLines} lines of the file could not be read.`] : []),
    ...notes,
  ];
  return `<h2>What the words mean</h2><dl>${words.map(([term, meaning]) => `<dt>${escaped(term)}</dt><dd>${escaped(meaning)}</dd>`).join('')}</dl>
${left.map((note) => `<p class="soft">${escaped(note)}</p>`).join('')}`;
}
