import type { EpochMs, EvseId } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import type { ControlMemory, Given } from '../control-memory.ts';
import { decide, type Decided } from '../decide.ts';
import type { SiteState } from '../site-state.ts';

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
 * The same where no limit has risen just now: nobody has to wait for his next step up (OD5). What is asked of a change is where it
 * leads to, not how far the first step goes.
 */
export function settled(from: DecidedFrom): DecidedFrom {
  const given = new Map([...from.memory.given].map(([evseId, each]): [EvseId, Given] => [evseId, restedGiven(each)]));
  return { ...from, memory: { ...from.memory, given } };
}

function restedGiven({ raisedAtMs: _, ...rest }: Given): Given {
  return rest;
}
