import { contentOf, DURABLE_ACTIONS } from './acknowledged.ts';
import type { Report } from './violation.ts';
import type { WireFrame } from './wire-profile.ts';

export interface StationOrderChecker {
  /** To this incarnation of a gateway. */
  sent(gateway: string, stationId: string, frame: WireFrame): void;
  /** A gateway has said something to it. */
  written(nowMs: number, gateway: string, stationId: string, frame: WireFrame): void;
  /** A frame of a station stands in the log. */
  stored(nowMs: number, stationId: string, frame: WireFrame): void;
  /** The store of the emergency inbox answers nobody for so long. */
  databaseAway(nowMs: number, forMs: number): void;
}

interface Said {
  readonly content: string;
  /** It was said for the first time as the so manieth. */
  readonly place: number;
  /** Incarnations of gateways that it was said to. */
  readonly to: Set<string>;
  /** By whom it was answered, when, and how many had been said by then; undefined: nobody has answered it yet. */
  answered?: { readonly by: string; readonly place: number; readonly atMs: number };
  isStored: boolean;
}

/** Of each station; longer than any of them waits anywhere. */
const MAX_KNOWN = 400;
/** After an outage a gateway whose question is on its way may still be told that the database is away. */
const STILL_AWAY_MS = 5_000;

/**
 * What a station said stands in the log in its order, however it came there: what was said only after the answer to an earlier
 * message does not stand before that one. One exception (ADR 16): without the database a gateway does not learn that another one
 * has kept something of the station; so nothing is said of an earlier message that was answered before the end of such an outage,
 * by another incarnation than one that the later message was said to.
 */
export function createStationOrderChecker(report: Report): StationOrderChecker {
  const stations = new Map<
    string,
    { readonly said: Map<string, Said>; readonly calls: Map<string, Said>; places: number }
  >();
  let awayUntilMs = Number.NEGATIVE_INFINITY;
  return {
    databaseAway(nowMs, forMs) {
      awayUntilMs = Math.max(awayUntilMs, nowMs + forMs + STILL_AWAY_MS);
    },
    sent(gateway, stationId, frame) {
      const { kind, messageId, action } = frame.head();
      if (kind !== '2' || !DURABLE_ACTIONS.has(action)) return;
      const station = stations.get(stationId) ?? { said: new Map(), calls: new Map(), places: 0 };
      stations.set(stationId, station);
      const content = contentOf(frame);
      const known = station.said.get(content);
      if (known === undefined) station.places += 1;
      const said: Said = known ?? { content, place: station.places, to: new Set(), isStored: false };
      said.to.add(gateway);
      station.said.set(content, said);
      station.calls.set(messageId, said);
      for (const oldest of station.said.keys()) {
        if (station.said.size <= MAX_KNOWN) break;
        station.said.delete(oldest);
      }
    },
    written(nowMs, gateway, stationId, frame) {
      const { kind, messageId } = frame.head();
      const station = stations.get(stationId);
      const said = kind === '3' ? station?.calls.get(messageId) : undefined;
      if (station === undefined || said === undefined) return;
      station.calls.delete(messageId);
      said.answered ??= { by: gateway, place: station.places, atMs: nowMs };
    },
    stored(nowMs, stationId, frame) {
      const station = stations.get(stationId);
      const said = station?.said.get(contentOf(frame));
      if (station === undefined || said === undefined || said.isStored) return;
      said.isStored = true;
      for (const earlier of station.said.values()) {
        const { answered } = earlier;
        if (earlier.isStored || answered === undefined || answered.place >= said.place) continue;
        if (answered.atMs <= awayUntilMs && [...said.to].some((gateway) => gateway !== answered.by)) continue;
        const detail = `${said.content.slice(0, 60)} of ${stationId} stands before what was answered earlier: ${earlier.content.slice(0, 60)}`;
        report({ checker: 'order', atMs: nowMs, detail });
        earlier.isStored = true;
      }
    },
  };
}
