import {
  encodeFrame,
  type Frame,
  isKnownAction,
  isTolerable,
  isTransactionAction,
  type JsonObject,
  parseFrame,
  type RequestRefusal,
  type SchemaViolation,
  schemaViolation,
  type StationRequest,
  withoutNulls,
} from '@headroom/ocpp';
import { NO_SPAN, type Tracer } from '@headroom/telemetry';
import type { CallOutcome } from '../events.ts';
import type { FrameRefusedReason } from '../domain/facts.ts';
import { stationFact } from './connection-facts.ts';
import type { Connection, PerMinute } from './connections.ts';
import type { HandlerDeps, Reply, RequestOrigin } from './handler.ts';
import { type SlowEarDeps, whenHeard } from './slow-ear.ts';
import type { StationMemory } from './station-memory.ts';

/** Malformed frames of one station in a minute; at the next one its socket is closed with 1008 (A17). Of those that are not supported so many are kept. */
export const MAX_REFUSALS_PER_MINUTE = 60;
const MINUTE_MS = 60_000;

type Route = (deps: HandlerDeps, origin: RequestOrigin, request: StationRequest) => Reply | Promise<Reply>;

export interface OnFrameDeps extends HandlerDeps, SlowEarDeps {
  readonly memory: StationMemory;
  readonly maxFrameBytes: number;
  readonly route: Route;
  /** Absent: nothing is traced. */
  readonly tracer?: Tracer;
}

/** One frame of a station, as text. Never throws across the connection (R12). */
export function onFrame(deps: OnFrameDeps, connection: Connection, text: string): void {
  if (connection.life.phase === 'closed') return;
  const begunMs = deps.clock.monoMs();
  const arrivedMonoMs = deps.io.monoMs();
  const origin: RequestOrigin = { connection, receivedAtMs: deps.clock.nowMs(), frame: text };
  const parsed = parseFrame(text, { maxChars: deps.maxFrameBytes });
  if (parsed.kind === 'err') {
    const { reason, detail, messageId } = parsed.error;
    refuseFrame(deps, origin, reason === 'too-deep' ? 'wrong-shape' : reason, detail);
    if (messageId !== undefined) sendError(connection, messageId, { kind: 'malformed-frame' });
    return;
  }
  const frame = parsed.value;
  switch (frame.kind) {
    case 'call':
      // G6: what comes so late stays unanswered, and is sent again elsewhere. Answers to our own calls are still taken.
      if (connection.life.phase === 'draining') return;
      connection.lane.push(() => onCall(deps, origin, frame, { begunMs, arrivedMonoMs }));
      return;
    case 'call-result':
      return onAnswer(deps, origin, frame.messageId, { kind: 'result', payload: frame.payload });
    case 'call-error':
      return onAnswer(deps, origin, frame.messageId, { kind: 'error', error: frame });
    default:
      // Kinds 5 and 6 are of 2.1: no stream was asked for, and no answer of ours is taken back.
      refuseFrame(deps, origin, 'wrong-shape', `a ${frame.kind} in ${connection.codec.version}`);
  }
}

/** A frame that is not text, or that the WebSocket layer refused. */
export function refuseFrame(
  deps: HandlerDeps,
  origin: RequestOrigin,
  reason: FrameRefusedReason,
  detail: string,
): void {
  const { connection, span } = origin;
  deps.events.frameRefused(reason);
  if (!isWithin(connection.life.refusals, deps.clock.monoMs())) {
    if (connection.socket.isOpen()) {
      const why = `more than ${MAX_REFUSALS_PER_MINUTE} refused frames a minute`;
      deps.events.stationFlooded(connection.stationId, why, span?.traceId);
      connection.socket.close(1008, 'too many malformed frames');
    }
    return;
  }
  deps.recorder.recordLater(stationFact(deps.digests, origin, { kind: 'frame-refused', reason, detail }));
}

