import type { EpochMs, EvseId } from '@headroom/kernel';
import type { ControlMemory, Given } from './control-memory.ts';

/**
 * A clock that was set back: whatever is remembered of a later instant is taken to be of now. Else each rest, each step up and each place that is given
 * up would last for as much longer as the clock was set back, with capacity that nobody may use. No turn ends by it (OD2): it begins anew. Closings
 * (`switching-budget.ts`) and credits (`creditAt`) look after themselves.
 *
 * @returns the very same where nothing is of a later instant
 */
export function notLater(memory: ControlMemory, nowMs: EpochMs): ControlMemory {
  let given: Map<EvseId, Given> | undefined;
  for (const [evseId, each] of memory.given) {
    if (!isLater(each, nowMs)) continue;
    given ??= new Map(memory.given);
    given.set(evseId, { ...each, ...earlier(each, nowMs) });
  }
  return given === undefined ? memory : { ...memory, given };
}

const isLater = ({ raisedAtMs = 0, changedAtMs = 0, onSinceMs = 0 }: Given, nowMs: EpochMs): boolean =>
  raisedAtMs > nowMs || changedAtMs > nowMs || onSinceMs > nowMs;

const earlier = ({ raisedAtMs, changedAtMs, onSinceMs }: Given, nowMs: EpochMs): Partial<Given> => ({
  ...(raisedAtMs === undefined || raisedAtMs <= nowMs ? {} : { raisedAtMs: nowMs }),
  ...(changedAtMs === undefined || changedAtMs <= nowMs ? {} : { changedAtMs: nowMs }),
  ...(onSinceMs === undefined || onSinceMs <= nowMs ? {} : { onSinceMs: nowMs }),
});
