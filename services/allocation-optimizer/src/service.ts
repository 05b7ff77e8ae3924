import { HEADERS, TOPICS } from '@headroom/contracts';
import type { RecordBatch, StoredRecord } from '@headroom/event-log';
import { type Result, siteId } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import { traceIdIn } from '@headroom/telemetry';
import { type DecideDeps, decideNow, decideSoon } from './app/decide-site.ts';
import type { Input, Outcome } from './app/input.ts';
import { NOTHING } from './app/input.ts';
import { type AllocationInput, onAllocationFact } from './app/on-allocation-fact.ts';
import { type DispatchInput, onDispatchFact } from './app/on-dispatch-fact.ts';
import { onGridFact } from './app/on-grid-fact.ts';
import { onMeteringFact } from './app/on-metering-fact.ts';
import { onSessionFact } from './app/on-session-fact.ts';
import { onSiteConfig } from './app/on-site-config.ts';
import { onStationFact } from './app/on-station-fact.ts';
import type { TickDeps } from './app/on-timer.ts';
import type { ShardTenure } from './app/shard-tenure.ts';
import { addCause } from './app/site-lane.ts';
import type { TakeDeps } from './app/take-shards.ts';
import type { GridFact, MeteringFact, SessionFact, StationFact } from './domain/facts.ts';

export const GROUP = 'allocation-optimizer';

/** What a record says; undefined where it is none of our business. An error is the reason to park it. */
export type Decoded<Content> = Result<{ readonly siteId: string; readonly content: Content } | undefined, string>;
export type Decoder<Content> = (value: Uint8Array, headers: StoredRecord['headers']) => Decoded<Content>;

export interface ServiceDeps extends TickDeps, TakeDeps {
  readonly decode: {
    readonly siteConfig: Decoder<SiteModel>;
    readonly stationFact: Decoder<StationFact>;
    readonly sessionFact: Decoder<SessionFact>;
    readonly meteringFact: Decoder<MeteringFact>;
    readonly gridFact: Decoder<GridFact>;
    readonly dispatchFact: Decoder<DispatchInput>;
    readonly allocationFact: Decoder<AllocationInput>;
  };
  /** Puts a record aside for good, with its reason; resolves once that is durable. */
  readonly park: (record: StoredRecord, group: string, reason: string) => Promise<void>;
}

/** What a batch needs of it. */
export type BatchDeps = DecideDeps & Pick<ServiceDeps, 'tenures' | 'park' | 'events'>;

type Handler = (tenure: ShardTenure, record: StoredRecord) => Outcome;

/** Read from where the snapshots of a shard end. `site.config` is small and read whole when the shard is taken. */
export const RESTORED_TOPICS: readonly string[] = [
  TOPICS.stationFacts.name,
  TOPICS.sessionFacts.name,
  TOPICS.meteringFacts.name,
  TOPICS.gridFacts.name,
  TOPICS.dispatchFacts.name,
  TOPICS.allocationFacts.name,
];

/**
 * What arrives, and who deals with it. Each shard that is acquired is read from where its snapshots end; nothing of it is
 * decided until the end of its topics is reached (HO-11).
 *
 *   site.config      -> onSiteConfig      decides at once
 *   station.facts    -> onStationFact     decides soon; a disconnect at once
 *   session.facts    -> onSessionFact     decides soon
 *   metering.facts   -> onMeteringFact    a rising building load decides at once
 *   grid.facts       -> onGridFact        decides at once
 *   dispatch.facts   -> onDispatchFact    a rising committed value, or a station out of reach, decides at once
 *   allocation.facts -> onAllocationFact  our own: a higher epoch means that the shard was lost (HO-10); a plan decides soon
 *   timer            -> onTimer           decides once a second; snapshots -> site.state, site:*; asks for plans that are due
 *   shards           -> takeShards        epochs, EpochOpened -> allocation.facts, snapshots <- site.state
 *
 *   a decision       -> allocation.facts; what it was made from -> allocation.inputs
 *   a plan           -> allocation.facts
 *
 * And by rpc, changing nothing:
 *
 *   ExplainSite, ExplainEvse -> explainSite
 *   Preview                  -> previewSite
 *   Replay                   -> replayDecision   reads allocation.inputs and allocation.facts
 *   GetPlan                  -> planOfSite
 */
