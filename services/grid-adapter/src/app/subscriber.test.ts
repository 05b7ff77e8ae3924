import { expect, test } from '@jest/globals';
import { err, ok, type Result } from '@headroom/kernel';
import type { GridSourceConfig } from '../config.ts';
import type { VtnHttp, VtnReply, VtnRequest } from '../ports.ts';
import { manualTime } from '../testing/manual-time.ts';
import { numberingTracer } from '../testing/numbering-tracer.ts';
import { SOURCE } from '../testing/rig.ts';
import { CHECK_EVERY_MS, createSubscriber } from './subscriber.ts';
import { createVtnAccess } from './vtn-access.ts';

type Reply = Result<VtnReply, string>;
const reply = (status: number, body?: unknown): Reply => ok({ status, body });
const ENTRY = { callbackUrl: 'http://127.0.0.1:9/vtn/dso', bearerToken: 'our secret' };

/** A VTN that knows subscriptions alone. */
function rig(over: Partial<GridSourceConfig> = {}) {
  const time = manualTime(0);
  const lines: string[] = [];
  const traced: (string | undefined)[] = [];
  const spans: string[] = [];
  const held = new Map<string, Readonly<Record<string, unknown>>>();
  const it = { instead: undefined as ((request: VtnRequest) => Promise<Reply> | undefined) | undefined, shut: false };
  let made = 0;
  const http: VtnHttp = {
    async ask(request) {
      const other = it.instead?.(request);
      if (other !== undefined) return other;
      const [, , , key] = new URL(request.url).pathname.split('/');
      if (request.method === 'POST') {
        made += 1;
        held.set(`s${made}`, { ...request.json, id: `s${made}` });
        return reply(201, held.get(`s${made}`));
      }
      if (key === undefined) return reply(200, [...held.values()]);
      const found = held.get(key);
      if (request.method === 'DELETE') held.delete(key);
      return found === undefined ? reply(404) : reply(200, found);
    },
  };
  const source = { ...SOURCE, ...over };
  const subscriber = createSubscriber({
    ...{ source, access: createVtnAccess({ source, http, clock: time }), clock: time },
    callback: { url: ENTRY.callbackUrl, bearer: ENTRY.bearerToken, close: () => void (it.shut = true) },
    events: {
      subscribed: ({ source: name, subscriptions, traceId }) => {
        lines.push(`${name} ${subscriptions}`);
        traced.push(traceId);
      },
      notSubscribed: ({ source: name, why, traceId }) => {
        lines.push(`${name}: ${why}`);
        traced.push(traceId);
      },
    },
    tracer: numberingTracer(spans),
    onBug: (cause) => {
      throw cause;
    },
  });
  const keep = async (): Promise<void> => {
    subscriber.keep();
    await time.settle();
  };
  return Object.assign(it, { time, lines, traced, spans, held, keep, subscriber });
}

test('each look at the subscriptions is a trace, and what is told of it names that', async () => {
  const it = rig();
  it.instead = async () => reply(503);
  await it.keep();
  it.instead = undefined;
  await it.time.pass(CHECK_EVERY_MS);
  await it.keep();
  await it.time.pass(CHECK_EVERY_MS);
  await it.keep();
  const looks = it.spans.map((span) => span.replace(/: .*503.*/, ': 503'));
  const look = 'keep the subscriptions at a utility';
  expect(looks).toEqual([`t1 ${look}: 503`, `t2 ${look}`, `t3 ${look}`]);
  expect(it.traced).toEqual(['t1', 't2']);
});

test('DR-W3: it subscribes once, for changes of programs and events, with an address and a secret of ours', async () => {
  const { held, keep, lines, time } = rig();
  await keep();
  await keep();
  await time.pass(CHECK_EVERY_MS);
  await keep();
  expect([...held.values()]).toEqual([
    {
      ...{ id: 's1', objectType: 'SUBSCRIPTION', clientName: 'headroom/dso' },
      objectOperations: [{ objects: ['PROGRAM', 'EVENT'], operations: ['CREATE', 'UPDATE', 'DELETE'], ...ENTRY }],
    },
  ]);
  expect(lines).toEqual(['dso 1']);
});

