import type { Cancel, Timers } from '@headroom/kernel';
import { isObject, type Json, parseJson } from '../json.ts';
import type { Outgoing, Reply } from './dialect.ts';

export type CallOutcome =
  | { readonly kind: 'result'; readonly payload: Json }
  | { readonly kind: 'error'; readonly code: string; readonly description: string }
  /** No answer in time: whether the other side acted is unknown. */
  | { readonly kind: 'timeout' }
  /** The socket went before the answer came. */
  | { readonly kind: 'lost' };

export interface RpcDeps {
  readonly send: (text: string) => void;
  readonly onCall: (action: string, payload: Json) => Reply;
  /** Runs right after the answer to a request went out. */
  readonly afterReply: () => void;
  readonly timers: Timers;
  readonly callTimeoutMs: number;
}

export interface Rpc {
  isBusy(): boolean;
  /** At most one outstanding CALL (OCPP-J 4.1.1): callers ask `isBusy` first. */
  call(id: string, outgoing: Outgoing, done: (outcome: CallOutcome) => void): void;
  receive(text: string): void;
  lost(): void;
  /** Frames that were no OCPP-J at all, or answers nobody waits for. */
  strays(): number;
}

const CALL = 2;
const CALL_RESULT = 3;
const CALL_ERROR = 4;
const MESSAGE_ID_MAX = 36;

interface Pending {
  readonly id: string;
  readonly cancel: Cancel;
  readonly done: (outcome: CallOutcome) => void;
}

/** Frames of OCPP-J (kinds 2, 3, 4) on one socket after the other. */
export function createRpc(deps: RpcDeps): Rpc {
  let pending: Pending | undefined;
  let strays = 0;

  const settle = (outcome: CallOutcome): void => {
    const { done, cancel } = pending ?? {};
    pending = undefined;
    cancel?.();
    done?.(outcome);
  };

  const answer = (id: string, action: unknown, payload: unknown): void => {
    if (typeof action !== 'string' || !isObject(payload)) {
      deps.send(JSON.stringify([CALL_ERROR, id, 'ProtocolError', 'A CALL is [2, id, action, {...}]', {}]));
      return;
    }
    const reply = deps.onCall(action, payload);
    const frame =
      reply.kind === 'result' ? [CALL_RESULT, id, reply.payload] : [CALL_ERROR, id, reply.code, reply.description, {}];
    deps.send(JSON.stringify(frame));
    deps.afterReply();
  };

  return {
    isBusy: () => pending !== undefined,
    call(id, outgoing, done) {
      const cancel = deps.timers.after(deps.callTimeoutMs, () => settle({ kind: 'timeout' }));
      pending = { id, cancel, done };
      deps.send(JSON.stringify([CALL, id, outgoing.action, outgoing.payload]));
    },
    receive(text) {
      const frame = parseJson(text);
      const [kind, id, third, fourth]: readonly unknown[] = Array.isArray(frame) ? frame : [];
      if (typeof id !== 'string' || id.length > MESSAGE_ID_MAX) strays += 1;
      else if (kind === CALL) answer(id, third, fourth);
      else if (id !== pending?.id) strays += 1;
      else if (kind === CALL_RESULT) settle({ kind: 'result', payload: isObject(third) ? third : {} });
      else if (kind === CALL_ERROR) settle({ kind: 'error', code: String(third), description: String(fourth) });
      else strays += 1;
    },
    lost: () => settle({ kind: 'lost' }),
    strays: () => strays,
  };
}
