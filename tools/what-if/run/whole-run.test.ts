import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openInlinePlanner } from '@headroom/allocation-optimizer';
import { ok } from '@headroom/kernel';
import { openHighs } from '@headroom/linear-program/highs';
import { readTariffs } from '@headroom/operator-console';
import { COLUMNS, readSessions } from '../history/read-sessions.ts';
import { oursIn, pageOf } from '../page/page.ts';
import { markdownOf } from '../page/markdown.ts';
import type { Report } from '../report.ts';
import { siteConfigOfText, siteWithLimit } from '../site/load-site.ts';
import { ROOT } from '../golden/summary.ts';
import { plainSite } from '../site/plain-site.ts';
import { nameOf, tablesOf } from '../table.ts';
import { type Asked, wholeRun } from './whole-run.ts';

const solver = await openHighs();
const inline = await openInlinePlanner();
const TARIFF_FILE = join(ROOT, 'examples/tariffs/workplace-tou.yaml');
const silent = (): void => undefined;

/** Seven bays with a car each that wants all that it can get in two hours. */
const BAYS = Array.from(
  { length: 7 },
  (_, n) => `bay-${n + 1},2026-03-02T08:00:00Z,2026-03-02T10:00:00Z,7,7,2026-03-02T10:00:00Z,yes`,
);
function sessionsOf(lines: readonly string[]) {
  const read = readSessions([COLUMNS.join(','), ...lines].join('\n'));
  if (read.kind === 'refused') throw new Error(read.why);
  return read.sessions;
}
const asked = (of: Partial<Asked>): Asked => ({
  ...{ sessions: sessionsOf(BAYS), skippedLines: 0, limitsKw: [], days: 9, maxA: undefined, growth: false },
  valuePerKwh: 0.3,
  tunedMonth: undefined,
  ...{ tariff: undefined, carbonAt: undefined, siteAt: () => ok({ model: plain(), withoutFallbacks: false }) },
  ...of,
});
function plain() {
  const site = plainSite(
    sessionsOf(BAYS).map(({ evseId }) => evseId),
    { limitA: 16, voltageV: 230, phases: 1, maxA: 16 },
  );
  if (typeof site === 'string') throw new Error(site);
  return site;
}
async function reportOf(of: Partial<Asked>): Promise<Report> {
  const report = await wholeRun(solver, asked(of), silent);
  if (report.kind === 'err') throw new Error(report.error);
  return report.value;
}

test('three cars on one phase of 16 A: each way to share against what nobody could exceed', async () => {
  const report = await reportOf({});
  const [limit] = report.limits;
  // Each phase carries 16 A * 230 V * 2 h.
  expect(limit?.optimum.deliveredKwh).toBeCloseTo(3 * 7.36, 6);
  expect(limit?.results.map(nameOf)).toEqual([
    ...['uncontrolled', 'static', 'equal share', 'FCFS', 'EDF, honest', 'LLF, honest', 'Headroom, honest'],
    ...['EDF, informed', 'LLF, informed', 'Headroom, informed'],
  ]);
  const of = (name: string) => limit?.results.find((result) => nameOf(result) === name);
  expect(of('uncontrolled')).toMatchObject({ satisfied: 1, overMin: 115, startsPerSession: 1 });
  // Three bays of 16 A a phase: 5.3 A is less than a car can take, so two of them (and one of each other phase) have 6 A.
  expect(of('static')?.deliveredKwh).toBeCloseTo(6 * 6 * 0.23 * 2, 6);
  for (const result of limit?.results.slice(1) ?? []) {
    expect([nameOf(result), result.overMin, result.ofOptimum <= 1]).toEqual([nameOf(result), 0, true]);
  }
  expect(of('Headroom, honest')?.ofOptimum).toBeGreaterThan(0.8);
});

const SITE = `
apiVersion: headroom/v1
kind: Site
metadata: { name: seven }
spec:
  timezone: Europe/Paris
  circuits: [{ name: grid, ratingPerPhaseA: 63, limitKw: 40 }]
  stations:
${BAYS.map((_, n) => `    - { id: bay-${n + 1}, circuit: grid, evses: [{ evse: 1, phases: [L1, L2, L3], maxA: 16 }] }`).join('\n')}
`;
function configOf() {
  const config = siteConfigOfText(SITE);
  if (config.kind === 'err') throw new Error(config.error.join());
  return config.value;
}
const siteAt: Asked['siteAt'] = (limitKw) => siteWithLimit(configOf(), limitKw);

