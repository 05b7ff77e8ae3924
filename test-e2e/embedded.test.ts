/** `npm start` as a newcomer meets it. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Api, apiAt } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { DIALECTS, foreignJourney } from './support/foreign-journey.ts';
import { type NpmStart, npmStart, npmStartRefused } from './support/npm-start.ts';

const SITES = join(import.meta.dirname, '../examples/sites');
const SESSIONS = join(import.meta.dirname, '../examples/sessions/garage-day.csv');

/** Processes below npm, whatever their names: what must be gone afterwards. */
function below(pid: number): readonly number[] {
  const rows = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]);
  const children = pairs.filter(([, parent]) => parent === pid).map(([child]) => child);
  return children.flatMap((child) => [child, ...below(child)]);
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('npm start', () => {
  let started: NpmStart;
  let api: Api;
  beforeAll(async () => {
    started = await npmStart(['--port', '0']);
    api = apiAt(started.url);
  }, 90_000);
  afterAll(() => void started?.child.kill('SIGKILL'));

  test('is at a moving page on one port of loopback', async () => {
    expect(started.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(new URL(started.ocppUrl).host).toBe(new URL(started.url).host);
    const page = await fetch(started.url);
    expect(await page.text()).toContain('<title>');
    // Known, but not heard of for the first moment.
    const before = await eventually('a live site', 15_000, () => api.live('demo-depot'));
    await eventually('another power', 15_000, async () =>
      (await api.live('demo-depot')).total.siteKw === before.total.siteKw ? undefined : true,
    );
  }, 40_000);

  test('documents every route at /api/openapi.json (OpenAPI 3.1)', async () => {
    const document = (await (await fetch(`${started.url}/api/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, unknown>;
    };
    expect(document.openapi).toMatch(/^3\.1/);
    for (const path of [
      '/api/v1/sites',
      '/api/v1/sites/{siteId}',
      '/api/v1/sites/{siteId}/live',
      '/api/v1/sites/{siteId}/live/stream',
      '/api/v1/sites/{siteId}/grid-events',
      '/api/v1/stations/{stationId}',
      '/api/v1/sites/{siteId}/stations/{stationId}',
      '/api/v1/tokens/{idToken}',
      '/api/v1/sessions',
      '/api/v1/transactions',
      '/api/v1/evses/{evseId}/meter-values',
      '/api/v1/sites/{siteId}/limit-override',
      '/api/v1/sites/{siteId}/meter-readings',
      '/api/v1/sites/{siteId}/sensors/{sensorId}/temperatures',
      '/api/v1/sites/{siteId}/circuits/{circuitId}/temperature',
    ]) {
      expect(Object.keys(document.paths)).toContain(path);
    }
  });

  test.each(readdirSync(SITES))('the example site %s is accepted as it stands', async (file) => {
    const yaml = readFileSync(join(SITES, file), 'utf8');
    const siteId = /name: ([\w-]+) }/.exec(yaml)?.[1];
    const put = (text: string) =>
      fetch(`${started.url}/api/v1/sites/${siteId}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/yaml' },
        body: text,
      });
    expect(await (await put(yaml)).text()).toContain('"apiVersion":"headroom/v1"');
    // And the same site behind a fuse that its fallbacks would blow is not.
    const refused = await put(yaml.replace(/ratingPerPhaseA: (80|125|411)/, 'ratingPerPhaseA: 10'));
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('fallbacks-do-not-fit');
  });

  test('LC2: what a circuit bears follows the temperature that is posted of it', async () => {
    const at = `${started.url}/api/v1/sites/hot-depot`;
    const send = (url: string, method: string, body: unknown) =>
      fetch(url, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const steps = [
      { aboveC: 30, percent: 90 },
      { aboveC: 40, percent: 75 },
    ];
    const circuits = [
      { name: 'grid', ratingPerPhaseA: 160 },
      { name: 'panel', parent: 'grid', ratingPerPhaseA: 100, derating: { sensor: 'duct', risesAtMostC: 2, steps } },
    ];
    const site = { apiVersion: 'headroom/v1', kind: 'Site', metadata: { name: 'hot-depot' }, spec: { circuits } };
    expect((await send(at, 'PUT', site)).status).toBe(200);
    const bears = (ampere: number) =>
      eventually(`a panel that bears ${ampere} A`, 15_000, async () => {
        const live = (await (await fetch(`${at}/live`)).json()) as {
          circuits?: readonly { circuitId: string; limit: { l1A: number } }[];
        };
        const panel = live.circuits?.find(({ circuitId }) => circuitId === 'panel');
        return panel?.limit.l1A === ampere ? true : undefined;
      });
    await bears(75);
    for (const [temperatureC, ampere] of [
      [20, 100],
      [35, 90],
      [40.1, 75],
    ] as const) {
      const reading = { meterId: 'duct', sampledAt: new Date().toISOString(), temperatureC };
      expect((await send(`${at}/meter-readings`, 'POST', reading)).status).toBe(202);
      await bears(ampere);
    }
  }, 60_000);

  test.each(DIALECTS)(
    'a station of $protocol made by the API charges here too',
    async (dialect) => {
      await expect(foreignJourney(api, started.ocppUrl, dialect)).resolves.toBeUndefined();
    },
    60_000,
  );

  test('a page of another origin may not speak to it', async () => {
    const answer = await fetch(`${started.url}/api/v1/sites`, { headers: { origin: 'http://evil.example' } });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  test('SIGTERM ends everything within five seconds, status 0, and leaves no process behind', async () => {
    const pids = below(started.child.pid ?? 0);
    expect(pids.length).toBeGreaterThanOrEqual(3);
    const { status, tookMs } = await started.end('SIGTERM');
    expect(status).toBe(0);
    expect(tookMs).toBeLessThan(5_000);
    await eventually('no process left', 2_000, () => (pids.some(alive) ? undefined : true));
  }, 20_000);
});

test('a busy port is one clear sentence with the remedy', async () => {
  const first = await npmStart(['--port', '0']);
  const port = new URL(first.url).port;
  const second = await npmStartRefused(['--port', port]);
  await first.end('SIGINT');
  expect(second.status).toBe(1);
  expect(second.output).toContain(port);
  expect(second.output).toContain('--port');
  expect(second.output).not.toContain('    at ');
}, 120_000);

test('a wrong option is answered with the usage', async () => {
  const { status, output } = await npmStartRefused(['--speed', '1000']);
  expect(status).toBe(2);
  expect(output).toContain('--speed is "1000"');
  expect(output).toContain('--sessions FILE');
}, 30_000);

test('recorded sessions drive the cars, and the page tells energy asked, delivered and missed', async () => {
  const started = await npmStart(['--port', '0', '--sessions', SESSIONS, '--limit-kw', '20', '--speed', '60']);
  const api = apiAt(started.url);
  const [site] = await api.items('/api/v1/sites');
  const siteId = String(site?.['siteId']);
  try {
    const energy = await eventually(
      'ended sessions with their energy',
      100_000,
      async () => {
        const live = await api.live(siteId);
        expect(live.total.siteKw ?? 0).toBeLessThanOrEqual(20.05);
        return live.energy.endedSessions >= 3 ? live.energy : undefined;
      },
      1_000,
    );
    expect(energy.askedKwh).toBeGreaterThan(0);
    expect(energy.deliveredKwh).toBeGreaterThan(0);
    expect(energy.missedKwh).toBeGreaterThanOrEqual(0);
    expect(started.output()).toContain('row');
  } finally {
    await started.end('SIGTERM');
  }
}, 200_000);
