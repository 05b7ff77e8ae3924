import { afterEach, expect, test } from '@jest/globals';
import { encodeRecord, gridV1, siteStateV1, TOPICS } from '@headroom/contracts';
import { createMemoryEventLog, parkedTopicOf } from '@headroom/event-log';
import { createMemoryTurnStore } from '@headroom/turn-store';
import { LiveDocumentSchema } from './adapters/http/live-document.ts';
import { EXAMPLE_SITE } from './adapters/http/site-document-schema.ts';
import { CIRCUITS_KEPT_MAX } from './domain/grid-event.ts';
import { type Rig, START_MS, startRig } from './testing/rig.ts';

const SITE = 'demo-depot';
const EVENTS = `/api/v1/sites/${SITE}/grid-events`;
const MINUTE_MS = 60_000;

const rigs: Rig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.stop();
});

async function rigWith(...given: Parameters<typeof startRig>): Promise<Rig> {
  const rig = await startRig(...given);
  rigs.push(rig);
  await rig.ask(`/api/v1/sites/${SITE}`, { method: 'PUT', body: EXAMPLE_SITE });
  await rig.putState({
    siteId: SITE,
    name: 'Demo depot',
    timezone: 'Europe/Paris',
    circuits: [GRID_CIRCUIT],
    evses: [],
  });
  return rig;
}

const ampsOf = (deciA: number) => ({ l1DeciA: deciA, l2DeciA: deciA, l3DeciA: deciA });
const GRID_CIRCUIT = siteStateV1.CircuitState.fromPartial({
  name: 'Grid connection',
  use: { circuitId: 'grid', limit: ampsOf(3_200), powerLimitW: 200_000n, limitSource: 'contract' },
});

