import { err, ok, type Result } from '@headroom/kernel';
import { isObject, type JsonObject, type JsonValue, isDeeperThan } from './json.ts';

/** A frame of OCPP-J. Kinds 5 and 6 exist since 2.1. */
export type Frame =
  | { readonly kind: 'call'; readonly messageId: string; readonly action: string; readonly payload: JsonObject }
  | { readonly kind: 'call-result'; readonly messageId: string; readonly payload: JsonObject }
  | ({ readonly kind: 'call-error' } & FrameError)
  | ({ readonly kind: 'call-result-error' } & FrameError)
  | { readonly kind: 'send'; readonly messageId: string; readonly action: string; readonly payload: JsonObject };

export interface FrameError {
  readonly messageId: string;
  readonly code: string;
  readonly description: string;
  readonly details: JsonObject;
}

export type FrameRefusalReason = 'not-json' | 'wrong-shape' | 'too-large' | 'too-deep';

export interface FrameRefusal {
  readonly reason: FrameRefusalReason;
  /** For our own records; never sent to a station (R12). */
  readonly detail: string;
  /** Id of the CALL that this frame seems to be, so that it can be answered (H68). Absent: not a CALL, or not to be found. */
  readonly messageId?: string;
}

export interface FrameLimits {
  /** UTF-16 units of one frame. */
  readonly maxChars: number;
}

/** Nesting deeper than this is refused before it is parsed (A18). The deepest OCPP message has 9 levels. */
export const MAX_FRAME_DEPTH = 16;
/** OCPP allows 36; some stations send more, nobody needs more than this. */
export const MAX_MESSAGE_ID_CHARS = 64;
const MAX_ACTION_CHARS = 64;

/** Reads one frame. Never throws, whatever the text. */
export function parseFrame(text: string, limits: FrameLimits): Result<Frame, FrameRefusal> {
  if (text.length > limits.maxChars) return err({ reason: 'too-large', detail: `${text.length} characters` });
  if (isDeeperThan(text, MAX_FRAME_DEPTH)) return refuse('too-deep', 'nested too deeply', text);
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(text) as JsonValue;
  } catch {
    return refuse('not-json', 'not JSON', text);
  }
  if (!Array.isArray(parsed)) return err({ reason: 'wrong-shape', detail: 'not an array' });
  return frameOf(parsed);
}

function frameOf(parts: readonly JsonValue[]): Result<Frame, FrameRefusal> {
  const [type, messageId] = parts;
  if (typeof messageId !== 'string' || messageId === '' || messageId.length > MAX_MESSAGE_ID_CHARS) {
    return err({ reason: 'wrong-shape', detail: 'no usable message id' });
  }
  switch (type) {
    case 2:
    case 6:
      return requestOf(type === 2 ? 'call' : 'send', messageId, parts);
    case 3: {
      const payload = parts[2] ?? {};
      if (parts.length > 3 || !isObject(payload)) return err({ reason: 'wrong-shape', detail: 'malformed CALLRESULT' });
      return ok({ kind: 'call-result', messageId, payload });
    }
    case 4:
    case 5:
      return ok(errorOf(type === 4 ? 'call-error' : 'call-result-error', messageId, parts));
    default:
      return err({ reason: 'wrong-shape', detail: 'unknown kind of frame' });
  }
}

function requestOf(kind: 'call' | 'send', messageId: string, parts: readonly JsonValue[]): Result<Frame, FrameRefusal> {
  const [, , action, payload] = parts;
  const answerable = kind === 'call' ? { messageId } : {};
  if (typeof action !== 'string' || action === '' || action.length > MAX_ACTION_CHARS || parts.length !== 4) {
    return err({ reason: 'wrong-shape', detail: 'malformed CALL', ...answerable });
  }
  if (!isObject(payload)) return err({ reason: 'wrong-shape', detail: 'payload is not an object', ...answerable });
  return ok({ kind, messageId, action, payload });
}

/** Errors are taken as they come: three elements, no details, codes of their own (H69). All of them mean failure. */
function errorOf(kind: 'call-error' | 'call-result-error', messageId: string, parts: readonly JsonValue[]): Frame {
  const [, , code, description, details] = parts;
  return {
    kind,
    messageId,
    code: typeof code === 'string' && code !== '' ? code.slice(0, MAX_ACTION_CHARS) : 'GenericError',
    description: typeof description === 'string' ? description.slice(0, 255) : '',
    details: isObject(details) ? details : {},
  };
}

function refuse(reason: FrameRefusalReason, detail: string, text: string): Result<Frame, FrameRefusal> {
  const messageId = scanCallId(text);
  return err(messageId === undefined ? { reason, detail } : { reason, detail, messageId });
}

/** Message id of a broken CALL: the first string after a leading 2, in either kind of quotes (H68). */
function scanCallId(text: string): string | undefined {
  const found = /^\s*\[\s*,?\s*["']?2["']?\s*,+\s*(?:"([^"\\]{1,64})"|'([^'\\]{1,64})')/.exec(text.slice(0, 256));
  return found?.[1] ?? found?.[2];
}

/** Text of a frame. Fields that are undefined or null are left out: `null` hangs stations (H72). */
export function encodeFrame(frame: Frame): string {
  const parts = partsOf(frame);
  const text = JSON.stringify(parts);
  // Most frames hold no null, and looking at each field for it costs more than all else.
  return text.includes('null') ? JSON.stringify(parts, dropNull) : text;
}

function partsOf(frame: Frame): readonly unknown[] {
  switch (frame.kind) {
    case 'call':
      return [2, frame.messageId, frame.action, frame.payload];
    case 'call-result':
      return [3, frame.messageId, frame.payload];
    case 'call-error':
      return [4, frame.messageId, frame.code, frame.description, frame.details];
    case 'call-result-error':
      return [5, frame.messageId, frame.code, frame.description, frame.details];
    case 'send':
      return [6, frame.messageId, frame.action, frame.payload];
  }
}

function dropNull(this: unknown, _key: string, value: unknown): unknown {
  return value === null && !Array.isArray(this) ? undefined : value;
}
