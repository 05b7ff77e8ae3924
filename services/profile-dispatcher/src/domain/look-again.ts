import { evseId } from '@headroom/kernel';
import { countsOf, documentAt, roomBeside } from './counts.ts';
import type { LimitIntended } from './facts.ts';
import { createDropGate } from './drop-gate.ts';
import { lastingLimits } from './lasting.ts';
import { withLater } from './later-limit.ts';
import { limitedModel } from './limited-model.ts';
import type { PlanTime } from './plan-batch.ts';
import type { DispatchRules } from './rules.ts';
import type { SiteState } from './site-state.ts';

/**
 * Raises and renewals that would not pass the gate any more: since they were planned their intents were written, and that may take the
 * log seconds. Each counts already (SI3), so it is asked whether every row holds with all of them.
 *
 * @param intents of leases that went through the gate
 */
export function lookAgain(
  site: SiteState,
  intents: readonly LimitIntended[],
  time: PlanTime,
  rules: DispatchRules,
): readonly LimitIntended[] {
  const model = limitedModel(site, time.nowMs);
  // The document is never taken away.
  if (model === undefined) return [];
  const counted = { ...time, marginMs: rules.leaseMarginMs, lasting: lastingLimits(site, time.nowMs) };
  const counts = countsOf(site, model, counted);
  const { room, loads } = roomBeside(site, model, counts, counted);
  const allHold = room.holds();
  // A drop may have been announced since.
  const dropGate = createDropGate(site, { ...loads, ...counted, model: documentAt(site, counts, counted) ?? model });
  return intents.filter(({ stationId, evse: number, limit, later, untilMs }) => {
    const evse = model.evses.get(evseId(stationId, number));
    // A newer document does not name it.
    if (evse === undefined) return true;
    const terms = { limit, ...withLater(later), untilMs: untilMs ?? Infinity };
    if (dropGate !== undefined && !dropGate.allows(evse, terms, true)) return true;
    // All of them count in these rows: then each fits. A newer document may say that its hardware bears less.
    if (allHold && limit <= evse.maxCurrent) return false;
    const { members = [] } = counts.views.get(evse.evseId) ?? {};
    return room.largest({ evse, members }, limit) !== limit;
  });
}