/** H74: of a message that others have a use for. Its station does nothing wrong, and stays; so many a minute are kept. */
function noteUnsupported(deps: HandlerDeps, origin: RequestOrigin, action: string): void {
  deps.events.frameRefused('unknown-action');
  if (!isWithin(origin.connection.life.unsupported, deps.clock.monoMs())) return;
  const body = { kind: 'frame-refused', reason: 'unknown-action', detail: `${action} is not supported` } as const;
  deps.recorder.recordLater(stationFact(deps.digests, origin, body));
}

function isWithin(counted: PerMinute, nowMs: number): boolean {
  if (nowMs - counted.sinceMs >= MINUTE_MS) {
    counted.sinceMs = nowMs;
    counted.count = 0;
  }
  counted.count += 1;
  return counted.count <= MAX_REFUSALS_PER_MINUTE;
}

function onAnswer(
  deps: OnFrameDeps,
  origin: RequestOrigin,
  messageId: string,
  answer: Parameters<Connection['outbound']['answered']>[1],
): void {
  // A14, H64: counted and dropped; no other call is resolved by it.
  if (origin.connection.outbound.answered(messageId, answer, origin.frame) === 'unsolicited') {
    refuseFrame(deps, origin, 'unsolicited', 'no call of ours has that id');
  }
}

type CallFrame = Frame & { kind: 'call' };

interface Arrival {
  readonly begunMs: number;
  /** Time of I/O. */
  readonly arrivedMonoMs: number;
}

async function onCall(
  deps: OnFrameDeps,
  heard: RequestOrigin,
  frame: CallFrame,
  { begunMs, arrivedMonoMs }: Arrival,
): Promise<void> {
  const span = deps.tracer?.begin('station frame') ?? NO_SPAN;
  const origin = span === NO_SPAN ? heard : { ...heard, span };
  const reply = await safeReply(deps, origin, frame);
  const tookMs = deps.clock.monoMs() - begunMs;
  await whenHeard(deps, origin.connection.stationId, arrivedMonoMs);
  sendReply(deps, origin.connection, frame, reply);
  const { version } = origin.connection.codec;
  const action = isKnownAction(version, frame.action) ? frame.action : 'unknown';
  const outcome = OUTCOMES[reply.kind];
  deps.events.callEnded(action, outcome, tookMs);
  if (span === NO_SPAN) return;
  span.set({ action, outcome, stationId: origin.connection.stationId, messageId: frame.messageId });
  span.end();
}

const OUTCOMES: Readonly<Record<Reply['kind'], CallOutcome>> = {
  answer: 'answered',
  refuse: 'refused',
  silence: 'silent',
};

async function safeReply(deps: OnFrameDeps, origin: RequestOrigin, frame: CallFrame): Promise<Reply> {
  try {
    return await replyTo(deps, origin, frame);
  } catch (cause) {
    // A bug of ours: one message is lost, the connection and its station are not (R12).
    deps.events.handlerFailed(
      origin.connection.stationId,
      cause instanceof Error ? cause.message : 'unknown',
      origin.span?.traceId,
    );
    return isTransactionAction(frame.action) ? { kind: 'silence' } : { kind: 'refuse', refusal: { kind: 'internal' } };
  }
}

function sendReply(deps: OnFrameDeps, connection: Connection, frame: CallFrame, reply: Reply): void {
  if (reply.kind === 'refuse') return sendError(connection, frame.messageId, reply.refusal);
  if (reply.kind === 'silence') return;
  const payload = connection.codec.answerPayload(frame.action, reply.answer) as JsonObject;
  send(connection, { kind: 'call-result', messageId: frame.messageId, payload });
  if (reply.answer.kind === 'boot-accepted' && connection.life.phase === 'open') {
    connection.outbound.ask({ kind: 'configure-sampling', intervalS: deps.meterSampleIntervalS });
  }
}

