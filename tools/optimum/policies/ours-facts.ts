import type { Fact } from '@headroom/allocation-optimizer';
import {
  type DeciAmps,
  deciAmps,
  demandDeciAmps,
  type EpochMs,
  type PerPhaseDeciAmps,
  transactionId,
  wattHours,
} from '@headroom/kernel';
import { type EvseModel, socketPhases } from '@headroom/site-model';
import type { SlotDischarge, SlotSession } from '../site/slotted.ts';
import type { Standing } from './policy.ts';

/** Who tells only when it leaves is taken for this (MD9), as by the policies that ours is compared with. */
export const ASSUMED_KWH = 20;

export const txOf = ({ index }: SlotSession) => transactionId(`tx-${index}`);

/** What the meter of a station shows of its car. */
export function sampleOf(evse: EvseModel, standing: Standing, atMs: EpochMs): Fact {
  const { session, drawnA, deliveredWh, exportedWh, lostWh } = standing;
  const drawn = demandDeciAmps(Math.max(0, drawnA));
  return {
    ...{ kind: 'evse-measured', stationId: evse.stationId, evse: evse.evse },
    sample: {
      ...{ transactionId: txOf(session), isGood: true, sampledAtMs: atMs, receivedAtMs: atMs },
      current: onPhases(session.car.phases === 3 ? socketPhases(evse) : 1, drawn, deciAmps(0)),
      register: wattHours(Math.floor(deliveredWh + lostWh)),
      ...(session.discharge === undefined ? {} : { exported: wattHours(Math.ceil(exportedWh)) }),
    },
  };
}

/** What a driver lets his car give back, never more than is in it. */
export const offerOf = ({ heldWh, keepWh, efficiencyPercent, wearMicroPerKwh }: SlotDischarge) => ({
  ...{ atPlugIn: wattHours(Math.floor(heldWh)), keep: wattHours(Math.ceil(keepWh)) },
  ...{ efficiencyPercent, wearMicroPerKwh },
});

/** Of a station's socket: what flows in the first so many of its phases. */
const onPhases = (phases: number, drawn: DeciAmps, none: DeciAmps): PerPhaseDeciAmps => ({
  l1: drawn,
  l2: phases > 1 ? drawn : none,
  l3: phases > 2 ? drawn : none,
});
