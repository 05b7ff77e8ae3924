import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Timers } from '@headroom/kernel';
import {
  idOf,
  must,
  OTHER_VEN,
  startVtnBench,
  startWebhook,
  VEN,
  type VtnBench,
  type Webhook,
} from '../test-support/vtn-bench.ts';
import * as bounds from './bounds.ts';
import { importLimitEvent } from './grid-events.ts';

let bench: VtnBench;
let hook: Webhook;
let programId: string;
/** Pauses end at once, and are remembered; deadlines wait to be fired. */
let pausesMs: number[];
let deadlines: Set<() => void>;
beforeEach(async () => {
  pausesMs = [];
  deadlines = new Set();
  const timers: Timers = {
    after(ms, fire) {
      if (ms < bounds.CALLBACK_TIMEOUT_MS) {
        pausesMs.push(ms);
        queueMicrotask(fire);
        return () => {};
      }
      deadlines.add(fire);
      return () => deadlines.delete(fire);
    },
    every: () => () => {},
  };
  bench = await startVtnBench({ timers });
  hook = await startWebhook();
  programId = must(bench.vtn.putProgram({ programName: 'site-limit' })).id;
});
afterEach(async () => {
  await bench.close();
  await hook.close();
});

const subscription = (more: object = {}, entry: object = {}) => ({
  clientName: 'depot',
  objectOperations: [
    {
      objects: ['EVENT'],
      operations: ['CREATE', 'UPDATE', 'DELETE'],
      callbackUrl: hook.url,
      bearerToken: 'of-the-hook',
      ...entry,
    },
  ],
  ...more,
});
const limit = (more: object = {}) => ({ ...importLimitEvent({ programId }, [{ value: 50 }]), ...more });
const put = (more?: object) => must(bench.vtn.putEvent(limit(more)));
const told = () => hook.notifications.map(({ body }) => body['operation']);

test('DR-W2: a subscription stands only if the callback gives the challenge back, to the letter', async () => {
  hook.echo = (challenge) => `${challenge}\n`;
  expect((await bench.call(VEN, 'POST /subscriptions', subscription())).status).toBe(400);
  hook.echo = () => 'x'.repeat(1_000_000);
  expect((await bench.call(VEN, 'POST /subscriptions', subscription())).status).toBe(400);
  hook.echo = (challenge) => challenge;
  expect((await bench.call(VEN, 'POST /subscriptions', subscription())).status).toBe(201);
  expect(new Set(hook.challenges).size).toBe(3);
});

test('DR-W2: a callback outside of loopback is not called', async () => {
  for (const callbackUrl of ['http://192.0.2.1/hook', 'file:///etc/passwd', 'hook', 'http://127.0.0.1.example/'])
    expect((await bench.call(VEN, 'POST /subscriptions', subscription({}, { callbackUrl }))).status).toBe(400);
  expect(bench.vtn.subscriptions()).toEqual([]);
});

test('DR-W3, DR-W4: creation, change and deletion arrive in order, with the token of the subscription', async () => {
  expect((await bench.call(VEN, 'POST /subscriptions', subscription())).status).toBe(201);
  const event = put();
  const changed = must(bench.vtn.modifyEvent(event.id, { priority: 1 }));
  must(bench.vtn.cancelEvent(event.id));
  await hook.tried(3);
  expect(hook.notifications).toEqual([
    { authorization: 'Bearer of-the-hook', body: { objectType: 'EVENT', operation: 'CREATE', object: event } },
    { authorization: 'Bearer of-the-hook', body: { objectType: 'EVENT', operation: 'UPDATE', object: changed } },
    { authorization: 'Bearer of-the-hook', body: { objectType: 'EVENT', operation: 'DELETE', object: changed } },
  ]);
});

test('only the operations, kinds and program that were asked for', async () => {
  const other = must(bench.vtn.putProgram({ programName: 'prices' })).id;
  await bench.call(VEN, 'POST /subscriptions', subscription({ programID: programId }, { operations: ['DELETE'] }));
  put({ programID: other });
  for (const { id } of bench.vtn.events()) bench.vtn.cancelEvent(id);
  const mine = put();
  must(bench.vtn.cancelEvent(mine.id));
  await hook.tried(1);
  expect(hook.notifications.map(({ body }) => body)).toMatchObject([{ operation: 'DELETE', object: { id: mine.id } }]);
});

test('DR-N9: no notification of what its VEN may not see, and no target it did not ask for', async () => {
  must(bench.vtn.putVen({ clientId: VEN.clientId, venName: 'depot', targets: ['north'] }));
  await bench.call(VEN, 'POST /subscriptions', subscription({ targets: ['north', 'south'] }));
  put({ targets: ['south'] });
  put();
  const north = put({ targets: ['north', 'secret'] });
  await hook.tried(1);
  expect(hook.notifications.map(({ body }) => body)).toMatchObject([
    { targets: ['north'], object: { id: north.id, targets: ['north'] } },
  ]);
  expect(JSON.stringify(hook.notifications)).not.toContain('secret');
});

