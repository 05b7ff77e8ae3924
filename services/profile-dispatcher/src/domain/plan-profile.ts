import type { Profile } from '@headroom/ocpp/profiles';
import type { ProfilePlan } from './plan-of.ts';

/** What a plan is as a charging profile of OCPP, whatever the version. What its car is to give back is left out. */
export const profileOfPlan = (plan: ProfilePlan): Profile => ({
  id: plan.profileId,
  purpose: plan.purpose === 'lease' ? 'tx' : 'tx-default',
  stackLevel: plan.stackLevel,
  kind: plan.lease?.startScheduleMs === undefined ? 'relative' : 'absolute',
  ...(plan.lease === undefined ? {} : { transactionId: plan.lease.transactionId }),
  schedules: [
    {
      unit: plan.unit,
      ...(plan.lease?.startScheduleMs === undefined
        ? {}
        : { start: { kind: 'instant', atMs: plan.lease.startScheduleMs } }),
      ...(plan.lease === undefined ? {} : { durationS: plan.lease.durationS }),
      periods: plan.periods.map(({ startS, amount, numberPhases }) => ({
        startS,
        limit: { all: amount },
        ...(numberPhases === undefined ? {} : { numberPhases }),
      })),
    },
  ],
});
