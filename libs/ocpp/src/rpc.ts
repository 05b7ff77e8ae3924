import type { FrameError } from './frames.ts';
import type { JsonObject } from './json.ts';

/** A CALL of ours. `Tag` is whatever the caller needs to know it again. */
export interface Call<Tag> {
  readonly messageId: string;
  readonly action: string;
  readonly payload: object;
  readonly tag: Tag;
  /** A newer call with the same key takes the place of one that is not yet written. */
  readonly replaceKey?: string;
  /** Monotonic ms after which it must not be written any more. */
  readonly writeByMs: number;
}

export type CallAnswer =
  | { readonly kind: 'result'; readonly payload: JsonObject }
  | { readonly kind: 'error'; readonly error: FrameError };

export interface RpcLimits {
  /** How long a station has for its answer. */
  readonly callTimeoutMs: number;
  /** Calls that wait to be written. */
  readonly maxQueued: number;
  /** How long an answer may still come after its timeout (H65). */
  readonly lateMs: number;
  /** Calls remembered for late answers. */
  readonly maxLate: number;
}

export type Offer<Tag> =
  | { readonly kind: 'queued'; readonly replaced?: Call<Tag> }
  /** One over `maxQueued`. */
  | { readonly kind: 'queue-full' };

export type Settlement<Tag> =
  | { readonly kind: 'answered'; readonly call: Call<Tag>; readonly answer: CallAnswer }
  /** Its timeout had passed; it tells of that call only (H65). */
  | { readonly kind: 'late'; readonly call: Call<Tag>; readonly answer: CallAnswer }
  /** No call of ours has that id: counted, dropped, never used for another call (A14, H64). */
  | { readonly kind: 'unsolicited' };

export interface Expired<Tag> {
  /** Never written: nothing happened. */
  readonly unwritten: readonly Call<Tag>[];
  /** Written and not answered: the station may have done it (STYLE 6). */
  readonly unanswered: readonly Call<Tag>[];
}

/**
 * The calling side of one connection. It holds no clock and does no I/O: `writable` says what may be written now (at most
 * one CALL is outstanding), the caller checks its fence, writes, and says so by `written` or `withdraw`.
 */
export interface RpcSession<Tag> {
  offer(call: Call<Tag>): Offer<Tag>;
  /** The next call to write, if none is outstanding. */
  writable(): Call<Tag> | undefined;
  written(messageId: string, nowMs: number): void;
  /** Takes a call out that was not written. */
  withdraw(messageId: string): void;
  settle(messageId: string, answer: CallAnswer, nowMs: number): Settlement<Tag>;
  expire(nowMs: number): Expired<Tag>;
  /** Next instant at which `expire` has something to say. */
  nextDeadlineMs(): number | undefined;
  /** The connection is gone. */
  close(): Expired<Tag>;
  queued(): readonly Call<Tag>[];
}

interface Outstanding<Tag> {
  readonly call: Call<Tag>;
  readonly untilMs: number;
}

export function createRpcSession<Tag>(limits: RpcLimits): RpcSession<Tag> {
  let queue: readonly Call<Tag>[] = [];
  let outstanding: Outstanding<Tag> | undefined;
  const late = new Map<string, Outstanding<Tag>>();

  function remember(call: Call<Tag>, nowMs: number): void {
    late.set(call.messageId, { call, untilMs: nowMs + limits.lateMs });
    const [oldest] = late.keys();
    if (late.size > limits.maxLate && oldest !== undefined) late.delete(oldest);
  }

  return {
    offer(call) {
      const at = call.replaceKey === undefined ? -1 : queue.findIndex((one) => one.replaceKey === call.replaceKey);
      const replaced = queue[at];
      if (replaced !== undefined) {
        // To the back: sequence numbers on the wire never go down.
        queue = [...queue.filter((one) => one !== replaced), call];
        return { kind: 'queued', replaced };
      }
      if (queue.length >= limits.maxQueued) return { kind: 'queue-full' };
      queue = [...queue, call];
      return { kind: 'queued' };
    },
    writable: () => (outstanding === undefined ? queue[0] : undefined),
    written(messageId, nowMs) {
      const call = queue.find((one) => one.messageId === messageId);
      if (call === undefined || outstanding !== undefined) return;
      queue = queue.filter((one) => one !== call);
      outstanding = { call, untilMs: nowMs + limits.callTimeoutMs };
    },
    withdraw(messageId) {
      queue = queue.filter((one) => one.messageId !== messageId);
    },
    settle(messageId, answer, nowMs) {
      if (outstanding?.call.messageId === messageId) {
        const { call } = outstanding;
        outstanding = undefined;
        return { kind: 'answered', call, answer };
      }
      const known = late.get(messageId);
      if (known === undefined) return { kind: 'unsolicited' };
      late.delete(messageId);
      return known.untilMs < nowMs ? { kind: 'unsolicited' } : { kind: 'late', call: known.call, answer };
    },
    expire(nowMs) {
      const unwritten = queue.filter((call) => call.writeByMs < nowMs);
      queue = queue.filter((call) => call.writeByMs >= nowMs);
      for (const [id, entry] of late) if (entry.untilMs < nowMs) late.delete(id);
      if (outstanding === undefined || outstanding.untilMs > nowMs) return { unwritten, unanswered: [] };
      const { call } = outstanding;
      outstanding = undefined;
      remember(call, nowMs);
      return { unwritten, unanswered: [call] };
    },
    nextDeadlineMs() {
      const instants = queue.map((call) => call.writeByMs + 1);
      if (outstanding !== undefined) instants.push(outstanding.untilMs);
      return instants.length === 0 ? undefined : Math.min(...instants);
    },
    close() {
      const gone: Expired<Tag> = { unwritten: queue, unanswered: outstanding === undefined ? [] : [outstanding.call] };
      queue = [];
      outstanding = undefined;
      late.clear();
      return gone;
    },
    queued: () => queue,
  };
}
