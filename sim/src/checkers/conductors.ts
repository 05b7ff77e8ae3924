import type { SiteEvse, SiteRow } from './site-facts.ts';

/** What an ampere of a share comes to in a row: along the voltage of the conductor, and across it. */
export interface Part {
  readonly along: number;
  readonly across: number;
}

/** Between two phases it hangs on both, whatever its car uses. */
export const PAIR = 2;
const PHASES = 3;
const THIRTY_DEGREES = Math.PI / 6;

/**
 * From each phase to neutral an ampere is an ampere. Between two phases (PH9) it stands 30 degrees before the voltage of the one conductor and
 * 30 behind that of the other, so that what meets in a conductor from two pairs is less than its sum; in a contract it is the square
 * root of 3 of an ampere to neutral. Cars draw in phase with their voltage.
 *
 * @param usedPhases of the socket, the first so many
 */
export function partIn({ phases }: Pick<SiteRow, 'phases'>, evse: SiteEvse, usedPhases: number): Part {
  const { gridPhases, isPair = false } = evse;
  if (!isPair)
    return { along: gridPhases.slice(0, usedPhases).filter((phase) => phases.includes(phase)).length, across: 0 };
  if (phases.length === PHASES) return { along: Math.sqrt(PHASES), across: 0 };
  const [phase = 0] = phases;
  if (!gridPhases.includes(phase)) return { along: 0, across: 0 };
  const isBefore = gridPhases.includes((phase + 1) % PHASES);
  return { along: Math.cos(THIRTY_DEGREES), across: (isBefore ? 1 : -1) * Math.sin(THIRTY_DEGREES) };
}

/** A, of what was summed up along and across. */
export const magnitude = (along: number, across: number): number =>
  across === 0 ? along : Math.sqrt(along * along + across * across);
