import type { Report } from './violation.ts';
import type { WireFrame } from './wire-profile.ts';

const CALL = '2';
const RESULT = '3';
/** Messages that bear on energy: an answer to one of them promises that it is kept. */
export const DURABLE_ACTIONS = new Set(['StartTransaction', 'StopTransaction', 'MeterValues', 'TransactionEvent']);

export interface AcknowledgedChecker {
  sent(stationId: string, frame: WireFrame): void;
  /** A gateway has said something. */
  written(nowMs: number, stationId: string, frame: WireFrame): void;
  /** A frame of a station stands in the log. */
  stored(stationId: string, frame: WireFrame): void;
  /** A frame stands in the store that stands in for a log that is away: it must come to stand in the log. */
  kept(stationId: string, frame: WireFrame): void;
  /** The end: what was kept has had its time. */
  conclude(nowMs: number): void;
  /** Messages that were acknowledged. */
  count(): number;
}

/** Of each station, the newest message ids and contents that are remembered: two for each frame. */
const MAX_KNOWN = 400;

/** The frame from its action on: the same for a message that is sent again, or made twice. In a log tokens are hashed. */
export function contentOf({ text }: WireFrame): string {
  const content = text.slice(text.indexOf(',', text.indexOf(',') + 1) + 1);
  // Most frames hold no token.
  return content.includes('"idT') ? content.replaceAll(TOKEN, '"$1":""') : content;
}
const TOKEN = /"(idTag|idToken)":"[^"]*"/g;

/**
 * Nothing is acknowledged to a station that does not stand in the log when the answer is written, or in the store that
 * stands in for it and then comes to the log: the frame itself, or one of the same content (two samples of one instant are one).
 */
export function createAcknowledgedChecker(report: Report): AcknowledgedChecker {
  /** Message ids and contents. An id stays: a station whose answer was lost asks again, and the log has that message once. */
  const known = new Map<string, Set<string>>();
  const waiting = new Map<string, { readonly action: string; readonly content: string }>();
  /** Kept, and not in the log. */
  const owed = new Set<string>();
  let acknowledged = 0;
  const durable = (stationId: string, messageId: string, content: string): void => {
    const ofStation = known.get(stationId) ?? new Set<string>();
    known.set(stationId, ofStation);
    if (messageId !== '') ofStation.add(messageId);
    ofStation.add(content);
    for (const oldest of ofStation) {
      if (ofStation.size <= MAX_KNOWN) break;
      ofStation.delete(oldest);
    }
  };
  return {
    sent(stationId, frame) {
      const { kind, messageId, action } = frame.head();
      if (kind === CALL && DURABLE_ACTIONS.has(action)) {
        waiting.set(`${stationId} ${messageId}`, { action, content: contentOf(frame) });
      }
    },
    written(nowMs, stationId, frame) {
      const { kind, messageId } = frame.head();
      const key = `${stationId} ${messageId}`;
      const call = kind === RESULT ? waiting.get(key) : undefined;
      if (call === undefined) return;
      waiting.delete(key);
      acknowledged += 1;
      const ofStation = known.get(stationId);
      if (ofStation?.has(messageId) === true || ofStation?.has(call.content) === true) return;
      report({
        checker: 'acknowledged',
        atMs: nowMs,
        detail: `${call.action} ${messageId} of ${stationId} is in no log`,
      });
    },
    stored(stationId, frame) {
      const content = contentOf(frame);
      if (owed.size > 0) owed.delete(`${stationId} ${content}`);
      durable(stationId, frame.head().messageId, content);
    },
    kept(stationId, frame) {
      const content = contentOf(frame);
      owed.add(`${stationId} ${content}`);
      durable(stationId, frame.head().messageId, content);
    },
    conclude(nowMs) {
      const [first] = owed;
      if (first === undefined) return;
      const detail = `${owed.size} frames that were kept aside never came to the log, the first: ${first}`;
      report({ checker: 'acknowledged', atMs: nowMs, detail });
    },
    count: () => acknowledged,
  };
}
