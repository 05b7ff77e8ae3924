import type { WireFrame } from './wire-profile.ts';

/** Stations that have told of a profile which is nobody's of the platform: they count with all that their hardware bears. */
export interface StrangersTold {
  sent(stationId: string, frame: WireFrame): void;
  /** True: its newest report had one, or it has not told all of a newer one yet. */
  isTold(stationId: string): boolean;
}

const ACTION = 'ReportChargingProfiles';

/** @param isStrangers whether a profile of this id is one */
export function createStrangersTold(isStrangers: (profileId: number) => boolean): StrangersTold {
  const told = new Set<string>();
  /** Of the report that is being told: whether it has had one. */
  const open = new Map<string, { readonly requestId: string; readonly hasOne: boolean }>();
  return {
    sent(stationId, frame) {
      const { kind, action } = frame.head();
      if (kind !== '2' || action !== ACTION) return;
      const requestId = /"requestId":\s*(\d+)/.exec(frame.text)?.[1] ?? '';
      const before = open.get(stationId);
      const ids = [...frame.text.matchAll(/"id":\s*(\d+),\s*"stackLevel"/g)].map(([, id]) => Number(id));
      const hasOne = ids.some(isStrangers) || (before?.requestId === requestId && before.hasOne);
      open.set(stationId, { requestId, hasOne });
      if (hasOne) told.add(stationId);
      else if (!frame.text.includes('"tbc":true')) told.delete(stationId);
    },
    isTold: (stationId) => told.has(stationId),
  };
}
