import type { EpochMs } from '@headroom/kernel';
import {
  compositeSchedule,
  install,
  type InstalledProfile,
  type Placement,
  type RateUnit,
  type Segment,
  validate,
} from '@headroom/ocpp/profiles';
import type { ProfilePlan } from '../domain/plan-of.ts';
import { profileOfPlan } from '../domain/plan-profile.ts';

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
