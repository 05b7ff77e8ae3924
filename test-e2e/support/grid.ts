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
}

/** An event of the utility that limits every site of the run; its id. */
export function orderLimit({ vtn, programId }: Utility, { kW, startMs, durationMs }: LimitOrder): string {
  const event = vtn.putEvent(importLimitEvent({ programId, startMs }, [{ value: kW, durationMs }]));
  if (event.kind === 'err') throw new Error(event.error.detail);
  return event.value.id;
}

/** The highest draw between two instants, looked at four times a second. */
export async function watchEvent(event: {
  readonly startMs: number;
  readonly endMs: number;
  readonly siteKw: () => number;
}): Promise<{ readonly mostKw: number; readonly samples: number }> {
  await pause(event.startMs - Date.now());
  let [mostKw, samples] = [0, 0];
  for (; Date.now() < event.endMs; samples += 1) {
    mostKw = Math.max(mostKw, event.siteKw());
    await pause(LOOK_EVERY_MS);
  }
  return { mostKw, samples };
}