export function handlers({ decode }: Pick<ServiceDeps, 'decode'>): ReadonlyMap<string, Handler> {
  const via =
    <Content>(
      decoder: Decoder<Content>,
      handle: (tenure: ShardTenure, input: Input<Content>) => Outcome,
      isContained: (tenure: ShardTenure, record: StoredRecord, site: string) => boolean = isInSnapshot,
    ): Handler =>
    (tenure, record) => {
      const decoded = decoder(record.value, record.headers);
      if (decoded.kind === 'err') return { kind: 'refused', reason: decoded.error };
      if (decoded.value === undefined) return NOTHING;
      const { siteId: site, content } = decoded.value;
      return isContained(tenure, record, site) ? NOTHING : handle(tenure, { siteId: siteId(site), content });
    };
  const decisions = via(decode.allocationFact, onAllocationFact, () => false);
  return new Map([
    [TOPICS.siteConfig.name, via(decode.siteConfig, onSiteConfig, () => false)],
    [TOPICS.stationFacts.name, via(decode.stationFact, onStationFact)],
    [TOPICS.sessionFacts.name, via(decode.sessionFact, onSessionFact)],
    [TOPICS.meteringFacts.name, via(decode.meteringFact, onMeteringFact)],
    [TOPICS.gridFacts.name, via(decode.gridFact, onGridFact)],
    [TOPICS.dispatchFacts.name, via(decode.dispatchFact, onDispatchFact)],
    [
      TOPICS.allocationFacts.name,
      (tenure, record) => (isOwnDecision(tenure, record) ? NOTHING : decisions(tenure, record)),
    ],
  ]);
}

/** A snapshot contains it: the shard is read from the oldest one, other sites begin later. */
const isInSnapshot = (tenure: ShardTenure, { topic, offset }: StoredRecord, site: string): boolean =>
  offset <= (tenure.laneOf(siteId(site))?.restored?.inputs.get(topic) ?? -1n);

/** Once the past is read, decisions are what we know anyway: they are not even decoded. */
const isOwnDecision = (tenure: ShardTenure, { headers }: StoredRecord): boolean =>
  !tenure.isReading() && headers[HEADERS.eventType] === 'decisionMade';

/** Applies a batch, parks what cannot be applied, then decides for each site it touched. */
export async function onBatch(deps: BatchDeps, table: ReadonlyMap<string, Handler>, batch: RecordBatch): Promise<void> {
  const tenure = deps.tenures.of(batch.partition);
  if (tenure === undefined) return;
  const handle = table.get(batch.topic);
  const outcomes: Outcome[] = [];
  const nowMonoMs = deps.clock.monoMs();
  try {
    for (const record of batch.records) {
      // Parking takes time: the shard may have been lost meanwhile.
      if (tenure.isOver()) return;
      if (tenure.hasHandled(record)) continue;
      const outcome: Outcome = handle?.(tenure, record) ?? { kind: 'refused', reason: 'of a topic nobody here reads' };
      if (outcome.kind === 'refused') await refuse(deps, tenure, record, outcome.reason);
      tenure.noteHandled(record);
      outcomes.push(outcome);
      if (outcome.kind === 'decide') addCause(outcome.lane, nowMonoMs, record.headers[HEADERS.traceparent]);
    }
  } finally {
    decideFor(deps, outcomes);
  }
}

function decideFor(deps: DecideDeps, outcomes: readonly Outcome[]): void {
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

/** The past is read again by each owner: what was parked once is not parked again. */
async function refuse(
  { park, events }: BatchDeps,
  tenure: ShardTenure,
  record: StoredRecord,
  reason: string,
): Promise<void> {
  if (tenure.isOfThePast(record)) {
    tenure.leftOut += 1;
    return;
  }
  const { topic, partition, offset } = record;
  await park(record, GROUP, reason);
  events.recordParked({ topic, partition, offset, reason, traceId: traceIdIn(record.headers) });
}
