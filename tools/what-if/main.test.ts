import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ROOT } from './golden/summary.ts';
import type { Report } from './report.ts';
import { nameOf } from './table.ts';

const LIMIT_MS = 120_000;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'what-if-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly told: string;
}

/** The command in a process of its own, as it is run. */
const whatIf = (...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--conditions=development', '--no-warnings', 'tools/what-if/main.ts', ...args],
      { cwd: ROOT, timeout: LIMIT_MS },
      (_, told) => resolve({ code: child.exitCode ?? -1, told }),
    );
  });

/** The bays of the example file, on a site that shares so. */
function siteOf(share: string): string {
  const file = join(folder, `${share}.yaml`);
  writeFileSync(
    file,
    `
apiVersion: headroom/v1
kind: Site
metadata: { name: six }
spec:
  timezone: Europe/Paris
  circuits: [{ name: grid, ratingPerPhaseA: 63, limitKw: 12 }]
  stations:
${[1, 2, 3, 4, 5, 6].map((n) => `    - { id: BAY-${n}, circuit: grid, evses: [{ evse: 1, phases: [L1], maxA: 32, fallbackA: 0 }] }`).join('\n')}
  policy: { share: ${share} }
`,
  );
  return file;
}

const SESSIONS = ['--sessions', 'examples/sessions/garage-day.csv'];
const TARIFF_FILE = 'tariff.yaml';

test(
  'the command plays plans in their own thread, writes what it found, and ends',
  async () => {
    // The example tariff begins later than the example sessions.
    const text = readFileSync(join(ROOT, 'examples/tariffs/workplace-tou.yaml'), 'utf8');
    const tariff = join(folder, TARIFF_FILE);
    writeFileSync(tariff, text.replaceAll(/^ {2}valid(?:From|To):.*\n/gmu, ''));
    const [json, html] = [join(folder, 'out.json'), join(folder, 'out.html')];
    const written = ['--json', json, '--html', html, '--plans', '--value-per-kwh', '0.45'];
    const ended = await whatIf(...SESSIONS, '--site', siteOf('smoothed-laxity'), '--tariff', tariff, ...written);
    expect(ended).toMatchObject({ code: 0, told: expect.stringContaining('1 lines are skipped') });
    const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
    const [limit] = report.limits;
    expect(limit?.results.map(nameOf)).toEqual(expect.arrayContaining(['Headroom with plan, honest']));
    for (const { plans, policy, overMin } of limit?.results ?? [])
      if (plans !== undefined) expect([policy, plans > 5, overMin]).toEqual([policy, true, 0]);
    expect(limit?.bestProfit?.gap).toBeLessThan(5e-4);
    expect(report.valuePerKwh).toBe(0.45);
    expect(readFileSync(html, 'utf8')).toContain('What planning ahead changes');
  },
  LIMIT_MS,
);

test(
  'what it cannot do it says in a sentence, with a status',
  async () => {
    expect(await whatIf(...SESSIONS, '--site', siteOf('equal'), '--plans')).toMatchObject({
      ...{ code: 1, told: expect.stringContaining('the site shares by equal, which follows no plan') },
    });
    expect(await whatIf(...SESSIONS)).toMatchObject({ code: 2, told: expect.stringContaining('neither --site nor') });
  },
  LIMIT_MS,
);
