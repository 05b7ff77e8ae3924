import type { Placement } from './placement.ts';
import type { ProblemCode, ProfileProblem } from './problem.ts';
import type { Profile } from './profile.ts';
import { problemsOfPlace } from './validate-place.ts';
import { problemsOfSchedules } from './validate-schedule.ts';
import { problemsOfTime } from './validate-time.ts';
import { problemsOfVersion } from './validate-version.ts';

/**
 * Every reason why a CSMS must not send this profile to this station, or why the station would not take it; none: it is fine. `PROBLEMS`
 * has the requirement of each, `wordingOf` the words of the version.
 *
 * What a station reports of itself is not judged by this: external constraints are the station's to say, and never ours (K01.FR.22).
 */
export const validate = (profile: Profile, placement: Placement): readonly ProfileProblem[] => [
  ...problemsOfVersion(profile, placement),
  ...[...problemsOfPlace(profile, placement)].map(asAWhole),
  ...[...problemsOfTime(profile, placement)].map(asAWhole),
  ...problemsOfSchedules(profile, placement),
];

const asAWhole = (code: ProblemCode): ProfileProblem => ({ code, at: '' });
