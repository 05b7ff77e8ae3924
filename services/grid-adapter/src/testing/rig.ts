import { createMemoryTurnStore } from '@headroom/turn-store';
import { createMemoryStore } from '../adapters/store/memory-store.ts';
import { type Adapter, createAdapter } from '../app/adapter.ts';
import { readVtn } from '../app/read-vtn.ts';
import { createVtnAccess } from '../app/vtn-access.ts';
import type { GridSourceConfig } from '../config.ts';
import { endOf } from '../domain/period.ts';
import { createEvents } from '../events.ts';
import type { EventNote, GridFact, GridStore, OwnLimits, Timeline } from '../ports.ts';
import { type FakeVtn, fakeVtn, VTN_URL } from './fake-vtn.ts';
import { type ManualTime, manualTime } from './manual-time.ts';
import { numberingTracer } from './numbering-tracer.ts';

export const NOON_MS = Date.UTC(2026, 2, 1, 12);
export const MINUTE_MS = 60_000;
export const SITE: OwnLimits = {
  ...{ siteId: 's1', siteW: 100_000 },
  circuitsW: new Map([['panel', 40_000]]),
  wiring: new Map(),
};

export const SOURCE: GridSourceConfig = {
  ...{ name: 'dso', url: VTN_URL, version: '3.1', programIds: [], defaults: {} },
  ...{ pollEveryMs: 10_000, lostAfterMs: 60_000 },
  routing: { source: 'dso', targets: new Map(), untargeted: [{ siteId: 's1' }] },
  limits: { levelPercent: [100, 70, 40, 0], restore: { maxDelayMs: 0, rampMs: 0, stepMs: 1_000 } },
};

/** What instances share: time, a VTN, a store and a log. */
export interface World {
  readonly time: ManualTime;
  readonly vtn: FakeVtn;
  readonly store: GridStore;
  /** All that was published. */
  readonly facts: GridFact[];
  /** What happened, in order: `save`, `publish`. */
  readonly order: string[];
  /** Given: the log takes nothing, and says so. */
  logTrouble: Error | undefined;
  /** Given: the store saves nothing, and says so. */
  saveTrouble: Error | undefined;
  readonly warnings: string[];
  /** What was told, warnings and all, as `event traceId`. */
  readonly traced: string[];
  /** `traceparent` of each publication; empty: none. */
  readonly publishedIn: string[];
  /** Each poll is a trace of its own, `t1`, `t2`, ... */
  isTraced: boolean;
  /** Spans that have ended, `t1 name`, and why they failed. */
  readonly spans: string[];
  /** The newest timeline of a target, as lines `minute..minute kW cause`, minutes from noon. */
  lines(circuitId?: string): readonly string[];
  timelines(circuitId?: string): readonly Timeline[];
  notes(): readonly EventNote[];
  states(): readonly string[];
  /** Of the same facts. */
  sentences(): readonly string[];
  adapter(sources?: readonly GridSourceConfig[]): Adapter;
}

export function world(startMs = NOON_MS - 10 * MINUTE_MS): World {
  const time = manualTime(startMs);
  const inner = createMemoryStore(createMemoryTurnStore(), time);
  const vtn = fakeVtn();
  const warnings: string[] = [];
  const facts: GridFact[] = [];
  const traced: string[] = [];
  const publishedIn: string[] = [];
  const spans: string[] = [];
  const order: string[] = [];
  const store: GridStore = {
    ...inner,
    save: async (term, what) => {
      order.push('save');
      if (it.saveTrouble !== undefined) throw it.saveTrouble;
      return inner.save(term, what);
    },
  };
  const tell = (event: string, fields: object = {}): void => {
    if ('traceId' in fields && typeof fields.traceId === 'string') traced.push(`${event} ${fields.traceId}`);
  };
  const note = (event: string, fields: object = {}): void => {
    tell(event, fields);
    warnings.push(`${event} ${JSON.stringify(fields)}`);
  };
  const tracer = numberingTracer(spans);
  let holders = 0;
  const timelines = (circuitId?: string): readonly Timeline[] =>
    facts.flatMap((fact) =>
      fact.kind === 'timeline' && fact.timeline.target.circuitId === circuitId ? [fact.timeline] : [],
    );
  const it: World = {
    ...{ time, vtn, store, facts, order, warnings, traced, publishedIn, spans, isTraced: false, timelines },
    ...{ logTrouble: undefined, saveTrouble: undefined },
    lines: (circuitId) => timelines(circuitId).at(-1)?.segments.map(lineOf) ?? [],
    notes: () => facts.flatMap((fact) => (fact.kind === 'note' ? [fact.note] : [])),
    states: () => facts.flatMap((fact) => (fact.kind === 'source' ? [`${fact.source} ${fact.state}`] : [])),
    sentences: () => facts.flatMap((fact) => (fact.kind === 'source' ? [fact.sentence] : [])),
    adapter(sources = [SOURCE]) {
      const adapter = createAdapter({
        ...{ clock: time, timers: time, io: time, rng: { next: () => 0.5 }, store: it.store, sources },
        ids: { next: () => `holder-${(holders += 1)}` },
        events: createEvents({ info: tell, warn: note, error: note }),
        ...(it.isTraced ? { tracer } : {}),
        facts: {
          async publish(batch, traceparent = '') {
            order.push('publish');
            if (it.logTrouble !== undefined) throw it.logTrouble;
            if (batch.length > 0) publishedIn.push(traceparent);
            facts.push(...batch);
          },
        },
        read: (source, known) => readVtn(createVtnAccess({ source, http: vtn, clock: time }), source, known),
        onBug: (cause) => {
          throw cause;
        },
      });
      adapter.putSite(SITE);
      return adapter;
    },
  };
  return it;
}

function lineOf(segment: Timeline['segments'][number]): string {
  const minute = (ms: number): string => (ms === Number.POSITIVE_INFINITY ? '' : String((ms - NOON_MS) / MINUTE_MS));
  const { cause, limitW } = segment;
  const why = cause.kind === 'own' ? 'own' : `${cause.kind} ${cause.eventId}`;
  return `${minute(segment.startMs)}..${minute(endOf(segment))} ${limitW / 1e3} ${why}`;
}