test('a limit in kW stands in for the one of the document, and fallbacks that do not fit below it are told', async () => {
  const report = await reportOf({ siteAt, limitsKw: [6, 30] });
  expect(report.limits.map(({ limitKw }) => limitKw)).toEqual([6, 30]);
  expect(report.notes[0]).toBe(
    'At 6 kW not all fallbacks of the document fit, so bays without a lease do not charge there.',
  );
  for (const limit of report.limits) expect(oursIn(limit)?.peakKw).toBeLessThanOrEqual(limit.limitKw ?? 0);
  expect(report.limits[0]?.optimum.deliveredKwh).toBeCloseTo(12, 3);
});

test('growth is played under every limit, and its copies are cars like the others', async () => {
  const { growth } = await reportOf({ siteAt, growth: true, limitsKw: [30] });
  expect(growth.map(({ growth: { name }, sessions, turnedAway }) => [name, sessions, turnedAway])).toEqual([
    ['conservative', 7, 0],
    ['base', 9, 0],
    ['optimistic', 12, 0],
  ]);
  expect(growth[2]?.limits[0]?.results.map(nameOf)).toEqual(['uncontrolled', 'Headroom, honest']);
});

test('what cannot be played is refused in words', async () => {
  const why = async (of: Partial<Asked>): Promise<string> => {
    const report = await wholeRun(solver, asked(of), silent);
    return report.kind === 'err' ? report.error : 'played';
  };
  expect(await why({ sessions: sessionsOf(['bay-99,2026-03-02T08:00:00Z,2026-03-02T10:00:00Z,7,7,,no']) })).toMatch(
    /no EVSE bay-99/,
  );
  expect(await why({ sessions: sessionsOf(['bay-1,2026-03-02T08:00:00Z,2026-03-02T08:01:00Z,7,7,,no']) })).toBe(
    'no session is left: all of them are too short or too small',
  );
  expect(await why({ openPlanner: () => inline })).toBe(
    'the site shares by equal, which follows no plan; smoothed-laxity does',
  );
  expect(await why({ carbonAt: () => undefined })).toBe(
    'the file of emissions has no value at the time of any session',
  );
  expect(siteConfigOfText('kind: Site')).toMatchObject({ kind: 'err' });
  expect(siteConfigOfText('a: [')).toMatchObject({ error: [expect.stringContaining('not a YAML document')] });
});

test('a page stands for itself: no script, nothing fetched, its words escaped', async () => {
  const report = await reportOf({ siteAt, limitsKw: [6, 30], growth: true });
  const page = pageOf({ ...report, site: { ...report.site, name: '<b>&' } });
  expect(page).not.toMatch(/<script|https?:|src=|<link|@import|url\(/);
  expect(page).not.toMatch(/<b>&/);
  expect(page).toContain('&lt;b&gt;&amp;');
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
  expect(page.match(/<svg /g)).toHaveLength(3);
  expect(page).toContain('100\u00a0% of drivers would have left with all that they could get');
});

test('tables have a row for each way to share, on the terminal and in a page of the documentation', async () => {
  const report = await reportOf({});
  expect(tablesOf(report)[0]?.rows).toHaveLength(10);
  const lines = markdownOf(report)
    .split('\n')
    .filter((line) => line.startsWith('| '));
  expect(lines).toHaveLength(12);
});

test('money and plans stand on the page in words, and in the tables', async () => {
  const tariff = readTariffs(TARIFF_FILE);
  if (tariff.kind === 'err' || tariff.value.others === undefined) throw new Error('no tariff');
  const planned = SITE.replace('  stations:', '  policy: { share: smoothed-laxity }\n  stations:');
  const config = siteConfigOfText(planned);
  if (config.kind === 'err') throw new Error(config.error.join());
  const report = await reportOf({
    ...{ siteAt: (limitKw) => siteWithLimit(config.value, limitKw), limitsKw: [20], openPlanner: () => inline },
    ...{ tariff: tariff.value.others, valuePerKwh: 0.45 },
  });
  const names = report.limits[0]?.results.map(nameOf) ?? [];
  expect(names.slice(-4)).toEqual([
    ...['Headroom with plan, honest', 'Headroom for cost, honest'],
    ...['Headroom with plan, informed', 'Headroom for cost, informed'],
  ]);
  const [row] = tablesOf(report)[0]?.rows.slice(-4) ?? [];
  expect(row).toHaveProperty('profit EUR', expect.stringMatching(/^-?\d+$/u));
  const page = pageOf(report);
  expect(page).toContain('If drivers pay 0.45 EUR a kWh');
  expect(page).toContain('no control, over the limit');
  expect(page).toContain('Headroom, planning for the bill');
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});
