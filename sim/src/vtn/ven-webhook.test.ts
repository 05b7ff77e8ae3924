import { afterEach, expect, test } from '@jest/globals';
import { listAt, textAt } from '../json.ts';
import { endVenRigs, limitKw, venRig, type VenRig } from '../test-support/ven-rig.ts';
import { must } from '../test-support/vtn-bench.ts';
import type { Misbehaviour } from './misbehave.ts';

afterEach(endVenRigs);

const WORLD = { env: { HEADROOM_GRID_WEBHOOK_PORT: '0' } };
/** Clock time after which a call is polled for. */
const GAP_MS = 1_000;

/** The address and the secret that the VTN holds. */
function callbackOf(it: VenRig): { readonly url: string; readonly bearer: string } {
  const [subscription] = it.bench.vtn.subscriptions();
  const entry = Object((listAt(subscription ?? {}, 'objectOperations') ?? [])[0]);
  return { url: textAt(entry, 'callbackUrl') ?? '', bearer: textAt(entry, 'bearerToken') ?? '' };
}

/** Without and with our targets. */
const isSubscribed = (it: VenRig): boolean => it.bench.vtn.subscriptions().length === 2;

async function subscribed(): Promise<VenRig> {
  const it = await venRig();
  await it.start({}, WORLD);
  await it.until('the subscriptions', () => isSubscribed(it));
  it.bench.time.advance(GAP_MS);
  return it;
}

test('DR-W1: an event is on the timeline without a poll having been due: the VTN called', async () => {
  const it = await subscribed();
  limitKw(it, 50, { startMs: it.bench.time.nowMs() });
  await it.until('the event', () => it.timeline()[0] === '1..3601 50 dso');
  limitKw(it, 20, { startMs: it.bench.time.nowMs(), targets: ['feeder-7'] });
  await it.advanceUntil('the one for a target of ours', () => it.timeline('panel')[0]?.endsWith(' 20 dso') === true);
});

test('a cancellation as well', async () => {
  const it = await subscribed();
  const id = limitKw(it, 50, { startMs: it.bench.time.nowMs() });
  await it.until('the event', () => it.timeline()[0] === '1..3601 50 dso');
  must(it.bench.vtn.cancelEvent(id));
  await it.advanceUntil('its end', () => it.timeline()[0]?.endsWith(' free') === true);
});

test('what a notification says is not believed: with the right secret it brings a poll, and nothing else', async () => {
  const it = await subscribed();
  const { url, bearer } = callbackOf(it);
  const now = new Date(it.bench.time.nowMs()).toISOString();
  const forged = {
    ...{ id: 'forged', objectType: 'EVENT', programID: it.programId, modificationDateTime: now },
    payloadDescriptors: [{ payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'KW' }],
    intervalPeriod: { start: now, duration: 'PT1H' },
    intervals: [{ id: 0, payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [0] }] }],
  };
  const seen = it.bench.vtn.requests().length;
  const body = JSON.stringify({ objectType: 'EVENT', operation: 'CREATE', object: forged });
  const call = (secret: string) => fetch(url, { method: 'POST', body, headers: { authorization: `Bearer ${secret}` } });
  expect((await call('another')).status).toBe(401);
  expect((await call(bearer)).status).toBe(200);
  await it.until('the poll', () => it.bench.vtn.requests().slice(seen).length >= 4);
  expect(it.timeline()).toEqual(['0.. free']);
  expect(it.lines.filter((line) => line.startsWith('grid.callback-refused'))).toHaveLength(1);
  expect(it.lines.join()).not.toContain(bearer);
});

test('the next life subscribes anew, and the secret of the one before opens nothing', async () => {
  const it = await venRig();
  const first = await it.start({}, WORLD);
  await it.until('the subscriptions', () => isSubscribed(it));
  const before = callbackOf(it);
  await first.stop(1_000);
  await it.start({}, WORLD);
  await it.until('its own subscriptions', () => isSubscribed(it) && callbackOf(it).bearer !== before.bearer);
  const { url } = callbackOf(it);
  const headers = { authorization: `Bearer ${before.bearer}` };
  expect((await fetch(url, { method: 'POST', body: '{}', headers })).status).toBe(401);
});

test.each<Misbehaviour>(['answers-500', 'answers-html', 'hangs', 'hangs-up', 'body-of-10-mb', 'redirects'])(
  '%s where we subscribe: polls go on as if nothing were',
  async (mode) => {
    const it = await venRig();
    it.bench.vtn.misbehave(mode, 'subscriptions');
    await it.start({}, WORLD);
    await it.until('a timeline', () => it.timeline().length > 0);
    limitKw(it, 50, { startMs: it.bench.time.nowMs() });
    await it.poll();
    await it.until('the event', () => it.timeline()[0]?.endsWith(' 50 dso') === true);
    expect(it.bench.vtn.subscriptions()).toEqual([]);
  },
);
