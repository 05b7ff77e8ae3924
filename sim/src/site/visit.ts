import type { Cancel, Clock, Timers } from '@headroom/kernel';
import type { ApiClient, DischargeWords } from '../api-client.ts';
import type { CarSpec } from '../ev.ts';
import type { SimLog } from '../log.ts';
import type { Station } from '../station/station.ts';

/** One car at one EVSE, from plug-in to plug-out. */
export interface VisitPlan {
  readonly station: Station;
  readonly evse: number;
  readonly car: CarSpec;
  readonly idToken: string;
  readonly energyKwh: number;
  readonly departureAtMs: number;
  /** What the driver tells the platform; undefined: nothing. */
  readonly statedDepartureMs?: number;
  /** What he has for a kWh that his car gives back. Absent: it gives nothing. */
  readonly wearPerKwh?: number;
  /** From the plug to the card. */
  readonly tapAfterMs: number;
  /** How long a finished car stays; undefined: to its departure. */
  readonly dawdleMs?: number;
}

export interface VisitDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly api: Pick<ApiClient, 'putChargingRequest'>;
  readonly log: SimLog;
}

const LOOK_MS = 5_000;
/** A driver whose card is not taken tries again so often, then waits for the departure. */
const TAPS_MAX = 5;
const TAP_AGAIN_MS = 8_000;

function offerOf({ car, wearPerKwh }: VisitPlan): { readonly discharge?: DischargeWords } {
  const { gives, batteryWh, socAtArrival } = car;
  if (gives === undefined || wearPerKwh === undefined) return {};
  const { keepWh, efficiency } = gives;
  return {
    discharge: { heldKwh: (batteryWh * socAtArrival) / 1_000, keepKwh: keepWh / 1_000, efficiency, wearPerKwh },
  };
}

/** Plays a visit; `left` is called once, when the bay is free again. The returned cancel ends it at once. */
export function visit(plan: VisitPlan, deps: VisitDeps, left: () => void): Cancel {
  const { station, evse } = plan;
  const cancels = new Set<Cancel>();
  const later = (ms: number, act: () => void): void => {
    const cancel = deps.timers.after(ms, () => {
      cancels.delete(cancel);
      act();
    });
    cancels.add(cancel);
  };
  let over = false;
  const leave = (): void => {
    if (over) return;
    over = true;
    for (const cancel of cancels) cancel();
    station.unplug(evse);
    left();
  };
  const look = (finishedForMs: number): void => {
    const full = station.bay(evse)?.full === true;
    if (full && plan.dawdleMs !== undefined && finishedForMs >= plan.dawdleMs) leave();
    else later(LOOK_MS, () => look(full ? finishedForMs + LOOK_MS : 0));
  };
  const tap = (tries: number): void => {
    void station.tap(evse, plan.idToken).then((outcome) => {
      if (outcome === 'started' || over || tries >= TAPS_MAX) return;
      later(TAP_AGAIN_MS, () => tap(tries + 1));
    });
  };

  if (!station.plug(evse, plan.car)) {
    deps.log.warn('sim.visit.bay-taken', { stationId: station.stationId, evse });
    left();
    return () => {};
  }
  const { statedDepartureMs } = plan;
  deps.api
    .putChargingRequest({
      evseId: `${station.stationId}/${evse}`,
      energyKwh: plan.energyKwh,
      ...(statedDepartureMs === undefined ? {} : { departureAtMs: statedDepartureMs }),
      ...offerOf(plan),
    })
    .catch((error: unknown) => deps.log.warn('sim.charging-request.refused', { why: String(error) }));
  later(plan.tapAfterMs, () => tap(1));
  later(Math.max(0, plan.departureAtMs - deps.clock.nowMs()), leave);
  look(0);
  return leave;
}