let sent = 0;
/** As the adapter publishes it; resolves once the console has it. */
async function tell(rig: Rig, fact: gridV1.GridFact['fact'], siteId = SITE): Promise<void> {
  sent += 1;
  const envelope = { eventId: `e-${sent}`, eventType: 'x', occurredAtMs: START_MS, producer: 'grid-adapter' };
  await rig.log.append([encodeRecord(TOPICS.gridFacts, siteId, { siteId, fact }, envelope)]);
  // The memory log hands over in turns of the event loop.
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const noted = (part: Partial<gridV1.EventNoted> = {}): gridV1.GridFact['fact'] => ({
  $case: 'eventNoted',
  value: gridV1.EventNoted.fromPartial({
    ...{ source: 'dso', eventId: 'e-17', programName: 'Limits', eventName: 'Peak', kind: gridV1.EventNoteKind.SET },
    notedAtMs: BigInt(START_MS),
    periods: [
      {
        startMs: BigInt(START_MS + MINUTE_MS),
        endMs: BigInt(START_MS + 2 * MINUTE_MS),
        value: { $case: 'limitW', value: 120_000n },
      },
    ],
    ...part,
  }),
});
const timeline = (): gridV1.GridFact['fact'] => ({
  $case: 'timelineSet',
  value: gridV1.TimelineSet.fromPartial({
    version: 1n,
    segments: [
      { startMs: 0n, endMs: BigInt(START_MS + MINUTE_MS) },
      {
        ...{ startMs: BigInt(START_MS + MINUTE_MS), endMs: BigInt(START_MS + 2 * MINUTE_MS), limitW: 120_000n },
        cause: { kind: gridV1.GridCauseKind.EVENT, source: 'dso', programId: 'p', eventId: 'e-17' },
      },
      { startMs: BigInt(START_MS + 2 * MINUTE_MS) },
    ],
  }),
});
const live = async (rig: Rig) => LiveDocumentSchema.parse((await rig.ask(`/api/v1/sites/${SITE}/live`)).json());

test('the live document tells the event, the limit that will move, and whether its source is heard', async () => {
  const rig = await rigWith();
  expect((await live(rig)).grid).toEqual({ sources: [], event: null, more: 0 });
  await tell(rig, noted());
  await tell(rig, timeline());
  await tell(rig, {
    $case: 'sourceChanged',
    value: gridV1.SourceChanged.fromPartial({
      ...{ source: 'dso', state: gridV1.SourceState.LOST, sentence: 'No answer.', atMs: BigInt(START_MS) },
    }),
  });
  const before = await live(rig);
  expect(before.grid).toMatchObject({
    sources: [{ name: 'dso', state: 'lost', sentence: 'No answer.', lastHeardAt: null }],
    event: { eventId: 'e-17', name: 'Peak', state: 'scheduled', askedKw: 120, delivered: null },
  });
  expect(before.limit.ahead.map(({ powerKw }) => powerKw)).toEqual([200, 120, 200]);
  expect(Date.parse(before.limit.ahead[1]?.from ?? '')).toBe(START_MS + MINUTE_MS);
  rig.pass(90_000);
  expect((await live(rig)).grid.event).toMatchObject({ state: 'active', delivered: { before: {}, during: {} } });
  expect(before.demo).toEqual({ gridEvents: false });
});

test('the stream brings an event as soon as the console has read it', async () => {
  const rig = await rigWith();
  const changed = new Promise<string>((resolve, reject) => {
    const url = `${rig.console.url}/api/v1/sites/${SITE}/live/stream`;
    fetch(url, { headers: { connection: 'close' } })
      .then(async (response) => {
        let text = '';
        for await (const part of response.body ?? []) {
          text += Buffer.from(part).toString('utf8');
          if (text.includes('"eventId":"e-17"')) return resolve(text);
        }
      })
      .catch(reject);
  });
  await tell(rig, noted());
  expect(await changed).toContain('event: live');
});

test('what was asked and drawn is listed newest first, and outlives the console', async () => {
  const kept = { log: createMemoryEventLog(), store: createMemoryTurnStore() };
  const first = await rigWith({}, kept);
  await tell(first, noted({ eventId: 'old', eventName: '' }));
  await tell(first, noted());
  await tell(first, {
    $case: 'eventReported',
    value: gridV1.EventReported.fromPartial({
      ...{ source: 'dso', eventId: 'e-17', reportedAtMs: BigInt(START_MS), delivery: gridV1.ReportDelivery.SENT },
      before: { startMs: 1n, endMs: 2n, meanW: 171_400n, coveredPercent: 100 },
      during: [{ startMs: 2n, endMs: 3n, askedW: 120_000n, meanW: 117_900n, peakW: 119_600n, coveredPercent: 100 }],
      after: { startMs: 3n, endMs: 4n, coveredPercent: 0 },
    }),
  });
  await first.stop();
  rigs.splice(0);
  const again = await rigWith({}, kept);
  const list = (await again.ask(EVENTS)).json();
  expect(list).toMatchObject({
    items: [
      {
        ...{ eventId: 'e-17', state: 'scheduled', periods: [{ askedKw: 120 }] },
        reports: [
          {
            before: { meanKw: 171.4, peakKw: null },
            during: [{ askedKw: 120, meanKw: 117.9, peakKw: 119.6 }],
            after: { meanKw: null, coveredPercent: 0 },
            delivery: 'sent',
            circuitId: null,
          },
        ],
      },
      { eventId: 'old', name: null, reports: [] },
    ],
    next: null,
  });
  await tell(again, noted({ kind: gridV1.EventNoteKind.CANCELLED, notedAtMs: BigInt(START_MS + 1) }));
  expect((await again.ask(EVENTS)).json()).toMatchObject({ items: [{ eventId: 'e-17', state: 'cancelled' }, {}] });
});

test('a page says where the next one begins, in its body and as a link', async () => {
  const rig = await rigWith();
  for (const eventId of ['a', 'b', 'c']) await tell(rig, noted({ eventId }));
  const first = await rig.ask(`${EVENTS}?limit=2`);
  const { items, next } = first.json() as { items: { eventId: string }[]; next: string };
  expect(items.map(({ eventId }) => eventId)).toEqual(['c', 'b']);
  expect(first.headers['link']).toBe(`<${EVENTS}?limit=2&before=${next}>; rel="next"`);
  const last = await rig.ask(`${EVENTS}?limit=2&before=${next}`);
  expect(last.json()).toMatchObject({ items: [{ eventId: 'a' }], next: null });
  expect(last.headers['link']).toBeUndefined();
});

test.each(['?limit=0', '?limit=101', '?before=x', '?before=-1', '?other=1'])('a page %s is refused', async (query) => {
  const rig = await rigWith();
  expect((await rig.ask(`${EVENTS}${query}`)).status).toBe(400);
});

test('an unknown site has no list; a list whose database is away is 503 in words, and the site stays live', async () => {
  const store = createMemoryTurnStore();
  const away = Object.assign(new Error('connection refused'), { retryable: true });
  const rig = await rigWith(
    {},
    {
      store: {
        ...store,
        read: () => {
          throw away;
        },
      },
    },
  );
  expect((await rig.ask('/api/v1/sites/nowhere/grid-events')).status).toBe(404);
  const answer = await rig.ask(EVENTS);
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '2']);
  expect(answer.json()).toMatchObject({ detail: expect.stringContaining('its database does not answer') });
  expect((await rig.ask(`/api/v1/sites/${SITE}/live`)).status).toBe(200);
  const lost = rig.logged.filter(({ event }) => event === 'console.upstream-lost');
  expect(lost.map(({ fields }) => fields['what'])).toEqual(['grid events']);
});

