import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { RpcError } from '@headroom/rpc';
import { parse } from 'yaml';
import { MAX_BODY_BYTES } from './adapters/http/body.ts';
import { MAX_PROBLEMS } from './adapters/http/validation.ts';
import { EXAMPLE_SITE } from './adapters/http/site-document-schema.ts';
import { type Answered, type Rig, START_MS, startRig } from './testing/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.stop());

interface ProblemBody {
  readonly type: string;
  readonly status: number;
  readonly detail: string;
  readonly problems?: readonly { readonly code: string; readonly detail: string; readonly pointer: string }[];
}

/** Every refusal is a problem document of its own status, and tells nothing of our insides. */
function problemOf(answer: Answered, status: number): ProblemBody {
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  const body = answer.json() as ProblemBody;
  expect(body).toMatchObject({ type: expect.stringMatching(/^urn:headroom:problem:/), status });
  expect(answer.text).not.toMatch(/node_modules|\.ts:\d|\bat \w+ \(/);
  return body;
}
const codesOf = (body: ProblemBody): readonly string[] => (body.problems ?? []).map((each) => each.code);
const put = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  rig.ask(path, { method: 'PUT', body, headers });
const SITE = '/api/v1/sites/demo-depot';
const instant = (ms: number): string => new Date(ms).toISOString();

test('a site document goes in as JSON and comes back the same, as JSON and as YAML', async () => {
  expect((await put(SITE, EXAMPLE_SITE)).json()).toEqual(EXAMPLE_SITE);
  expect((await rig.ask(SITE)).json()).toEqual(EXAMPLE_SITE);
  const yaml = await rig.ask(SITE, { headers: { accept: 'application/yaml' } });
  expect(yaml.headers['content-type']).toMatch(/^application\/yaml/);
  expect(parse(yaml.text)).toEqual(EXAMPLE_SITE);
  const again = await put(SITE, yaml.text, { 'content-type': 'application/yaml' });
  expect(again.json()).toEqual(EXAMPLE_SITE);
  expect((await rig.ask('/api/v1/sites')).json()).toEqual({
    items: [
      expect.objectContaining({ siteId: 'demo-depot', displayName: 'Demo depot', evses: 1, limitKw: 200, version: 1 }),
    ],
  });
  expect(rig.logged.map((line) => line.event)).toContain('console.site-put');
});

test('defaults are filled in, and a rating may be given per phase', async () => {
  const short = {
    apiVersion: 'headroom/v1',
    kind: 'Site',
    metadata: { name: 'small' },
    spec: {
      circuits: [{ name: 'grid', ratingPerPhaseA: { l1A: 63, l2A: 63, l3A: 40 } }],
      stations: [{ id: 'ST-9', circuit: 'grid', evses: [{ evse: 1 }] }],
      policy: { lease: 90 },
    },
  };
  expect((await put('/api/v1/sites/small', short)).json()).toMatchObject({
    spec: {
      displayName: 'small',
      timezone: 'UTC',
      nominalVoltageV: 230,
      circuits: [{ name: 'grid', ratingPerPhaseA: { l1A: 63, l2A: 63, l3A: 40 } }],
      stations: [{ evses: [{ evse: 1, phases: ['L1', 'L2', 'L3'], maxA: 32, minimumA: 6, fallbackA: 6 }] }],
      policy: { share: 'equal', lease: '90s' },
    },
  });
});

test('a percent that no message can carry is refused where it stands, not an error of ours', async () => {
  const grid = EXAMPLE_SITE.spec.circuits[0];
  const withCircuit = (more: object) => ({
    ...EXAMPLE_SITE,
    spec: { ...EXAMPLE_SITE.spec, circuits: [{ ...grid, ...more }] },
  });
  const derating = (percent: number) => ({
    derating: { sensor: 'duct', risesAtMostC: 1, steps: [{ aboveC: 30, percent }] },
  });
  for (const percent of [1.5, -1, 4_294_967_306, 1e308]) {
    const refusal = problemOf(await put(SITE, withCircuit({ overloadAllowance: { percent, for: '3m' } })), 400);
    expect(new Set(refusal.problems?.map(({ pointer }) => pointer))).toEqual(
      new Set(['/spec/circuits/0/overloadAllowance/percent']),
    );
  }
  for (const percent of [-1, 4_294_967_371, 1e308]) {
    const refusal = problemOf(await put(SITE, withCircuit(derating(percent))), 400);
    expect(new Set(refusal.problems?.map(({ pointer }) => pointer))).toEqual(
      new Set(['/spec/circuits/0/derating/steps/0/percent']),
    );
  }
});

test('a text with a NUL is refused where it stands: no database of ours keeps one', async () => {
  const body = { ...EXAMPLE_SITE, spec: { ...EXAMPLE_SITE.spec, displayName: 'De\u0000mo' } };
  expect(problemOf(await put(SITE, body), 400).problems).toEqual([
    {
      code: 'invalid',
      detail: '/spec/displayName: a text must not contain the character NUL.',
      pointer: '/spec/displayName',
    },
  ]);
  expect(rig.sites.size).toBe(0);
});

test('an unknown key is an error that names it', async () => {
  const { spec } = EXAMPLE_SITE;
  const body = { ...EXAMPLE_SITE, spec: { ...spec, circuits: [{ ...spec.circuits[0], limitKW: 9 }] } };
  const refusal = problemOf(await put(SITE, body), 400);
  expect(refusal.problems).toEqual([
    { code: 'unknown-key', detail: 'Unknown key "limitKW" in /spec/circuits/0.', pointer: '/spec/circuits/0/limitKW' },
  ]);
});

test('of very many mistakes the first ones are told', async () => {
  const { spec } = EXAMPLE_SITE;
  const extra = Object.fromEntries(Array.from({ length: MAX_PROBLEMS + 1 }, (_, index) => [`k${index}`, 1]));
  const refusal = problemOf(await put(SITE, { ...EXAMPLE_SITE, spec: { ...spec, ...extra } }), 400);
  expect(refusal.problems).toHaveLength(MAX_PROBLEMS);
});

test('a document of another site, with a bad duration and a meter of the other placement: all is said at once', async () => {
  const { spec } = EXAMPLE_SITE;
  const meters = [{ ...spec.meters[0], staleAfter: '5 parsecs', placement: 'including-stations' }];
  const refusal = problemOf(await put('/api/v1/sites/other', { ...EXAMPLE_SITE, spec: { ...spec, meters } }), 422);
  expect(codesOf(refusal)).toEqual(['site-id-mismatch', 'not-yet', 'bad-duration']);
  expect(rig.calls.some((call) => call.method === 'putSite')).toBe(false);
});

test('what the registry finds wrong passes through: a circuit loop', async () => {
  const loop = { code: 'circuit-loop', detail: 'grid > panel-a > grid is a loop.', pointer: '/spec/circuits/1' };
  rig.registry.putSite = async () => ({ problems: [loop], site: undefined });
  const refusal = problemOf(await put(SITE, EXAMPLE_SITE), 422);
  expect(refusal).toMatchObject({ detail: loop.detail, problems: [loop] });
});

test('a negative rating reaches the registry, which refuses it by its name', async () => {
  const { spec } = EXAMPLE_SITE;
  await put(SITE, { ...EXAMPLE_SITE, spec: { ...spec, circuits: [{ name: 'grid', ratingPerPhaseA: -1 }] } });
  expect(rig.calls.find((call) => call.method === 'putSite')).toMatchObject({
    request: { site: { circuits: [{ rating: { l1DeciA: -10 } }] } },
  });
});

test.each([
  ['JSON', 'application/json', '{"apiVersion": '],
  ['YAML', 'application/yaml', 'a: [1, 2'],
  ['YAML with a key twice', 'application/yaml', 'a: 1\na: 2'],
  ['YAML with aliases, the bomb of a billion laughs', 'application/yaml', 'a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]'],
  ['YAML of two documents', 'application/yaml', 'a: 1\n---\nb: 2'],
  ['YAML that is nested without end', 'application/yaml', '['.repeat(100_000)],
  ['JSON that is nested without end', 'application/json', '['.repeat(100_000)],
])('a body that does not parse is a problem: %s', async (_title, type, body) => {
  problemOf(await put(SITE, body, { 'content-type': type }), 400);
});

test('a key that stands twice in JSON is refused as in YAML: of two ratings nobody knows which is meant', async () => {
  const once = JSON.stringify(EXAMPLE_SITE);
  const twice = once.replace('"ratingPerPhaseA":320', '"ratingPerPhaseA":32,"rating\\u0050erPhaseA":320');
  expect(twice).not.toBe(once);
  expect(problemOf(await put(SITE, twice, { 'content-type': 'application/json' }), 400).detail).toContain(
    'the key "ratingPerPhaseA" stands twice in one map',
  );
  expect(rig.sites.size).toBe(0);
  // The same key in several maps, in texts, and beside lists is no key twice.
  const named = once.replace('"Demo depot"', JSON.stringify('{"a":1,"a":2} \\" "kind": ]'));
  expect((await put(SITE, named, { 'content-type': 'application/json' })).status).toBe(200);
});

test('the first byte over the bound of a body is refused', async () => {
  const padded = (bytes: number) => JSON.stringify({ pad: '' }).replace('""', `"${'x'.repeat(bytes - 10)}"`);
  expect(padded(MAX_BODY_BYTES)).toHaveLength(MAX_BODY_BYTES);
  problemOf(await put(SITE, padded(MAX_BODY_BYTES)), 400);
  problemOf(await put(SITE, padded(MAX_BODY_BYTES + 1)), 413);
});

test('other content types are refused, YAML too where only JSON is read', async () => {
  problemOf(await put(SITE, 'x', { 'content-type': 'text/plain' }), 415);
  problemOf(await put(`${SITE}/limit-override`, 'powerKw: 1', { 'content-type': 'application/yaml' }), 415);
});

test('what is nowhere is a problem, a wrong method says what is right', async () => {
  problemOf(await rig.ask('/api/v1/nothing'), 404);
  problemOf(await rig.ask('/api/v1/sites/unknown'), 404);
  problemOf(await rig.ask('/api/v1/sites/unknown/live'), 404);
  problemOf(await rig.ask('/api/v1/sites/%ff'), 400);
  problemOf(await rig.ask('/api/v1/evses/ST-1/meter-values'), 404);
  problemOf(await rig.ask('/api/v1/evses/ST-1%2F0/meter-values'), 404);
  const wrong = await rig.ask(SITE, { method: 'DELETE' });
  problemOf(wrong, 405);
  expect(wrong.headers['allow']).toBe('GET, HEAD, PUT');
});

test('a station gets a new password at each call and the address to connect to', async () => {
  const made = await rig.ask('/api/v1/stations/ST-001', { method: 'PUT' });
  expect(made.status).toBe(201);
  expect(made.json()).toEqual({
    stationId: 'ST-001',
    siteId: null,
    password: 'made-up-password-20',
    ocppUrl: `${rig.console.url.replace('http', 'ws')}/ocpp/ST-001`,
  });
  expect(JSON.stringify(rig.logged)).not.toContain('made-up-password-20');
  problemOf(await rig.ask('/api/v1/stations/with%20space', { method: 'PUT' }), 404);
});

test('only the hash of a token goes on, and a label may not give it away', async () => {
  expect((await put('/api/v1/tokens/04A1B2C3', { label: 'Van 7' })).status).toBe(204);
  const sent = rig.calls.find((call) => call.method === 'putToken');
  expect(sent?.request).toMatchObject({
    // HMAC-SHA256 of 04A1B2C3 under the key of the rig.
    idTokenHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    status: 1,
    label: 'Van 7',
  });
  expect(
    JSON.stringify([...rig.calls.map((call) => Object.values(call.request ?? {})), rig.logged], (_key, value) =>
      typeof value === 'bigint' ? String(value) : value,
    ),
  ).not.toContain('04A1B2C3');
  expect(codesOf(problemOf(await put('/api/v1/tokens/04A1B2C3', { label: 'card 04A1B2C3' }), 422))).toEqual([
    'token-in-label',
  ]);
});

test('an override needs an end; what the registry says of it passes through', async () => {
  await put(SITE, EXAMPLE_SITE);
  const path = `${SITE}/limit-override`;
  expect(codesOf(problemOf(await put(path, { powerKw: 100 }), 400))).toEqual(['missing']);
  problemOf(await put(path, { powerKw: -1, validUntil: instant(START_MS + 1_000) }), 400);
  const set = await put(path, { powerKw: 100.5, validUntil: instant(START_MS + 86_400_000), reason: 'heat' });
  expect(set.json()).toEqual({
    powerKw: 100.5,
    validUntil: instant(START_MS + 86_400_000),
    setBy: 'operator',
    reason: 'heat',
  });
  expect((await rig.ask(path, { method: 'DELETE' })).status).toBe(204);
  expect(rig.sites.get('demo-depot')?.limitOverride).toBeUndefined();
  expect(rig.logged.map((line) => line.event)).toEqual(
    expect.arrayContaining(['console.override-set', 'console.override-ended']),
  );
});

test('a meter reading is taken once it is durable; NaN and yesterday are refused', async () => {
  const path = `${SITE}/meter-readings`;
  const post = (body: unknown) => rig.ask(path, { method: 'POST', body });
  const reading = { meterId: 'building', sampledAt: instant(START_MS), current: { l1A: 90.01, l2A: -3.2, l3A: 0 } };
  const taken = await post(reading);
  expect([taken.status, taken.json()]).toEqual([202, { recorded: true }]);
  expect(rig.calls.at(-1)?.request).toMatchObject({
    siteId: 'demo-depot',
    meterId: 'building',
    sampledAtMs: BigInt(START_MS),
    // A load is never rounded down.
    current: { l1DeciA: 901, l2DeciA: -32, l3DeciA: 0 },
  });
  problemOf(await post(JSON.stringify(reading).replace('90.01', 'NaN')), 400);
  problemOf(await post({ ...reading, current: { l1A: null, l2A: 1, l3A: 1 } }), 400);
  problemOf(await post({ ...reading, current: { l1A: 1, l2A: 1 } }), 400);
  problemOf(await post({ ...reading, sampledAt: 'yesterday' }), 400);
  // LC2: a sensor says how warm it is, rounded up; one body is of a meter or of a sensor.
  const { current: _, ...warm } = { ...reading, meterId: 'duct', temperatureC: 41.21 };
  expect((await post(warm)).status).toBe(202);
  expect(rig.calls.at(-1)?.request).toMatchObject({ meterId: 'duct', current: undefined, temperatureDeciC: 413 });
  problemOf(await post({ ...warm, current: reading.current }), 400);
  problemOf(await post({ ...warm, temperatureC: 151 }), 400);
  problemOf(await post({ ...warm, temperatureC: undefined }), 400);
  rig.metering.recordSiteMeterReading = async () => ({ refusal: 'too-old', detail: 'The reading is 86400 s old.' });
  const refusal = problemOf(await post({ ...reading, sampledAt: instant(START_MS - 86_400_000) }), 422);
  expect(refusal.problems).toEqual([{ code: 'too-old', detail: 'The reading is 86400 s old.', pointer: '' }]);
});

test('a charging request goes to the EVSE that the address names', async () => {
  const path = '/api/v1/evses/ST-001%2F2/charging-request';
  expect((await put(path, { energyKwh: 12.3456, departureAt: instant(START_MS + 60_000) })).status).toBe(204);
  expect(rig.calls.at(-1)?.request).toMatchObject({
    stationId: 'ST-001',
    evse: 2,
    energyWh: 12_346n,
    departureAtMs: BigInt(START_MS + 60_000),
  });
  expect(rig.calls.at(-1)?.request).not.toHaveProperty('discharge', expect.anything());
  problemOf(await put(path, { energyKwh: 1, departureAt: instant(START_MS - 1) }), 422);
});

test('MD17: what a car may give back goes along, rounded so that less is taken out of it', async () => {
  const path = '/api/v1/evses/ST-001%2F2/charging-request';
  const discharge = { heldKwh: 30.0006, keepKwh: 5.0001, efficiency: 0.857, wearPerKwh: 0.0300001 };
  const wish = { energyKwh: 1, departureAt: instant(START_MS + 60_000), discharge };
  expect((await put(path, wish)).status).toBe(204);
  expect(rig.calls.at(-1)?.request).toMatchObject({
    discharge: { atPlugInWh: 30_000n, keepWh: 5_001n, efficiencyPercent: 85, wearMicroPerKwh: 30_001n },
  });
  const without = { heldKwh: 30, keepKwh: 5, efficiency: 0.85 };
  const { problems } = problemOf(await put(path, { ...wish, discharge: without }), 400);
  expect(problems).toMatchObject([{ code: 'missing', pointer: '/discharge/wearPerKwh' }]);
});

test('MD9: what a driver knows of his battery goes along as he says it; what is missing or said twice is told at its place', async () => {
  const path = '/api/v1/evses/ST-001%2F2/charging-request';
  const departureAt = instant(START_MS + 60_000);
  const battery = { sizeKwh: 77.0004, atPlugInPercent: 40, targetPercent: 80 };
  expect((await put(path, { departureAt, battery })).status).toBe(204);
  const request = rig.calls.at(-1)?.request;
  expect(request).toMatchObject({
    energyWh: 0n,
    battery: { sizeWh: 77_000n, atPlugInPercent: 40, targetPercent: 80 },
  });
  expect(request).not.toHaveProperty('battery.atPlugInWh', expect.anything());
  const inEnergies = { sizeKwh: 77, atPlugInKwh: 30.8 };
  const discharge = { efficiency: 0.85, wearPerKwh: 0.03 };
  const gives = { energyKwh: 10, departureAt, battery: { ...inEnergies, keepPercent: 20 }, discharge };
  expect((await put(path, gives)).status).toBe(204);
  expect(rig.calls.at(-1)?.request).toMatchObject({
    ...{ energyWh: 10_000n, battery: { sizeWh: 77_000n, atPlugInWh: 30_800n, keepPercent: 20 } },
    discharge: { atPlugInWh: 0n, keepWh: 0n, efficiencyPercent: 85 },
  });
  const refused = async (body: object) =>
    problemOf(await put(path, body), 400).problems?.map(({ pointer, detail }) => `${pointer} ${detail}`);
  const calls = rig.calls.length;
  expect(await refused({ departureAt })).toEqual([expect.stringMatching('^/energyKwh .*say energyKwh, or battery')]);
  expect(await refused({ energyKwh: 0, battery })).toEqual([expect.stringMatching('^/energyKwh .*leave out')]);
  expect(await refused({ battery: { ...battery, atPlugInPercent: 101 } })).toEqual([
    expect.stringMatching('^/battery/atPlugInPercent '),
  ]);
  expect(await refused({ battery: { ...battery, sizeKwh: 0.9 } })).toEqual([
    expect.stringMatching('^/battery/sizeKwh '),
  ]);
  expect(await refused({ ...gives, discharge: { ...discharge, heldKwh: 30.8, keepKwh: 5 } })).toEqual([
    expect.stringMatching('^/discharge/heldKwh .*leave out discharge.heldKwh'),
    expect.stringMatching('^/discharge/keepKwh .*leave out discharge.keepKwh'),
  ]);
  expect(await refused({ energyKwh: 10, departureAt, discharge })).toEqual([
    expect.stringMatching('^/discharge/heldKwh .*missing'),
    expect.stringMatching('^/discharge/keepKwh .*missing'),
  ]);
  expect(rig.calls).toHaveLength(calls);
});

test('C70 a boost goes to the EVSE that the address names, for half an hour unless said otherwise and four hours at most; it can be ended', async () => {
  const path = '/api/v1/evses/ST-001%2F2/boost';
  const post = (body: unknown) => rig.ask(path, { method: 'POST', body });
  const set = await post({});
  expect([set.status, set.json()]).toEqual([200, { until: instant(START_MS + 1_800_000), setBy: 'operator' }]);
  expect(rig.calls.at(-1)).toMatchObject({
    method: 'putBoost',
    request: { stationId: 'ST-001', evse: 2, untilMs: BigInt(START_MS + 1_800_000), setBy: 'operator' },
  });
  expect((await post({ minutes: 240 })).json()).toMatchObject({ until: instant(START_MS + 14_400_000) });
  for (const minutes of [241, 0, 1.5]) problemOf(await post({ minutes }), 400);
  expect((await rig.ask(path, { method: 'DELETE' })).status).toBe(204);
  expect(rig.calls.at(-1)?.request).not.toHaveProperty('untilMs', expect.anything());
  problemOf(await rig.ask('/api/v1/evses/nowhere/boost', { method: 'POST', body: {} }), 404);
  expect(rig.logged.map((line) => line.event)).toEqual(
    expect.arrayContaining(['console.boost-set', 'console.boost-ended']),
  );
});

test('lists are bounded, and their queries are strict', async () => {
  expect((await rig.ask('/api/v1/sessions?siteId=demo-depot&limit=1000')).json()).toEqual({ items: [] });
  expect(rig.calls.at(-1)).toMatchObject({ method: 'listSessions', request: { siteId: 'demo-depot', limit: 1_000 } });
  problemOf(await rig.ask('/api/v1/sessions?limit=1001'), 400);
  problemOf(await rig.ask('/api/v1/transactions?limit=0'), 400);
  problemOf(await rig.ask('/api/v1/transactions?page=2'), 400);
  const samples = await rig.ask(`/api/v1/evses/ST-001%2F1/meter-values?before=${instant(START_MS)}`);
  expect(samples.json()).toEqual({ items: [] });
  expect(rig.calls.at(-1)?.request).toMatchObject({
    stationId: 'ST-001',
    evse: 1,
    limit: 100,
    beforeMs: BigInt(START_MS),
  });
});

test.each([
  ['unavailable', 503],
  ['deadline-exceeded', 504],
  ['not-found', 404],
  ['failed-precondition', 409],
  ['resource-exhausted', 429],
  ['invalid-argument', 422],
  ['unimplemented', 501],
  ['internal', 500],
] as const)('rpc %s is HTTP %i', async (code, status) => {
  rig.registry.getSite = async () => {
    throw new RpcError(code, 'what the registry says');
  };
  const answer = await rig.ask(SITE);
  problemOf(answer, status);
  expect(answer.headers['retry-after']).toBe(status === 503 || status === 429 ? '2' : undefined);
});

test('a fault of ours is told to the log and not to the client', async () => {
  rig.registry.listSites = async () => {
    throw new TypeError('secret inside');
  };
  const answer = await rig.ask('/api/v1/sites');
  problemOf(answer, 500);
  expect(answer.text).not.toContain('secret');
});

test('alive always; ready while the registry answers', async () => {
  expect((await rig.ask('/healthz')).status).toBe(200);
  expect((await rig.ask('/readyz')).status).toBe(200);
});

test('a page that is not built says how to build it; no API address ever answers a page', async () => {
  const page = await rig.ask('/');
  expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.text).toContain('pnpm --filter @headroom/console-web build');
  problemOf(await rig.ask('/ocpp/ST-001'), 404);
  problemOf(await rig.ask('/missing.js'), 404);
});
