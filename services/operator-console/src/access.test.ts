import { afterEach, expect, test } from '@jest/globals';
import { toConfig } from './config.ts';
import { type Rig, startRig, TEST_CONFIG } from './testing/rig.ts';

const TOKEN = 'a bearer-token of tests'.replaceAll(' ', '-');
let rig: Rig | undefined;
afterEach(async () => {
  await rig?.stop();
  rig = undefined;
});

async function statusOf(headers: Readonly<Record<string, string>>, path = '/api/v1/sites'): Promise<number> {
  rig ??= await startRig();
  return (await rig.ask(path, { headers })).status;
}
const portOf = (started: Rig): string => new URL(started.console.url).port;

test('on loopback our own names and port are let in', async () => {
  rig = await startRig();
  const port = portOf(rig);
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) {
    expect(await statusOf({ host })).toBe(200);
  }
  expect(await statusOf({ origin: `http://localhost:${port}` })).toBe(200);
});

test('a name that somebody pointed at 127.0.0.1 is not ours (DNS rebinding), nor is another port', async () => {
  rig = await startRig();
  for (const host of [
    `evil.example:${portOf(rig)}`,
    '127.0.0.1',
    '127.0.0.1:1',
    `127.0.0.1.evil.example:${portOf(rig)}`,
  ]) {
    expect(await statusOf({ host })).toBe(403);
  }
  expect(await statusOf({ host: 'evil.example' }, '/')).toBe(403);
  expect(rig.logged.some((line) => line.event === 'console.request-forbidden')).toBe(true);
});

test('a page of another origin is not let in, neither is one that hides its origin', async () => {
  rig = await startRig();
  for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:1`, `https://127.0.0.1:${portOf(rig)}`]) {
    expect(await statusOf({ origin })).toBe(403);
  }
});

test('beyond loopback the API asks for the token, in full', async () => {
  rig = await startRig({ host: '0.0.0.0', bearerToken: TOKEN });
  expect(await statusOf({})).toBe(401);
  expect(await statusOf({ authorization: `Bearer ${TOKEN}x` })).toBe(401);
  expect(await statusOf({ authorization: TOKEN })).toBe(401);
  expect(await statusOf({ authorization: `Bearer ${TOKEN}` })).toBe(200);
  expect(await statusOf({}, '/healthz')).toBe(200);
  const host = 'console.example';
  expect(await statusOf({ authorization: `Bearer ${TOKEN}`, host, origin: 'https://console.example' })).toBe(200);
  expect(await statusOf({ authorization: `Bearer ${TOKEN}`, host, origin: 'https://evil.example' })).toBe(403);
  expect(JSON.stringify(rig.logged)).not.toContain(TOKEN);
});

test('no spelling of an API address goes past the token', async () => {
  rig = await startRig({ host: '0.0.0.0', bearerToken: TOKEN });
  await rig.ask('/api/v1/sites/demo', { method: 'PUT', headers: { authorization: `Bearer ${TOKEN}` } });
  for (const path of [
    '/api/v1/sites',
    '/%61pi/v1/sites',
    '/api/v1/s%69tes',
    '//api/v1/sites',
    '/x/../api/v1/sites',
    '/API/v1/sites',
  ]) {
    const { status, text } = await rig.ask(path);
    expect(status === 401 || !text.includes('items')).toBe(true);
  }
  expect(await statusOf({}, '/%61pi/v1/sites')).toBe(401);
  expect(await statusOf({}, '/api/openapi.json')).toBe(401);
  expect(await statusOf({}, '/')).toBe(200);
});

test('beyond loopback without a token the start is refused, with the remedy', async () => {
  const sentence = /set HEADROOM_CONSOLE_BEARER_TOKEN, or listen on 127\.0\.0\.1/;
  const raw = {
    host: '0.0.0.0',
    port: undefined,
    publicOcppUrl: undefined,
    bearerToken: undefined,
    idTokenKey: TEST_CONFIG.idTokenKey,
    sampleIntervalMs: undefined,
    webRoot: undefined,
    tariffs: undefined,
    demoUrl: undefined,
    demoToken: undefined,
  };
  expect(toConfig(raw)).toMatchObject({ kind: 'err', error: [expect.stringMatching(sentence)] });
  expect(toConfig({ ...raw, bearerToken: 'short' })).toMatchObject({ kind: 'err' });
  expect(toConfig({ ...raw, bearerToken: TOKEN })).toMatchObject({ kind: 'ok' });
  await expect(startRig({ host: '192.0.2.1' })).rejects.toThrow(sentence);
});

test('a busy port is a sentence with the remedy', async () => {
  rig = await startRig();
  const port = Number(portOf(rig));
  await expect(startRig({ port })).rejects.toMatchObject({
    code: 'PORT_BUSY',
    message: expect.stringContaining('--port'),
  });
});

test('every answer carries the security headers', async () => {
  rig = await startRig();
  for (const path of ['/', '/api/v1/sites', '/api/v1/nothing', '/missing.js']) {
    const { headers } = await rig.ask(path);
    expect(headers['content-security-policy']).toMatch(/^default-src 'self'/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-store');
  }
});
