import type { OcppVersion } from '../canonical.ts';
import { type JsonObject, objectAt, objectsAt, textAt, wholeAt } from '../json.ts';

/** What a station says of one setting, in OCPP's words (2.x: `Component.Variable`). */
export interface ReportedSetting {
  readonly name: string;
  /** As sent. Absent: it knows none of that name, or keeps it to itself. */
  readonly value?: string;
}

/** A setting that says what a station can do, by what it means here. */
export type AbilityName =
  | 'smartCharging'
  | 'maxStackLevel'
  | 'rateUnits'
  | 'maxPeriods'
  | 'maxProfiles'
  | 'phaseSwitching'
  | 'maxOfflineDuration'
  | 'dynamicProfiles';

interface Variable {
  readonly name: string;
  /** 2.x: of several of that name. */
  readonly instance?: string;
}

const NAMES_201 = {
  smartCharging: { name: 'Enabled' },
  maxStackLevel: { name: 'ProfileStackLevel' },
  rateUnits: { name: 'RateUnit' },
  maxPeriods: { name: 'PeriodsPerSchedule' },
  maxProfiles: { name: 'Entries', instance: 'ChargingProfiles' },
  phaseSwitching: { name: 'ACPhaseSwitchingSupported' },
} as const;

/** 1.6 9.4. 2.x part 2, appendix: `SmartChargingCtrlr`. */
const NAMES: Readonly<Record<OcppVersion, Readonly<Partial<Record<AbilityName, Variable>>>>> = {
  'ocpp1.6': {
    maxStackLevel: { name: 'ChargeProfileMaxStackLevel' },
    rateUnits: { name: 'ChargingScheduleAllowedChargingRateUnit' },
    maxPeriods: { name: 'ChargingScheduleMaxPeriods' },
    maxProfiles: { name: 'MaxChargingProfilesInstalled' },
    phaseSwitching: { name: 'ConnectorSwitch3to1PhaseSupported' },
  },
  'ocpp2.0.1': NAMES_201,
  'ocpp2.1': {
    ...NAMES_201,
    maxOfflineDuration: { name: 'SupportsMaxOfflineDuration' },
    dynamicProfiles: { name: 'SupportsDynamicProfiles' },
  },
};
const COMPONENT = 'SmartChargingCtrlr';

const variablesOf = (version: OcppVersion): readonly Variable[] => Object.values(NAMES[version]);
const nameOf = (version: OcppVersion, { name }: Variable): string =>
  version === 'ocpp1.6' ? name : `${COMPONENT}.${name}`;

/** Case and signs are not kept to by every station (H75). */
const alike = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** The setting of that meaning, among those that a station reported. Undefined: the version has none. */
export function settingOf(
  version: OcppVersion,
  ability: AbilityName,
  reported: readonly ReportedSetting[],
): { readonly name: string; readonly value: string | undefined } | undefined {
  const variable = NAMES[version][ability];
  if (variable === undefined) return undefined;
  const name = nameOf(version, variable);
  return { name, value: reported.find((setting) => alike(setting.name, name))?.value };
}

/** Names of what is asked: `key` of GetConfiguration in 1.6, `getVariableData` of GetVariables in 2.x. */
export const askedKeys16 = (): string[] => variablesOf('ocpp1.6').map(({ name }) => name);
export const askedVariables = (version: 'ocpp2.0.1' | 'ocpp2.1') =>
  variablesOf(version).map((variable) => ({ component: { name: COMPONENT }, variable: { ...variable } }));

/** 2.1: which modes an EVSE can follow, of each EVSE by itself (part 2, appendix). */
const V2X_COMPONENT = 'V2XChargingCtrlr';
const V2X_ENABLED = 'Enabled';
const V2X_MODES = 'SupportedOperationModes';
/** EVSEs of a station that are asked for it: a request of many variables is refused by small stations. */
export const MAX_SETPOINT_EVSES = 8;

