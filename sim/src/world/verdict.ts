import type { CapacityVerdict } from '../checkers/capacity.ts';
import type { CausedExcess } from '../checkers/excess.ts';
import type { Given } from '../checkers/given.ts';
import type { Taken } from '../checkers/ladder.ts';
import type { RegainedVerdict } from '../checkers/regained.ts';
import type { UnrestVerdict } from '../checkers/unrest.ts';
import type { Violation } from '../checkers/violation.ts';
import type { Building } from '../site/building.ts';
import type { Station } from '../station/station.ts';

export interface Looking {
  /** Circuits count from now on. */
  readonly judge: boolean;
  /** So does capacity. */
  readonly measure: boolean;
  /** And what is used again after the death of the whole platform. */
  readonly regains: boolean;
}

export interface Site {
  readonly stations: readonly Station[];
  readonly building: Building;
}

export interface Verdict {
  readonly violations: readonly Violation[];
  readonly handovers: number;
  readonly acknowledged: number;
  /** Limits that an operator lowered or lifted. */
  readonly limited: number;
  /** Limits that a utility announced. */
  readonly announced: number;
  readonly capacity: CapacityVerdict;
  readonly regained: RegainedVerdict;
  /** Highest share of its limit that any row came to. */
  readonly fullest: number;
  /** Seconds in which more flowed than a limit of that instant. */
  readonly excess: readonly CausedExcess[];
  /** What cars took, as it stands in the books of their transactions. */
  readonly bookedKwh: number;
  readonly unrest: UnrestVerdict;
  /** What was done about stations that draw more than they were told. */
  readonly ladder: readonly Taken[];
  /** What flowed back. */
  readonly given: Given;
  /** Limits that came while nothing changed any more. */
  readonly renewals: number;
}
