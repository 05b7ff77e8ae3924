import type { RecordBatch, StoredRecord } from '@headroom/event-log';
import type { Result, SiteId, StationId } from '@headroom/kernel';
import { NO_SPAN, type Tracer } from '@headroom/telemetry';
import type { StationEvent } from '../domain/session.ts';
import type { SessionRegistryEvents } from '../events.ts';
import type { TurnInput } from '../ports.ts';
import { onStationFact, type OnStationFactDeps } from './on-station-fact.ts';

/** Header of W3C Trace Context. */
const TRACEPARENT = 'traceparent';

/** A record of station.facts, read. */
export interface StationReport {
  readonly eventId: string;
  readonly stationId: StationId;
  readonly siteId: SiteId | undefined;
  /** Undefined: it says nothing about sessions. */
  readonly event: StationEvent | undefined;
}

export interface OnStationFactsDeps extends OnStationFactDeps {
  readonly decode: (record: StoredRecord) => Result<StationReport, string>;
  /** Where the store wants to go on; undefined: it has seen nothing of this partition. */
  readonly nextOffset: (topic: string, partition: number) => Promise<bigint | undefined>;
  /** Puts a record aside for good; resolves once that is durable. */
  readonly park: (record: StoredRecord, reason: string) => Promise<void>;
  readonly events: SessionRegistryEvents;
  /** Absent: nothing is traced. */
  readonly tracer?: Tracer;
}

/** Facts of one shard, in order, one turn each. What says nothing about sessions only moves the position on. */
export async function onStationFacts(deps: OnStationFactsDeps, batch: RecordBatch): Promise<void> {
  const { topic, partition } = batch;
  // After a restart the log hands over again what the store has behind it already (OW-70).
  const next = (await deps.nextOffset(topic, partition)) ?? 0n;
  let passed: TurnInput | undefined;
  for (const record of batch.records) {
    if (record.offset < next) continue;
    const position = { topic, partition, offset: record.offset };
    const settled = await settle(deps, record, position);
    passed = settled ? undefined : position;
  }
  const last = passed;
  if (last !== undefined) await deps.store.turn((turn) => turn.advance(last));
}

/** True where a turn has moved the position past this record. */
async function settle(deps: OnStationFactsDeps, record: StoredRecord, position: TurnInput): Promise<boolean> {
  const report = deps.decode(record);
  if (report.kind === 'err') {
    await parked(deps, record, report.error);
    return false;
  }
  const { event, ...source } = report.value;
  if (event === undefined) return false;
  const span = deps.tracer?.follow(record.headers[TRACEPARENT], 'settle session fact') ?? NO_SPAN;
  span.set({ kind: event.kind, partition: record.partition, offset: String(record.offset) });
  try {
    await onStationFact(deps, { ...source, event, position });
    deps.events.factSettled(event.kind);
    span.end();
    return true;
  } catch (cause) {
    const why = refusalOf(cause);
    span.end(why ?? 'the store is away');
    if (why === undefined) throw cause;
    await parked(deps, record, why);
    return false;
  }
}

/** A record that the store will never take (a NUL in a text, a broken constraint) must not stop its shard. */
function refusalOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !('code' in cause) || cause.code !== 'STORE_CONFLICT') return undefined;
  return cause.message;
}

async function parked(deps: OnStationFactsDeps, record: StoredRecord, reason: string): Promise<void> {
  await deps.park(record, reason);
  const { topic, partition, offset } = record;
  deps.events.recordParked({ topic, partition, offset, reason });
}
