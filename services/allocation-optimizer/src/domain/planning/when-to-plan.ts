import { GRID_PHASES } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import { assertNever } from '@headroom/kernel';
import type { Fact } from '../facts.ts';

/** A change of a limit by more than this share of the old one asks for a plan (section 5). */
const MUCH = 0.1;

/** Does this bear on a plan so much that the next one does not wait: who is there, what is needed by when, what the grid asks? */
export function asksForPlan(fact: Fact): boolean {
  switch (fact.kind) {
    case 'session-started':
    case 'transaction-opened':
    case 'transaction-closed':
    case 'session-ended':
    case 'charging-requested':
    case 'grid-timeline-set':
    // For as long as it lasts the others have less than they were planned (C70).
    case 'boost-set':
      return true;
    case 'station-connected':
    case 'station-disconnected':
    case 'station-booted':
    case 'station-limited':
    case 'station-limit-cleared':
    case 'station-limits-missing':
    case 'status-reported':
    case 'charging-state-reported':
    case 'evse-measured':
    case 'site-meter-read':
    case 'limit-intended':
    case 'limit-resolved':
    case 'committed-changed':
    case 'evse-disobeys':
    case 'plan-made':
      return false;
    default:
      return assertNever(fact);
  }
}

/** Has a limit of the site moved by more than a tenth, or is another document there? A plan of the one before is ignored (PR7). */
export function limitsOtherwise(before: SiteModel | undefined, after: SiteModel): boolean {
  if (before === undefined || before.version !== after.version) return true;
  if (isMuch(before.limitOverride?.powerLimitW, after.limitOverride?.powerLimitW)) return true;
  return [...after.circuits].some(([circuitId, circuit]) => {
    const was = before.circuits.get(circuitId);
    if (was === undefined || isMuch(was.powerLimitW, circuit.powerLimitW)) return true;
    return GRID_PHASES.some((phase) => isMuch(was.rating[phase], circuit.rating[phase]));
  });
}

const isMuch = (was: number | undefined, is: number | undefined): boolean =>
  was === undefined || is === undefined ? was !== is : Math.abs(is - was) > MUCH * was;
