import type { EvseNumber } from '@headroom/kernel';
import type {
  InstalledProfile,
  OperationMode,
  Profile,
  ProfileVersion,
  Purpose,
  RateUnit,
  RunningTransaction,
} from './profile.ts';
import type { Supply } from './rate.ts';

/** What a station can do, from its configuration keys (1.6 9.4) or its device model (2.x `SmartChargingCtrlr`). */
export interface StationAbilities {
  readonly evses: number;
  readonly units: readonly RateUnit[];
  readonly maxStackLevel: number;
  readonly maxPeriods: number;
  readonly maxProfiles: number;
  /** 2.x `ACPhaseSwitchingSupported`. */
  readonly phaseSwitching: boolean;
  /** 2.1. Absent: nothing of it. */
  readonly since21?: AbilitiesSince21;
}

export interface AbilitiesSince21 {
  /** `SupportedAdditionalPurposes`. */
  readonly purposes: readonly Purpose[];
  readonly dynamic: boolean;
  readonly localTime: boolean;
  readonly randomizedDelay: boolean;
  readonly limitAtSoc: boolean;
  readonly maxOfflineDuration: boolean;
  readonly evseSleep: boolean;
  /** `ChargingOnly` goes without saying. */
  readonly operationModes: readonly OperationMode[];
  /** Ids up to this one are kept for external constraints. Absent: the station names none. */
  readonly maxExternalConstraintsId?: number;
  /** A DC EVSE lets us choose the phases it takes from the grid (`DCInputPhaseControl`). */
  readonly dcInputPhases: boolean;
}

/** Where a CSMS would put a profile. */
export interface Placement {
  readonly version: ProfileVersion;
  /** 0: the station as a whole. */
  readonly evse: EvseNumber;
  readonly supply: Supply;
  readonly station: StationAbilities;
  /** What the station holds already, as far as known. */
  readonly installed: readonly InstalledProfile[];
  /** That of the EVSE, now. */
  readonly transaction?: RunningTransaction;
  /** The car told its limits per phase (2.1 NotifyEVChargingNeeds). */
  readonly evKnowsPhases?: boolean;
}

/** Those it would stand beside: another with its id makes room for it. */
export const othersThan = (profile: Profile, { installed }: Placement): readonly InstalledProfile[] =>
  installed.filter((one) => one.profile.id !== profile.id);

/** Whether there is an instant at which both are valid. */
export const isValidTogether = (a: Profile, b: Profile): boolean =>
  (a.validFromMs === undefined || b.validToMs === undefined || a.validFromMs < b.validToMs) &&
  (b.validFromMs === undefined || a.validToMs === undefined || b.validFromMs < a.validToMs);
