import type { EffectiveLimit } from '../profiles/store.ts';
import type { Persona } from './persona.ts';

export interface HeedConfig extends Pick<Persona, 'forgetsWhenPaused' | 'holdsOn' | 'overdrawsPercent'> {
  readonly hardwareMaxA: number;
  /** H79: it goes on after a pause with all that its hardware bears, until it is told a limit anew. */
  readonly ignores: () => void;
}

/** What an EVSE makes of what its profiles say. */
export interface Heed {
  /** Its station was told a limit, for it or for all. */
  told(): void;
  /** Its station has restarted. */
  restarted(): void;
  /** @param goesOn a transaction that was paused until now may go on; undefined: there is none */
  of(said: EffectiveLimit, goesOn: boolean | undefined): EffectiveLimit;
  /**
   * What it does in place of a limit, A per phase: the same where it keeps to it (H78, H80).
   *
   * @param runs a transaction does
   */
  does(limitA: number, runs: boolean): number;
}

export function createHeed({ forgetsWhenPaused, hardwareMaxA, ignores, ...firmware }: HeedConfig): Heed {
  const atWill: EffectiveLimit = { limitA: hardwareMaxA, source: 'hardware' };
  let isAtWill = false;
  /** H78: what it goes on with, whatever it is told. */
  let heldA: number | undefined;
  /** The last limit of the transaction that runs. */
  let lastA: number | undefined;
  const hold = (limitA: number, runs: boolean): number => {
    if (!runs) {
      lastA = undefined;
      if (firmware.holdsOn === 'to-the-end') heldA = undefined;
      return limitA;
    }
    if (lastA !== undefined && limitA < lastA) heldA ??= lastA;
    lastA = limitA;
    return heldA ?? limitA;
  };
  return {
    told() {
      isAtWill = false;
    },
    restarted() {
      heldA = undefined;
      lastA = undefined;
    },
    of(said, goesOn) {
      if (goesOn === undefined) isAtWill = false;
      if (forgetsWhenPaused && goesOn === true) {
        isAtWill = true;
        ignores();
      }
      return isAtWill ? atWill : said;
    },
    does(limitA, runs) {
      const keptA = firmware.holdsOn === 'never' ? limitA : hold(limitA, runs);
      return Math.min(Math.max(hardwareMaxA, keptA), keptA * (1 + firmware.overdrawsPercent / 100));
    },
  };
}
