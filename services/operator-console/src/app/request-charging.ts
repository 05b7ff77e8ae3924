import { type Clock, type EpochMs, err, evseId, type Result, type StationId } from '@headroom/kernel';
import type { Problem } from '../domain/site-document.ts';
import type { ConsoleEvents } from '../events.ts';
import type { BatteryWish, DischargeWish, Registry } from '../ports.ts';

export interface ChargingWish {
  readonly stationId: StationId;
  readonly evse: number;
  /** Absent: the battery says it. */
  readonly energyWh?: number;
  readonly departureAtMs?: EpochMs;
  /** What its car may give back. Absent: nothing. */
  readonly discharge?: DischargeWish;
  /** What its driver says of its battery. Absent: nothing. */
  readonly battery?: BatteryWish;
}

/** Notes what a driver wants, for the session there now or the next one. */
export async function requestCharging(
  deps: { readonly clock: Clock; readonly registry: Registry; readonly events: ConsoleEvents },
  wish: ChargingWish,
): Promise<Result<void, readonly Problem[]>> {
  if (wish.departureAtMs !== undefined && wish.departureAtMs <= deps.clock.nowMs()) {
    return err([{ code: 'in-the-past', detail: 'The departure lies in the past.', pointer: '/departureAt' }]);
  }
  const outcome = await deps.registry.putChargingRequest(wish);
  if (outcome.kind === 'ok') deps.events.chargingRequested(evseId(wish.stationId, wish.evse), wish.energyWh);
  return outcome;
}
