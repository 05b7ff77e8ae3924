import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { RpcError } from '@headroom/rpc';
import { EXAMPLE_SITE } from './adapters/http/site-document-schema.ts';
import { TemperatureDaySchema } from './adapters/http/temperature-document.ts';
import { type Rig, START_MS, startRig } from './testing/rig.ts';

const SITE = '/api/v1/sites/demo-depot';
const S = 1_000;
const derating = {
  ...{ sensor: 'duct', staleAfter: '60s', risesAtMostC: 2 },
  steps: [
    { aboveC: 30, percent: 90 },
    { aboveC: 40, percent: 75 },
  ],
};
const [root, ...below] = EXAMPLE_SITE.spec.circuits;
const WARM = {
  ...EXAMPLE_SITE,
  spec: { ...EXAMPLE_SITE.spec, circuits: [{ ...root, derating }, ...below], policy: { lease: '120s' } },
};

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
  expect((await rig.ask(SITE, { method: 'PUT', body: WARM })).status).toBe(200);
});
afterEach(() => rig.stop());

const requestOf = (method: string): unknown => rig.calls.findLast((call) => call.method === method)?.request;
const day = async () => TemperatureDaySchema.parse((await rig.ask(`${SITE}/circuits/grid/temperature`)).json());
const ago = (ms: number): bigint => BigInt(START_MS - ms);

test('temperatures are listed newest first, page by page, as other series are', async () => {
  rig.metering.listTemperatures = async () => ({ temperatures: [{ sampledAtMs: ago(0), temperatureDeciC: -5 }] });
  const answer = await rig.ask(`${SITE}/sensors/duct/temperatures?limit=7&before=2026-06-07T11:00:00Z`);
  expect([answer.status, answer.json()]).toEqual([
    200,
    { items: [{ sampledAt: '2026-06-07T12:00:00.000Z', temperatureC: -0.5 }] },
  ]);
  expect(requestOf('listTemperatures')).toMatchObject({
    ...{ siteId: 'demo-depot', sensorId: 'duct', limit: 7, beforeMs: ago(3_600 * S) },
  });
  await rig.ask(`${SITE}/sensors/duct/temperatures`);
  expect(requestOf('listTemperatures')).toMatchObject({ limit: 100 });
});

test.each([
  ['limit=0', 400],
  ['limit=1001', 400],
  ['before=yesterday', 400],
  ['page=2', 400],
])('temperatures cannot be asked for with %s', async (query, status) => {
  expect((await rig.ask(`${SITE}/sensors/duct/temperatures?${query}`)).status).toBe(status);
});

test('of a site, a circuit or a derating that is not there 404 is answered, in words', async () => {
  expect((await rig.ask('/api/v1/sites/nowhere/sensors/duct/temperatures')).status).toBe(404);
  expect((await rig.ask('/api/v1/sites/nowhere/circuits/grid/temperature')).status).toBe(404);
  const none = await rig.ask(`${SITE}/circuits/none/temperature`);
  expect([none.status, none.json()]).toMatchObject([404, { detail: 'Site "demo-depot" has no circuit "none".' }]);
  const cool = { ...EXAMPLE_SITE, spec: { ...EXAMPLE_SITE.spec } };
  await rig.ask(SITE, { method: 'PUT', body: cool });
  rig.pass(2_000);
  const plain = await rig.ask(`${SITE}/circuits/grid/temperature`);
  expect([plain.status, plain.json()]).toMatchObject([
    404,
    { detail: 'What circuit "grid" bears follows no temperature.' },
  ]);
});

test('LC2: the last day of a circuit says how hot it was, what it bore, and how far it rose within a lease', async () => {
  const at = (ms: number, deciC: number) => ({
    ...{ coldestDeciC: deciC, hottestDeciC: deciC, lastDeciC: deciC, firstAtMs: ago(ms), lastAtMs: ago(ms) },
  });
  rig.metering.listTemperatureSpans = async () => ({ spans: [at(80 * S, 299), at(40 * S, 301), at(0, 305)] });
  const times = { atMs: ago(40 * S), firstAtMs: ago(6.5 * 86_400 * S), lastAtMs: ago(0) };
  rig.metering.findTemperatureRise = async () => ({ rise: { ...times, riseDeciC: 25, toDeciC: 301 } });
  const told = await day();
  expect(told).toMatchObject({
    ...{ siteId: 'demo-depot', circuitId: 'grid', sensor: 'duct', to: '2026-06-07T12:00:00.001Z' },
    ...{ from: '2026-06-06T12:00:00.001Z', staleAfter: '60s', risesAtMostC: 2, steps: derating.steps },
    temperature: { atMs: [-80, -40, 0].map((s) => START_MS + s * S), hottestC: [29.9, 30.1, 30.5] },
    bore: [
      { from: '2026-06-06T12:00:00.001Z', percent: 75, silent: true },
      { from: '2026-06-07T11:58:40.000Z', percent: 100, silent: false },
      { from: '2026-06-07T11:59:20.000Z', percent: 90, silent: false },
    ],
    rise: { mostC: 2.5, withinS: 185, at: '2026-06-07T11:59:20.000Z', watchedS: 561_600, broken: true },
  });
  expect(told.bore[2]?.amps.l1A).toBe(Math.floor(root.ratingPerPhaseA * 9) / 10);
  const toMs = BigInt(START_MS + 1);
  const sensor = { siteId: 'demo-depot', sensorId: 'duct', toMs };
  expect(requestOf('listTemperatureSpans')).toEqual({ ...sensor, fromMs: toMs - 90_000_000n, spanMs: 60_000n });
  expect(requestOf('findTemperatureRise')).toEqual({ ...sensor, fromMs: toMs - 604_800_000n, withinMs: 185_000n });
});

test('LC2: of a sensor that never spoke the day is silent, and no rise is known', async () => {
  expect(await day()).toMatchObject({ temperature: { atMs: [] }, bore: [{ percent: 75, silent: true }], rise: null });
});

test('a week that cannot be looked through now leaves the day as it is, without a rise', async () => {
  for (const code of ['resource-exhausted', 'deadline-exceeded'] as const) {
    rig.metering.findTemperatureRise = async () => {
      throw new RpcError(code, 'as metering put it');
    };
    expect(await day()).toMatchObject({ bore: [{ percent: 75 }], rise: null });
  }
  rig.metering.findTemperatureRise = async () => {
    throw new RpcError('internal', 'a bug');
  };
  expect((await rig.ask(`${SITE}/circuits/grid/temperature`)).status).toBe(500);
});

test('while the series cannot be read that is said, and nothing is made up', async () => {
  rig.metering.listTemperatureSpans = async () => {
    throw new RpcError('unavailable', 'the log or the database does not answer');
  };
  expect((await rig.ask(`${SITE}/circuits/grid/temperature`)).status).toBe(503);
});
