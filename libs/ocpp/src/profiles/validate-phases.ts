import { isValidTogether, othersThan, type Placement } from './placement.ts';
import type { ProblemCode } from './problem.ts';
import type { InstalledProfile, Purpose } from './profile.ts';
import { isPerPhase } from './rate.ts';
import type { OnePeriod } from './validate-mode.ts';

const MAX_PHASES = 3;

/** How many phases, which, and limits of their own. */
export function* problemsOfPhases(one: OnePeriod, placement: Placement): Generator<ProblemCode> {
  const { numberPhases, phaseToUse } = one.period;
  const { supply, station } = placement;
  if (!isPhase(numberPhases) || !isPhase(phaseToUse)) yield 'phase-out-of-range';
  if (supply.kind === 'dc') {
    const isSaid = numberPhases !== undefined || phaseToUse !== undefined;
    if (isSaid && station.since21?.dcInputPhases !== true) yield 'phases-on-dc';
  } else if (numberPhases !== undefined && numberPhases > supply.phases) yield 'more-phases-than-supplied';
  if (phaseToUse !== undefined) {
    if (numberPhases !== 1) yield 'phase-to-use-without-single-phase';
    if (!station.phaseSwitching) yield 'phase-switching-unsupported';
    if (conflictsWith(one, phaseToUse, placement)) yield 'phase-conflict';
  }
  yield* problemsOfLimits(one, placement);
}

const isPhase = (value: number | undefined): boolean => value === undefined || (value >= 1 && value <= MAX_PHASES);

function* problemsOfLimits({ profile, period }: OnePeriod, { evKnowsPhases }: Placement): Generator<ProblemCode> {
  const rates = [period.limit, period.dischargeLimit, period.setpoint, period.setpointReactive];
  if (rates.some((rate) => rate !== undefined && isPerPhase(rate) && rate.all === undefined))
    yield 'limit-of-l1-missing';
  if (period.limit === undefined || !isPerPhase(period.limit)) return;
  if (profile.purpose !== 'tx') yield 'limits-per-phase-for-purpose';
  else if (evKnowsPhases !== true) yield 'limits-per-phase-unknown-to-ev';
}

/** Of these one overrules the others: they are never at work together. */
const OF_A_SESSION: readonly Purpose[] = ['tx', 'tx-default', 'priority'];

/** Another profile that can be at work at the same time on the same EVSE wants another phase. */
function conflictsWith({ profile }: OnePeriod, phaseToUse: number, placement: Placement): boolean {
  const { evse } = placement;
  const isAtWorkToo = (other: InstalledProfile): boolean =>
    (other.evse === evse || other.evse === 0 || evse === 0) &&
    other.profile.purpose !== profile.purpose &&
    !(OF_A_SESSION.includes(other.profile.purpose) && OF_A_SESSION.includes(profile.purpose)) &&
    isValidTogether(other.profile, profile);
  return othersThan(profile, placement)
    .filter(isAtWorkToo)
    .flatMap((other) => other.profile.schedules.flatMap(({ periods }) => periods))
    .some((period) => period.phaseToUse !== undefined && period.phaseToUse !== phaseToUse);
}
