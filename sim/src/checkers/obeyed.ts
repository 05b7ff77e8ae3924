import type { Report } from './violation.ts';
import type { WireProfile } from './wire-profile.ts';

/** What an EVSE obeys, and which profile says so, by the station's own store. */
export interface Obeyed {
  readonly limitA: number;
  readonly source: string;
  readonly profileId?: number | undefined;
}

/** The source of what a station obeys where its permanent limit speaks. */
const PERMANENT = 'tx-default';

/** Every limit that a station obeys stood on its wire, in a profile of that id; or nobody ever told it any. */
export interface ObeyedChecker {
  look(nowMs: number, stationId: string, obeyed: Obeyed): void;
  /** What a station was told until now is gone. */
  forgot(stationId: string): void;
  /** It was told its permanent limit at another site, and has it still, until it obeys one that it was told here (HO-15). */
  brings(stationId: string): void;
  /** It heeds nothing of what it was told, until it is told more. */
  ignores(stationId: string): void;
  hasForgotten(stationId: string): boolean;
  /** @param outputPart of each watt that its supply gives, what comes out */
  told(stationId: string, profile: WireProfile, outputPart: number): void;
}

export function createObeyed(report: Report): ObeyedChecker {
  const toldTo = new Map<string, Map<number, Set<number>>>();
  /** Stations that have obeyed a profile: from then on one always holds. Of one that has forgotten, only the permanent one tells. */
  const led = new Set<string>();
  const forgetful = new Set<string>();
  const newcomers = new Set<string>();
  /** What each station obeyed when it was last found in order: its store says the same by the same object. */
  const inOrder = new Map<string, Obeyed>();
  return {
    forgot(stationId) {
      forgetful.add(stationId);
      toldTo.delete(stationId);
      led.delete(stationId);
      inOrder.delete(stationId);
    },
    brings: (stationId) => void newcomers.add(stationId),
    ignores(stationId) {
      forgetful.add(stationId);
      led.delete(stationId);
    },
    hasForgotten: (stationId) => forgetful.has(stationId),
    told(stationId, profile, outputPart) {
      const ofStation = toldTo.get(stationId) ?? new Map<number, Set<number>>();
      toldTo.set(stationId, ofStation);
      const limits = ofStation.get(profile.profileId) ?? new Set<number>();
      ofStation.set(profile.profileId, limits);
      for (const limit of profile.limitsA) limits.add(limit / outputPart);
    },
    look(nowMs, stationId, obeyed) {
      // What was told once stays told.
      if (inOrder.get(stationId) === obeyed) return;
      const { limitA, source, profileId } = obeyed;
      const ofStation = toldTo.get(stationId);
      if (profileId !== undefined && (source === PERMANENT || !forgetful.has(stationId))) led.add(stationId);
      const isTold = profileId === undefined ? !led.has(stationId) : ofStation?.get(profileId)?.has(limitA) === true;
      if (isTold) {
        newcomers.delete(stationId);
        return void inOrder.set(stationId, obeyed);
      }
      if (source === PERMANENT && newcomers.has(stationId)) return;
      // A profile at or above the hardware's own maximum leaves the hardware speaking.
      const atMaximum =
        source === 'hardware' &&
        [...(ofStation?.values() ?? [])].some((set) => [...set].some((told) => told >= limitA));
      if (atMaximum) return void inOrder.set(stationId, obeyed);
      report({
        checker: 'decided',
        atMs: nowMs,
        detail: `${stationId} obeys ${limitA} A (${source}), which nobody told it`,
      });
    },
  };
}