/** The same for whether these EVSEs follow a setpoint. */
export const askedOfSetpoints = (evses: readonly number[]) =>
  evses.slice(0, MAX_SETPOINT_EVSES).flatMap((id) =>
    [V2X_ENABLED, V2X_MODES].map((name) => ({
      component: { name: V2X_COMPONENT, evse: { id } },
      variable: { name },
    })),
  );

const v2xName = (evse: number, variable: string): string => `${V2X_COMPONENT}(${evse}).${variable}`;

/** What a station said of one EVSE. Undefined: it was not asked, or does not answer. */
export interface SetpointWords {
  readonly evse: number;
  readonly enabled: string | undefined;
  readonly modes: string | undefined;
}

export function setpointWords(reported: readonly ReportedSetting[]): readonly SetpointWords[] {
  const said = (name: string) => reported.find((setting) => alike(setting.name, name));
  return reported.flatMap(({ name }) => {
    const evse = Number(/^V2XChargingCtrlr\((\d{1,4})\)\.Enabled$/i.exec(name)?.[1] ?? Number.NaN);
    if (!Number.isInteger(evse)) return [];
    return [{ evse, enabled: said(v2xName(evse, V2X_ENABLED))?.value, modes: said(v2xName(evse, V2X_MODES))?.value }];
  });
}

/** What is kept of a value: nothing that is asked for is longer. */
const MAX_VALUE_CHARS = 200;

/** What was asked for, as the answer to GetConfiguration or GetVariables has it. What is not there has no value (H75). */
export function reportedSettings(version: OcppVersion, payload: JsonObject): readonly ReportedSetting[] {
  const found = version === 'ocpp1.6' ? settings16(payload) : settings201(payload);
  const asked = variablesOf(version).map((variable) => {
    const name = nameOf(version, variable);
    const value = found.find((setting) => alike(setting.name, name))?.value;
    return value === undefined ? { name } : { name, value: value.slice(0, MAX_VALUE_CHARS) };
  });
  return version === 'ocpp2.1' ? [...asked, ...setpointSettings(payload)] : asked;
}

/** Only what was answered: most are not asked. One that is unknown to its station has no value. */
function setpointSettings(payload: JsonObject): readonly ReportedSetting[] {
  const told = objectsAt(payload, 'getVariableResult').flatMap((entry): readonly ReportedSetting[] => {
    const component = objectAt(entry, 'component') ?? {};
    const evse = wholeAt(objectAt(component, 'evse') ?? {}, 'id');
    const variable = [V2X_ENABLED, V2X_MODES].find((name) =>
      alike(name, textAt(objectAt(entry, 'variable') ?? {}, 'name') ?? ''),
    );
    if (!alike(textAt(component, 'name') ?? '', V2X_COMPONENT) || evse === undefined || variable === undefined)
      return [];
    const isTold = textAt(entry, 'attributeStatus') === 'Accepted';
    const value = isTold ? textAt(entry, 'attributeValue') : undefined;
    return [
      { name: v2xName(evse, variable), ...(value === undefined ? {} : { value: value.slice(0, MAX_VALUE_CHARS) }) },
    ];
  });
  return told.slice(0, 2 * MAX_SETPOINT_EVSES);
}

const settings16 = (payload: JsonObject): readonly ReportedSetting[] =>
  objectsAt(payload, 'configurationKey').flatMap((entry) => named(textAt(entry, 'key'), textAt(entry, 'value')));

const settings201 = (payload: JsonObject): readonly ReportedSetting[] =>
  objectsAt(payload, 'getVariableResult').flatMap((entry) => {
    const component = textAt(objectAt(entry, 'component') ?? {}, 'name');
    const variable = textAt(objectAt(entry, 'variable') ?? {}, 'name');
    if (component === undefined || variable === undefined) return [];
    const isTold = textAt(entry, 'attributeStatus') === 'Accepted';
    return named(`${component}.${variable}`, isTold ? textAt(entry, 'attributeValue') : undefined);
  });

const named = (name: string | undefined, value: string | undefined): readonly ReportedSetting[] =>
  name === undefined || value === undefined ? [] : [{ name, value }];
