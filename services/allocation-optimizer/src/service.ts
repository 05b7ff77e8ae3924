import { TOPICS } from '@headroom/contracts';
import type { RecordBatch, StoredRecord } from '@headroom/event-log';
import { type Result, siteId } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import { type DecideDeps, decideNow, decideSoon } from './app/decide-site.ts';
import type { Input, Outcome } from './app/input.ts';
import { type DispatchInput, onDispatchFact } from './app/on-dispatch-fact.ts';
import { onMeteringFact } from './app/on-metering-fact.ts';
import { onSessionFact } from './app/on-session-fact.ts';
import { onSiteConfig } from './app/on-site-config.ts';
import { onStationFact } from './app/on-station-fact.ts';
import type { PublishDeps } from './app/publish-snapshot.ts';
import type { MeteringFact, SessionFact, StationFact } from './domain/facts.ts';

/** Reads everything from the start, each time: the state is rebuilt by replay. */
export const GROUP = 'allocation-optimizer';

/** What a record says; undefined where it is none of our business. An error is the reason to park it. */
export type Decoded<Content> = Result<{ readonly siteId: string; readonly content: Content } | undefined, string>;
export type Decoder<Content> = (value: Uint8Array) => Decoded<Content>;

export interface ServiceDeps extends DecideDeps, PublishDeps {
  readonly decode: {
    readonly siteConfig: Decoder<SiteModel>;
    readonly stationFact: Decoder<StationFact>;
    readonly sessionFact: Decoder<SessionFact>;
    readonly meteringFact: Decoder<MeteringFact>;
    readonly dispatchFact: Decoder<DispatchInput>;
  };
  /** Everything that stood in the log at the start has been read. Until then a record that is refused was so before. */
  readonly replay: { isOver: boolean; leftOut: number };
  /** Puts a record aside for good, with its reason; resolves once that is durable. */
  readonly park: (record: StoredRecord, group: string, reason: string) => Promise<void>;
}

type Handler = (record: StoredRecord) => Outcome;

/**
 * What arrives, and who deals with it. All of it is read from the start, shard by shard; nothing is decided until the
 * end is reached (HO-11).
 *
 *   site.config      -> onSiteConfig     decides at once
 *   station.facts    -> onStationFact    decides soon; a disconnect at once
 *   session.facts    -> onSessionFact    decides soon
 *   metering.facts   -> onMeteringFact   a rising building load decides at once
 *   dispatch.facts   -> onDispatchFact   a rising committed value decides at once
 *   timer            -> onTimer          decides once a second; snapshots -> site.state, site:*
 *
 *   a decision       -> allocation.facts
 */
export function handlers({ lanes, decode }: ServiceDeps): ReadonlyMap<string, Handler> {
  const via =
    <Content>(decoder: Decoder<Content>, handle: (input: Input<Content>) => Outcome): Handler =>
    (record) => {
      const decoded = decoder(record.value);
      if (decoded.kind === 'err') return { kind: 'refused', reason: decoded.error };
      if (decoded.value === undefined) return { kind: 'nothing' };
      const { content } = decoded.value;
      return handle({ siteId: siteId(decoded.value.siteId), shard: record.partition, content });
    };
  return new Map([
    [TOPICS.siteConfig.name, via(decode.siteConfig, (input) => onSiteConfig(lanes, input))],
    [TOPICS.stationFacts.name, via(decode.stationFact, (input) => onStationFact(lanes, input))],
    [TOPICS.sessionFacts.name, via(decode.sessionFact, (input) => onSessionFact(lanes, input))],
    [TOPICS.meteringFacts.name, via(decode.meteringFact, (input) => onMeteringFact(lanes, input))],
    [TOPICS.dispatchFacts.name, via(decode.dispatchFact, (input) => onDispatchFact(lanes, input))],
  ]);
}

/** Applies a batch, parks what cannot be applied, then decides for each site it touched. */
export async function onBatch(
  deps: ServiceDeps,
  table: ReadonlyMap<string, Handler>,
  batch: RecordBatch,
): Promise<void> {
  const handle = table.get(batch.topic);
  const outcomes: Outcome[] = [];
  for (const record of batch.records) {
    const outcome: Outcome = handle?.(record) ?? { kind: 'refused', reason: 'of a topic nobody here reads' };
    if (outcome.kind === 'refused') await refuse(deps, record, outcome.reason);
    deps.lanes.noteRead({ topic: record.topic, partition: record.partition, offset: record.offset });
    outcomes.push(outcome);
  }
  for (const outcome of outcomes) {
    if (outcome.kind !== 'decide') continue;
    if (outcome.when === 'soon') decideSoon(deps, outcome.lane, outcome.trigger);
  }
  const urgent = new Map(
    outcomes.flatMap((outcome) =>
      outcome.kind === 'decide' && outcome.when === 'now' ? [[outcome.lane, outcome.trigger] as const] : [],
    ),
  );
  for (const [lane, trigger] of urgent) decideNow(deps, lane, trigger);
}

/** The past is read at every start: what was parked once is not parked again. */
async function refuse({ replay, park, events }: ServiceDeps, record: StoredRecord, reason: string): Promise<void> {
  if (!replay.isOver) {
    replay.leftOut += 1;
    return;
  }
  const { topic, partition, offset } = record;
  await park(record, GROUP, reason);
  events.recordParked({ topic, partition, offset, reason });
}
