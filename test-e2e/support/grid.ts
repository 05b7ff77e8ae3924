import { type gridV1, TOPICS } from '@headroom/contracts';
import type { EventLog } from '@headroom/event-log';
import type { Utility } from '@headroom/run';
import { importLimitEvent } from '@headroom/sim';
import { pause } from './eventually.ts';

const LOOK_EVERY_MS = 250;

/** What stands on grid.facts, from its start on. */
export interface GridEar {
  /** The newest timeline of the site as a whole. */
  timelineOf(siteId: string): gridV1.TimelineSet | undefined;
  /** The newest timeline of the site, if it names that event. */
  timelineWith(siteId: string, eventId: string): gridV1.TimelineSet | undefined;
  /** Versions of the timelines of the site as a whole, as they came. */
  versionsOf(siteId: string): readonly bigint[];
  notesOf(eventId: string): readonly gridV1.EventNoted[];
  stop(): Promise<void>;
}

/** Listens in a group of its own. */
export async function gridEar(log: Pick<EventLog, 'consume'>): Promise<GridEar> {
  const versions: { readonly siteId: string; readonly version: bigint }[] = [];
  const newest = new Map<string, gridV1.TimelineSet>();
  const notes: gridV1.EventNoted[] = [];
  const take = ({ siteId, fact }: gridV1.GridFact): void => {
    if (fact?.$case === 'eventNoted') notes.push(fact.value);
    if (fact?.$case !== 'timelineSet' || fact.value.circuitId !== undefined) return;
    versions.push({ siteId, version: fact.value.version });
    if (fact.value.version > (newest.get(siteId)?.version ?? 0n)) newest.set(siteId, fact.value);
  };
  const consumption = await log.consume({
    group: `grid-ear-${process.pid}-${Date.now()}`,
    topics: [TOPICS.gridFacts.name],
    start: { kind: 'earliest' },
    onBatch: (batch) => {
      for (const record of batch.records) take(TOPICS.gridFacts.codec.decode(record.value));
      return Promise.resolve();
    },
    onFatal: (cause) => {
      throw cause;
    },
  });
  return {
    timelineOf: (siteId) => newest.get(siteId),
    timelineWith: (siteId, eventId) => {
      const timeline = newest.get(siteId);
      return timeline?.segments.some(({ cause }) => cause?.eventId === eventId) === true ? timeline : undefined;
    },
    versionsOf: (wanted) => versions.filter(({ siteId }) => siteId === wanted).map(({ version }) => version),
    notesOf: (eventId) => notes.filter((note) => note.eventId === eventId),
    stop: () => consumption.stop(),
  };
}

export interface LimitOrder {
  readonly kW: number;
  /** Of the clock of the run. */
  readonly startMs: number;
  readonly durationMs: number;
  /** Has a report sent of it, once it is over. */
  readonly asksReport?: true;
}

/** An event of the utility that limits every site of the run; its id. */
export function orderLimit({ vtn, programId }: Utility, { kW, startMs, durationMs, asksReport }: LimitOrder): string {
  const head = { programId, startMs, ...(asksReport === true ? { reports: ['DEMAND'] } : {}) };
  const event = vtn.putEvent(importLimitEvent(head, [{ value: kW, durationMs }]));
  if (event.kind === 'err') throw new Error(event.error.detail);
  return event.value.id;
}

/** The highest draw between two instants and its mean, looked at four times a second. */
export async function watchEvent(event: {
  readonly startMs: number;
  readonly endMs: number;
  readonly siteKw: () => number;
}): Promise<{ readonly mostKw: number; readonly meanKw: number; readonly samples: number }> {
  await pause(event.startMs - Date.now());
  let [mostKw, sumKw, samples] = [0, 0, 0];
  for (; Date.now() < event.endMs; samples += 1) {
    const kW = event.siteKw();
    mostKw = Math.max(mostKw, kW);
    sumKw += kW;
    await pause(LOOK_EVERY_MS);
  }
  return { mostKw, meanKw: sumKw / samples, samples };
}

export interface ToldStretch {
  readonly id: number;
  /** In kW; undefined: it is not told. */
  readonly setpoint: number | undefined;
  readonly demand: number | undefined;
  readonly quality: string | undefined;
}

export interface ToldReport {
  readonly resourceNames: readonly string[];
  /** Of the first resource: before the event, during each of its limits, after it. */
  readonly stretches: readonly ToldStretch[];
}

interface ReportBody {
  readonly eventID?: string;
  readonly resources?: readonly {
    readonly resourceName: string;
    readonly intervals: readonly { readonly id: number; readonly payloads: readonly Payload[] }[];
  }[];
}
interface Payload {
  readonly type: string;
  readonly values: readonly unknown[];
}

/** What the VTN has been told of an event. */
export const reportsOf = ({ vtn }: Utility, eventId: string): readonly ToldReport[] =>
  vtn
    .reports()
    .map((report) => report as object as ReportBody)
    .filter(({ eventID }) => eventID === eventId)
    .map(({ resources = [] }) => ({
      resourceNames: resources.map(({ resourceName }) => resourceName),
      stretches: (resources[0]?.intervals ?? []).map(({ id, payloads }) => ({
        id,
        setpoint: numberIn(payloads, 'SETPOINT'),
        demand: numberIn(payloads, 'DEMAND'),
        quality: payloads.find(({ type }) => type === 'DATA_QUALITY')?.values.map(String)[0],
      })),
    }));

function numberIn(payloads: readonly Payload[], wanted: string): number | undefined {
  const value = payloads.find(({ type }) => type === wanted)?.values[0];
  return typeof value === 'number' ? value : undefined;
}
