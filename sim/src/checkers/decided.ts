import type { Report } from './violation.ts';
import type { WireFrame } from './wire-profile.ts';

/** What an EVSE obeys, and which profile says so, by the station's own store. */
export interface Obeyed {
  readonly limitA: number;
  readonly source: string;
  readonly profileId?: number | undefined;
}

export interface DecidedChecker {
  /** A frame arrived at a station. */
  received(stationId: string, frame: WireFrame): void;
  look(nowMs: number, stationId: string, obeyed: Obeyed): void;
}

/** Every limit that a station obeys stood on its wire, in a profile of that id; or nobody ever told it any. */
export function createDecidedChecker(report: Report): DecidedChecker {
  const told = new Map<string, Map<number, Set<number>>>();
  /** Stations that have obeyed a profile: from then on one always holds. */
  const led = new Set<string>();
  /** What each station obeyed when it was last found in order: its store says the same by the same object. */
  const inOrder = new Map<string, Obeyed>();
  return {
    received(stationId, frame) {
      const profile = frame.profile();
      if (profile === undefined) return;
      const ofStation = told.get(stationId) ?? new Map<number, Set<number>>();
      told.set(stationId, ofStation);
      const limits = ofStation.get(profile.profileId) ?? new Set<number>();
      ofStation.set(profile.profileId, limits);
      for (const limit of profile.limitsA) limits.add(limit);
    },
    look(nowMs, stationId, obeyed) {
      // What was told once stays told.
      if (inOrder.get(stationId) === obeyed) return;
      const { limitA, source, profileId } = obeyed;
      const ofStation = told.get(stationId);
      if (profileId !== undefined) led.add(stationId);
      const isTold = profileId === undefined ? !led.has(stationId) : ofStation?.get(profileId)?.has(limitA) === true;
      if (isTold) return void inOrder.set(stationId, obeyed);
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
