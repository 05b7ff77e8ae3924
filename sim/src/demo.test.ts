import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Demo, type Scenario, startDemo } from './demo.ts';
import type { LogFields } from './log.ts';
import { RECORDED_COLUMNS } from './site/recorded-csv.ts';
import { until } from './test-support/bench.ts';
import { type CentralSystem, startCentralSystem } from './test-support/central-system.ts';
import { createManualTime, type ManualTime } from './test-support/manual-time.ts';
import { type FakeApi, startFakeApi } from './test-support/platform.ts';

let time: ManualTime;
let api: FakeApi;
let central: CentralSystem;
let demo: Demo | undefined;
let folder: string;
let logged: { readonly event: string; readonly fields: LogFields | undefined }[];

beforeEach(async () => {
  time = createManualTime();
  api = await startFakeApi();
  central = await startCentralSystem(() => time.nowMs());
  folder = await mkdtemp(join(tmpdir(), 'headroom-sim-'));
  logged = [];
});
afterEach(async () => {
  demo?.stop();
  demo = undefined;
  await central.close();
  await api.close();
  await rm(folder, { recursive: true });
});

const start = async (scenario: Scenario): Promise<Demo> => {
  const note = (event: string, fields?: LogFields): void => {
    logged.push({ event, fields });
  };
  demo = await startDemo({
    apiUrl: api.url,
    ocppUrl: central.url,
    clock: time.clock,
    timers: time.timers,
    seed: 1,
    scenario,
    log: { info: note, warn: note },
  });
  return demo;
};

async function run(seconds: number, running: Demo): Promise<void> {
  for (let i = 0; i < seconds; i += 1) {
    time.advance(1_000);
    await until('answers', () => running.stations.every((one) => !one.isOnline() || one.waiting() === 0));
  }
}
const online = (running: Demo) =>
  until('every station is online', () => {
    time.advance(100);
    return running.stations.every((one) => one.isOnline());
  });
const charging = (running: Demo): number =>
  running.stations.filter((one) => one.bay(1)?.transaction !== undefined).length;