async function replyTo(deps: OnFrameDeps, origin: RequestOrigin, frame: Frame & { kind: 'call' }): Promise<Reply> {
  const { connection } = origin;
  const { codec } = connection;
  const { action } = frame;
  if (!isKnownAction(codec.version, action)) {
    refuseFrame(deps, origin, 'unknown-action', action);
    return { kind: 'refuse', refusal: { kind: 'unknown-action' } };
  }
  // A text without that word has no null to leave out.
  const payload = origin.frame.includes('null') ? withoutNulls(frame.payload) : frame.payload;
  const reading = codec.toCanonical(action, payload, origin.receivedAtMs);
  if (reading.kind === 'unsupported-action') {
    noteUnsupported(deps, origin, action);
    return { kind: 'refuse', refusal: reading };
  }
  if (reading.kind === 'missing')
    return refuseSchema(deps, origin, action, { keyword: 'required', detail: `no ${reading.field}` });
  // R10, H71: what can be read is taken; a transaction message is never refused for its form while it can be read.
  if (!isTransactionAction(action)) {
    const violation = schemaViolation(codec.version, action, 'req', payload);
    if (violation !== undefined && !isTolerable(violation)) return refuseSchema(deps, origin, action, violation);
  }
  if (isBeforeBoot(deps, connection, action)) return refuseBeforeBoot(deps, origin, action);
  return deps.route(deps, origin, reading.request);
}

/** A transaction message that cannot be read is durable all the same before it is refused (R11). */
async function refuseSchema(
  deps: OnFrameDeps,
  origin: RequestOrigin,
  action: string,
  violation: SchemaViolation,
): Promise<Reply> {
  const { keyword, detail } = violation;
  if (isTransactionAction(action)) {
    const body = { kind: 'frame-refused', reason: 'schema', detail: `${action}: ${detail}` } as const;
    if ((await deps.recorder.record(stationFact(deps.digests, origin, body))) === 'unavailable')
      return { kind: 'silence' };
  } else refuseFrame(deps, origin, 'schema', `${action}: ${detail}`);
  return { kind: 'refuse', refusal: { kind: 'schema', keyword } };
}

const isBeforeBoot = (deps: OnFrameDeps, connection: Connection, action: string): boolean =>
  action !== 'BootNotification' && !isTransactionAction(action) && !deps.memory.booted(connection);

/** It booted once, or never will: what it says counts from here on. What is known of its kind stands in the log, if anywhere. */
function letIn({ memory, arrivals, events }: OnFrameDeps, connection: Connection): void {
  if (memory.booted(connection)) return;
  memory.markBooted(connection);
  void arrivals.booted(connection);
  events.stationLetInUnbooted(connection.stationId);
}

/**
 * OCPP 2.0.1 B01.FR.10: SecurityError. A station that reconnects to a gateway which has forgotten it does not know that it
 * should boot (H59), so it is asked to, once a connection. One that refuses is let in: whoever has been accepted once has to
 * refuse (2.0.1 F06.FR.17), many of 1.6 know no TriggerMessage, and neither would ever boot but by a restart.
 */
function refuseBeforeBoot(deps: OnFrameDeps, origin: RequestOrigin, action: string): Reply {
  const { connection } = origin;
  refuseFrame(deps, origin, 'before-boot', action);
  if (!connection.life.bootAsked) {
    connection.life.bootAsked = true;
    connection.outbound.ask({ kind: 'trigger-boot' }, () => letIn(deps, connection));
  }
  return { kind: 'refuse', refusal: { kind: 'before-boot' } };
}

function sendError(connection: Connection, messageId: string, refusal: RequestRefusal): void {
  const { code, description } = connection.codec.errorFor(refusal);
  send(connection, { kind: 'call-error', messageId, code, description, details: {} });
}

/** X8: nothing is said to a connection that a newer one has replaced. */
function send(connection: Connection, frame: Frame): void {
  const { life, socket } = connection;
  if ((life.phase === 'open' || life.phase === 'draining') && socket.isOpen()) socket.send(encodeFrame(frame));
}
