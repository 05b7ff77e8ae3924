import type { EpochMs } from '@headroom/kernel';
import {
  compositeSchedule,
  install,
  type InstalledProfile,
  type Placement,
  type Profile,
  type RateUnit,
  type Segment,
  validate,
} from '@headroom/ocpp/profiles';
import type { ProfilePlan } from '../domain/plan-of.ts';

/** What a plan is as a charging profile of OCPP, whatever the version. */
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

/** A station that keeps to the text, and to what it says of itself. Refuses nothing silently: what it would not take is an error. */
export class PlannedStation {
  readonly #placement: Omit<Placement, 'installed'>;
  #held: readonly InstalledProfile[] = [];

  constructor(placement: Omit<Placement, 'installed'>) {
    this.#placement = placement;
  }

  take(plan: ProfilePlan): void {
    const profile = profileOfPlan(plan);
    const problems = validate(profile, { ...this.#placement, installed: this.#held });
    if (problems.length > 0) throw new Error(problems.map(({ code, at }) => `${code} ${at}`).join(', '));
    this.#held = install(this.#placement.version, this.#held, { evse: plan.evse, profile });
  }

  obeys(fromMs: EpochMs, durationMs: number, unit: RateUnit = 'A'): readonly Segment[] {
    const { evse, supply, transaction } = this.#placement;
    const asked = { profiles: this.#held, evse, supply, unit, fromMs, durationMs };
    const composite = compositeSchedule(transaction === undefined ? asked : { ...asked, transaction });
    if (composite.kind === 'err') throw new Error(composite.error.why);
    return composite.value.segments;
  }
}
