import { contentOf, DURABLE_ACTIONS } from './acknowledged.ts';
import type { Report } from './violation.ts';
import type { WireFrame } from './wire-profile.ts';

export interface StationOrderChecker {
  sent(stationId: string, frame: WireFrame): void;
  /** A gateway has said something. */
  written(gateway: string, stationId: string, frame: WireFrame): void;
  /** A frame of a station stands in the log. */
  stored(nowMs: number, stationId: string, frame: WireFrame): void;
}

interface Said {
  readonly content: string;
  /** It was said for the first time as the so manieth. */
  readonly place: number;
  /** Who answered it; undefined: nobody yet. */
  answeredBy?: string;
  /** How many had been said when it was answered. */
  answeredAt?: number;
  isStored: boolean;
}

/** Of each station; longer than any of them waits anywhere. */
const MAX_KNOWN = 400;

/**
 * What a station said stands in the log in its order, however it came there: what was said only after the answer to an earlier
 * message does not stand before that one, where the same gateway took both.
 */
export function createStationOrderChecker(report: Report): StationOrderChecker {
  const stations = new Map<
    string,
    { readonly said: Map<string, Said>; readonly calls: Map<string, Said>; places: number }
  >();
  return {
    sent(stationId, frame) {
      const { kind, messageId, action } = frame.head();
      if (kind !== '2' || !DURABLE_ACTIONS.has(action)) return;
      const station = stations.get(stationId) ?? { said: new Map(), calls: new Map(), places: 0 };
      stations.set(stationId, station);
      const content = contentOf(frame);
      const known = station.said.get(content);
      if (known === undefined) station.places += 1;
      const said: Said = known ?? { content, place: station.places, isStored: false };
      station.said.set(content, said);
      station.calls.set(messageId, said);
      for (const oldest of station.said.keys()) {
        if (station.said.size <= MAX_KNOWN) break;
        station.said.delete(oldest);
      }
    },
    written(gateway, stationId, frame) {
      const { kind, messageId } = frame.head();
      const station = stations.get(stationId);
      const said = kind === '3' ? station?.calls.get(messageId) : undefined;
      if (station === undefined || said === undefined) return;
      station.calls.delete(messageId);
      said.answeredBy ??= gateway;
      said.answeredAt ??= station.places;
    },
    stored(nowMs, stationId, frame) {
      const station = stations.get(stationId);
      const said = station?.said.get(contentOf(frame));
      if (station === undefined || said === undefined || said.isStored) return;
      said.isStored = true;
      for (const earlier of station.said.values()) {
        if (earlier.isStored || earlier.answeredAt === undefined || earlier.answeredAt >= said.place) continue;
        const detail = `${said.content.slice(0, 60)} of ${stationId} stands before what was answered earlier: ${earlier.content.slice(0, 60)}`;
        report({ checker: 'order', atMs: nowMs, detail });
        earlier.isStored = true;
      }
    },
  };
}
