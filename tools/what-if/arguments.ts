export interface WhatIf {
  readonly file: string;
  /** Of each conductor of the site. */
  readonly limitA: number;
  readonly maxCurrentA: number;
  readonly voltageV: number;
  readonly phases: 1 | 3;
  /** So many days from the first on. */
  readonly days: number;
}

export type AskedWhatIf =
  | { readonly kind: 'run'; readonly what: WhatIf }
  | { readonly kind: 'refused'; readonly why: string };

export const USAGE =
  'npm run what-if -- SESSIONS.csv --limit-a AMPS [--max-a 32] [--volts 230] [--phases 1|3] [--days 366]';
const MAX_DAYS = 366;

interface Option {
  readonly least: number;
  readonly most: number;
  readonly otherwise: number | undefined;
}
const OPTIONS: Readonly<Record<string, Option>> = {
  '--limit-a': { least: 6, most: 10_000, otherwise: undefined },
  '--max-a': { least: 6, most: 1_000, otherwise: 32 },
  '--volts': { least: 100, most: 1_000, otherwise: 230 },
  '--phases': { least: 1, most: 3, otherwise: 1 },
  '--days': { least: 1, most: MAX_DAYS, otherwise: MAX_DAYS },
};

export function readWhatIf(args: readonly string[]): AskedWhatIf {
  const values = new Map<string, number>();
  let file: string | undefined;
  for (let n = 0; n < args.length; n += 1) {
    const argument = args[n] ?? '';
    const option = OPTIONS[argument];
    if (option === undefined) {
      if (argument.startsWith('--')) return refused(`there is no option ${argument}`);
      if (file !== undefined) return refused(`one file is read, not "${file}" and "${argument}"`);
      file = argument;
      continue;
    }
    n += 1;
    const value = Number(args[n] ?? Number.NaN);
    if (!(value >= option.least && value <= option.most))
      return refused(`${argument} wants a number from ${option.least} to ${option.most}`);
    values.set(argument, value);
  }
  if (file === undefined) return refused('no file of sessions');
  const of = (name: string): number => values.get(name) ?? OPTIONS[name]?.otherwise ?? 0;
  if (!values.has('--limit-a')) return refused('--limit-a is missing: how much may each conductor of the site carry?');
  const phases = of('--phases');
  if (phases !== 1 && phases !== 3) return refused('--phases is 1 or 3');
  return {
    kind: 'run',
    what: {
      file,
      limitA: of('--limit-a'),
      maxCurrentA: of('--max-a'),
      voltageV: of('--volts'),
      phases,
      days: Math.floor(of('--days')),
    },
  };
}

const refused = (why: string): AskedWhatIf => ({ kind: 'refused', why });