test('a record that does not decode is put aside with its reason, and the next one is read', async () => {
  const rig = await rigWith();
  const traceId = 'a'.repeat(32);
  const headers = { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` };
  await rig.log.append([{ topic: TOPICS.gridFacts.name, key: SITE, value: Uint8Array.of(0xff, 0xff), headers }]);
  await tell(rig, noted());
  expect((await rig.ask(EVENTS)).json()).toMatchObject({ items: [{ eventId: 'e-17' }] });
  const parked: unknown[] = [];
  const topic = parkedTopicOf(TOPICS.gridFacts.name, 'operator-console');
  for (let partition = 0; partition < 6; partition += 1)
    await rig.log.readToEnd({ topic, partition, onRecords: (records) => void parked.push(...records) });
  expect(parked).toHaveLength(1);
  const line = rig.logged.find(({ event }) => event === 'console.record-parked');
  expect(line?.fields).toMatchObject({ topic: TOPICS.gridFacts.name, traceId });
});

test('while the limit of a circuit returns its event is returning, live and in the list, and then completed', async () => {
  const rig = await rigWith();
  await tell(rig, noted({ circuitIds: ['panel'] }));
  const cause = { source: 'dso', programId: 'p', eventId: 'e-17' };
  const between = (from: number, to: number) => ({
    ...{ startMs: BigInt(START_MS + from * MINUTE_MS), endMs: BigInt(START_MS + to * MINUTE_MS) },
  });
  await tell(rig, {
    $case: 'timelineSet',
    value: gridV1.TimelineSet.fromPartial({
      ...{ version: 1n, circuitId: 'panel' },
      segments: [
        between(0, 1),
        { ...between(1, 2), limitW: 9_000n, cause: { ...cause, kind: gridV1.GridCauseKind.EVENT } },
        { ...between(2, 3), limitW: 12_000n, cause: { ...cause, kind: gridV1.GridCauseKind.RETURN } },
        { startMs: BigInt(START_MS + 3 * MINUTE_MS) },
      ],
    }),
  });
  const states = async () => {
    const { items } = (await rig.ask(EVENTS)).json() as { readonly items: readonly { readonly state: string }[] };
    return [(await live(rig)).grid.event?.state, items[0]?.state];
  };
  rig.pass(90_000);
  expect(await states()).toEqual(['active', 'active']);
  rig.pass(MINUTE_MS);
  expect(await states()).toEqual(['returning', 'returning']);
  expect((await live(rig)).limit.ahead.map(({ powerKw }) => powerKw)).toEqual([200]);
  rig.pass(MINUTE_MS);
  expect(await states()).toEqual(['completed', 'completed']);
});

test('an event for circuits names them, and each report the one that it is of; the first circuit over the bound is left out', async () => {
  const rig = await rigWith();
  const circuitIds = Array.from({ length: CIRCUITS_KEPT_MAX + 1 }, (_, index) => `c-${index}`);
  await tell(rig, noted({ circuitIds }));
  const { event } = (await live(rig)).grid;
  expect([event?.circuitIds.length, event?.circuitIds[0], event?.delivered]).toEqual([CIRCUITS_KEPT_MAX, 'c-0', null]);
  for (const circuitId of ['c-1', 'c-0']) {
    await tell(rig, {
      $case: 'eventReported',
      value: gridV1.EventReported.fromPartial({
        ...{ source: 'dso', eventId: 'e-17', reportedAtMs: BigInt(START_MS), circuitId },
        during: [{ startMs: 2n, endMs: 3n, askedW: 21_000n, meanW: 20_000n, coveredPercent: 100 }],
      }),
    });
  }
  expect((await rig.ask(EVENTS)).json()).toMatchObject({
    items: [
      {
        circuitIds: circuitIds.slice(0, CIRCUITS_KEPT_MAX),
        reports: ['c-0', 'c-1'].map((circuitId) => ({ circuitId, during: [{ askedKw: 21, meanKw: 20 }] })),
      },
    ],
  });
  await tell(rig, noted({ notedAtMs: BigInt(START_MS + 1) }));
  expect((await live(rig)).grid.event?.circuitIds).toEqual([]);
});
