import { afterEach, expect, test } from '@jest/globals';
import { encodeRecord, gridV1, siteV1, TOPICS } from '@headroom/contracts';
import { createMemoryEventLog } from '@headroom/event-log';
import { assembleGridAdapter, toConfig } from '@headroom/grid-adapter';
import type { Timers } from '@headroom/kernel';
import { createMemoryLiveState } from '@headroom/live-state';
import { createMemoryRpcNetwork } from '@headroom/rpc';
import { type LogFields, type Platform, type Service, topicSpecs } from '@headroom/service-host';
import { createMemoryTurnStore, type MemoryTurnStore } from '@headroom/turn-store';
import { must, startVtnBench, VEN, type VtnBench } from '../test-support/vtn-bench.ts';
import { importLimitEvent, priceEvent, simpleLevelEvent } from './grid-events.ts';
import { HOSTILE_EVENTS } from './hostile-events.ts';
import type { Misbehaviour } from './misbehave.ts';

/** Of clock time; drawn with a half, jitter is none. */
const POLL_MS = 10_000;
const HOUR_MS = 3_600_000;
const SITE_W = 100_000;
/** Real time: a limit against what hangs. */
const PATIENCE_MS = 20_000;

interface Rig {
  readonly bench: VtnBench;
  readonly programId: string;
  /** What the log of the adapter says, one line each. */
  readonly lines: string[];
  readonly facts: gridV1.GridFact[];
  readonly turns: MemoryTurnStore;
  /** The newest timeline of a target: `second..second kW source/event`, counted from the start of the bench. */
  timeline(circuitId?: string): readonly string[];
  versions(): number;
  /** Lets the next poll happen, to its end. One that hangs ends at its deadline. */
  poll(isHanging?: boolean): Promise<void>;
  until(what: string, holds: () => boolean): Promise<void>;
  start(over?: object, secret?: string): Promise<Service>;
}

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0).toReversed()) await stop();
});

