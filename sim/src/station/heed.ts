import type { EffectiveLimit } from '../profiles/store.ts';

export interface HeedConfig {
  /** H79: it goes on after a pause with all that its hardware bears, until it is told a limit anew. */
  readonly forgetsWhenPaused: boolean;
  readonly hardwareMaxA: number;
  /** It does so now. */
  readonly ignores: () => void;
}

/** What an EVSE makes of what its profiles say. */
export interface Heed {
  /** Its station was told a limit, for it or for all. */
  told(): void;
  /** @param goesOn a transaction that was paused until now may go on; undefined: there is none */
  of(said: EffectiveLimit, goesOn: boolean | undefined): EffectiveLimit;
}

export function createHeed({ forgetsWhenPaused, hardwareMaxA, ignores }: HeedConfig): Heed {
  const atWill: EffectiveLimit = { limitA: hardwareMaxA, source: 'hardware' };
  let isAtWill = false;
  return {
    told() {
      isAtWill = false;
    },
    of(said, goesOn) {
      if (goesOn === undefined) isAtWill = false;
      if (forgetsWhenPaused && goesOn === true) {
        isAtWill = true;
        ignores();
      }
      return isAtWill ? atWill : said;
    },
  };
}