test('a notification that is not taken is sent again, with growing pauses, and the next one waits for it', async () => {
  await bench.call(VEN, 'POST /subscriptions', subscription());
  hook.statuses.push(500, 503);
  const event = put();
  must(bench.vtn.cancelEvent(event.id));
  await hook.tried(4);
  expect(told()).toEqual(['CREATE', 'CREATE', 'CREATE', 'DELETE']);
  expect(pausesMs).toEqual([bounds.NOTIFY_FIRST_PAUSE_MS, 2 * bounds.NOTIFY_FIRST_PAUSE_MS]);
});

test('a callback that does not answer is given up at its deadline', async () => {
  await bench.call(VEN, 'POST /subscriptions', subscription());
  hook.statuses.push(0);
  put();
  await hook.tried(1);
  expect(deadlines.size).toBe(1);
  for (const fire of deadlines) fire();
  await hook.tried(2);
  expect(told()).toEqual(['CREATE', 'CREATE']);
});

test('a callback that points elsewhere has not taken the notification, and nobody is called there', async () => {
  await bench.call(VEN, 'POST /subscriptions', subscription());
  hook.statuses.push(302);
  put();
  await hook.tried(2);
  expect(told()).toEqual(['CREATE', 'CREATE']);
  expect(hook.challenges.length).toBe(1);
});

test('a subscription that was deleted sends nothing of what still waited', async () => {
  const { json } = await bench.call(VEN, 'POST /subscriptions', subscription());
  hook.statuses.push(0);
  put();
  put();
  await hook.tried(1);
  expect((await bench.call(VEN, `DELETE /subscriptions/${idOf(json)}`)).status).toBe(200);
  for (const fire of deadlines) fire();
  for (let i = 0; i < 10; i += 1) await bench.call(VEN, 'GET /events');
  expect(hook.notifications.length).toBe(1);
});

test('DR-W5: a subscription whose callback never takes anything ends', async () => {
  await bench.call(VEN, 'POST /subscriptions', subscription());
  const tries = bounds.UNDELIVERED_MAX * bounds.NOTIFY_ATTEMPTS_MAX;
  hook.statuses.push(...Array.from({ length: tries }, () => 410));
  for (let i = 0; i < bounds.UNDELIVERED_MAX; i += 1) put();
  await hook.tried(tries);
  while (bench.vtn.subscriptions().length > 0) await new Promise(setImmediate);
  put();
  await bench.call(VEN, 'GET /events');
  expect(hook.notifications.length).toBe(tries);
});

test("a changed subscription calls the new address only, and is one VEN's own", async () => {
  const { json } = await bench.call(VEN, 'POST /subscriptions', subscription());
  const path = `/subscriptions/${idOf(json)}`;
  expect((await bench.call(OTHER_VEN, `DELETE ${path}`)).status).toBe(404);
  const changed = subscription({}, { callbackUrl: `${hook.url}/new`, bearerToken: 'new' });
  expect((await bench.call(VEN, `PUT ${path}`, changed)).status).toBe(200);
  put();
  await hook.tried(1);
  expect(hook.notifications.map((each) => each.authorization)).toEqual(['Bearer new']);
  expect((await bench.call(VEN, `DELETE ${path}`)).status).toBe(200);
  put();
  await bench.call(VEN, 'GET /events');
  expect(hook.notifications.length).toBe(1);
});

test('bound: the first notification over the limit pushes the oldest that waits out', async () => {
  await bench.call(VEN, 'POST /subscriptions', subscription());
  hook.statuses.push(0);
  const ids = Array.from({ length: bounds.NOTIFICATIONS_WAITING_MAX + 2 }, () => put().id);
  await hook.tried(1);
  for (const fire of deadlines) fire();
  await hook.tried(2 + bounds.NOTIFICATIONS_WAITING_MAX);
  const arrived = hook.notifications.slice(1).map(({ body }) => Object(body['object']).id);
  expect(arrived).toEqual([ids[0], ...ids.slice(2)]);
});

test('bound: the first subscription over the limit is refused', async () => {
  const statuses: number[] = [];
  for (let i = 0; i <= bounds.SUBSCRIPTIONS_MAX; i += 1)
    statuses.push((await bench.call(VEN, 'POST /subscriptions', subscription())).status);
  expect(statuses).toEqual([...Array.from({ length: bounds.SUBSCRIPTIONS_MAX }, () => 201), 507]);
});

test('bound: one entry of objectOperations over the limit is refused', async () => {
  const entries = Array.from({ length: bounds.OPERATIONS_MAX + 1 }, () => subscription().objectOperations[0]);
  const post = async (count: number) =>
    (await bench.call(VEN, 'POST /subscriptions', subscription({ objectOperations: entries.slice(0, count) }))).status;
  expect(await post(bounds.OPERATIONS_MAX)).toBe(201);
  expect(await post(bounds.OPERATIONS_MAX + 1)).toBe(400);
});
