import { instantText, type Json, optional } from '../../json.ts';
import type { InstalledProfile } from '../../profiles/profile.ts';
import type { Outgoing, OutsideMessages } from '../dialect.ts';
import { PURPOSES } from './profiles.ts';

const SOURCE = 'EMS';
const EXTERNAL = 'ChargingStationExternalConstraints';

const scheduleOf = ({ id, schedule }: Pick<InstalledProfile, 'id' | 'schedule'>): Json => ({
  id,
  chargingRateUnit: schedule.unit,
  ...(schedule.startMs === undefined ? {} : { startSchedule: instantText(schedule.startMs) }),
  ...optional('duration', schedule.durationS),
  chargingSchedulePeriod: schedule.periods.map(({ startS, limit, phases }) => ({
    ...{ startPeriod: startS, limit },
    ...optional('numberPhases', phases),
  })),
});

const KINDS = {
  ...{ absolute: 'Absolute', relative: 'Relative', daily: 'Recurring', weekly: 'Recurring', dynamic: 'Dynamic' },
} as const;
const RECURRENCES: Partial<Record<InstalledProfile['kind'], string>> = { daily: 'Daily', weekly: 'Weekly' };

const profileOf = (profile: InstalledProfile, purpose: string): Json => ({
  id: profile.id,
  stackLevel: profile.stackLevel,
  chargingProfilePurpose: purpose,
  chargingProfileKind: KINDS[profile.kind],
  ...optional('recurrencyKind', RECURRENCES[profile.kind]),
  chargingSchedule: [scheduleOf(profile)],
});

const purposeName = (profile: InstalledProfile): string =>
  [...PURPOSES].find(([, purpose]) => purpose === profile.purpose)?.[0] ?? 'TxProfile';

interface Part {
  readonly evse: number;
  readonly source: string;
  readonly profiles: readonly Json[];
}

const report = (requestId: number, { evse, source, profiles }: Part, isLast: boolean): Outgoing => ({
  action: 'ReportChargingProfiles',
  payload: {
    ...{ requestId, evseId: evse, chargingLimitSource: source, chargingProfile: profiles },
    // K09.FR.04: more are to come.
    ...(isLast ? {} : { tbc: true }),
  },
});

/** K09, K11 and K13. One report for each EVSE and source. */
export const outside: OutsideMessages = {
  limited: ({ evse, limitA, atMs }) =>
    limitA === undefined
      ? { action: 'ClearedChargingLimit', payload: { chargingLimitSource: SOURCE, evseId: evse } }
      : {
          action: 'NotifyChargingLimit',
          payload: {
            evseId: evse,
            chargingLimit: { chargingLimitSource: SOURCE, isGridCritical: false },
            chargingSchedule: [
              scheduleOf({
                id: 1,
                schedule: { unit: 'A', startMs: atMs, periods: [{ startS: 0, limit: limitA }] },
              }),
            ],
          },
        },
  reports(requestId, held, external) {
    const byEvse = Map.groupBy(held, ({ evse }) => evse);
    const own = [...byEvse].map(([evse, some]) => ({
      ...{ evse, source: 'CSO', profiles: some.map((each) => profileOf(each, purposeName(each))) },
    }));
    const others = external.map((each) => ({
      ...{ evse: each.evse, source: SOURCE, profiles: [profileOf(each, EXTERNAL)] },
    }));
    const parts: readonly Part[] = [...own, ...others];
    return parts.map((part, index) => report(requestId, part, index === parts.length - 1));
  },
};
