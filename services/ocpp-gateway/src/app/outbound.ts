import type { Cancel, Clock, IdSource, Timers } from '@headroom/kernel';
import {
  type Call,
  type CallAnswer,
  type Codec,
  commandOutcome,
  type CompositeSaid,
  compositeSaid,
  createRpcSession,
  encodeFrame,
  type JsonObject,
  schemaViolation,
  type StationCommand,
  wordsOfComposite,
} from '@headroom/ocpp';
import { type ReportedSetting, reportedSettings } from '@headroom/ocpp/capabilities';
import type { Span } from '@headroom/telemetry';
import type { CommandStatus } from '../domain/facts.ts';
import type { FenceJudgement, FenceRefusal, FenceToken } from '../domain/fence.ts';
import type { StationSocket } from '../ports.ts';

/** Calls that wait behind the one outstanding call of a station (R13). */
export const MAX_QUEUED_CALLS = 16;
/** How long a command may wait for the station to answer an earlier call, before it is given back unwritten. */
export const COMMAND_QUEUE_WAIT_MS = 500;
/** How long a call on our own account may wait. */
const OWN_CALL_WAIT_MS = 600_000;
/** Unread bytes of a socket beyond which it is dropped (G3, H63). */
export const MAX_BUFFERED_BYTES = 262_144;
/** H65. */
const LATE_ANSWER_MS = 300_000;
const MAX_LATE_CALLS = 32;

/** `written` means handed to the socket, every other kind means that this attempt never was. */
export type CommandVerdict =
  | { readonly kind: 'written' }
  | { readonly kind: FenceRefusal }
  | { readonly kind: 'not-connected' }
  | { readonly kind: 'refused'; readonly why: string };

export interface FencedCommand {
  readonly commandId: string;
  readonly token: FenceToken;
  readonly command: StationCommand;
  /** Ends with the answer of the station; absent: not traced. */
  readonly span?: Span;
}

type Tag =
  | {
      readonly kind: 'command';
      readonly command: FencedCommand;
      /** Monotonic ms at which it came. */
      readonly cameMs: number;
      readonly tell: (verdict: CommandVerdict) => void;
    }
  | { readonly kind: 'own'; readonly onRefused?: (() => void) | undefined };

/** What a station said to a command; `unanswered` where it said nothing. */
export interface CommandAnswer {
  readonly status: CommandStatus;
  readonly detail: string;
  /** Of a command that asks what the station can do. */
  readonly settings?: readonly ReportedSetting[];
  /** Of one that asks what its charging profiles come to. Absent: it names no limit. */
  readonly composite?: CompositeSaid;
  /** Empty where there is none. */
  readonly rawFrame: string;
  /** Since the command came to this gateway. */
  readonly tookMs: number;
}

export interface OutboundDeps {
  readonly clock: Pick<Clock, 'monoMs'>;
  readonly timers: Timers;
  readonly ids: IdSource;
  readonly codec: Codec;
  readonly socket: StationSocket;
  readonly callTimeoutMs: number;
  readonly judge: (token: FenceToken) => FenceJudgement;
  readonly wrote: (command: FencedCommand) => void;
  readonly onCommandAnswered: (command: FencedCommand, answer: CommandAnswer) => void;
  readonly onOwnCallRefused: (detail: string) => void;
}

/** The calling side of one connection: one outstanding CALL, a short queue behind it, the fence at the write. */
export interface Outbound {
  /**
   * Resolves once the command is written, or is certain never to be: refused by the fence, replaced by a newer one for
   * the same EVSE and purpose, or still behind an unanswered call after `COMMAND_QUEUE_WAIT_MS`. A repeat of one that
   * still waits gets the same verdict.
   */
  command(command: FencedCommand): Promise<CommandVerdict>;
  /** Asks something on the gateway's own account. `onRefused`: the station has answered that it does not do it. */
  ask(command: StationCommand, onRefused?: () => void): void;
  answered(messageId: string, answer: CallAnswer, rawFrame: string): 'known' | 'unsolicited';
  /** The connection is gone: what waits was never written, what is outstanding stays unanswered. */
  close(): void;
}

