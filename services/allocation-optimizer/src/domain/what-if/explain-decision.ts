import { compareText, type EvseId } from '@headroom/kernel';
import type { Allocation, Decision } from '../decision.ts';
import { type Counterfactual, counterfactualOf, Recomputations } from './counterfactual.ts';
import { decideFrom, type DecidedFrom } from './decided-from.ts';
import { type ExplainedRow, explainedRow } from './explained-row.ts';

/** Decisions that may be made for one question about a whole site; EVSEs that a row binds alike share theirs. */
export const MOST_FOR_SITE = 64;
/** For one EVSE: its own decision, the largest raise of each limit, and all the raises of the last. */
export const MOST_FOR_EVSE = 12;

export interface ExplainedEvse {
  readonly evseId: EvseId;
  readonly allocation: Allocation;
  /** What binds it. Absent: no row does. */
  readonly row?: ExplainedRow;
  /** Absent: no limit of a circuit that were higher would give it more. */
  readonly counterfactual?: Counterfactual;
}

export interface ExplainedDecision {
  readonly decision: Decision;
  /** By their ids. */
  readonly evses: readonly ExplainedEvse[];
  /** EVSEs whose counterfactual was left out, because the question would have taken too many decisions. */
  readonly leftOut: number;
}

/**
 * A decision with what bound each EVSE and what would have given it more.
 *
 * @param only these EVSEs; absent: all of the site
 */
export function* explainDecision(from: DecidedFrom, only?: readonly EvseId[]): Generator<undefined, ExplainedDecision> {
  const { decision, planned } = decideFrom(from);
  yield;
  const recomputed = new Recomputations(from, only === undefined ? MOST_FOR_SITE : MOST_FOR_EVSE, only !== undefined);
  const evses: ExplainedEvse[] = [];
  let leftOut = 0;
  for (const evseId of [...(only ?? decision.allocations.keys())].toSorted(compareText)) {
    const allocation = decision.allocations.get(evseId);
    if (allocation === undefined) continue;
    const row = explainedRow(from, planned, allocation.reason);
    const found = yield* counterfactualOf(recomputed, evseId);
    if (found === 'left-out') leftOut += 1;
    evses.push({
      ...{ evseId, allocation },
      ...(row === undefined ? {} : { row }),
      ...(typeof found === 'string' ? {} : { counterfactual: found }),
    });
  }
  return { decision, evses, leftOut };
}
