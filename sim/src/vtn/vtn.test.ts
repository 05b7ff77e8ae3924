import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { idOf, must, OTHER_VEN, startVtnBench, UTILITY, VEN, type VtnBench } from '../test-support/vtn-bench.ts';
import * as bounds from './bounds.ts';
import { importLimitEvent, priceEvent, simpleLevelEvent } from './grid-events.ts';

let bench: VtnBench;
let programId: string;
beforeEach(async () => {
  bench = await startVtnBench();
  programId = must(bench.vtn.putProgram({ programName: 'site-limit' })).id;
});
afterEach(() => bench.close());

const HALF_HOUR_MS = 1_800_000;
const limit = (name = 'limit') =>
  importLimitEvent({ programId, eventName: name, startMs: bench.time.nowMs() }, [
    { durationMs: HALF_HOUR_MS, value: 50 },
  ]);

test('DR-N1: the VTN alone writes id, dates and kind of an object', async () => {
  const own = { id: 'mine', createdDateTime: 'yesterday', modificationDateTime: 'today', objectType: 'VEN' };
  const { status, json } = await bench.call(UTILITY, 'POST /events', { ...limit(), ...own });
  expect(status).toBe(201);
  const now = new Date(bench.time.nowMs()).toISOString();
  expect(json).toMatchObject({ createdDateTime: now, modificationDateTime: now, objectType: 'EVENT' });
  expect(json['id']).not.toBe('mine');
  expect((await bench.call(VEN, `GET /events/${idOf(json)}`)).json).toEqual(json);
});

test('DR-W1: every change is newer than the one before, also within one millisecond; the rest stays', () => {
  const event = must(bench.vtn.putEvent(limit()));
  const first = must(bench.vtn.modifyEvent(event.id, { priority: 1 }));
  const second = must(bench.vtn.modifyEvent(event.id, { priority: 2 }));
  expect(second).toMatchObject({
    id: event.id,
    createdDateTime: event.createdDateTime,
    eventName: 'limit',
    priority: 2,
  });
  const dates = [event, first, second].map((each) => Date.parse(each.modificationDateTime));
  expect(dates).toEqual([0, 1, 2].map((more) => bench.time.nowMs() + more));
});

test('PUT replaces the whole object', async () => {
  const event = must(bench.vtn.putEvent({ ...limit(), priority: 1 }));
  const reply = await bench.call(UTILITY, `PUT /events/${event.id}`, limit('other'));
  expect(reply.status).toBe(200);
  expect(reply.json).toMatchObject({ id: event.id, eventName: 'other' });
  expect(reply.json).not.toHaveProperty('priority');
});

test('DR-N3, DR-T12: a cancelled event is a 404 at its own address', async () => {
  const event = must(bench.vtn.putEvent(limit()));
  expect((await bench.call(VEN, `GET /events/${event.id}`)).status).toBe(200);
  must(bench.vtn.cancelEvent(event.id));
  const reply = await bench.call(VEN, `GET /events/${event.id}`);
  expect(reply.status).toBe(404);
  expect(reply.json).toMatchObject({ title: 'Not Found', status: 404 });
  expect(bench.vtn.cancelEvent(event.id)).toMatchObject({ kind: 'err', error: { status: 404 } });
});

