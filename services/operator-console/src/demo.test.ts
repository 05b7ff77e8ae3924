import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { EXAMPLE_SITE } from './adapters/http/site-document-schema.ts';
import { type Rig, startRig } from './testing/rig.ts';

const SITE = 'demo-depot';
const DEMO = `/api/v1/sites/${SITE}/demo/grid-events`;

const rigs: Rig[] = [];
let desk: Server | undefined;
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.stop();
  await new Promise((resolve) => (desk === undefined ? resolve(undefined) : desk.close(resolve)));
  desk = undefined;
});

async function rigWith(...given: Parameters<typeof startRig>): Promise<Rig> {
  const rig = await startRig(...given);
  rigs.push(rig);
  await rig.ask(`/api/v1/sites/${SITE}`, { method: 'PUT', body: EXAMPLE_SITE });
  await rig.putState({ siteId: SITE, name: 'Demo depot', timezone: 'Europe/Paris', circuits: [], evses: [] });
  return rig;
}

test('without a demo there is no button and no route: production cannot make events', async () => {
  const rig = await rigWith();
  const body = { limitKw: 120, durationS: 60, startInS: 10 };
  expect((await rig.ask(DEMO, { method: 'POST', body })).status).toBe(404);
  expect((await rig.ask(`${DEMO}/e-1`, { method: 'DELETE' })).status).toBe(404);
  expect((await rig.ask('/api/openapi.json')).text).not.toContain('/demo/');
});

const TOKEN = 'a token only for tests';

/** A desk that answers as told, and keeps what it was asked. */
async function deskThat(status: number, answer: object) {
  const asked: { readonly line: string; readonly authorization: string | undefined; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      asked.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization, body });
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  desk = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { asked, config: { demo: { url: `http://127.0.0.1:${port}`, token: TOKEN } } };
}

test('the button of a demo: the order goes to the desk of the run with its token, which no page ever sees', async () => {
  const { asked, config } = await deskThat(201, { eventId: 'e-9' });
  const rig = await rigWith(config);
  const body = { limitKw: 120, durationS: 60, startInS: 10 };
  const ordered = await rig.ask(DEMO, { method: 'POST', body });
  expect([ordered.status, ordered.json()]).toEqual([202, { eventId: 'e-9' }]);
  expect((await rig.ask(`${DEMO}/e%2F9`, { method: 'DELETE' })).status).toBe(204);
  expect(asked.map(({ line }) => line)).toEqual(['POST /grid-events', 'DELETE /grid-events/e%2F9']);
  expect(asked[0]).toMatchObject({ authorization: `Bearer ${TOKEN}`, body: JSON.stringify({ siteId: SITE, ...body }) });
  const told = [await rig.ask(`/api/v1/sites/${SITE}/live`), await rig.ask('/api/openapi.json'), ordered];
  for (const { text } of told) expect(text).not.toContain(TOKEN);
  expect(JSON.parse(told[0]?.text ?? '')).toMatchObject({ demo: { gridEvents: true } });
});

test.each([
  [{ limitKw: -5 }, 'A limit cannot be below 0 kW'],
  [{ limitKw: 1e9 }, 'limits nothing'],
  [{ limitKw: 'low' }, 'The limit must be a number of kW'],
  [{ durationS: 5 }, 'An event lasts at least 20 s'],
  [{ durationS: 20_000 }, 'at most 4 h'],
  [{ durationS: 60.5 }, 'The length must be whole seconds'],
  [{ startInS: -1 }, 'An event cannot begin in the past'],
  [{ startInS: 4_000 }, 'begins within an hour'],
  [{ secret: 'x' }, 'secret'],
])('an order with %o is refused in words, and nothing is asked', async (part, words) => {
  const { asked, config } = await deskThat(201, { eventId: 'e-9' });
  const rig = await rigWith(config);
  const body = { limitKw: 120, durationS: 60, startInS: 10, ...part };
  const answer = await rig.ask(DEMO, { method: 'POST', body });
  expect([answer.status, asked.length]).toEqual([400, 0]);
  expect(answer.json()).toMatchObject({ detail: expect.stringContaining(words) });
});

test('what the utility refuses, and a utility that does not answer, are said in words', async () => {
  const { config } = await deskThat(422, { detail: '20 events of this demo have not ended.' });
  const rig = await rigWith(config);
  const order = { method: 'POST', body: { limitKw: 120, durationS: 60, startInS: 10 } };
  const refused = await rig.ask(DEMO, order);
  expect([refused.status, refused.json()]).toEqual([
    422,
    expect.objectContaining({ detail: '20 events of this demo have not ended.' }),
  ]);
  const kept = await rig.ask(`${DEMO}/e-9`, { method: 'DELETE' });
  expect([kept.status, kept.json()]).toEqual([
    422,
    expect.objectContaining({ detail: '20 events of this demo have not ended.' }),
  ]);
  expect(rig.logged.filter(({ event }) => event.startsWith('console.demo-event'))).toEqual([]);
  desk?.closeAllConnections();
  await new Promise((resolve) => desk?.close(resolve));
  desk = undefined;
  const silent = await rig.ask(DEMO, order);
  expect([silent.status, silent.json()]).toEqual([
    422,
    expect.objectContaining({ detail: expect.stringContaining('does not answer') }),
  ]);
});

test.each([
  [{ url: 'http://192.0.2.1:9', token: TOKEN }, /on loopback/],
  [{ url: 'nowhere', token: TOKEN }, /on loopback/],
  [{ url: 'http://127.0.0.1:9', token: 'short' }, /at least 16 characters/],
])('a demo desk %o is refused at the start', async (demo, sentence) => {
  await expect(startRig({ demo })).rejects.toThrow(sentence);
});
