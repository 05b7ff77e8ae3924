import type { Placement } from './placement.ts';
import type { ProblemCode } from './problem.ts';
import type { Profile, Schedule } from './profile.ts';

/** When it speaks: kind, start, validity, duration, and what of 2.1 bears on them. */
export function* problemsOfTime(profile: Profile, placement: Placement): Generator<ProblemCode> {
  const { kind, purpose, validFromMs, validToMs } = profile;
  if (purpose === 'station-max' && isRelative(profile, placement)) yield 'relative-station-max';
  if (kind === 'recurring' && profile.recurrence === undefined) yield 'recurrence-missing';
  if (validFromMs !== undefined && validToMs !== undefined && validToMs <= validFromMs) yield 'never-valid';
  if (isSome(profile, ({ durationS }) => durationS !== undefined && durationS <= 0)) yield 'duration-not-positive';
  yield* problemsOfStart(profile, placement);
  yield* problemsSince21(profile, placement);
}

const isSome = ({ schedules }: Profile, test: (schedule: Schedule) => boolean): boolean => schedules.some(test);

/** By its kind, or by 1.6 7.13, where an absolute schedule without a start is. */
const isRelative = (profile: Profile, { version }: Placement): boolean =>
  profile.kind === 'relative' ||
  (version === 'ocpp1.6' && profile.kind === 'absolute' && isSome(profile, ({ start }) => start === undefined));

function* problemsOfStart(profile: Profile, { version }: Placement): Generator<ProblemCode> {
  const { kind } = profile;
  const isTimed = kind === 'absolute' || kind === 'recurring';
  // 1.6 7.13: an absolute schedule without a start is relative; a recurring one has nothing to recur from.
  const needsStart = version === 'ocpp1.6' ? kind === 'recurring' : isTimed;
  if (needsStart && isSome(profile, ({ start }) => start === undefined)) yield 'start-missing';
  if (!isTimed && isSome(profile, ({ start }) => start !== undefined)) yield 'start-extraneous';
}

function* problemsSince21(profile: Profile, placement: Placement): Generator<ProblemCode> {
  const able = placement.station.since21;
  const { kind, purpose, updateIntervalS, updatedAtMs, maxOfflineS, invalidAfterOffline } = profile;
  if (kind === 'dynamic') {
    if (able?.dynamic !== true) yield 'kind-unsupported';
    if (isSome(profile, ({ periods }) => periods.length !== 1)) yield 'dynamic-not-one-period';
  } else if (updateIntervalS !== undefined || updatedAtMs !== undefined) yield 'dynamic-fields-extraneous';
  const isOfflineSaid = maxOfflineS !== undefined || invalidAfterOffline !== undefined;
  if (isOfflineSaid && able?.maxOfflineDuration !== true) yield 'offline-duration-unsupported';
  if (isSome(profile, ({ useLocalTime }) => useLocalTime === true) && able?.localTime !== true)
    yield 'local-time-unsupported';
  yield* problemsOfSoc(profile, placement);
  if (isSome(profile, ({ randomizedDelayS }) => randomizedDelayS !== undefined && randomizedDelayS > 0)) {
    if (able?.randomizedDelay !== true) yield 'randomized-delay-unsupported';
    if (purpose !== 'tx' && purpose !== 'tx-default') yield 'randomized-delay-for-purpose';
  }
  if (isSome(profile, ({ randomizedDelayS = 0 }) => randomizedDelayS < 0)) yield 'randomized-delay-negative';
  if (purpose === 'priority' && isSome(profile, ({ durationS }) => durationS !== undefined))
    yield 'priority-with-duration';
}

function* problemsOfSoc({ schedules }: Profile, { station }: Placement): Generator<ProblemCode> {
  const said = schedules.flatMap(({ limitAtSoc }) => limitAtSoc ?? []);
  if (said.length > 0 && station.since21?.limitAtSoc !== true) yield 'limit-at-soc-unsupported';
  if (!said.every(({ socPercent }) => Number.isInteger(socPercent) && socPercent >= 0 && socPercent <= 100))
    yield 'soc-out-of-range';
  if (said.some(({ limit }) => limit < 0)) yield 'limit-negative';
}