export function createOutbound(deps: OutboundDeps): Outbound {
  const { clock, socket } = deps;
  const rpc = createRpcSession<Tag>({
    callTimeoutMs: deps.callTimeoutMs,
    maxQueued: MAX_QUEUED_CALLS,
    lateMs: LATE_ANSWER_MS,
    maxLate: MAX_LATE_CALLS,
  });
  const waiting = new Map<string, Promise<CommandVerdict>>();
  let closed = false;
  let disarm: Cancel = () => {};

  function rearm(): void {
    disarm();
    const atMs = rpc.nextDeadlineMs();
    disarm = atMs === undefined ? () => {} : deps.timers.after(Math.max(0, atMs - clock.monoMs()), expire);
  }

  function expire(): void {
    const { unwritten, unanswered } = rpc.expire(clock.monoMs());
    for (const call of unwritten) tell(call, { kind: 'refused', why: 'an earlier call is still unanswered' });
    for (const call of unanswered) {
      tellAnswer(call.tag, { status: 'unanswered', detail: 'no answer in time' }, '');
    }
    pump();
  }

  function tellAnswer(tag: Tag, answer: Said, rawFrame: string): void {
    if (tag.kind !== 'command') return;
    deps.onCommandAnswered(tag.command, { ...answer, rawFrame, tookMs: clock.monoMs() - tag.cameMs });
  }

  function pump(): void {
    for (let call = rpc.writable(); call !== undefined; call = rpc.writable()) {
      const verdict = writeVerdict(call);
      if (verdict.kind === 'written') {
        socket.send(
          encodeFrame({
            kind: 'call',
            messageId: call.messageId,
            action: call.action,
            payload: call.payload as JsonObject,
          }),
        );
        rpc.written(call.messageId, clock.monoMs());
        if (call.tag.kind === 'command') deps.wrote(call.tag.command);
      } else rpc.withdraw(call.messageId);
      tell(call, verdict);
    }
    rearm();
  }

  /** The last look before the write: nothing may come between this and `send` (O4). */
  function writeVerdict(call: Call<Tag>): CommandVerdict {
    if (closed || !socket.isOpen()) return { kind: 'not-connected' };
    if (socket.bufferedBytes() > MAX_BUFFERED_BYTES) {
      socket.terminate();
      return { kind: 'not-connected' };
    }
    if (call.tag.kind === 'own') return { kind: 'written' };
    const judgement = deps.judge(call.tag.command.token);
    return { kind: judgement === 'pass' ? 'written' : judgement };
  }

  function enqueue(command: StationCommand, tag: Tag, writeByMs: number, replaceKey?: string): void {
    const wording = deps.codec.commandCalls(command);
    if (wording.kind === 'refused') return tellTag(tag, { kind: 'refused', why: wording.why });
    for (const { action, payload } of wording.calls) {
      const violation = schemaViolation(deps.codec.version, action, 'req', payload);
      if (violation !== undefined) {
        return tellTag(tag, { kind: 'refused', why: `${violation.keyword} ${violation.detail}` });
      }
      const call = {
        messageId: messageIdOf(tag, wording.calls.length) ?? deps.ids.next(),
        action,
        payload,
        tag,
        writeByMs,
      };
      // What the gateway itself asks a second time, while the first still waits, would only stand in the way of commands.
      const key = tag.kind === 'own' ? `own ${action} ${JSON.stringify(payload)}` : replaceKey;
      const offer = rpc.offer(key === undefined ? call : { ...call, replaceKey: key });
      if (offer.kind === 'queue-full') return tellTag(tag, { kind: 'refused', why: 'too many calls wait' });
      if (offer.replaced !== undefined) tell(offer.replaced, { kind: 'refused', why: 'replaced by a newer command' });
    }
    pump();
  }

  return {
    command(command) {
      const { shard, epoch, seq } = command.token;
      const key = `${shard}:${epoch}:${seq}`;
      const known = waiting.get(key);
      if (known !== undefined) return known;
      // Judged here too, so that an old word neither waits nor replaces a newer one.
      const judgement = deps.judge(command.token);
      if (judgement !== 'pass') return Promise.resolve({ kind: judgement });
      if (rpc.queued().some((call) => isNewer(call.tag, command.token))) return Promise.resolve({ kind: 'stale-seq' });
      const verdict = new Promise<CommandVerdict>((resolve) => {
        const cameMs = clock.monoMs();
        const tag: Tag = { kind: 'command', command, cameMs, tell: resolve };
        enqueue(command.command, tag, cameMs + COMMAND_QUEUE_WAIT_MS, replaceKeyOf(command.command));
      });
      waiting.set(key, verdict);
      void verdict.then(() => waiting.delete(key));
      return verdict;
    },
    ask: (command, onRefused) => enqueue(command, { kind: 'own', onRefused }, clock.monoMs() + OWN_CALL_WAIT_MS),
    answered(messageId, answer, rawFrame) {
      const settlement = rpc.settle(messageId, answer, clock.monoMs());
      if (settlement.kind === 'unsolicited') return 'unsolicited';
      const said = outcomeOf(deps.codec, settlement.call.action, answer);
      const { status, detail } = said;
      const { tag } = settlement.call;
      if (tag.kind === 'command') tellAnswer(tag, said, rawFrame);
      else if (status === 'failed' || status === 'rejected') {
        deps.onOwnCallRefused(`${settlement.call.action} ${detail}`);
        tag.onRefused?.();
      }
      pump();
      return 'known';
    },
    close() {
      if (closed) return;
      closed = true;
      disarm();
      const { unwritten, unanswered } = rpc.close();
      for (const call of unwritten) tell(call, { kind: 'not-connected' });
      for (const { tag } of unanswered) {
        tellAnswer(tag, { status: 'unanswered', detail: 'the connection ended first' }, '');
      }
    },
  };
}

