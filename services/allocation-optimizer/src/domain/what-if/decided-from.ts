import { epochMs, type EpochMs, type EvseId } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import type { ControlMemory, Given } from '../control-memory.ts';
import { decide, type Decided } from '../decide.ts';
import type { SiteState } from '../site-state.ts';
import { SMALL_INCREASE_AFTER_MS } from '../steady.ts';

/** All that a decision is a function of (TB3). None of it is ever changed: whoever holds it may decide again at any time. */
export interface DecidedFrom {
  readonly site: SiteModel;
  readonly state: SiteState;
  /** As it was before the decision. */
  readonly memory: ControlMemory;
  readonly nowMs: EpochMs;
}

export const decideFrom = ({ site, state, memory, nowMs }: DecidedFrom): Decided => decide(site, state, memory, nowMs);

/**
 * The same where limits have rested for long enough: nobody has to wait for his next step up (OD5), nor with a small one (OD6). What is asked
 * of a change is where it leads to, not how far the first step goes.
 */
export function settled(from: DecidedFrom): DecidedFrom {
  const given = new Map(
    [...from.memory.given].map(([evseId, each]): [EvseId, Given] => [evseId, restedGiven(from, evseId, each)]),
  );
  return { ...from, memory: { ...from.memory, given } };
}

function restedGiven(from: DecidedFrom, evseId: EvseId, { raisedAtMs: _, ...given }: Given): Given {
  const { changedAtMs } = given;
  if (changedAtMs === undefined || isStillComingDown(from, evseId, given)) return given;
  return { ...given, changedAtMs: epochMs(Math.min(changedAtMs, from.nowMs - SMALL_INCREASE_AFTER_MS)) };
}

/** Of such a one the time since then says whether it obeys: that stays what it is. */
function isStillComingDown({ site, state }: DecidedFrom, evseId: EvseId, { limit }: Given): boolean {
  const committed = state.evses.get(evseId)?.dispatch.committed;
  return committed !== undefined && committed > Math.max(limit, site.evses.get(evseId)?.fallback ?? 0);
}
