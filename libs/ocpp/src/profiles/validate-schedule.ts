import type { Placement } from './placement.ts';
import type { ProblemCode, ProfileProblem } from './problem.ts';
import type { Profile, ProfileVersion, Schedule } from './profile.ts';
import { problemsOfMode } from './validate-mode.ts';
import { problemsOfPhases } from './validate-phases.ts';

/** 2.x: only for ISO 15118, which is only for a transaction. */
const MAX_SCHEDULES = 3;

const scheduleAt = (version: ProfileVersion, i: number): string =>
  version === 'ocpp1.6' ? 'chargingSchedule' : `chargingSchedule[${i}]`;

/** What stands in its schedules and their periods. */
export function problemsOfSchedules(profile: Profile, placement: Placement): readonly ProfileProblem[] {
  const { version } = placement;
  const { length } = profile.schedules;
  const most = version !== 'ocpp1.6' && profile.purpose === 'tx' ? MAX_SCHEDULES : 1;
  const problems: ProfileProblem[] = [];
  if (length === 0) problems.push({ code: 'no-schedule', at: 'chargingSchedule' });
  if (length > most) problems.push({ code: 'too-many-schedules', at: 'chargingSchedule' });
  for (const [i, schedule] of profile.schedules.entries()) {
    const at = scheduleAt(version, i);
    for (const code of problemsOfSchedule(schedule, placement)) problems.push({ code, at });
    for (const [n, period] of schedule.periods.entries()) {
      const where = `${at}.chargingSchedulePeriod[${n}]`;
      const one = { profile, schedule, period };
      for (const code of problemsOfMode(one, placement)) problems.push({ code, at: where });
      for (const code of problemsOfPhases(one, placement)) problems.push({ code, at: where });
    }
  }
  return problems;
}

function* problemsOfSchedule({ unit, periods }: Schedule, { station }: Placement): Generator<ProblemCode> {
  if (!station.units.includes(unit)) yield 'unit-unsupported';
  if (periods.length === 0) yield 'no-periods';
  if (periods.length > station.maxPeriods) yield 'too-many-periods';
  if (periods[0] !== undefined && periods[0].startS !== 0) yield 'first-period-not-at-zero';
  if (periods.some((period, i) => i > 0 && period.startS <= (periods[i - 1]?.startS ?? 0)))
    yield 'periods-out-of-order';
}
