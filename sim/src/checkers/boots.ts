import { DURABLE_ACTIONS } from './acknowledged.ts';
import type { Report } from './violation.ts';
import type { WireFrame } from './wire-profile.ts';

export interface BootsChecker {
  /** A gateway begins, and knows nothing of any station. */
  born(nowMs: number, gateway: string): void;
  /** From now on nobody can be told which stations have booted, for so long. */
  databaseAway(nowMs: number, forMs: number): void;
  /** A station says something. */
  sent(stationId: string, frame: WireFrame): void;
  /** A frame is written to a socket of a station. */
  written(nowMs: number, gateway: string, stationId: string, frame: WireFrame): void;
  /** A frame of a station stands in the log, or in the store that stands in for it. */
  kept(stationId: string, frame: WireFrame): void;
}

const [CALL, RESULT] = ['2', '3'];
const BOOT = 'BootNotification';
const ACCEPTED = /"status":\s*"Accepted"/u;
/** Of all stations: boots and other calls that wait for an answer, and boots that are kept. The oldest are forgotten. */
const MAX_KNOWN = 2_000;

/**
 * SI5, H91: whoever was told that its boot is accepted only reconnects from then on (ADR 24), so that boot stands in the log by then, or
 * in the emergency inbox: the very message, for every boot of a station says the same. And a gateway that nobody can have told that a station
 * has booted lets it in by its boot, or by the answer to its own question (H59): until then what it says, beside transactions, is refused.
 */
export function createBootsChecker(report: Report): BootsChecker {
  const bornAtMs = new Map<string, number>();
  let away = { fromMs: Number.POSITIVE_INFINITY, untilMs: Number.NEGATIVE_INFINITY };
  /** Actions of calls, by station and message id. */
  const waiting = new Map<string, string>();
  const keptBoots = new Set<string>();
  /** Stations that each gateway has asked to boot, or told that they have. */
  const known = new Map<string, Set<string>>();
  const isBlind = (nowMs: number, gateway: string): boolean =>
    (bornAtMs.get(gateway) ?? Number.NEGATIVE_INFINITY) >= away.fromMs && nowMs < away.untilMs;
  const knows = (gateway: string, stationId: string): void =>
    void known.set(gateway, (known.get(gateway) ?? new Set<string>()).add(stationId));
  const tell = (atMs: number, detail: string): void => report({ checker: 'acknowledged', atMs, detail });

  return {
    born(nowMs, gateway) {
      bornAtMs.set(gateway, nowMs);
      known.delete(gateway);
    },
    databaseAway(nowMs, forMs) {
      const untilMs = Math.max(away.untilMs, nowMs + forMs);
      away = { fromMs: nowMs < away.untilMs ? away.fromMs : nowMs, untilMs };
    },
    sent(stationId, frame) {
      const { kind, messageId, action } = frame.head();
      if (kind !== CALL) return;
      const key = `${stationId} ${messageId}`;
      waiting.set(key, action);
      // Some count their ids from 1 after a restart (H67): it is another boot.
      if (action === BOOT) keptBoots.delete(key);
      forgetOldest(waiting);
    },
    written(nowMs, gateway, stationId, frame) {
      const { kind, messageId, action: asked } = frame.head();
      if (kind === CALL && asked === 'TriggerMessage') knows(gateway, stationId);
      const key = `${stationId} ${messageId}`;
      const action = kind === RESULT ? waiting.get(key) : undefined;
      if (action === undefined) return;
      waiting.delete(key);
      if (action === BOOT) {
        if (!ACCEPTED.test(frame.text)) return;
        knows(gateway, stationId);
        if (!keptBoots.has(key)) tell(nowMs, `${BOOT} ${messageId} of ${stationId} is accepted, and is in no log`);
      } else if (
        !DURABLE_ACTIONS.has(action) &&
        isBlind(nowMs, gateway) &&
        known.get(gateway)?.has(stationId) !== true
      ) {
        tell(
          nowMs,
          `${action} of ${stationId} is answered by ${gateway}, which nobody can have told that it has booted`,
        );
      }
    },
    kept(stationId, frame) {
      const { messageId, action } = frame.head();
      if (action !== BOOT) return;
      keptBoots.add(`${stationId} ${messageId}`);
      forgetOldest(keptBoots);
    },
  };
}

function forgetOldest(of: Map<string, string> | Set<string>): void {
  for (const oldest of of.keys()) {
    if (of.size <= MAX_KNOWN) return;
    of.delete(oldest);
  }
}
