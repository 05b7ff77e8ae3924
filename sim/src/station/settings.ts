import { EXPORT_MEASURANDS, MEASURANDS, type Measurand } from './measurands.ts';

/** The configuration of a station under neutral names; each version maps its own keys onto them. */
export type SettingName =
  | 'heartbeatS'
  | 'sampleS'
  | 'measurands'
  | 'password'
  | 'pingS'
  | 'evses'
  | 'maxStackLevel'
  | 'maxPeriods'
  | 'maxProfiles'
  | 'rateUnits'
  | 'smartCharging'
  | 'maxOfflineDuration'
  | 'dynamicProfiles'
  | 'takesSetpoints'
  | 'operationModes';

export type SetSettingOutcome = 'accepted' | 'rejected' | 'read-only';
export interface SettingValue {
  /** Undefined: may be written, never read. */
  readonly value?: string;
  readonly readOnly: boolean;
}

export interface SettingsSeed {
  readonly heartbeatS: number;
  readonly sampleS: number;
  readonly password: string;
  readonly evses: number;
  readonly maxStackLevel: number;
  readonly maxPeriods: number;
  readonly maxProfiles: number;
  readonly units: readonly ('A' | 'W')[];
  /** What it says of them. Absent: the same (H83). */
  readonly saysUnits?: readonly ('A' | 'W')[];
  /** 2.1. */
  readonly dynamicProfiles: boolean;
  readonly takesSetpoints: boolean;
}

export interface Settings {
  heartbeatS(): number;
  setHeartbeatS(seconds: number): void;
  /** Seconds between two samples of a transaction; 0: none. */
  sampleS(): number;
  measurands(): ReadonlySet<Measurand>;
  password(): string;
  get(name: SettingName): SettingValue;
  set(name: SettingName, value: string): SetSettingOutcome;
}

const INTERVAL_MAX_S = 86_400;

/** Whole seconds from 0 to a day; undefined otherwise. */
const intervalOf = (text: string): number | undefined => {
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : undefined;
  return seconds !== undefined && seconds <= INTERVAL_MAX_S ? seconds : undefined;
};

/** Undefined: it does not know one of them. */
function measurandsOf(text: string, able: readonly Measurand[]): ReadonlySet<Measurand> | undefined {
  const wanted = text.split(',').map((name) => name.trim());
  const known = able.filter((name) => wanted.includes(name));
  return known.length === new Set(wanted).size ? new Set(known) : undefined;
}

export function createSettings(seed: SettingsSeed): Settings {
  let heartbeatS = seed.heartbeatS;
  let sampleS = seed.sampleS;
  let pingS = 60;
  let password = seed.password;
  const able: readonly Measurand[] = seed.takesSetpoints ? [...MEASURANDS, ...EXPORT_MEASURANDS] : MEASURANDS;
  let measurands: ReadonlySet<Measurand> = new Set(MEASURANDS);

  const readOnly: ReadonlyMap<SettingName, string> = new Map<SettingName, string>([
    ['evses', String(seed.evses)],
    ['maxStackLevel', String(seed.maxStackLevel)],
    ['maxPeriods', String(seed.maxPeriods)],
    ['maxProfiles', String(seed.maxProfiles)],
    ['rateUnits', (seed.saysUnits ?? seed.units).map((unit) => (unit === 'A' ? 'Current' : 'Power')).join(',')],
    ['smartCharging', 'true'],
    ['maxOfflineDuration', 'true'],
    ['dynamicProfiles', String(seed.dynamicProfiles)],
    ['takesSetpoints', String(seed.takesSetpoints)],
    ['operationModes', seed.takesSetpoints ? 'ChargingOnly,CentralSetpoint' : 'ChargingOnly'],
  ]);

  const write = (name: SettingName, text: string): boolean => {
    if (name === 'password') {
      if (text.length === 0 || text.length > 40) return false;
      password = text;
      return true;
    }
    if (name === 'measurands') {
      const wanted = measurandsOf(text, able);
      measurands = wanted ?? measurands;
      return wanted !== undefined;
    }
    const seconds = intervalOf(text);
    if (seconds === undefined) return false;
    if (name === 'heartbeatS') heartbeatS = seconds;
    else if (name === 'sampleS') sampleS = seconds;
    else pingS = seconds;
    return true;
  };

  return {
    heartbeatS: () => heartbeatS,
    setHeartbeatS(seconds) {
      heartbeatS = seconds;
    },
    sampleS: () => sampleS,
    measurands: () => measurands,
    password: () => password,
    get(name) {
      const fixed = readOnly.get(name);
      if (fixed !== undefined) return { value: fixed, readOnly: true };
      if (name === 'password') return { readOnly: false };
      if (name === 'measurands') return { value: [...measurands].join(','), readOnly: false };
      const seconds = name === 'heartbeatS' ? heartbeatS : name === 'sampleS' ? sampleS : pingS;
      return { value: String(seconds), readOnly: false };
    },
    set(name, value) {
      if (readOnly.has(name)) return 'read-only';
      return write(name, value) ? 'accepted' : 'rejected';
    },
  };
}
