import type { EventRecord, StoredRecord } from '@headroom/event-log';
import type { Books } from '../checkers/books.ts';
import type { CapacityVerdict } from '../checkers/capacity.ts';
import type { CarsTurn } from '../checkers/energy.ts';
import type { CausedExcess } from '../checkers/excess.ts';
import type { Given } from '../checkers/given.ts';
import type { AskedLimits } from '../checkers/limits.ts';
import type { MeterReading } from '../checkers/meter-readings.ts';
import type { Taken } from '../checkers/ladder.ts';
import type { RegainedVerdict } from '../checkers/regained.ts';
import type { UnrestVerdict } from '../checkers/unrest.ts';
import type { Violation } from '../checkers/violation.ts';
import type { Building } from '../site/building.ts';
import type { Duct, WarmReading } from '../site/duct.ts';
import type { Station } from '../station/station.ts';
import type { WireHearing } from './sockets.ts';

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
  readonly ducts: readonly Pick<Duct, 'sensor' | 'celsius'>[];
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
  /** How many times a circuit came to bear more, or less, by its temperature. */
  readonly derated: number;
  /** Limits that came while nothing changed any more. */
  readonly renewals: number;
}

/** The checkers, and what they are shown: bytes, currents, the site document, and what became durable. */
export interface Court {
  readonly hear: Omit<WireHearing, 'handled'>;
  stored(record: StoredRecord): void;
  /** Nobody can read the log from now on, for so long. */
  logAway(forMs: number): void;
  /** A process begins. */
  born(process: string): void;
  /** All of them have died, and the last one is back in so many ms. */
  died(backInMs: number): void;
  /** Nobody can reach the database from now on, for so long. */
  databaseAway(forMs: number): void;
  /** Stands in the emergency inbox of the gateways. */
  kept(record: Pick<EventRecord, 'topic' | 'value'> & { readonly eventId: string }): void;
  /** The building was told that its reading is taken. */
  taken(reading: MeterReading): void;
  /** A temperature is on its way to the platform, and was taken by it. */
  warmSent(reading: WarmReading): void;
  warmTaken(reading: WarmReading): void;
  /** A car begins to be charged. */
  charges(turn: CarsTurn): void;
  /** An operator asks for other limits; from his answer on they must come to be obeyed. */
  asked(change: AskedLimits): void;
  answered(source: string, obeyedWithinMs: number): void;
  /** Nothing changes any more from now on, and all have come to rest. */
  still(): void;
  /** A station has lost all it was told. `says`: its next boot is the sign of it. */
  forgot(stationId: string, says: boolean): void;
  /** A station that loses with its line all it was told: those who know it as such a one must have made room before. */
  forgotOffline(stationId: string): void;
  /** A station goes on after a pause as though it had been told nothing, until it is told a limit anew (H79). */
  ignores(stationId: string): void;
  /** It is hung up there with what it was told at another site (HO-15). */
  brings(stationId: string): void;
  /** It hangs there no more, or nobody is to tell it anything any more. */
  gone(stationId: string): void;
  /** Looks at the site as it is. */
  look(site: Site, when: Looking): void;
  accuse(violation: Violation): void;
  isGuilty(): boolean;
  /** The end. `books`: what the recorders have by then; undefined: it ended before its time, and nothing has to stand there. */
  conclude(books: Books | undefined): Verdict;
}
