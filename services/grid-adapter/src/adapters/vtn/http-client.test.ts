import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ok } from '@headroom/kernel';
import { manualTime, type ManualTime } from '../../testing/manual-time.ts';
import { createHttpClient } from './http-client.ts';

let answer: (request: IncomingMessage, response: ServerResponse) => void;
let server: ReturnType<typeof createServer>;
let url: string;
let time: ManualTime;
beforeEach(async () => {
  time = manualTime(0);
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const MOST = 1_000;
const ask = (over: object = {}) =>
  createHttpClient({ timers: time, bodyBytesMax: MOST, deadlineMs: 5_000 }).ask({ url, ...over });
const json = (response: ServerResponse, text: string, type = 'application/json'): void => {
  response.setHeader('content-type', type);
  response.end(text);
};

test('a GET with its token, and what JSON says', async () => {
  let seen: IncomingMessage | undefined;
  answer = (request, response) => {
    seen = request;
    json(response, '[{"id":"ä"}]', 'application/json; charset=utf-8');
  };
  expect(await ask({ bearer: 't1' })).toEqual(ok({ status: 200, body: [{ id: 'ä' }] }));
  expect([seen?.method, seen?.headers.authorization]).toEqual(['GET', 'Bearer t1']);
});

test('a form is posted as OAuth2 wants it', async () => {
  let body = '';
  let type: string | undefined;
  answer = (request, response) => {
    type = request.headers['content-type'];
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => json(response, '{}', 'application/problem+json'));
  };
  expect(await ask({ form: { grant_type: 'client_credentials', client_secret: 'a&b' } })).toEqual(
    ok({ status: 200, body: {} }),
  );
  expect([type, body]).toEqual([
    expect.stringMatching(/^application\/x-www-form-urlencoded/),
    'grant_type=client_credentials&client_secret=a%26b',
  ]);
});

test('a redirect is not followed: the token goes nowhere else', async () => {
  const paths: (string | undefined)[] = [];
  answer = (request, response) => {
    paths.push(request.url);
    response.writeHead(307, { location: '/elsewhere' });
    response.end();
  };
  expect(await ask({ bearer: 't1' })).toMatchObject({ error: expect.stringMatching(/redirect \(status 307\)/) });
  expect(paths).toEqual(['/events']);
});

test('of an answer that is none of success only the status is read', async () => {
  answer = (_, response) => {
    response.statusCode = 404;
    json(response, 'not even JSON');
  };
  expect(await ask()).toEqual(ok({ status: 404, body: undefined }));
});

test.each([
  ['a page for people', 'text/html'],
  ['no type at all', ''],
  ['something like JSON', 'application/jsonish'],
])('%s is no answer', async (_, type) => {
  answer = (_request, response) => json(response, '[]', type);
  expect(await ask()).toMatchObject({ error: expect.stringMatching(/content type/) });
});

test('what says it is JSON and is not has a status, and no body', async () => {
  answer = (_, response) => json(response, '[NaN]');
  expect(await ask()).toEqual(ok({ status: 200, body: undefined, unread: { kind: 'no-json' } }));
});

test('the first byte over the bound ends the answer: announced, unannounced or compressed', async () => {
  const text = (bytes: number): string => JSON.stringify('x'.repeat(bytes - 2));
  answer = (_, response) => json(response, text(MOST));
  expect(await ask()).toMatchObject({ kind: 'ok' });
  const refused = { kind: 'ok', value: { body: undefined, unread: { kind: 'too-large', mostBytes: MOST } } };
  answer = (_, response) => json(response, text(MOST + 1));
  expect(await ask()).toMatchObject(refused);
  answer = (_, response) => {
    response.setHeader('content-type', 'application/json');
    response.write(text(MOST + 1).slice(0, 10));
    setImmediate(() => response.end(text(MOST + 1).slice(10)));
  };
  expect(await ask()).toMatchObject(refused);
  answer = (_, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.setHeader('content-type', 'application/json');
    response.end(gzipSync(text(1_000_000)));
  };
  expect(await ask()).toMatchObject(refused);
});

test('an answer that never ends is given up at the deadline, and its connection with it', async () => {
  let closed = false;
  const began = new Promise<void>((resolve) => {
    answer = (_, response) => {
      response.setHeader('content-type', 'application/json');
      response.write('[');
      response.on('close', () => (closed = true));
      resolve();
    };
  });
  const asked = ask();
  await began;
  await time.pass(4_999);
  expect(closed).toBe(false);
  await time.pass(1);
  expect(await asked).toMatchObject({ error: 'There is no whole answer within 5 s.' });
  while (!closed) await new Promise(setImmediate);
});

test('nobody there, and hanging up, are sentences without an address', async () => {
  answer = (_, response) => response.destroy();
  expect(await ask()).toMatchObject({ error: expect.stringMatching(/^There is no whole answer \(\w+\)\.$/) });
  await new Promise((resolve) => server.close(resolve).closeAllConnections());
  expect(await ask()).toMatchObject({ error: 'There is no whole answer (ECONNREFUSED).' });
});
