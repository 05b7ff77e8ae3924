import type { ChargingProfile, OcppVersion, SchedulePeriod } from './canonical.ts';
import { optional } from './profiles/optional.ts';
import type { AbilitiesSince21, Placement } from './profiles/placement.ts';
import type { Profile } from './profiles/profile.ts';
import { validate } from './profiles/validate.ts';

export interface OutboundCall {
  readonly action: string;
  readonly payload: object;
}

/** A command in the words of one version. */
export type Wording =
  | { readonly kind: 'calls'; readonly calls: readonly OutboundCall[] }
  | { readonly kind: 'refused'; readonly why: string };

export const wordedCall = (...calls: readonly OutboundCall[]): Wording => ({ kind: 'calls', calls });
export const refusedCommand = (why: string): Wording => ({ kind: 'refused', why });

/** Largest number of periods we send; every station is asked to hold far fewer. */
export const MAX_SCHEDULE_PERIODS = 24;

/** Of GetCompositeSchedule where nobody asks further ahead: what holds now. */
export const COMPOSITE_S = 60;

/** What no station of that version accepts, by the rules of the algebra, so that none has to find out. Undefined: fine. */
export function profileProblem(version: OcppVersion, profile: ChargingProfile): string | undefined {
  const [first] = validate(profileOf(profile), anyStation(version, profile));
  return first && `${first.code} ${first.at}`.trim();
}

/** In the unit of the profile, as OCPP writes it. */
export const limitOf = ({ unit = 'A' }: Pick<ChargingProfile, 'unit'>, period: SchedulePeriod): number =>
  unit === 'A' ? period.limitDeciA / 10 : (period.limitW ?? 0);

/** The same of what its car is to give back; undefined: nothing. */
export const dischargeOf = (
  { unit = 'A' }: Pick<ChargingProfile, 'unit'>,
  { dischargeDeciA = 0, dischargeW = 0 }: SchedulePeriod,
): number | undefined => {
  const amount = unit === 'A' ? dischargeDeciA / 10 : dischargeW;
  return amount > 0 ? amount : undefined;
};

/** By the station's clock. Undefined: it is not dynamic, or has no end. */
export const dynamicEndMs = ({ isDynamic, startScheduleMs, durationS }: ChargingProfile): number | undefined =>
  isDynamic !== true || startScheduleMs === undefined || durationS === undefined
    ? undefined
    : startScheduleMs + durationS * 1_000;

function profileOf(profile: ChargingProfile): Profile {
  const { unit = 'A', startScheduleMs, durationS, periods, isDynamic } = profile;
  return {
    ...{ id: profile.profileId, stackLevel: profile.stackLevel, purpose: profile.purpose },
    // Interpretation: without a start the limit holds from the start of each transaction, which is what Relative says.
    kind: startScheduleMs === undefined ? 'relative' : profile.isDynamic === true ? 'dynamic' : 'absolute',
    ...optional('validToMs', dynamicEndMs(profile)),
    ...optional('transactionId', profile.transactionId),
    ...(profile.maxOfflineS === undefined ? {} : { maxOfflineS: profile.maxOfflineS, invalidAfterOffline: true }),
    schedules: [
      {
        unit,
        ...(startScheduleMs === undefined || isDynamic === true
          ? {}
          : { start: { kind: 'instant', atMs: startScheduleMs } }),
        ...(isDynamic === true ? {} : optional('durationS', durationS)),
        periods: periods.map((period) => ({
          startS: period.startS,
          limit: { all: unit === 'A' ? period.limitDeciA : (period.limitW ?? 0) },
          ...optional('numberPhases', period.numberPhases),
          ...setpointOf(unit === 'A' ? period.dischargeDeciA : period.dischargeW),
        })),
      },
    ],
  };
}

/** Block Q: below 0 the car gives back; and no more than that, however closely its station follows. */
const setpointOf = (
  discharge = 0,
): Pick<Profile['schedules'][number]['periods'][number], 'operationMode' | 'setpoint' | 'dischargeLimit'> =>
  discharge === 0
    ? {}
    : { operationMode: 'CentralSetpoint', setpoint: { all: -discharge }, dischargeLimit: { all: -discharge } };

const ABLEST: AbilitiesSince21 = {
  ...{
    purposes: [],
    dynamic: true,
    localTime: true,
    randomizedDelay: true,
    limitAtSoc: true,
    maxOfflineDuration: true,
  },
  ...{ evseSleep: true, operationModes: ['CentralSetpoint'], dcInputPhases: true },
};

/** The ablest there could be, empty, in the very transaction: what it would not take, none does. */
const anyStation = (version: OcppVersion, { evse, transactionId }: ChargingProfile): Placement => ({
  version,
  evse,
  supply: { kind: 'ac', voltageV: 230, phases: 3 },
  station: {
    ...{ evses: evse, units: ['A', 'W'], maxStackLevel: Infinity, maxProfiles: Infinity, phaseSwitching: true },
    maxPeriods: MAX_SCHEDULE_PERIODS,
    since21: ABLEST,
  },
  installed: [],
  transaction: { transactionId: transactionId ?? '', startedAtMs: 0 },
});