test.each<[string, string, unknown, number]>([
  ['no JSON', 'POST /events', undefined, 400],
  ['no programID', 'POST /events', {}, 400],
  ['a programID of nothing', 'POST /events', { programID: 'x' }, 404],
  ['an interval without id', 'POST /events', { programID: 'x', intervals: [{ payloads: [] }] }, 400],
  [
    'payloads without values',
    'POST /events',
    { programID: 'x', intervals: [{ id: 0, payloads: [{ type: 'SIMPLE' }] }] },
    400,
  ],
  ['targets as in 3.0 (DR-V2)', 'POST /programs', { programName: 'p', targets: [{ type: 'GROUP', values: [] }] }, 400],
  ['a programName that is taken', 'POST /programs', { programName: 'site-limit' }, 409],
  ['an endless name', 'POST /programs', { programName: 'x'.repeat(bounds.NAME_CHARS_MAX + 1) }, 400],
  ['a BL that reports', 'POST /reports', {}, 403],
  ['an address of nothing', 'GET /tariffs', undefined, 404],
  ['an address below an object', 'GET /vens/1/resources', undefined, 404],
  ['an unknown method', 'PATCH /events', {}, 405],
  ['skip below 0', 'GET /events?skip=-1', undefined, 400],
  ['an empty page', 'GET /events?limit=0', undefined, 400],
  ['a page over the standard', 'GET /events?limit=51', undefined, 400],
  ['active as a word', 'GET /events?active=yes', undefined, 400],
])('DR-N4: %s is refused with a problem', async (_, request, body, status) => {
  const reply = await bench.call(UTILITY, request, body);
  expect(reply.status).toBe(status);
  expect(reply.json).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
});

test('DR-N6: a VEN writes no programs and no events', async () => {
  const event = must(bench.vtn.putEvent(limit()));
  const requests = ['POST /programs', 'POST /events', `PUT /events/${event.id}`, `DELETE /events/${event.id}`];
  const replies = await Promise.all(requests.map((each) => bench.call(VEN, each, limit())));
  expect(replies.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  expect(bench.vtn.events()).toEqual([event]);
});

test('DR-N3: pages by skip and limit, 50 at most', async () => {
  const ids = Array.from({ length: 53 }, (_, i) => must(bench.vtn.putEvent(limit(`e${i}`))).id);
  const page = async (query: string) => (await bench.call(VEN, `GET /events${query}`)).list.map((each) => each['id']);
  expect(await page('')).toEqual(ids.slice(0, 50));
  expect(await page('?skip=50')).toEqual(ids.slice(50));
  expect(await page('?skip=2&limit=3')).toEqual(ids.slice(2, 5));
  expect(await page('?skip=53')).toEqual([]);
});

test('DR-V8: programID and active narrow the listing of events', async () => {
  const other = must(bench.vtn.putProgram({ programName: 'prices' })).id;
  const first = must(bench.vtn.putEvent(limit())).id;
  const second = must(bench.vtn.putEvent({ ...limit(), programID: other })).id;
  const listed = async (query: string) =>
    (await bench.call(VEN, `GET /events?${query}`)).list.map((each) => each['id']);
  expect(await listed(`programID=${other}`)).toEqual([second]);
  bench.time.advance(HALF_HOUR_MS - 1);
  expect(await listed('active=true')).toEqual([first, second]);
  bench.time.advance(1);
  expect(await listed('active=true')).toEqual([]);
  expect(await listed(`active=false&programID=${programId}`)).toEqual([first]);
  expect(await listed('')).toEqual([first, second]);
});

test('DR-N17: a VEN reports on an event; the operator reads it, another VEN does not', async () => {
  const event = must(bench.vtn.putEvent(limit()));
  const usage = { id: 0, payloads: [{ type: 'USAGE', values: [41.5] }] };
  const report = { eventID: event.id, clientName: 'depot', resources: [{ resourceName: 'site', intervals: [usage] }] };
  expect((await bench.call(VEN, 'POST /reports', { ...report, eventID: 'x' })).status).toBe(404);
  expect((await bench.call(VEN, 'POST /reports', { ...report, resources: undefined })).status).toBe(400);
  const { status, json } = await bench.call(VEN, 'POST /reports', { ...report, clientID: 'mall' });
  expect(status).toBe(201);
  expect(bench.vtn.reports()).toEqual([json]);
  expect(json).toMatchObject({ ...report, clientID: 'depot', objectType: 'REPORT' });
  const count = async (who: typeof VEN, query: string) => (await bench.call(who, `GET /reports${query}`)).list.length;
  expect(await count(VEN, `?eventID=${event.id}&clientName=depot&programID=${programId}`)).toBe(1);
  expect(await count(VEN, '?programID=other')).toBe(0);
  expect(await count(OTHER_VEN, '')).toBe(0);
  expect(await count(UTILITY, '')).toBe(1);
});

test('a program with events stays; a report outlives its event', async () => {
  const event = must(bench.vtn.putEvent(limit()));
  must(bench.vtn.putEvent(limit()));
  await bench.call(VEN, 'POST /reports', { eventID: event.id, clientName: 'depot', resources: [] });
  must(bench.vtn.cancelEvent(event.id));
  expect(bench.vtn.reports()).toMatchObject([{ eventID: event.id }]);
  expect((await bench.call(UTILITY, `DELETE /programs/${programId}`)).status).toBe(409);
  for (const { id } of bench.vtn.events()) must(bench.vtn.cancelEvent(id));
  expect((await bench.call(UTILITY, `DELETE /programs/${programId}`)).status).toBe(200);
});

test('DR-W1: the date of an answer is that of the VTN, so that a VEN can see how far its clock is off', async () => {
  const { headers } = await bench.fetch('/auth/server');
  expect(headers.get('date')).toBe('Mon, 12 Jan 2026 09:00:00 GMT');
});

test('the three events a platform has to understand say their units themselves (DR-N10)', async () => {
  const startMs = bench.time.nowMs();
  const head = { programId, startMs };
  must(
    bench.vtn.putEvent(
      importLimitEvent({ ...head, priority: 0 }, [{ durationMs: 900_000, value: 50 }, { value: 80.5 }]),
    ),
  );
  must(bench.vtn.putEvent(simpleLevelEvent({ programId }, [{ durationMs: HALF_HOUR_MS, value: 2 }])));
  must(bench.vtn.putEvent(priceEvent(head, { currency: 'EUR', steps: [{ durationMs: HALF_HOUR_MS, value: -0.02 }] })));
  const { list } = await bench.call(VEN, 'GET /events');
  const descriptor = { objectType: 'EVENT_PAYLOAD_DESCRIPTOR' };
  expect(list).toMatchObject([
    {
      priority: 0,
      payloadDescriptors: [{ ...descriptor, payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'KW' }],
      intervalPeriod: { start: '2026-01-12T09:00:00.000Z' },
      intervals: [
        { id: 0, intervalPeriod: { duration: 'PT900S' }, payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [50] }] },
        {
          id: 1,
          intervalPeriod: { duration: 'P9999Y' },
          payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [80.5] }],
        },
      ],
    },
    { payloadDescriptors: [{ payloadType: 'SIMPLE' }], intervalPeriod: { start: '0001-01-01T00:00:00Z' } },
    {
      payloadDescriptors: [{ payloadType: 'PRICE', units: 'KWH', currency: 'EUR' }],
      intervals: [{ payloads: [{ type: 'PRICE', values: [-0.02] }] }],
    },
  ]);
});

