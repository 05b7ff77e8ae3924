import { VALUE_PER_KWH } from './money/best-profit.ts';

export interface WhatIf {
  readonly sessions: string;
  readonly site:
    | { readonly kind: 'document'; readonly file: string }
    /** One circuit with so many amperes a conductor, with an EVSE for each name in the file of sessions. */
    | { readonly kind: 'plain'; readonly limitA: number; readonly voltageV: number; readonly phases: 1 | 3 };
  /** Of the grid connection, kW; empty: as the site has it. */
  readonly limitsKw: readonly number[];
  /** No car takes more; undefined: all that its EVSE has. */
  readonly maxA: number | undefined;
  readonly tariff: string | undefined;
  readonly carbon: string | undefined;
  readonly json: string | undefined;
  readonly html: string | undefined;
  /** Of a table in a page of the documentation. */
  readonly markdown: string | undefined;
  /** So many days from the first on. */
  readonly days: number;
  readonly growth: boolean;
  /** Plays plans besides. */
  readonly plans: boolean;
  /** What a kWh in a car brings, in the currency of the tariff. */
  readonly valuePerKwh: number;
  /** `YYYY-MM`: the month that was looked at while tuning; all others are told together besides. */
  readonly tunedMonth: string | undefined;
}

export type AskedWhatIf =
  | { readonly kind: 'run'; readonly what: WhatIf }
  | { readonly kind: 'refused'; readonly why: string };

export const USAGE = [
  'npm run what-if -- --sessions FILE.csv --site SITE.yaml [--limits-kw 20,30,40] [--tariff FILE] [--carbon FILE.csv] [--growth] [--plans]',
  '                   [--value-per-kwh 0.30] [--tuned-month YYYY-MM] [--json FILE] [--html FILE] [--markdown FILE] [--days N] [--max-a AMPS]',
  'npm run what-if -- SESSIONS.csv --limit-a AMPS [--max-a 32] [--volts 230] [--phases 1|3] [--days N]',
].join('\n');

const MAX_DAYS = 3_660;
/** Each of them plays the whole history with every policy. */
export const MAX_LIMITS = 12;

interface Range {
  readonly least: number;
  readonly most: number;
}
const NUMBERS: Readonly<Record<string, Range>> = {
  '--limit-a': { least: 6, most: 10_000 },
  '--max-a': { least: 6, most: 1_000 },
  '--volts': { least: 100, most: 1_000 },
  '--phases': { least: 1, most: 3 },
  '--days': { least: 1, most: MAX_DAYS },
  '--value-per-kwh': { least: 0, most: 1_000_000 },
};
const LIMIT_KW: Range = { least: 0.1, most: 100_000 };
const TEXTS = [
  '--sessions',
  '--site',
  '--tariff',
  '--carbon',
  '--json',
  '--html',
  '--markdown',
  '--limits-kw',
  '--tuned-month',
] as const;
const FLAGS = ['--growth', '--plans'] as const;
type Flag = (typeof FLAGS)[number];
const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/u;
/** What a text option wants; others want a file. */
const WANTS: Readonly<Record<string, string>> = { '--limits-kw': 'numbers', '--tuned-month': 'a month' };
type TextOption = (typeof TEXTS)[number];
const isText = (name: string): name is TextOption => TEXTS.some((text) => text === name);

interface Told {
  readonly numbers: ReadonlyMap<string, number>;
  readonly texts: ReadonlyMap<TextOption, string>;
  readonly flags: ReadonlySet<Flag>;
}

export function readWhatIf(args: readonly string[]): AskedWhatIf {
  const told = tellApart(args);
  if (typeof told === 'string') return refused(told);
  const { numbers, texts, flags } = told;
  const sessions = texts.get('--sessions');
  if (sessions === undefined) return refused('no file of sessions');
  const site = siteOf(told);
  if (typeof site === 'string') return refused(site);
  const limitsKw = limitsOf(texts.get('--limits-kw'));
  if (typeof limitsKw === 'string') return refused(limitsKw);
  if (site.kind === 'plain' && limitsKw.length > 0) return refused('--limits-kw goes with --site');
  const tunedMonth = texts.get('--tuned-month');
  if (tunedMonth !== undefined && !MONTH.test(tunedMonth)) return refused('--tuned-month wants a month as 2019-06');
  if (numbers.has('--value-per-kwh') && !texts.has('--tariff')) return refused('--value-per-kwh goes with --tariff');
  return {
    kind: 'run',
    what: {
      ...{ sessions, site, limitsKw, growth: flags.has('--growth'), plans: flags.has('--plans'), tunedMonth },
      valuePerKwh: numbers.get('--value-per-kwh') ?? VALUE_PER_KWH,
      maxA: numbers.get('--max-a') ?? (site.kind === 'plain' ? 32 : undefined),
      days: Math.floor(numbers.get('--days') ?? MAX_DAYS),
      ...{ tariff: texts.get('--tariff'), carbon: texts.get('--carbon') },
      ...{ json: texts.get('--json'), html: texts.get('--html'), markdown: texts.get('--markdown') },
    },
  };
}

const refused = (why: string): AskedWhatIf => ({ kind: 'refused', why });

function tellApart(args: readonly string[]): Told | string {
  const numbers = new Map<string, number>();
  const texts = new Map<TextOption, string>();
  const flags = new Set<Flag>();
  for (let n = 0; n < args.length; n += 1) {
    const argument = args[n] ?? '';
    const flag = FLAGS.find((one) => one === argument);
    if (flag !== undefined) {
      flags.add(flag);
      continue;
    }
    const range = NUMBERS[argument];
    if (range === undefined && !isText(argument)) {
      if (argument.startsWith('--')) return `there is no option ${argument}`;
      const known = texts.get('--sessions');
      if (known !== undefined) return `one file is read, not "${known}" and "${argument}"`;
      texts.set('--sessions', argument);
      continue;
    }
    n += 1;
    const written = args[n];
    if (isText(argument)) {
      if (written === undefined || written.startsWith('--')) return `${argument} wants ${WANTS[argument] ?? 'a file'}`;
      texts.set(argument, written);
      continue;
    }
    const value = Number(written ?? Number.NaN);
    if (range === undefined || !(value >= range.least && value <= range.most))
      return `${argument} wants a number from ${range?.least} to ${range?.most}`;
    numbers.set(argument, value);
  }
  return { numbers, texts, flags };
}

function siteOf({ numbers, texts }: Told): WhatIf['site'] | string {
  const file = texts.get('--site');
  const limitA = numbers.get('--limit-a');
  if (file !== undefined) return limitA === undefined ? { kind: 'document', file } : '--limit-a goes without --site';
  if (limitA === undefined) return 'neither --site nor --limit-a: what may the site carry?';
  const phases = numbers.get('--phases') ?? 1;
  if (phases !== 1 && phases !== 3) return '--phases is 1 or 3';
  return { kind: 'plain', limitA, voltageV: numbers.get('--volts') ?? 230, phases };
}

function limitsOf(written: string | undefined): readonly number[] | string {
  if (written === undefined) return [];
  const limits = written.split(',').map((each) => (each.trim() === '' ? Number.NaN : Number(each)));
  if (!limits.every((limit) => limit >= LIMIT_KW.least && limit <= LIMIT_KW.most))
    return `--limits-kw wants numbers from ${LIMIT_KW.least} to ${LIMIT_KW.most}, with commas between them`;
  if (limits.length > MAX_LIMITS) return `--limits-kw takes at most ${MAX_LIMITS} limits`;
  return [...new Set(limits)].toSorted((a, b) => a - b);
}
