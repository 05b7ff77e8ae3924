import type { Report } from './violation.ts';
import { headOf } from './wire-profile.ts';

const CALL = '2';
const RESULT = '3';
/** Messages that bear on energy: an answer to one of them promises that it is kept. */
const DURABLE_ACTIONS = new Set(['StartTransaction', 'StopTransaction', 'MeterValues', 'TransactionEvent']);

export interface AcknowledgedChecker {
  sent(stationId: string, text: string): void;
  /** A gateway has said something. */
  written(nowMs: number, stationId: string, text: string): void;
  /** A frame of a station stands in the log. */
  stored(stationId: string, text: string): void;
  /** A frame stands in the store that stands in for a log that is away: it must come to stand in the log. */
  kept(stationId: string, text: string): void;
  /** The end: what was kept has had its time. */
  conclude(nowMs: number): void;
  /** Messages that were acknowledged. */
  count(): number;
}

/** Of each station, the newest message ids and contents that are remembered: two for each frame. */
const MAX_KNOWN = 400;

/** The frame from its action on: the same for a message that is sent again, or made twice. In a log tokens are hashed. */
const contentOf = (text: string): string =>
  text.slice(text.indexOf(',', text.indexOf(',') + 1) + 1).replaceAll(/"(idTag|idToken)":"[^"]*"/g, '"$1":""');

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
  const durable = (stationId: string, text: string): void => {
    const { messageId } = headOf(text);
    const ofStation = known.get(stationId) ?? new Set<string>();
    known.set(stationId, ofStation);
    if (messageId !== '') ofStation.add(messageId);
    ofStation.add(contentOf(text));
    for (const oldest of ofStation) {
      if (ofStation.size <= MAX_KNOWN) break;
      ofStation.delete(oldest);
    }
  };
  return {
    sent(stationId, text) {
      const { kind, messageId, action } = headOf(text);
      if (kind === CALL && DURABLE_ACTIONS.has(action)) {
        waiting.set(`${stationId} ${messageId}`, { action, content: contentOf(text) });
      }
    },
    written(nowMs, stationId, text) {
      const { kind, messageId } = headOf(text);
      const key = `${stationId} ${messageId}`;
      const call = waiting.get(key);
      if (kind !== RESULT || call === undefined) return;
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
    stored(stationId, text) {
      owed.delete(`${stationId} ${contentOf(text)}`);
      durable(stationId, text);
    },
    kept(stationId, text) {
      owed.add(`${stationId} ${contentOf(text)}`);
      durable(stationId, text);
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