/** OCPP-J 4.1.4: 36 characters at most, none used twice. */
const MAX_MESSAGE_ID_CHARS = 36;

/**
 * A command goes by its own name on the wire, so that a capture of a socket can be laid beside the log: it says which owner
 * sent it. Undefined where that name would not do: two calls, or too long.
 */
function messageIdOf(tag: Tag, calls: number): string | undefined {
  if (tag.kind !== 'command' || calls !== 1) return undefined;
  const { commandId } = tag.command;
  return commandId.length <= MAX_MESSAGE_ID_CHARS ? commandId : undefined;
}

const tell = (call: Call<Tag>, verdict: CommandVerdict): void => tellTag(call.tag, verdict);

function tellTag(tag: Tag, verdict: CommandVerdict): void {
  if (tag.kind !== 'command') return;
  // Said here, not with the rest of its batch: the station may have answered, and so ended the span, before another is written.
  tag.command.span?.set({ verdict: verdict.kind });
  tag.tell(verdict);
}

function isNewer(tag: Tag, token: FenceToken): boolean {
  if (tag.kind !== 'command') return false;
  const queued = tag.command.token;
  return queued.epoch === token.epoch ? queued.seq > token.seq : queued.epoch > token.epoch;
}

function replaceKeyOf(command: StationCommand): string | undefined {
  return command.kind === 'set-charging-profile' ? `${command.profile.evse}/${command.profile.purpose}` : undefined;
}

function compositeOf({ version }: Codec, payload: JsonObject): Said {
  const said = compositeSaid(version, payload);
  if (said !== undefined) return { status: 'accepted', detail: wordsOfComposite(said), composite: said };
  const { kind: status, detail } = commandOutcome(payload);
  return status === 'accepted' ? { status: 'failed', detail: 'the answer names no limit' } : { status, detail };
}

type Said = Pick<CommandAnswer, 'status' | 'detail' | 'settings' | 'composite'>;

/** Answers that have no status: to be asked is all that they are for. */
const READINGS: ReadonlySet<string> = new Set(['GetConfiguration', 'GetVariables']);

function outcomeOf(codec: Codec, action: string, answer: CallAnswer): Said {
  if (answer.kind === 'error')
    return { status: 'failed', detail: `${answer.error.code} ${answer.error.description}`.trim() };
  // H75: whatever is wrong with its form, what can be read of it is.
  if (READINGS.has(action)) {
    return { status: 'accepted', detail: '', settings: reportedSettings(codec.version, answer.payload) };
  }
  if (action === 'GetCompositeSchedule') return compositeOf(codec, answer.payload);
  // 2.0.1 SetVariables has one status per variable: an answer at all is what we ask for.
  if (action === 'SetVariables') return { status: 'accepted', detail: '' };
  const violation = schemaViolation(codec.version, action, 'res', answer.payload);
  const outcome = commandOutcome(answer.payload);
  // H75: ChangeConfiguration may say RebootRequired; it is logged, and nothing rests on it.
  if (violation === undefined || (violation.keyword === 'additionalProperties' && outcome.kind !== 'failed')) {
    return { status: outcome.kind, detail: outcome.detail };
  }
  return { status: 'failed', detail: `does not fit its schema: ${violation.keyword} ${violation.detail}`.trim() };
}
