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
  /** A frame of a station stands in the log, as the record of that event id. */
  stored(stationId: string, frame: WireFrame, eventId: string): void;
  /** A frame stands in the store that stands in for a log that is away: it must come to stand in the log, if it is not there. */
  kept(stationId: string, frame: WireFrame, eventId: string): void;
  /** The end: what was kept has had its time. */
  conclude(nowMs: number): void;
  /** Messages that were acknowledged. */
  count(): number;
}

/** Of each station, the newest message ids and contents that are remembered: two for each frame. */
const MAX_KNOWN = 400;
/** The newest records of the log that are remembered, of all stations. */
const MAX_IN_LOG = 4_000;

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
  /** Kept, and not in the log, by event id. */
  const owed = new Map<string, string>();
  /** Event ids. A record that is put aside once more while it is brought to the log is there already. */
  const inLog = new Set<string>();
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
    stored(stationId, frame, eventId) {
      owed.delete(eventId);
      inLog.add(eventId);
      const [oldest] = inLog;
      if (inLog.size > MAX_IN_LOG && oldest !== undefined) inLog.delete(oldest);
      durable(stationId, frame.head().messageId, contentOf(frame));
    },
    kept(stationId, frame, eventId) {
      const content = contentOf(frame);
      if (!inLog.has(eventId)) owed.set(eventId, `${stationId} ${content}`);
      durable(stationId, frame.head().messageId, content);
    },
    conclude(nowMs) {
      const [first] = owed.values();
      if (first === undefined) return;
      const detail = `${owed.size} frames that were kept aside never came to the log, the first: ${first}`;
      report({ checker: 'acknowledged', atMs: nowMs, detail });
    },
    count: () => acknowledged,
  };
}
