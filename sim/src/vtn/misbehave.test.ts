import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type IncomingMessage, request } from 'node:http';
import { once } from 'node:events';
import { must, startVtnBench, VEN, type VtnBench } from '../test-support/vtn-bench.ts';
import { importLimitEvent } from './grid-events.ts';
import { HOSTILE_EVENTS } from './hostile-events.ts';
import { BIG_BODY_BYTES, SLOW_BYTE_MS, type Misbehaviour } from './misbehave.ts';

let bench: VtnBench;
let soundId: string;
beforeEach(async () => {
  bench = await startVtnBench();
  const programId = must(bench.vtn.putProgram({ programName: 'site-limit' })).id;
  soundId = must(bench.vtn.putEvent(importLimitEvent({ programId }, [{ value: 50 }]))).id;
});
afterEach(() => bench.close());

const events = () => bench.call(VEN, 'GET /events');

test('500, and HTML with 200, until it behaves again', async () => {
  await events();
  bench.vtn.misbehave('answers-500');
  expect(await events()).toMatchObject({ status: 500, json: { status: 500 } });
  bench.vtn.misbehave('answers-html');
  const html = await events();
  expect([html.status, html.headers.get('content-type')]).toEqual([200, 'text/html']);
  expect(html.text).toMatch(/^<!doctype html>/);
  bench.vtn.behave();
  expect((await events()).list.length).toBe(1);
});

test('only at the addresses that were named', async () => {
  bench.vtn.misbehave('answers-500', 'objects');
  expect((await bench.fetch('/auth/server')).status).toBe(200);
  expect((await events()).status).toBe(500);
  bench.vtn.misbehave('answers-500', 'auth');
  expect((await bench.fetch('/auth/server')).status).toBe(500);
  expect((await events()).status).toBe(200);
});

test('hangs: the request came in, and nothing goes out', async () => {
  bench.vtn.misbehave('hangs');
  const controller = new AbortController();
  const asked = bench.fetch('/auth/server', { signal: controller.signal });
  const outcome = asked.then(
    () => 'answered',
    () => 'gave up',
  );
  while (bench.vtn.requests().length === 0) await new Promise(setImmediate);
  controller.abort();
  expect(await outcome).toBe('gave up');
});

test.each<Misbehaviour>(['hangs-up', 'cut-short'])('%s: no whole answer', async (mode) => {
  bench.vtn.misbehave(mode);
  await expect(bench.fetch('/auth/server')).rejects.toMatchObject({ name: 'TypeError' });
});

test('redirects: who follows brings its token to the wrong address, and the VTN sees it', async () => {
  await events();
  bench.vtn.misbehave('redirects');
  await events();
  expect(bench.vtn.requests().at(-1)).toMatchObject({ path: '/elsewhere', clientId: 'depot' });
});

test('a body of 10 MB to the byte, which is sound JSON', async () => {
  await events();
  bench.vtn.misbehave('body-of-10-mb');
  const { text, list } = await events();
  expect([text.length, list.length]).toEqual([BIG_BODY_BYTES, 1]);
});

test('slow bytes: one for each step of the clock', async () => {
  bench.vtn.misbehave('slow-bytes');
  const asking = request(`${bench.vtn.url}/auth/server`);
  asking.end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  let text = '';
  bench.vtn.behave();
  response.on('data', (chunk: Buffer) => (text += chunk.toString()));
  while (text.length < 1) await new Promise(setImmediate);
  for (let length = 2; length < 5; length += 1) {
    bench.time.advance(SLOW_BYTE_MS - 1);
    // A round trip of its own: a byte that came too early would be here by now.
    await bench.fetch('/auth/server');
    expect(text.length).toBe(length - 1);
    bench.time.advance(1);
    while (text.length < length) await new Promise(setImmediate);
  }
  expect(text).toBe('{"to');
  response.destroy();
});

test.each<[Misbehaviour, unknown]>([
  ['token-lifetime-zero', 0],
  ['token-lifetime-negative', -3_600],
  ['token-lifetime-huge', 1e300],
  ['token-lifetime-infinite', Infinity],
  ['token-lifetime-text', 'soon'],
  ['token-lifetime-missing', undefined],
])('DR-N5: %s; the token holds all the same', async (mode, life) => {
  bench.vtn.misbehave(mode);
  const form = { grant_type: 'client_credentials', client_id: VEN.clientId, client_secret: VEN.clientSecret };
  const { json } = await bench.fetch('/auth/token', { method: 'POST', body: new URLSearchParams(form) });
  expect(json['expires_in']).toBe(life);
  const headers = { authorization: `Bearer ${String(json['access_token'])}` };
  expect((await bench.fetch('/events', { headers })).list.length).toBe(1);
});

/** What is wrong with each, as a reader finds it. */
const intervalOf = (value: unknown) => ({ intervals: [{ id: 0, payloads: [{ values: [value] }] }] });
const WRONG: Readonly<Record<string, object>> = {
  'limit-negative': intervalOf(-50),
  'limit-nan-text': intervalOf('NaN'),
  'limit-infinite': intervalOf(Infinity),
  'limit-absurd': intervalOf(1e15),
  'limit-null': intervalOf(null),
  'limit-missing': { intervals: [{ id: 0, payloads: [{ values: [] }] }] },
  'unknown-payload': { intervals: [{ payloads: [{ type: 'FLUX_COMPENSATION_LIMIT' }] }] },
  'ends-before-start': { intervalPeriod: { duration: '-PT1H' } },
  'duration-malformed': { intervalPeriod: { duration: 'P1H' } },
  'start-malformed': { intervalPeriod: { start: 'tomorrow' } },
  'no-times': { intervalPeriod: null },
  'no-units': { payloadDescriptors: null },
  'units-unknown': { payloadDescriptors: [{ units: 'HORSEPOWER' }] },
};

test.each(Object.entries(WRONG))('%s: stands behind the sound event, and at its own address', async (mode, wrong) => {
  bench.vtn.misbehave(HOSTILE_EVENTS.find((each) => each === mode) ?? 'hangs');
  const { list } = await events();
  expect(list.map((each) => each['id'])).toEqual([soundId, mode]);
  expect(list[1]).toMatchObject({ objectType: 'EVENT', programID: expect.stringMatching(/^id-/), ...wrong });
  expect((await bench.call(VEN, `GET /events/${mode}`)).json).toEqual(list[1]);
  expect((await bench.call(VEN, 'GET /events?limit=1')).list).toEqual([list[0]]);
  expect((await bench.call(VEN, 'GET /events?skip=1&limit=1')).list).toEqual([list[1]]);
  expect((await bench.call(VEN, 'GET /events?skip=2')).list).toEqual([]);
});

test('limit-nan-bare: the page is no JSON', async () => {
  bench.vtn.misbehave('limit-nan-bare');
  const { text } = await events();
  expect(text).toContain('[NaN]');
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
});

test('million-intervals: 10^6 sound intervals in one event, in pieces', async () => {
  await events();
  bench.vtn.misbehave('million-intervals');
  const { list } = await events();
  const intervals = Object(list[1]).intervals as readonly { readonly id: number }[];
  expect([intervals.length, intervals[0]?.id, intervals.at(-1)?.id]).toEqual([1_000_000, 0, 999_999]);
});

test('every hostile event has its test', () => {
  expect(new Set(HOSTILE_EVENTS)).toEqual(new Set([...Object.keys(WRONG), 'limit-nan-bare', 'million-intervals']));
});
