import type { OcppVersion } from '../canonical.ts';
import { MAX_SCHEDULE_PERIODS } from '../from-canonical.ts';
import type { RateUnit } from '../profiles/profile.ts';
import { type AbilityName, type ReportedSetting, setpointWords, settingOf } from './settings.ts';

/** What a station can do with charging profiles, by its own word. Bounded. */
export interface Capabilities {
  /** False: it has them, and has switched them off (2.x). */
  readonly smartCharging: boolean;
  /** At least one. */
  readonly units: readonly RateUnit[];
  readonly maxStackLevel: number;
  /** Of one schedule; at least 1. */
  readonly maxPeriods: number;
  /** Of the whole station. Absent: it did not say. */
  readonly maxProfiles?: number;
  /** It changes between one and three phases by itself. */
  readonly phaseSwitching: boolean;
  /** Absent: nothing of 2.1. */
  readonly since21?: CapabilitiesSince21;
}

export interface CapabilitiesSince21 {
  /** A profile may name how long it holds without us (SI15). */
  readonly maxOfflineDuration: boolean;
  /** It takes profiles whose limit is updated, or pulled (K28). */
  readonly dynamicProfiles: boolean;
  /** EVSEs that follow a setpoint of ours, so that their cars may be told to give back (block Q). Absent: nobody asked, or it says nothing. */
  readonly setpointEvses?: readonly number[];
}

/** May the car at this EVSE be told to give back, by the word of its station? */
export const takesSetpoints = ({ since21 }: Capabilities, evse: number): boolean =>
  since21?.setpointEvses?.includes(evse) === true;

/** Of a station that was never asked, or does not answer: what nearly every one can. */
export const UNKNOWN_CAPABILITIES: Capabilities = Object.freeze({
  smartCharging: true,
  units: Object.freeze(['A'] as const),
  maxStackLevel: 1,
  maxPeriods: 2,
  phaseSwitching: false,
});

export interface ReadCapabilities {
  readonly capabilities: Capabilities;
  /** One sentence for each answer that is missing, absurd, or larger than we would ever use. */
  readonly remarks: readonly string[];
}

/** Nobody uses more; a station that says so counts bytes, or lies. */
export const MAX_STACK_LEVEL = 100;
export const MAX_PROFILES = 10_000;

/**
 * What the reported settings come to. An answer that is missing or absurd is taken on the safe side: level 0, which every station has (H81), one
 * period, limits in A (H83). Never throws.
 */
export function capabilitiesOf(version: OcppVersion, reported: readonly ReportedSetting[]): ReadCapabilities {
  const remarks: string[] = [];
  const said = (ability: AbilityName) => settingOf(version, ability, reported);
  const number = (ability: AbilityName, bounds: Bounds): number => {
    const setting = said(ability);
    const value = wholeOf(setting?.value);
    if (value === undefined || value < bounds.least) {
      remarks.push(`${setting?.name ?? ability} ${isOf(setting?.value)}: taken as ${bounds.otherwise}`);
      return bounds.otherwise;
    }
    if (value > bounds.most)
      remarks.push(`${setting?.name ?? ability} ${isOf(setting?.value)}: taken as ${bounds.most}`);
    return Math.min(value, bounds.most);
  };
  const maxProfiles = number('maxProfiles', { least: 1, most: MAX_PROFILES, otherwise: 0 });
  const capabilities: Capabilities = {
    smartCharging: flagOf(said('smartCharging')?.value) ?? true,
    units: unitsOf(said('rateUnits'), remarks),
    maxStackLevel: number('maxStackLevel', { least: 0, most: MAX_STACK_LEVEL, otherwise: 0 }),
    maxPeriods: number('maxPeriods', { least: 1, most: MAX_SCHEDULE_PERIODS, otherwise: 1 }),
    // 0: it is not known, and nothing is held back because of it.
    ...(maxProfiles === 0 ? {} : { maxProfiles }),
    phaseSwitching: flagOf(said('phaseSwitching')?.value) ?? false,
    ...(version === 'ocpp2.1'
      ? {
          since21: {
            maxOfflineDuration: flagOf(said('maxOfflineDuration')?.value) ?? false,
            dynamicProfiles: flagOf(said('dynamicProfiles')?.value) ?? false,
            ...setpointsOf(reported),
          },
        }
      : {}),
  };
  if (!capabilities.smartCharging) remarks.push('it has charging profiles switched off');
  return { capabilities, remarks };
}

/** Switched on, and with the mode in which a central system says what flows. Anything else is no. */
function setpointsOf(reported: readonly ReportedSetting[]): Pick<CapabilitiesSince21, 'setpointEvses'> {
  const words = setpointWords(reported);
  if (words.length === 0) return {};
  const able = words.filter(
    ({ enabled, modes = '' }) => flagOf(enabled) === true && /(^|[^a-z])centralsetpoint($|[^a-z])/i.test(modes),
  );
  return { setpointEvses: [...new Set(able.map(({ evse }) => evse))] };
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly otherwise: number;
}

const isOf = (value: string | undefined): string => (value === undefined ? 'is not told' : `is "${value}"`);

/** H33, H44: quoted numbers. */
function wholeOf(value: string | undefined): number | undefined {
  const digits = /^[\s"'[]*(-?\d{1,15})[\s"'\]]*$/.exec(value ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function flagOf(value: string | undefined): boolean | undefined {
  const word = /[a-z]+/.exec(value?.toLowerCase() ?? '')?.[0];
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

/** 1.6 says Current and Power, 2.x A and W; some quote the list, or put it in brackets (H44, H83). */
const UNITS: Readonly<Record<string, RateUnit>> = { a: 'A', current: 'A', w: 'W', power: 'W' };

function unitsOf(
  setting: { readonly name: string; readonly value: string | undefined } | undefined,
  remarks: string[],
): readonly RateUnit[] {
  const words = setting?.value?.toLowerCase().match(/[a-z]+/g) ?? [];
  const units = [...new Set(words.flatMap((word) => (Object.hasOwn(UNITS, word) ? (UNITS[word] ?? []) : [])))];
  if (units.length > 0) return units.toSorted();
  remarks.push(`${setting?.name ?? 'rateUnits'} ${isOf(setting?.value)}: taken as A`);
  return ['A'];
}
