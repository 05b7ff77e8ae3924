import type { Clock, Timers } from '@headroom/kernel';
import type { SimLog } from '../log.ts';
import type { Pulse } from '../pulse.ts';
import type { OcppVersion } from './dialect.ts';
import type { CarTurn } from './bay-view.ts';
import type { LedgerBounds } from './ledger.ts';
import type { Manners } from './manners.ts';
import type { Persona } from './persona.ts';
import type { Connect } from './socket.ts';

export interface StationConfig {
  readonly stationId: string;
  readonly version: OcppVersion;
  /** Full address, the station id included. */
  readonly url: string;
  readonly password: string;
  readonly seed: string | number;
  readonly evses: number;
  /** Phases wired to each EVSE, and what its contactor bears (A per phase). */
  readonly wiredPhases: number;
  readonly hardwareMaxA: number;
  readonly nominalVoltageV: number;
  /** Of a DC station: of each watt that its supply gives, what comes out. Absent: AC. */
  readonly outputPart?: number;
  readonly persona?: Partial<Persona>;
  readonly ledger?: LedgerBounds;
}

export interface StationDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Real time, for the deadline of a CALL: it is never scaled. Default: `timers`. */
  readonly ioTimers?: Timers;
  readonly pulse: Pulse;
  readonly connect: Connect;
  readonly log: SimLog;
  /** A car begins to be charged. */
  readonly onTurn?: (turn: CarTurn) => void;
  /** Default: good ones. */
  readonly manners?: Manners;
  /** It has lost its line, and with it all it was told (H76). */
  readonly onForgot?: () => void;
  /** It goes on after a pause as though nobody had told it a limit (H79). */
  readonly onIgnores?: () => void;
}

export type TapOutcome = 'started' | 'stopped' | 'refused' | 'no-car';

/** What the profile store and the settings say they bear; profiles are counted for each EVSE. */
export const PROFILE_BOUNDS = { maxProfilesPerEvse: 20 } as const;

export const boundsOf = (evses: number, { maxPeriods, maxStackLevel, rateUnits, ...persona }: Persona) => ({
  ...{ evses, maxPeriods, maxStackLevel, units: rateUnits },
  ...{ wholeAmps: persona.wholeAmps, singleLevel: persona.singleLevel, leastLimitA: persona.leastLimitA },
  refusesStationMax: persona.stationMax === 'refused',
  maxProfiles: PROFILE_BOUNDS.maxProfilesPerEvse * evses,
  ...{ takesDynamic: persona.dynamicProfiles, relativeOnly: persona.relativeOnly },
  takesSetpoints: persona.takesSetpoints,
});
