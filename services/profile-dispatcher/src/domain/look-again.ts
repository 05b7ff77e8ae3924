import { type DeciAmps, type EvseId, evseId } from '@headroom/kernel';
import { otherLoadHorizon, otherLoadNow, type PhaseMask } from '@headroom/site-model';
import { committedView } from './committed-view.ts';
import { withDeparted } from './departed.ts';
import type { LimitIntended } from './facts.ts';
import { lastingLimits } from './lasting.ts';
import { limitedModel } from './limited-model.ts';
import type { PlanTime } from './plan-batch.ts';
import { createRoom } from './room.ts';
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
  const committed = new Map<EvseId, DeciAmps>();
  const masks = new Map<EvseId, PhaseMask>();
  for (const evse of model.evses.values()) {
    const view = committedView(site, evse, counted);
    committed.set(evse.evseId, view.committed);
    if (view.mask !== undefined) masks.set(evse.evseId, view.mask);
  }
  const seen = withDeparted(site, model, committed, counted);
  const { nowMs } = time;
  const room = createRoom(
    {
      site: seen.model,
      otherLoad: otherLoadNow(model, site.readings, nowMs),
      horizonLoad: otherLoadHorizon(model, site.readings, nowMs),
      ...{ nowMs, masks },
    },
    seen.committed,
  );
  const allHold = room.holds();
  return intents.filter(({ stationId, evse: number, limit }) => {
    const evse = model.evses.get(evseId(stationId, number));
    // A newer document does not name it.
    if (evse === undefined) return true;
    // All of them count in these rows: then each fits. A newer document may say that its hardware bears less.
    if (allHold && limit <= evse.maxCurrent) return false;
    return room.largest({ evse, members: committedView(site, evse, counted).members }, limit) !== limit;
  });
}
