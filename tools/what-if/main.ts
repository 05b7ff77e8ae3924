/** `npm run what-if`: what each way to share would have made of recorded sessions, on a site, under one limit or several. */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { DEFAULT_PLANNER_CONFIG, type Planner, WorkerPlanner } from '@headroom/allocation-optimizer';
import { err, ok, type Result, type Timers } from '@headroom/kernel';
import { openHighs } from '@headroom/linear-program/highs';
import { readTariffs } from '@headroom/operator-console';
import type { Tariff } from '@headroom/tariff';
import { tableLines } from '../bench/table.ts';
import { readWhatIf, USAGE, type WhatIf } from './arguments.ts';
import { type ReadSessions, readSessions } from './history/read-sessions.ts';
import { readCarbon, type ValueAt } from './money/series.ts';
import { pageOf } from './page/page.ts';
import { markdownOf } from './page/markdown.ts';
import { type Asked, wholeRun } from './run/whole-run.ts';
import { siteConfigOfText, siteWithLimit } from './site/load-site.ts';
import { plainSite } from './site/plain-site.ts';
import { tablesOf } from './table.ts';

const USAGE_STATUS = 2;
/** Lines of a file that are wrong and named here. */
const FAULTS_SHOWN = 5;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Long enough for any plan on any machine: on a slow one a run takes longer, and comes to the same. */
const PLAN_DEADLINE_MS = 120_000;
/** Of the thread that solves alone: what is played knows virtual time only. */
const TIMERS: Timers = {
  after: (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs);
    return () => clearTimeout(timer);
  },
  every: (periodMs, fire) => {
    const timer = setInterval(fire, periodMs);
    return () => clearInterval(timer);
  },
};
const openPlanner = (): Planner =>
  new WorkerPlanner(TIMERS, { ...DEFAULT_PLANNER_CONFIG, deadlineMs: PLAN_DEADLINE_MS });

async function main(): Promise<number> {
  const asked = readWhatIf(process.argv.slice(2));
  if (asked.kind === 'refused') {
    say(`${asked.why}.\n${USAGE}`);
    return USAGE_STATUS;
  }
  const inputs = inputsOf(asked.what);
  if (inputs.kind === 'err') {
    say(inputs.error);
    return 1;
  }
  const report = await wholeRun(await openHighs(), inputs.value, say);
  if (report.kind === 'err') {
    say(`${asked.what.sessions}: ${report.error}.`);
    return 1;
  }
  for (const table of tablesOf(report.value)) for (const line of tableLines(table)) say(line);
  const { json, html, markdown } = asked.what;
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report.value, undefined, 1)}\n`);
  if (html !== undefined) writeFileSync(html, pageOf(report.value));
  if (markdown !== undefined) writeFileSync(markdown, markdownOf(report.value));
  return 0;
}

function inputsOf(what: WhatIf): Result<Asked, string> {
  const read = sessionsIn(what.sessions);
  if (read.kind === 'err') return read;
  const siteAt = siteOf(what, read.value);
  if (siteAt.kind === 'err') return siteAt;
  const tariff = tariffIn(what.tariff);
  if (tariff.kind === 'err') return tariff;
  const carbonAt = carbonIn(what.carbon);
  if (carbonAt.kind === 'err') return carbonAt;
  const { sessions, skipped: skippedLines } = read.value;
  const { limitsKw, days, maxA, growth, plans, valuePerKwh, tunedMonth } = what;
  return ok({
    ...{ sessions, skippedLines, limitsKw, days, maxA, growth, valuePerKwh, tunedMonth },
    openPlanner: plans ? openPlanner : undefined,
    ...{ siteAt: siteAt.value, tariff: tariff.value, carbonAt: carbonAt.value },
  });
}

type Sessions = Extract<ReadSessions, { readonly kind: 'read' }>;

function sessionsIn(file: string): Result<Sessions, string> {
  const text = textOf(file);
  if (text.kind === 'err') return text;
  const read = readSessions(text.value);
  if (read.kind === 'refused') return err(`${file}: ${read.why}.`);
  if (read.skipped > 0) say(`${file}: ${read.skipped} lines are skipped.`);
  for (const fault of read.faults.slice(0, FAULTS_SHOWN)) say(`  ${fault}`);
  return ok(read);
}

function siteOf({ site, maxA }: WhatIf, { sessions }: Sessions): Result<Asked['siteAt'], string> {
  if (site.kind === 'plain') {
    const names = sessions.map(({ evseId }) => evseId);
    const model = plainSite(names, { ...site, maxA: maxA ?? 32 });
    return typeof model === 'string' ? err(model) : ok(() => ok({ model, withoutFallbacks: false }));
  }
  const text = textOf(site.file);
  if (text.kind === 'err') return text;
  const config = siteConfigOfText(text.value);
  if (config.kind === 'err') return err(config.error.map((fault) => `${site.file}: ${fault}`).join('\n'));
  return ok((limitKw) => siteWithLimit(config.value, limitKw));
}

function tariffIn(file: string | undefined): Result<Tariff | undefined, string> {
  if (file === undefined) return ok(undefined);
  const read = readTariffs(file);
  return read.kind === 'ok' ? ok(read.value.others) : err(read.error.join('\n'));
}

function carbonIn(file: string | undefined): Result<ValueAt | undefined, string> {
  if (file === undefined) return ok(undefined);
  const text = textOf(file);
  if (text.kind === 'err') return text;
  const read = readCarbon(text.value);
  return read.kind === 'read' ? ok(read.valueAt) : err(`${file}: ${read.why}.`);
}

function textOf(file: string): Result<string, string> {
  try {
    return ok(readFileSync(file, 'utf8'));
  } catch (cause) {
    return err(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

process.exitCode = await main();
