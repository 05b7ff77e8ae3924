import type { RecordBatch, StoredRecord } from '@headroom/event-log';
import type { Result, SiteId, StationId } from '@headroom/kernel';
import { type Span, traceIdIn, type Tracer } from '@headroom/telemetry';
import type { StationEvent } from '../domain/session.ts';
import type { SessionRegistryEvents } from '../events.ts';
import type { TurnInput } from '../ports.ts';
import { onReadings, onStationFact, type OnStationFactDeps, type StationInput } from './on-station-fact.ts';

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

/** A fact about sessions, and where it stands. */
interface Settling {
  readonly record: StoredRecord;
  readonly input: StationInput;
}

/**
 * Facts of one shard, in order: a turn for each that decides something, one for a run of readings of registers. What says
 * nothing about sessions only moves the position on.
 */
export async function onStationFacts(deps: OnStationFactsDeps, batch: RecordBatch): Promise<void> {
  const { topic, partition } = batch;
  // After a restart the log hands over again what the store has behind it already (OW-70).
  const next = (await deps.nextOffset(topic, partition)) ?? 0n;
  let passed: TurnInput | undefined;
  let run: Settling[] = [];
  const endRun = async (): Promise<void> => {
    const last = run.at(-1);
    const moved = await settleRun(deps, run);
    if (moved && passed?.offset === last?.record.offset) passed = undefined;
    run = [];
  };
  for (const record of batch.records) {
    if (record.offset < next) continue;
    const settling = await understood(deps, record);
    passed = { topic, partition, offset: record.offset };
    if (settling === undefined) continue;
    if (settling.input.event.kind === 'register-read') {
      run.push(settling);
      continue;
    }
    await endRun();
    if (await settle(deps, settling)) passed = undefined;
  }
  await endRun();
  const last = passed;
  if (last !== undefined) await deps.store.turn((turn) => turn.advance(last));
}

/** Undefined: it says nothing about sessions, or does not decode and is put aside. */
async function understood(deps: OnStationFactsDeps, record: StoredRecord): Promise<Settling | undefined> {
  const report = deps.decode(record);
  if (report.kind === 'err') {
    await parked(deps, record, report.error);
    return undefined;
  }
  const { event, ...source } = report.value;
  if (event === undefined) return undefined;
  const { topic, partition, offset } = record;
  return { record, input: { ...source, event, position: { topic, partition, offset } } };
}

/** True where a turn has moved the position past this record. */
const settle = (deps: OnStationFactsDeps, settling: Settling): Promise<boolean> =>
  watched(deps, [settling], () => onStationFact(deps, settling.input));

/**
 * One commit for all; where the store refuses it, one for each, so that only the one at fault is put aside. True where a turn
 * has moved the position past the last of them.
 */
async function settleRun(deps: OnStationFactsDeps, run: readonly Settling[]): Promise<boolean> {
  const readings = run.flatMap(({ input: { stationId, event } }) =>
    event.kind === 'register-read' ? [{ stationId, transactionId: event.transactionId, reading: event.reading }] : [],
  );
  const last = run.at(-1);
  if (last === undefined) return false;
  if (run.length > 1 && (await watched(deps, run, () => onReadings(deps, last.input.position, readings)))) return true;
  let moved = false;
  for (const each of run) moved = await settle(deps, each);
  return moved;
}

/** Runs a turn for these records, traced and counted. False: the store refuses it; a single record is put aside. */
async function watched(
  deps: OnStationFactsDeps,
  settling: readonly Settling[],
  turn: () => Promise<void>,
): Promise<boolean> {
  const spans = settling.flatMap(({ record, input }) => spanOf(deps, record, input));
  try {
    await turn();
    for (const { input } of settling) deps.events.factSettled(input.event.kind);
    for (const span of spans) span.end();
    return true;
  } catch (cause) {
    const why = refusalOf(cause);
    for (const span of spans) span.end(why ?? 'the store is away');
    if (why === undefined) throw cause;
    const [only] = settling;
    if (settling.length === 1 && only !== undefined) await parked(deps, only.record, why);
    return false;
  }
}

function spanOf({ tracer }: OnStationFactsDeps, record: StoredRecord, { event }: StationInput): readonly Span[] {
  const traceparent = record.headers[TRACEPARENT];
  const span = traceparent === undefined ? undefined : tracer?.follow(traceparent, 'settle session fact');
  if (span === undefined) return [];
  span.set({ kind: event.kind, partition: record.partition, offset: String(record.offset) });
  return [span];
}

/** A record that the store will never take (a NUL in a text, a broken constraint) must not stop its shard. */
function refusalOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !('code' in cause) || cause.code !== 'STORE_CONFLICT') return undefined;
  return cause.message;
}

async function parked(deps: OnStationFactsDeps, record: StoredRecord, reason: string): Promise<void> {
  await deps.park(record, reason);
  const { topic, partition, offset } = record;
  deps.events.recordParked({ topic, partition, offset, reason, traceId: traceIdIn(record.headers) });
}
