import type { WireFrame } from './wire-profile.ts';

/** H86, and whatever else makes a station say no: who has refused 0 A may be told the least that a car can take. */
export interface ZeroRefusals {
  /** A frame arrived at a station. */
  received(stationId: string, frame: WireFrame): void;
  /** A station said something. */
  sent(stationId: string, frame: WireFrame): void;
  has(stationId: string): boolean;
}

/** Not parsed: a frame may be torn. */
const ANSWER = /^\[\s*3\s*,\s*"([^"]*)"/u;

export function createZeroRefusals(): ZeroRefusals {
  /** The last question of 0 A to each station: it is asked one thing at a time. */
  const asked = new Map<string, string>();
  const refused = new Set<string>();
  return {
    received(stationId, frame) {
      const profile = frame.profile();
      if (profile?.onOnePhaseA.includes(0) === true) asked.set(stationId, profile.messageId);
    },
    sent(stationId, { text }) {
      const messageId = ANSWER.exec(text)?.[1];
      if (messageId === undefined || !text.includes('"Rejected"')) return;
      if (messageId === asked.get(stationId)) refused.add(stationId);
    },
    has: (stationId) => refused.has(stationId),
  };
}