test('a VTN that has forgotten us is subscribed to anew at the next look, not sooner', async () => {
  const { held, keep, lines, time } = rig();
  await keep();
  held.clear();
  await time.pass(CHECK_EVERY_MS - 1);
  await keep();
  expect(held.size).toBe(0);
  await time.pass(1);
  await keep();
  expect([[...held.keys()], lines]).toEqual([['s2'], ['dso 1', 'dso 1']]);
});

test('what an earlier life has left at the VTN is taken away; what belongs to others stays', async () => {
  const { held, keep } = rig();
  held.set('old', { id: 'old', clientName: 'headroom/dso' });
  held.set('other', { id: 'other', clientName: 'headroom/retailer' });
  await keep();
  expect([...held.keys()]).toEqual(['other', 's1']);
});

test('DR-N9: as many subscriptions as lists are read: for each program, without and with our targets', async () => {
  const targets = new Map([['feeder 7', [{ siteId: 's1' }]]]);
  const { held, keep } = rig({ programIds: ['p1', 'p2'], routing: { ...SOURCE.routing, targets } });
  await keep();
  expect([...held.values()].map(({ programID, targets: named }) => [programID, named])).toEqual([
    ['p1', undefined],
    ['p1', ['feeder 7']],
    ['p2', undefined],
    ['p2', ['feeder 7']],
  ]);
});

test('DR-V2, DR-V3, DR-V6: in 3.0 by other words, and not without a program', async () => {
  const targets = new Map([['GROUP:a:b', [{ siteId: 's1' }]]]);
  const routing = { ...SOURCE.routing, targets };
  const { held, keep } = rig({ version: '3.0', programIds: ['p1'], routing });
  await keep();
  expect([...held.values()].at(-1)).toMatchObject({
    ...{ programID: 'p1', targets: [{ type: 'GROUP', values: ['a:b'] }] },
    objectOperations: [{ operations: ['POST', 'PUT', 'DELETE'] }],
  });
  const without = rig({ version: '3.0' });
  await without.keep();
  expect(without.lines).toEqual(['dso: dso is of version 3.0, where a subscription needs a program id.']);
});

test.each<[string, (request: VtnRequest) => Promise<Reply> | undefined, string]>([
  ['500', async () => reply(500), 'The answer has status 500.'],
  ['a page for people', async () => err('The answer is no JSON.'), 'The answer is no JSON.'],
  ['no webhooks', async () => reply(404), 'The VTN has no list of subscriptions.'],
  ['a refusal', ({ method }) => (method === 'POST' ? Promise.resolve(reply(403)) : undefined), 'status 403'],
  [
    'no id',
    ({ method }) => (method === 'POST' ? Promise.resolve(reply(201, { id: 7 })) : undefined),
    'The answer to a subscription has status 201 and no id.',
  ],
  [
    '10 MB',
    async () => ok({ status: 200, body: undefined, unread: { kind: 'too-large', mostBytes: 1_000 } }),
    'no list of subscriptions',
  ],
])('a VTN that answers %s: it is said once, and tried again at the next look', async (_, instead, why) => {
  const it = rig();
  it.instead = instead;
  for (let n = 0; n < 3; n += 1) {
    await it.keep();
    await it.time.pass(CHECK_EVERY_MS);
  }
  expect(it.lines).toEqual([expect.stringContaining(why)]);
  it.instead = undefined;
  await it.keep();
  expect(it.lines.slice(1)).toEqual(['dso 1']);
});

test('a look that fails says nothing of what stands: it is not subscribed to a second time', async () => {
  const it = rig();
  await it.keep();
  it.instead = ({ url }) => (url.endsWith('/s1') ? Promise.resolve(reply(503)) : undefined);
  await it.time.pass(CHECK_EVERY_MS);
  await it.keep();
  it.instead = undefined;
  await it.time.pass(CHECK_EVERY_MS);
  await it.keep();
  expect([[...it.held.keys()], it.lines]).toEqual([['s1'], ['dso 1', 'dso: The answer has status 503.']]);
});

test('a VTN that stays silent is asked once, however often it is polled', async () => {
  const it = rig();
  let asked = 0;
  it.instead = () => {
    asked += 1;
    return new Promise(() => {});
  };
  for (let n = 0; n < 5; n += 1) {
    await it.keep();
    await it.time.pass(CHECK_EVERY_MS);
  }
  expect(asked).toBe(1);
  it.subscriber.close();
  expect(it.shut).toBe(true);
});
