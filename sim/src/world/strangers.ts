import { createStrangersTold, type StrangersTold } from '../checkers/strangers-told.ts';
import { FOREIGN_PROFILE_ID } from '../station/outside.ts';

interface Obeyed {
  readonly source: string;
  readonly profileId?: number | undefined;
}

/** Which stations obey what a stranger has set, and since when they do. */
export interface Strangers extends StrangersTold {
  /** What speaks at a station as the judges see it: where a stranger overrules our limits, nothing of ours does. */
  sourceOf(stationId: string, obeyed: Obeyed): string;
}

/** A stranger's maximum of the whole station only lowers what our limits say: nothing of that is excused. */
const overrules = (obeyed: Obeyed): boolean => isStrangers(obeyed) && obeyed.source !== 'station-max';

export const isStrangers = ({ profileId }: Pick<Obeyed, 'profileId'>): boolean => profileId === FOREIGN_PROFILE_ID;

/** @param began a stranger overrules our limits there from now on */
export function createStrangers(began: (stationId: string) => void): Strangers {
  const overruled = new Set<string>();
  return {
    ...createStrangersTold((profileId) => isStrangers({ profileId })),
    sourceOf(stationId, obeyed) {
      if (!overrules(obeyed)) {
        overruled.delete(stationId);
        return obeyed.source;
      }
      if (!overruled.has(stationId)) began(stationId);
      overruled.add(stationId);
      return 'hardware';
    },
  };
}