test('the demo is provisioned through the API alone, and within half a minute most bays are busy', async () => {
  const running = await start({ kind: 'generated' });
  expect(api.of('PUT', /^\/api\/v1\/sites\/demo-depot$/).length).toBe(1);
  expect(api.of('PUT', /^\/api\/v1\/stations\//).length).toBe(24);
  expect(api.of('PUT', /^\/api\/v1\/tokens\//).length).toBe(32);
  await online(running);
  expect(new Set(central.handshakes.map((one) => one.protocol))).toEqual(new Set(['ocpp1.6', 'ocpp2.0.1']));
  expect(central.handshakes.map((one) => one.path).toSorted()[0]).toBe('/ocpp/ST-001');
  await run(35, running);
  expect(charging(running)).toBeGreaterThan(14);
  expect(api.of('PUT', /charging-request$/).length).toBeGreaterThanOrEqual(charging(running));
  // Over a real connection: on a busy machine a reading may still be on its way when the next is due, and that one is left out.
  await until('the meter has been read more than five times', () => {
    time.advance(1_000);
    return api.of('POST', /meter-readings$/).length > 5;
  });

  const before = running.building('demo-depot')?.powerKw() ?? 0;
  running.jump(60, 30);
  expect((running.building('demo-depot')?.powerKw() ?? 0) - before).toBeCloseTo(60, 0);
});

test('cars come and go: within eight minutes some have finished, and others have taken their bays', async () => {
  const running = await start({ kind: 'generated' });
  await online(running);
  await run(480, running);
  const ended = central.received.filter(
    (one) => one.action === 'StopTransaction' || one.payload['eventType'] === 'Ended',
  ).length;
  expect(ended).toBeGreaterThan(20);
  expect(charging(running)).toBeGreaterThan(10);
  const suspended = central.received.filter(
    (one) =>
      one.payload['status'] === 'SuspendedEV' || JSON.stringify(one.payload).includes('"chargingState":"SuspendedEV"'),
  );
  expect(suspended.length).toBeGreaterThan(5);
}, 60_000);

test('stopping leaves no timer behind that would dial or drive again', async () => {
  const running = await start({ kind: 'generated' });
  await online(running);
  await run(5, running);
  running.stop();
  await until('the stations are gone', () => running.stations.every((one) => !one.isOnline()));
  // What was on its way when it stopped still arrives.
  let seen = -1;
  while (seen !== api.calls.length) {
    seen = api.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const before = [api.calls.length, central.handshakes.length];
  time.advance(600_000);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([api.calls.length, central.handshakes.length]).toEqual(before);
});

test('a platform that refuses a site is told as such, and nothing goes on in the background', async () => {
  api.failures.push(422);
  await expect(start({ kind: 'generated' })).rejects.toMatchObject({
    code: 'API_REFUSED',
    problem: 'fallbacks-do-not-fit',
  });
  time.advance(60_000);
  expect([api.calls.length, central.handshakes.length]).toEqual([1, 0]);
});

test('the load scenario makes sites of 25', async () => {
  const running = await start({ kind: 'load', stations: 30 });
  expect(running.sites.map((site) => site.stations.length)).toEqual([25, 5]);
  await online(running);
  expect(running.stations.length).toBe(30);
});

const HEADER = RECORDED_COLUMNS.join(',');
const row = (evse: string, from: string, to: string, kwh: string): string =>
  `${evse},2019-06-12T${from}-07:00,2019-06-12T${to}-07:00,${kwh},${kwh},2019-06-12T${to}-07:00,yes`;

test('a recorded day brings each car when it came, wanting what was asked, and takes it away when it left', async () => {
  const csvPath = join(folder, 'sessions.csv');
  const lines = [
    HEADER,
    row('E-1', '08:00:00', '08:20:00', '1.5'),
    'E-2,2019-06-12T08:0',
    row('E-2', '08:05:00', '08:40:00', '9.9'),
    row('E-3', '08:06:00', '08:07:00', '2.0').replaceAll('2019-06-12', '2019-06-11'),
  ];
  await writeFile(csvPath, lines.join('\n'));
  const running = await start({ kind: 'recorded', csvPath });
  expect(logged.find((one) => one.event === 'sim.recorded.row-skipped')?.fields).toMatchObject({ row: 3 });
  expect(logged.find((one) => one.event === 'sim.recorded.day')?.fields).toMatchObject({
    day: '2019-06-12',
    sessions: 2,
  });
  expect(running.stations.map((one) => one.stationId)).toEqual(['REC-E-1', 'REC-E-2', 'REC-E-3']);
  await online(running);
  await run(60, running);
  expect(running.stations.map((one) => one.bay(1)?.plugged)).toEqual([true, false, false]);
  await run(300, running);
  expect(running.stations.map((one) => one.bay(1)?.plugged)).toEqual([true, true, false]);
  const requests = api.of('PUT', /charging-request$/);
  expect(requests.map((one) => [one.path, one.body['energyKwh']])).toEqual([
    ['/api/v1/evses/REC-E-1%2F1/charging-request', 1.5],
    ['/api/v1/evses/REC-E-2%2F1/charging-request', 9.9],
  ]);
  await run(860, running);
  expect(running.stations.map((one) => one.bay(1)?.plugged)).toEqual([false, true, false]);
  const stop = central.of('StopTransaction').at(-1)?.payload;
  const start16 = central.of('StartTransaction').at(-1)?.payload;
  // 20 min at 32 A x 230 V would be 2.4 kWh: the car was full before it left.
  expect(Number(stop?.['meterStop']) - Number(start16?.['meterStart'])).toBeCloseTo(1_500, -1);
});

test.each([
  ['a file that is not there', 'nowhere.csv', undefined, 'cannot be read'],
  ['a file of another kind', 'other.csv', undefined, 'first line must be'],
  ['a day without sessions', 'good.csv', '2020-01-01', 'no session on 2020-01-01'],
])('%s is refused with a sentence, before anything is provisioned', async (_what, name, day, sentence) => {
  await writeFile(join(folder, 'other.csv'), 'a,b\n1,2');
  await writeFile(join(folder, 'good.csv'), [HEADER, row('E-1', '08:00:00', '09:00:00', '1')].join('\n'));
  const csvPath = join(folder, name);
  await expect(start({ kind: 'recorded', csvPath, ...(day === undefined ? {} : { day }) })).rejects.toMatchObject({
    code: 'SCENARIO_REFUSED',
    message: expect.stringContaining(sentence),
  });
  expect(api.calls).toEqual([]);
});