async function rig(): Promise<Rig> {
  const bench = await startVtnBench();
  running.push(() => bench.close());
  const { vtn, time } = bench;
  const zeroMs = time.nowMs();
  const programId = must(vtn.putProgram({ programName: 'site-limit' })).id;
  must(vtn.putVen({ clientId: VEN.clientId, venName: 'depot', targets: ['feeder-7'] }));
  const lines: string[] = [];
  const facts: gridV1.GridFact[] = [];
  const turns = createMemoryTurnStore();
  const log = createMemoryEventLog();
  await log.ensureTopics(topicSpecs({ shards: 6, replicationFactor: 1 }));
  const site = siteV1.SiteConfig.fromPartial({
    siteId: 'depot',
    nominalVoltageV: 230,
    circuits: [
      { circuitId: 'grid', rating: { l1DeciA: 4_000, l2DeciA: 4_000, l3DeciA: 4_000 }, powerLimitW: BigInt(SITE_W) },
      { circuitId: 'panel', parentCircuitId: 'grid', rating: { l1DeciA: 1_000, l2DeciA: 1_000, l3DeciA: 1_000 } },
    ],
  });
  await log.append([
    encodeRecord(TOPICS.siteConfig, 'depot', site, {
      ...{ eventId: 'site/1', eventType: 'SiteConfig', occurredAtMs: 0, producer: 'test' },
    }),
  ]);
  const note = (event: string, fields: LogFields = {}): void => void lines.push(`${event} ${JSON.stringify(fields)}`);
  const clock = { ...time.clock, ...time.timers };
  // A poller that has ended one poll waits for the next; nobody else waits by these timers.
  let polls = 0;
  const timers: Timers = {
    ...time.timers,
    after: (delayMs, fire) => {
      polls += 1;
      return time.timers.after(delayMs, fire);
    },
  };
  let ids = 0;
  const platform: Platform = {
    ...{ clock, timers, io: clock, rng: { next: () => 0.5 }, ids: { next: () => `id-${(ids += 1)}` } },
    log: {
      ...log,
      append: (records, options) => {
        for (const record of records)
          if (record.topic === TOPICS.gridFacts.name) facts.push(TOPICS.gridFacts.codec.decode(record.value));
        return log.append(records, options);
      },
    },
    ...{ live: createMemoryLiveState({ clock }), rpc: createMemoryRpcNetwork(), databaseUrl: '', shards: 6 },
    ...{ addresses: {}, logger: { info: note, warn: note, error: note } },
    fatal: (why, cause) => {
      throw new Error(why, { cause });
    },
  };
  const timelines = (circuitId: string | undefined): readonly gridV1.TimelineSet[] =>
    facts.flatMap(({ fact }) =>
      fact?.$case === 'timelineSet' && fact.value.circuitId === circuitId ? [fact.value] : [],
    );
  const lineOf = ({ startMs, endMs, limitW, cause, price }: gridV1.GridSegment): string => {
    const second = (ms: bigint | undefined): string => (ms === undefined ? '' : String((Number(ms) - zeroMs) / 1_000));
    const paid = price === undefined ? '' : ` ${Number(price.microPerKwh) / 1e6} ${price.currency}`;
    const kW = limitW === undefined ? 'free' : String(Number(limitW) / 1_000);
    return `${second(startMs)}..${second(endMs)} ${kW}${cause === undefined ? '' : ` ${cause.source}`}${paid}`;
  };
  const until = async (what: string, holds: () => boolean): Promise<void> => {
    const lateMs = Date.now() + PATIENCE_MS;
    while (!holds()) {
      if (Date.now() > lateMs) throw new Error(`never: ${what}\n${lines.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  return {
    ...{ bench, programId, lines, facts, turns, until },
    timeline: (circuitId) => timelines(circuitId).at(-1)?.segments.map(lineOf) ?? [],
    versions: () => timelines(undefined).length,
    async poll(isHanging = false) {
      const [seen, ended] = [vtn.requests().length, polls];
      time.advance(POLL_MS);
      await until('a request came in', () => vtn.requests().length > seen);
      if (isHanging) time.advance(POLL_MS);
      await until('the poll has ended', () => polls > ended);
    },
    async start(over = {}, secret = VEN.clientSecret) {
      const source = {
        ...{ name: 'dso', url: vtn.url, clientId: VEN.clientId, clientSecretEnv: 'SECRET' },
        ...{ pollEveryS: POLL_MS / 1_000, lostAfterS: 60, untargeted: [{ siteId: 'depot' }] },
        ...{ targets: { 'feeder-7': [{ siteId: 'depot', circuitId: 'panel' }] }, restore: { rampS: 0 } },
        ...over,
      };
      const text = { kind: 'ok', value: JSON.stringify({ sources: [source] }) } as const;
      const config = must(toConfig({ path: 'test', text, variable: () => secret }));
      const service = assembleGridAdapter(platform, config, { store: turns });
      running.push(() => service.stop(1_000));
      await service.start();
      return service;
    },
  };
}

const limitKw = (it: Rig, kW: number, over: object = {}): string =>
  must(
    it.bench.vtn.putEvent(importLimitEvent({ programId: it.programId, ...over }, [{ durationMs: HOUR_MS, value: kW }])),
  ).id;

test('an event of the VTN is on the timeline of the site after one poll, with its cause', async () => {
  const it = await rig();
  limitKw(it, 50, { startMs: it.bench.time.nowMs() + 60_000 });
  await it.start();
  await it.until('the timeline', () => it.timeline().length > 0);
  expect(it.timeline()).toEqual(['0..60 free', '60..3660 50 dso', '3660.. free']);
  expect(it.timeline('panel')).toEqual(['0.. free']);
});

test('DR-N9: an event for a target of ours reaches its circuit alone', async () => {
  const it = await rig();
  limitKw(it, 20, { startMs: it.bench.time.nowMs(), targets: ['feeder-7'] });
  await it.start();
  await it.until('the timeline of the circuit', () => it.timeline('panel').length > 0);
  expect([it.timeline('panel'), it.timeline()]).toEqual([['0..3600 20 dso', '3600.. free'], ['0.. free']]);
});

test('modified, overlapped and cancelled: the timeline follows, and the note says so', async () => {
  const it = await rig();
  const id = limitKw(it, 50, { startMs: it.bench.time.nowMs() });
  await it.start();
  await it.until('the event', () => it.timeline()[0] === '0..3600 50 dso');
  const change = importLimitEvent({ programId: it.programId, startMs: it.bench.time.nowMs() }, [{ value: 40 }]);
  must(it.bench.vtn.modifyEvent(id, change));
  await it.poll();
  await it.until('the open end', () => it.timeline().join() === '10.. 40 dso');
  const level = simpleLevelEvent({ programId: it.programId, startMs: it.bench.time.nowMs() }, [
    { durationMs: 60_000, value: 3 },
  ]);
  const prices = priceEvent(
    { programId: it.programId, startMs: it.bench.time.nowMs() },
    { currency: 'EUR', steps: [{ value: -0.1 }] },
  );
  must(it.bench.vtn.putEvent(level));
  must(it.bench.vtn.putEvent(prices));
  await it.poll();
  await it.until('level and price', () => it.timeline().length === 2 && it.timeline()[0]?.startsWith('20') === true);
  expect(it.timeline()).toEqual(['20..70 0 dso -0.1 EUR', '70.. 40 dso -0.1 EUR']);
  must(it.bench.vtn.cancelEvent(id));
  await it.poll();
  await it.until('the cancellation', () => it.timeline()[0]?.startsWith('30') === true);
  expect(it.timeline()).toEqual(['30..70 0 dso -0.1 EUR', '70.. free -0.1 EUR']);
  const notes = it.facts.flatMap(({ fact }) => (fact?.$case === 'eventNoted' ? [fact.value] : []));
  const { SET, CANCELLED } = gridV1.EventNoteKind;
  expect(notes.filter(({ eventId }) => eventId === id).map(({ kind }) => kind)).toEqual([SET, SET, CANCELLED]);
});

/** What hangs needs its deadline to come. */
const HANGS: ReadonlySet<Misbehaviour> = new Set(['hangs', 'slow-bytes']);
const BROKEN: readonly Misbehaviour[] = [
  ...['answers-500', 'answers-html', 'hangs', 'hangs-up', 'cut-short', 'body-of-10-mb', 'slow-bytes', 'redirects'],
] as const;

test.each([...BROKEN, ...HOSTILE_EVENTS] as readonly Misbehaviour[])(
  '%s: refused or bounded, said in the log, the timeline unmoved; and the next sound answer counts',
  async (mode) => {
    const it = await rig();
    limitKw(it, 70, { startMs: it.bench.time.nowMs() });
    await it.start();
    await it.until('the sound event', () => it.timeline()[0] === '0..3600 70 dso');
    const before = it.versions();
    const said = (): string | undefined => it.lines.find((line) => /poll-failed|object-refused/.test(line));
    it.bench.vtn.misbehave(mode);
    await it.poll(HANGS.has(mode));
    await it.until('it is said', () => said() !== undefined);
    expect(it.versions()).toBe(before);
    expect(it.timeline()).toEqual(['0..3600 70 dso', '3600.. free']);
    it.bench.vtn.behave();
    limitKw(it, 60, { startMs: it.bench.time.nowMs() });
    await it.poll();
    await it.until('the next sound answer', () => it.timeline()[0]?.endsWith(' 60 dso') === true);
    // Only what can be read in full may move a site: the hostile event asks for 50 kW.
    const limits = it.facts.flatMap(({ fact }) =>
      fact?.$case === 'timelineSet' ? fact.value.segments.map(({ limitW }) => Number(limitW ?? SITE_W)) : [],
    );
    expect(new Set(limits)).toEqual(new Set([60_000, 70_000, SITE_W]));
  },
);

test('what is wrong with a hostile event is told to people, once', async () => {
  const it = await rig();
  await it.start();
  await it.until('the first timeline', () => it.versions() === 1);
  it.bench.vtn.misbehave('limit-negative');
  await it.poll();
  const notes = () => it.facts.flatMap(({ fact }) => (fact?.$case === 'eventNoted' ? [fact.value] : []));
  await it.until('the note', () => notes().length > 0);
  await it.poll();
  await it.poll();
  expect(notes()).toMatchObject([
    {
      eventId: 'limit-negative',
      kind: gridV1.EventNoteKind.REFUSED,
      sentence: expect.stringMatching(/values\[0\] is -50/),
    },
  ]);
});

test('an event of 10^6 intervals is left out and told once; those beside it go on, the new ones too', async () => {
  const it = await rig();
  limitKw(it, 70, { startMs: it.bench.time.nowMs() });
  await it.start();
  await it.until('the sound event', () => it.timeline()[0] === '0..3600 70 dso');
  it.bench.vtn.misbehave('million-intervals');
  for (const kW of [65, 60]) {
    limitKw(it, kW, { startMs: it.bench.time.nowMs() });
    await it.poll();
    await it.until(`${kW} kW`, () => it.timeline()[0]?.endsWith(` ${kW} dso`) === true);
  }
  expect(it.lines.filter((line) => line.startsWith('grid.poll-failed'))).toEqual([]);
  expect(it.lines.filter((line) => line.startsWith('grid.object-refused'))).toEqual([
    expect.stringMatching(/One of the events has more than 4194304 bytes; it is left out\./),
  ]);
});

test.each<Misbehaviour>([
  'token-lifetime-zero',
  'token-lifetime-negative',
  'token-lifetime-huge',
  'token-lifetime-infinite',
  'token-lifetime-text',
  'token-lifetime-missing',
])('%s: the VTN is heard all the same, and asked for a token once', async (mode) => {
  const it = await rig();
  it.bench.vtn.misbehave(mode);
  limitKw(it, 50, { startMs: it.bench.time.nowMs() });
  await it.start();
  await it.until('the event', () => it.timeline()[0] === '0..3600 50 dso');
  await it.poll();
  const tokens = it.bench.vtn.requests().filter(({ path }) => path === '/auth/token');
  expect(tokens).toHaveLength(1);
});

test('DR-N5: a token that ended is renewed within the poll that finds it', async () => {
  const it = await rig();
  await it.start();
  await it.until('the first timeline', () => it.versions() === 1);
  it.bench.vtn.endTokens();
  limitKw(it, 50, { startMs: it.bench.time.nowMs() + POLL_MS });
  await it.poll();
  await it.until('the event', () => it.timeline().some((line) => line.endsWith('50 dso')));
  expect(it.lines.filter((line) => line.startsWith('grid.poll-failed'))).toEqual([]);
});

test('a wrong secret is said without the secret, and the site stays as it is', async () => {
  const it = await rig();
  limitKw(it, 50, { startMs: it.bench.time.nowMs() });
  await it.start({}, 'not the secret');
  await it.until('it is said', () => it.lines.some((line) => line.startsWith('grid.poll-failed')));
  await it.until('a timeline', () => it.versions() === 1);
  expect(it.timeline()).toEqual(['0.. free']);
  expect(it.lines.join()).toContain('No token: the answer has status 401.');
  expect(it.lines.join()).not.toContain('not the secret');
});

test('DR-E26, DR-D4: a restart while the VTN is away changes nothing of what was known', async () => {
  const it = await rig();
  limitKw(it, 50, { startMs: it.bench.time.nowMs() });
  const first = await it.start();
  await it.until('the event', () => it.timeline()[0] === '0..3600 50 dso');
  await first.stop(1_000);
  it.bench.vtn.misbehave('answers-500');
  it.bench.time.advance(30_000);
  await it.start();
  await it.until('the timeline of the second life', () => it.versions() === 2);
  expect(it.timeline()).toEqual(['30..3600 50 dso', '3600.. free']);
});
