import { get, IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { commonV1, siteStateV1 } from '@headroom/contracts';
import { siteId } from '@headroom/kernel';
import { type LiveDocument, LiveDocumentSchema } from './adapters/http/live-document.ts';
import { createLiveStreams, MAX_STREAMS, MAX_UNREAD_BYTES } from './adapters/http/live-stream.ts';
import { EXAMPLE_LIVE } from './adapters/http/routes/live-example.ts';
import { EXAMPLE_SITE } from './adapters/http/site-document-schema.ts';
import type { LiveBoard } from './app/live-board.ts';
import { liveView } from './domain/live-view.ts';
import { createEvents } from './events.ts';
import { type Rig, START_MS, startRig } from './testing/rig.ts';

let rig: Rig;
const opened: IncomingMessage[] = [];
beforeEach(async () => {
  rig = await startRig();
  await rig.ask('/api/v1/sites/demo-depot', { method: 'PUT', body: EXAMPLE_SITE });
});
afterEach(async () => {
  for (const stream of opened.splice(0)) stream.destroy();
  await rig.stop();
});

const LIVE = '/api/v1/sites/demo-depot/live';
const phases = (deciA: number) => ({ l1DeciA: deciA, l2DeciA: deciA, l3DeciA: deciA });
const state = (rest: Partial<siteStateV1.SiteState> = {}): Partial<siteStateV1.SiteState> => ({
  siteId: 'demo-depot',
  name: 'Demo depot',
  timezone: 'Europe/Paris',
  nominalVoltageV: 230,
  ownerEpoch: 1n,
  decisionSeq: 5n,
  atMs: BigInt(START_MS),
  circuits: [
    siteStateV1.CircuitState.fromPartial({
      use: {
        circuitId: 'grid',
        limit: phases(3_200),
        otherLoad: phases(900),
        committed: phases(160),
        rise: phases(110),
        powerLimitW: 200_000n,
        limitSource: 'contract',
      },
      name: 'Grid connection',
      measuredOtherLoad: phases(900),
      measuredAtMs: BigInt(START_MS),
    }),
  ],
  evses: [
    siteStateV1.EvseState.fromPartial({
      stationId: 'ST-001',
      evse: 1,
      name: 'Bay 1',
      circuitId: 'grid',
      phases: [commonV1.GridPhase.L1, commonV1.GridPhase.L2, commonV1.GridPhase.L3],
      connected: true,
      state: siteStateV1.EvsePhaseOfSession.CHARGING,
      commandedDeciA: 160,
      committedDeciA: 160,
      offeredDeciA: 160,
      drawn: phases(160),
      drawnPowerW: 11_040n,
      drawnAtMs: BigInt(START_MS),
      sessionId: 's-1',
      sessionEnergyWh: 2_000n,
      reason: { code: 'EV_MAX', sentence: 'The car takes no more than 16 A.' },
      maxCurrentDeciA: 320,
      fallbackDeciA: 60,
      targetDeciA: 160,
    }),
  ],
  ...rest,
});

/** Reads events of a stream one by one. */
async function openStream(): Promise<{ readonly next: () => Promise<LiveDocument>; readonly ended: Promise<void> }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${rig.console.url}${LIVE}/stream`, { agent: false }, resolve).on('error', reject);
  });
  opened.push(response);
  expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
  response.setEncoding('utf8');
  let unread = '';
  let wake = (): void => {};
  const ended = new Promise<void>((resolve) => response.once('close', resolve));
  response.on('error', () => {});
  response.on('data', (chunk: string) => {
    unread += chunk;
    wake();
  });
  const next = async (): Promise<LiveDocument> => {
    for (;;) {
      const end = unread.indexOf('\n\n');
      if (end >= 0) {
        const event = unread.slice(0, end);
        unread = unread.slice(end + 2);
        if (event.startsWith('event: live\ndata: ')) return LiveDocumentSchema.parse(JSON.parse(event.slice(18)));
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { next, ended };
}

test('a site whose owner has not been heard of is 503 for a while, not an empty page', async () => {
  const answer = await rig.ask(LIVE);
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '2']);
  expect((await rig.ask(`${LIVE}/stream`)).status).toBe(503);
});

test('SI26 the live document says how long leases are and why', async () => {
  const lease = { leaseS: 300, reason: '300 s: the building hardly moves.' };
  await rig.putState(state({ lease }));
  const document = LiveDocumentSchema.parse((await rig.ask(LIVE)).json());
  expect(document.lease).toEqual({ seconds: 300, reason: lease.reason });
});

test('LC2: the live document says how hot a circuit is and what it bears, and a temperature is no load of the building', async () => {
  const [root] = state().circuits ?? [];
  const at = BigInt(START_MS + 500);
  const derating = {
    sensorId: 'duct',
    countedDeciC: 412,
    sampledAtMs: at,
    silent: false,
    nowPercent: 75,
    deadPercent: 50,
  };
  await rig.putState(state({ circuits: root === undefined ? [] : [{ ...root, derating }] }));
  const reading = { receivedAtMs: at, sampledAtMs: at };
  await rig.putDraw({
    siteId: 'demo-depot',
    meters: [{ ...reading, meterId: 'building', current: phases(800) }],
    sensors: [{ ...reading, meterId: 'duct', current: undefined, temperatureDeciC: 398 }],
  });
  const document = LiveDocumentSchema.parse((await rig.ask(LIVE)).json());
  expect(document.circuits[0]?.derating).toEqual({
    ...{ sensor: 'duct', temperatureC: 39.8, measuredAt: '2026-06-07T12:00:00.500Z', ageMs: 0, silent: false },
    ...{ countsAsC: 41.2, bearsPercent: 75, keepsToPercent: 50, bears: null },
    sentence:
      'While it falls it counts as 41.2 C. It bears 75 % of its rating. Leases keep to 50 %: it may rise within one.',
  });
  expect(document.building.perPhase).toEqual({ l1A: 80, l2A: 80, l3A: 80 });
  await rig.putState(state(), 2);
  expect(LiveDocumentSchema.parse((await rig.ask(LIVE)).json()).circuits[0]?.derating).toBeNull();
});

test('MD17: the live document says what a car is to give back, and null where it is nothing', async () => {
  const dischargeReason = { code: 'V2X_DISCHARGE', circuitId: '', row: '', sentence: '6.9 kW back, as planned.' };
  const said = [{}, { dischargeDeciA: 100, dischargeReason }, { dischargeDeciA: 0 }, { dischargeDeciA: -5 }];
  const evses = said.flatMap((each, n) => (state().evses ?? []).map((evse) => ({ ...evse, evse: n + 1, ...each })));
  await rig.putState(state({ evses }));
  const document = LiveDocumentSchema.parse((await rig.ask(LIVE)).json());
  expect(document.evses.map(({ evse, givesBack }) => [evse, givesBack])).toEqual([
    [1, null],
    [2, { targetA: 10, sentence: '6.9 kW back, as planned.' }],
    [3, null],
    [4, null],
  ]);
});

test('C70: the live document says until when a car comes first, and who asked, and null where it does not', async () => {
  const untilMs = Date.parse('2026-06-07T12:30:00Z');
  const said = [{}, { boostUntilMs: BigInt(untilMs), boostedBy: 'operator' }];
  const evses = said.flatMap((each, n) => (state().evses ?? []).map((evse) => ({ ...evse, evse: n + 1, ...each })));
  await rig.putState(state({ evses }));
  const document = LiveDocumentSchema.parse((await rig.ask(LIVE)).json());
  expect(document.evses.map(({ evse, boost }) => [evse, boost])).toEqual([
    [1, null],
    [2, { until: '2026-06-07T12:30:00.000Z', setBy: 'operator' }],
  ]);
});

test('the live document shows limit, building, EVSEs and energy', async () => {
  await rig.putState(state());
  const document = LiveDocumentSchema.parse((await rig.ask(LIVE)).json());
  expect(document).toMatchObject({
    siteId: 'demo-depot',
    limit: { powerKw: 200, source: 'contract' },
    building: { powerKw: 62.1, stale: false, keptForRiseKw: 7.59 },
    lease: null,
    total: { drawnKw: 11.04, siteKw: 73.14, headroomKw: 126.86 },
    evses: [
      {
        evseId: 'ST-001/1',
        state: 'charging',
        commandedA: 16,
        commandedKw: 11.04,
        offeredKw: 11.04,
        drawn: { l1A: 16, l2A: 16, l3A: 16 },
        drawnKw: 11.04,
        reason: { code: 'EV_MAX' },
        session: { sessionId: 's-1', energyKwh: 2 },
      },
    ],
    energy: { askedKwh: 30, deliveredKwh: 27, missedKwh: 5, endedSessions: 2 },
  });
  expect(LiveDocumentSchema.parse(EXAMPLE_LIVE)).toEqual(EXAMPLE_LIVE);
});

test.each(['contract', 'override', 'grid', 'rating'])(
  'a limit that comes from the %s is shown as that',
  async (source) => {
    const [root] = state().circuits ?? [];
    if (root?.use === undefined) throw new Error('no circuit');
    await rig.putState(
      state({ circuits: [{ ...root, use: { ...root.use, limitSource: source, powerLimitW: 50_000n } }] }),
    );
    expect((await rig.ask(LIVE)).json()).toMatchObject({ limit: { powerKw: 50, source } });
  },
);

test('the stream begins with the document and follows changes of state and draw', async () => {
  await rig.putState(state());
  const stream = await openStream();
  expect((await stream.next()).control.decisionSeq).toBe(5);
  await rig.putState(state({ decisionSeq: 6n }), 2);
  expect((await stream.next()).control.decisionSeq).toBe(6);
  rig.pass(500);
  const at = BigInt(START_MS + 500);
  const measured = {
    stationId: 'ST-001',
    evse: 1,
    transactionId: '',
    sampledAtMs: at,
    receivedAtMs: at,
    current: phases(60),
    powerW: 4_140n,
    quality: 1,
  } as const;
  await rig.putDraw({ siteId: 'demo-depot', evses: [measured], meters: [] });
  expect((await stream.next()).evses[0]).toMatchObject({ drawnKw: 4.14, ageMs: 0 });
});

test('a stream ends when the console stops', async () => {
  await rig.putState(state());
  const stream = await openStream();
  await stream.next();
  await rig.console.stop(500);
  await stream.ended;
});

test('an older state that arrives late changes nothing', async () => {
  await rig.putState(state({ decisionSeq: 9n }), 9);
  expect((await rig.ask(LIVE)).json()).toMatchObject({ control: { decisionSeq: 9 } });
  await rig.putState(state({ decisionSeq: 3n }), 3);
  expect((await rig.ask(LIVE)).json()).toMatchObject({ control: { decisionSeq: 9 } });
});

test('a value that does not decode is told and leaves the last one standing', async () => {
  await rig.putState(state());
  await rig.ask(LIVE);
  await rig.live.put({
    family: 'site',
    id: 'demo-depot',
    version: { epoch: 2n, offset: 1n },
    value: Uint8Array.of(0xff, 0xff),
    ttlMs: 60_000,
  });
  expect((await rig.ask(LIVE)).status).toBe(200);
  expect(rig.logged.some((line) => line.event === 'console.live-unreadable')).toBe(true);
});

test('the worst breach and the history are kept while somebody looks', async () => {
  await rig.putState(state());
  await rig.ask(LIVE);
  rig.pass(2_000);
  const [grid] = state().circuits ?? [];
  const low = siteStateV1.CircuitState.fromPartial({ ...grid, use: { ...grid?.use, powerLimitW: 70_000n } });
  await rig.putState(state({ circuits: [low] }), 2);
  await new Promise((resolve) => setImmediate(resolve));
  rig.pass(1_000);
  const history = (await rig.ask(`${LIVE}/history?seconds=60`)).json();
  expect(history).toMatchObject({
    atMs: [START_MS + 1_000, START_MS + 2_000, START_MS + 3_000],
    limitKw: [200, 200, 70],
    buildingKw: [62.1, 62.1, 62.1],
    drawnKw: [11.04, 11.04, 11.04],
    evses: { 'ST-001/1': [11.04, 11.04, 11.04] },
  });
  // Cars have ten seconds to follow a drop (T17).
  expect((await rig.ask(LIVE)).json()).toMatchObject({ worstBreach: { kw: 0 } });
  expect((await rig.ask(`${LIVE}/history?seconds=1`)).json()).toMatchObject({ atMs: [START_MS + 3_000] });
  expect((await rig.ask(`${LIVE}/history?seconds=3601`)).status).toBe(400);
  rig.pass(10_000);
  await rig.putState(state(), 3);
  expect((await rig.ask(LIVE)).json()).toMatchObject({ worstBreach: { kw: 3.14 } });
});

const board = (rest: Partial<LiveBoard>): LiveBoard => ({
  start: async () => {},
  sites: () => new Map(),
  live: async () => ({ kind: 'no-state' }),
  history: async () => ({ atMs: [], limitW: [], buildingW: [], drawnW: [], evses: new Map() }),
  subscribe: () => () => {},
  gridChanged: () => {},
  trouble: () => undefined,
  stop: async () => {},
  ...rest,
});
/** A response whose client reads nothing. */
const unread = (): ServerResponse => new ServerResponse(new IncomingMessage(new Socket()));
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('streams are bounded: after the last one there is no room, until another leaves', () => {
  const events = createEvents({ info: () => {}, warn: () => {}, error: () => {} });
  const ioTimers = { after: () => () => {}, every: () => () => {} };
  const streams = createLiveStreams({ board: board({}), ioTimers, events, headers: {} });
  const clients = Array.from({ length: MAX_STREAMS }, unread);
  for (const client of clients) {
    expect(streams.hasRoom()).toBe(true);
    streams.open(siteId('s'), client);
  }
  expect(streams.hasRoom()).toBe(false);
  clients[0]?.emit('close');
  expect(streams.hasRoom()).toBe(true);
});

test('a client that reads nothing is dropped at the first write over the bound; changes in between are one document', async () => {
  const warned: string[] = [];
  const events = createEvents({ info: () => {}, warn: (event) => void warned.push(event), error: () => {} });
  const waiting: (() => void)[] = [];
  let changed = (): void => {};
  const view = liveView({
    snapshot: {
      siteId: siteId('s'),
      name: 'x'.repeat(MAX_UNREAD_BYTES / 4),
      timezone: 'UTC',
      nominalVoltageV: 230,
      ownerEpoch: 1,
      decisionSeq: 1,
      atMs: START_MS,
      circuits: [],
      evses: [],
    },
    draw: undefined,
    nowMs: START_MS,
    sampleIntervalMs: 10_000,
    meterStaleAfterMs: 5_000,
    endedEnergy: undefined,
    worstBreach: { w: 0, sinceMs: START_MS },
  });
  const streams = createLiveStreams({
    board: board({
      live: async () => ({ kind: 'live', view }),
      subscribe: (_site, onChange) => {
        changed = onChange;
        return () => {};
      },
    }),
    ioTimers: { after: (_ms, fire) => (waiting.push(fire), () => {}), every: () => () => {} },
    events,
    headers: {},
  });
  const client = unread();
  streams.open(siteId('s'), client);
  await settle();
  for (let document = 2; document <= 5; document += 1) {
    expect(client.destroyed).toBe(false);
    changed();
    changed();
    expect(waiting).toHaveLength(1);
    waiting.pop()?.();
    await settle();
  }
  expect([client.destroyed, warned]).toEqual([true, ['console.stream-dropped']]);
});
