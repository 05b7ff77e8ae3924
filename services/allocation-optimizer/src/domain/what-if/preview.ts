import { err, type EvseId, ok, type Result } from '@headroom/kernel';
import type { Allocation, Decision } from '../decision.ts';
import { type Change, changed, type ChangeProblem } from './changes.ts';
import { decideFrom, type DecidedFrom, settled } from './decided-from.ts';

/** One EVSE that would be told something else, or for another reason. */
export interface Difference {
  readonly evseId: EvseId;
  readonly before: Allocation;
  readonly after: Allocation;
}

export interface Previewed {
  /** As it stands, with nobody on his way up. */
  readonly before: Decision;
  readonly after: Decision;
  /** In the order of the site. */
  readonly differences: readonly Difference[];
}

/**
 * What a change would lead to, once limits have come to rest: the same facts decided on with it and without it. A function of its
 * arguments; nothing of it is kept.
 */
export function* preview(
  from: DecidedFrom,
  changes: readonly Change[],
): Generator<undefined, Result<Previewed, ChangeProblem>> {
  const then = changed(from, changes);
  if (then.kind === 'err') return err(then.error);
  const { decision: before } = decideFrom(settled(from));
  yield;
  const { decision: after } = decideFrom(settled(then.value));
  yield;
  return ok({ before, after, differences: differencesOf(before, after) });
}

function differencesOf(before: Decision, after: Decision): readonly Difference[] {
  const differences: Difference[] = [];
  for (const [evseId, was] of before.allocations) {
    const is = after.allocations.get(evseId);
    if (is !== undefined && isOther(was, is)) differences.push({ evseId, before: was, after: is });
  }
  return differences;
}

const isOther = (a: Allocation, b: Allocation): boolean =>
  a.limit !== b.limit ||
  a.reason.code !== b.reason.code ||
  a.reason.circuitId !== b.reason.circuitId ||
  a.reason.row !== b.reason.row ||
  a.discharge?.current !== b.discharge?.current;
