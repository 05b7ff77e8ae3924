import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { PASSWORD, type Rig, startRig } from './testing/rig.ts';
import { connect, refused } from './testing/station.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.stop());

test('A1: without credentials no WebSocket, and nothing is recorded', async () => {
  const answer = await refused(rig.url, { user: '' });
  expect(answer.status).toBe(401);
  expect(answer.body).toBe('Basic credentials are needed: the station id and its password.\n');
  expect(answer.headers['www-authenticate']).toContain('Basic');
  expect(rig.log.records).toEqual([]);
});

test('A2: an unknown station and a wrong password get one and the same answer', async () => {
  const [unknown, wrong] = [
    await refused(rig.url, { stationId: 'ST-9' }),
    await refused(rig.url, { password: 'guess' }),
  ];
  expect([unknown.status, unknown.body]).toEqual([401, 'This station id with this password is not known here.\n']);
  expect([wrong.status, wrong.body]).toEqual([unknown.status, unknown.body]);
  expect(rig.log.records).toEqual([]);
});

test('A3, R7: the right credentials of one station open no path of another, though the passwords be equal', async () => {
  rig.registry.stations.set('ST-2', { siteId: 'site-1', password: PASSWORD });
  expect((await refused(rig.url, { stationId: 'ST-2', user: 'ST-1' })).status).toBe(401);
  await connect(rig.url, { stationId: 'ST-2' });
});

test.each(['ocpp2.0', 'ocpp1.5', 'OCPP1.6'])(
  'H55: %s alone is no common version, and the answer names ours',
  async (one) => {
    const answer = await refused(rig.url, { protocols: [one] });
    expect([answer.status, answer.body]).toEqual([
      400,
      'Offer one of these WebSocket subprotocols: ocpp2.1, ocpp2.0.1, ocpp1.6.\n',
    ]);
  },
);

test.each(['/ocpp/', '/ocpp/a/b', '/ocpp/%zz', '/ocpp/a%2Fb', '/elsewhere/ST-1'])(
  'H61: %s names no station',
  async (path) => {
    const socket = new WebSocket(`${rig.url}${path}`, ['ocpp1.6']);
    socket.on('error', () => {});
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(404);
  },
);

test('the registry is away and the station unknown here: 503, to be tried again later', async () => {
  rig.registry.away = true;
  const answer = await refused(rig.url);
  expect([answer.status, answer.body]).toEqual([503, 'Credentials cannot be checked at the moment.\n']);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(5);
});

test('G10: the registry is away, the station was here before: it comes in, a wrong password does not', async () => {
  await connect(rig.url);
  rig.registry.away = true;
  rig.time.advance(3_600_000);
  await connect(rig.url);
  expect((await refused(rig.url, { password: 'guess' })).status).toBe(401);
  rig.time.advance(86_400_000);
  expect((await refused(rig.url)).status).toBe(503);
});

test('a new password counts at once, though the old one is remembered', async () => {
  await connect(rig.url);
  rig.registry.stations.set('ST-1', { siteId: 'site-1', password: 'new one' });
  rig.time.advance(1_000);
  await connect(rig.url, { password: 'new one' });
  expect((await refused(rig.url)).status).toBe(401);
});

test('the embedded run may turn stations away with its own sentence', async () => {
  const scaled = await startRig({ admit: (id) => (id === 'ST-1' ? 'Time runs fast here.' : undefined) });
  const answer = await refused(scaled.url);
  expect([answer.status, answer.body]).toEqual([403, 'Time runs fast here.\n']);
  await scaled.stop();
});

test('a stopping gateway lets nobody in', async () => {
  const stopped = rig.gateway.stop(1000);
  expect((await refused(rig.url)).status).toBe(503);
  await stopped;
  expect(rig.gateway.readiness().kind).toBe('not-ready');
});

test('on a port of its own it says where it listens, and tells a browser what it is', async () => {
  const own = await startRig({ listen: { host: '127.0.0.1', port: 0 } });
  const origin = own.gateway.ocppAddress?.replace(/\/ocpp$/, '') ?? '';
  await connect(origin);
  const page = await fetch(origin.replace('ws:', 'http:'));
  expect([page.status, await page.text()]).toEqual([
    426,
    'Stations connect here by WebSocket, at /ocpp/{stationId}.\n',
  ]);
  await own.stop();
});
