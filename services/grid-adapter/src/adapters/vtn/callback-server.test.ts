import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Callback } from '../../ports.ts';
import {
  type CallbackServer,
  createCallbackServer,
  ECHO_CHARS_MAX,
  NOTIFICATION_BYTES_MAX,
} from './callback-server.ts';

const TIMEOUT_MS = 300;
let server: CallbackServer;
let callback: Callback;
let calls: number;
let refused: string[];

beforeEach(async () => {
  calls = 0;
  refused = [];
  server = createCallbackServer({
    port: 0,
    requestTimeoutMs: TIMEOUT_MS,
    onRefused: (source, why) => refused.push(`${source}: ${why}`),
  });
  await server.start();
  callback = server.open('the dso', () => void (calls += 1));
});
afterEach(() => server.stop());

const post = (bearer: string | undefined, body = '{}', url = callback.url): Promise<number | string> =>
  fetch(url, { method: 'POST', body, headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` } })
    .then(({ status }) => status)
    .catch(() => 'hung up');
const echo = async (text: string) => {
  const url = new URL(callback.url);
  url.searchParams.set('echo', text);
  const reply = await fetch(url);
  return [reply.status, await reply.text(), reply.headers.get('content-type')];
};

test('DR-W2: the challenge is given back as it is, as plain text; what is too long or no plain text is not', async () => {
  expect(await echo('a b&c=<i>')).toEqual([200, 'a b&c=<i>', 'text/plain']);
  const longest = 'x'.repeat(ECHO_CHARS_MAX);
  expect(await echo(longest)).toEqual([200, longest, 'text/plain']);
  for (const text of [`${longest}x`, '', 'a\r\nset-cookie: b', 'ü'])
    expect((await echo(text)).slice(0, 2)).toEqual([400, '']);
  expect(calls).toBe(0);
});

test('DR-W3: who calls with the secret of this source is heard, whatever the body says', async () => {
  expect([
    await post(callback.bearer),
    await post(callback.bearer, 'no JSON'),
    await post(callback.bearer, ''),
  ]).toEqual([200, 200, 200]);
  expect([calls, refused]).toEqual([3, []]);
});

test('a wrong token, none, and that of another source are turned away, and it is said without the token', async () => {
  const other = server.open('retailer', () => {});
  for (const bearer of ['wrong', undefined, `${callback.bearer}x`, other.bearer]) expect(await post(bearer)).toBe(401);
  expect([calls, new Set(refused)]).toEqual([
    0,
    new Set(['the dso: A call to its callback has a wrong token or none.']),
  ]);
});

/** Once more where the client took a connection that had just been closed on it: then the server saw nothing of it. */
async function turnedAway(send: () => Promise<unknown>): Promise<void> {
  const before = refused.length;
  for (let tries = 0; tries < 3 && refused.length === before; tries += 1) {
    expect([413, 'hung up']).toContain(await send());
  }
}

test('the first byte over the bound ends a notification, announced or not; 10 MB are not heard out', async () => {
  expect(await post(callback.bearer, 'x'.repeat(NOTIFICATION_BYTES_MAX))).toBe(200);
  await turnedAway(() => post(callback.bearer, 'x'.repeat(NOTIFICATION_BYTES_MAX + 1)));
  await turnedAway(() => post(callback.bearer, 'x'.repeat(10 * 1_048_576)));
  async function* pieces() {
    for (let n = 0; n < 160; n += 1) yield Buffer.alloc(65_536);
  }
  const headers = { authorization: `Bearer ${callback.bearer}` };
  await turnedAway(() =>
    fetch(callback.url, { method: 'POST', headers, body: ReadableStream.from(pieces()), duplex: 'half' })
      .then(({ status }) => status)
      .catch(() => 'hung up'),
  );
  expect(calls).toBe(1);
  expect(refused).toEqual(Array.from({ length: 3 }, () => 'the dso: A notification has more than 1048576 bytes.'));
});

test('a caller that stays silent in the middle is hung up on, and was no notification', async () => {
  const { hostname, port, pathname } = new URL(callback.url);
  const socket = connect(Number(port), hostname);
  const ended = new Promise((resolve) => socket.on('close', resolve));
  socket.on('error', () => {});
  socket.resume();
  socket.write(
    `POST ${pathname} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${callback.bearer}\r\ncontent-length: 10\r\n\r\n{`,
  );
  await ended;
  expect(calls).toBe(0);
  expect(await post(callback.bearer)).toBe(200);
});

test('nonsense is nobody’s call: another path, another method, no HTTP', async () => {
  expect(await post(callback.bearer, '{}', callback.url.replace('the%20dso', 'other'))).toBe(404);
  expect((await fetch(callback.url, { method: 'PUT', body: '{}' })).status).toBe(405);
  const socket = connect(Number(new URL(callback.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  socket.write('\u0016\u0003\u0001 hello\r\n\r\n');
  await new Promise((resolve) => socket.on('close', resolve));
  expect([calls, await post(callback.bearer)]).toEqual([0, 200]);
});

test('each life of a source has a secret of its own; what was shut stays shut', async () => {
  const next = server.open('the dso', () => void (calls += 10));
  expect([await post(callback.bearer), await post(next.bearer), calls]).toEqual([401, 200, 10]);
  // The earlier one is closed late: it shuts nothing of its heir's.
  callback.close();
  expect(await post(next.bearer)).toBe(200);
  next.close();
  expect([await post(next.bearer), calls]).toEqual([404, 20]);
});

test('a public address is told as it was configured', async () => {
  await server.stop();
  server = createCallbackServer({ port: 0, publicUrl: 'https://grid.example.org/hooks', onRefused: () => {} });
  await server.start();
  expect(server.open('the dso', () => {}).url).toBe('https://grid.example.org/hooks/vtn/the%20dso');
});
