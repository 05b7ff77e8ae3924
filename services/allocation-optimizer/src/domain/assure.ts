import { deciAmps } from '@headroom/kernel';
import type { Constraints } from './flat-constraints.ts';
import { Ledger, mostThatFits } from './ledger.ts';
import { mayClose } from './let-in.ts';
import type { Contender } from './policies/policy.ts';

/** Who is assured something, with that for his minimum, and the ledger in which he has it already. */
export interface Assured {
  readonly contenders: readonly Contender[];
  readonly beside: Ledger;
}

/**
 * C61: what is assured to a session it has before anybody else has anything, as far as the rows allow: first a minimum for each of them, then
 * one after the other as much as fits. So it never waits in the queue, nor for a turn, nor for a rest. From there on it shares like everybody.
 * Who has closed too often waits all the same (`switching-budget.ts`). Undefined: nothing is assured to anybody.
 *
 * @param contenders in the policy's order; the answer stands in the same order
 */
export function assure(contenders: readonly Contender[], constraints: Constraints): Assured | undefined {
  const assured = contenders.flatMap((contender, i) => {
    const { assured: upTo, idle, min, max } = contender;
    const hasNone = upTo === undefined || idle || max < min || !mayClose(contender);
    return hasNone ? [] : [{ i, min, upTo: Math.max(min, Math.min(upTo, max)) }];
  });
  if (assured.length === 0) return undefined;
  const beside = new Ledger(constraints, contenders.length);
  const having = assured.filter(({ i, min }) => {
    if (beside.obstacle(i, min) !== undefined) return false;
    beside.give(i, min);
    return true;
  });
  for (const { i, min, upTo } of having) beside.give(i, mostThatFits(beside, i, { from: min, upTo }));
  const changed = contenders.slice();
  for (const { i } of having) {
    const contender = changed[i];
    if (contender === undefined) continue;
    changed[i] = { ...withoutRest(contender), min: deciAmps(beside.given(i)), isAssured: true };
  }
  return { contenders: changed, beside };
}

/** OD3 is for those who wait: it does not. */
function withoutRest(contender: Contender): Contender {
  if (contender.turn?.isPaused !== true) return contender;
  const { isPaused: _, ...turn } = contender.turn;
  return { ...contender, turn };
}