test('DR-T9, DR-N17: an event may leave the start to chance, and ask for a report after its end', () => {
  const head = { programId, startMs: bench.time.nowMs(), randomizeStartMs: 300_000, reports: ['USAGE'] };
  const event = importLimitEvent(head, [{ value: 50 }]);
  expect(event).toMatchObject({
    intervalPeriod: { start: '2026-01-12T09:00:00.000Z', randomizeStart: 'PT300S' },
    reportDescriptors: [{ payloadType: 'USAGE', startInterval: -1, numIntervals: -1, historical: true, repeat: 1 }],
  });
  expect(bench.vtn.putEvent(event).kind).toBe('ok');
});

test('requests are remembered without their tokens; bound: the first one over the limit pushes the oldest out', async () => {
  await bench.call(VEN, 'GET /events?active=true');
  expect(bench.vtn.requests()).toEqual([
    { atMs: bench.time.nowMs(), method: 'POST', path: '/auth/token', query: '', clientId: undefined, status: 200 },
    { atMs: bench.time.nowMs(), method: 'GET', path: '/events', query: '?active=true', clientId: 'depot', status: 200 },
  ]);
  for (let i = 0; i < bounds.REQUESTS_KEPT - 1; i += 1) await bench.fetch('/auth/server');
  const seen = bench.vtn.requests();
  expect(seen.length).toBe(bounds.REQUESTS_KEPT);
  expect(seen[0]).toMatchObject({ path: '/events' });
});

