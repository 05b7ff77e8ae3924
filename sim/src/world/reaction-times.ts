import { REGAINED_WITHIN_MS } from '../checkers/regained.ts';
import type { SitePlan } from '../documents.ts';
import type { Faults } from './faults.ts';
import { BESIDE_LEASE_MS, leaseMsOf } from './field-building.ts';
import { HEARD_MS, OBEYED_CALM_MS } from './limit-requests.ts';
import type { Death } from './platform-death.ts';

/** Beside the death of all nothing is in the way; and that is far enough away. */
export const isCalmBut = ({ classes }: Faults, death: Death | undefined, nowMs: number): boolean =>
  death !== undefined &&
  classes.size === 1 &&
  (nowMs < death.atMs - OBEYED_CALM_MS || nowMs >= death.overMs + REGAINED_WITHIN_MS);

/** With nothing else in the way a loss of profiles is known at once; else all must hear of it, and leases from before must end. */
export const reactsWithinMs = ({ classes }: Faults, plan: SitePlan): number =>
  [...classes].every((name) => name === 'profile-loss' || name === 'word-broken')
    ? OBEYED_CALM_MS
    : HEARD_MS + leaseMsOf(plan) + BESIDE_LEASE_MS;
