import type { EpochMs } from '@headroom/kernel';
import { type Problem, problem } from './problem.ts';
import type { Boost } from './session.ts';

/** Longer, and it is no emergency: then a tier is meant. */
export const MAX_BOOST_MS = 4 * 3_600_000;
/** The clock of who asked may be so much ahead of ours. */
export const BOOST_CLOCKS_MS = 10_000;
const MAX_NAME = 100;

/** What is wrong with a boost; empty: nothing. To end one is always right. */
export function checkBoost({ untilMs, setBy }: Boost, nowMs: EpochMs): readonly Problem[] {
  const problems: Problem[] = [];
  if (untilMs !== undefined && !(untilMs > nowMs && untilMs <= nowMs + MAX_BOOST_MS + BOOST_CLOCKS_MS))
    problems.push(problem('bad-boost', 'A boost ends in the future, at most 4 hours from now.', '/minutes'));
  if (setBy.length > MAX_NAME) problems.push(problem('bad-boost', `Who asks has at most ${MAX_NAME} characters.`, ''));
  return problems;
}