test('bound: a body one byte over the limit is a 413, at the limit it is read', async () => {
  const post = (length: number) => bench.fetch('/auth/token', { method: 'POST', body: 'x'.repeat(length) });
  expect((await post(bounds.BODY_BYTES_MAX)).status).toBe(400);
  const reply = await post(bounds.BODY_BYTES_MAX + 1);
  expect(reply.status).toBe(413);
  expect(reply.json).toMatchObject({ status: 413 });
});

test('bound: the first event, interval, target over its limit is refused, and nothing is pushed out for it', () => {
  for (let i = 0; i < bounds.EVENTS_MAX; i += 1) must(bench.vtn.putEvent(limit()));
  expect(bench.vtn.putEvent(limit())).toMatchObject({ kind: 'err', error: { status: 507 } });
  expect(bench.vtn.events().length).toBe(bounds.EVENTS_MAX);
  must(bench.vtn.cancelEvent(bench.vtn.events()[0]?.id ?? ''));
  const steps = Array.from({ length: bounds.INTERVALS_MAX + 1 }, () => ({ durationMs: 1_000, value: 1 }));
  const put = (count: number) => bench.vtn.putEvent(importLimitEvent({ programId }, steps.slice(0, count)));
  expect(put(bounds.INTERVALS_MAX + 1)).toMatchObject({ kind: 'err', error: { status: 400 } });
  const targets = Array.from({ length: bounds.TARGETS_MAX + 1 }, (_, i) => `t${i}`);
  expect(bench.vtn.putEvent({ ...limit(), targets })).toMatchObject({ kind: 'err', error: { status: 400 } });
  expect(put(bounds.INTERVALS_MAX).kind).toBe('ok');
});

test('bound: the first program, ven and resource over its limit is refused', async () => {
  const statuses = { program: 0, ven: 0, resource: 0 };
  for (let i = 1; i < bounds.PROGRAMS_MAX; i += 1) must(bench.vtn.putProgram({ programName: `p${i}` }));
  for (let i = 0; i < bounds.VENS_MAX; i += 1) must(bench.vtn.putVen({ clientId: `c${i}`, venName: `v${i}` }));
  statuses.program = (await bench.call(UTILITY, 'POST /programs', { programName: 'last' })).status;
  statuses.ven = (await bench.call(VEN, 'POST /vens', { venName: 'last' })).status;
  const venID = (await bench.call(UTILITY, 'GET /vens?venName=v0')).list[0]?.['id'];
  for (let i = 0; i <= bounds.RESOURCES_MAX; i += 1)
    statuses.resource = (await bench.call(UTILITY, 'POST /resources', { resourceName: `r${i}`, venID })).status;
  expect(statuses).toEqual({ program: 507, ven: 507, resource: 507 });
});

test('bound: the first report over its limit is refused', async () => {
  const event = must(bench.vtn.putEvent(limit()));
  const report = { eventID: event.id, clientName: 'depot', resources: [] };
  let status = 0;
  for (let i = 0; i <= bounds.REPORTS_MAX; i += 1) {
    expect(status).not.toBe(507);
    ({ status } = await bench.call(VEN, 'POST /reports', report));
  }
  expect(status).toBe(507);
  expect(bench.vtn.reports().length).toBe(bounds.REPORTS_MAX);
});

test('bound: the first connection over the limit is hung up on', async () => {
  const port = Number(new URL(bench.vtn.url).port);
  const dial = async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
  const open = await Promise.all(Array.from({ length: bounds.CONNECTIONS_MAX }, dial));
  const last = await dial();
  await once(last.resume(), 'close');
  expect(open.filter((each) => each.destroyed)).toEqual([]);
  for (const socket of open) socket.destroy();
});
