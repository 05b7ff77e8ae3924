import type { siteStateV1 } from '@headroom/contracts';
import { epochMs, invariant } from '@headroom/kernel';
import type { BillingMemory, ChargePeak } from '../../domain/billing-memory.ts';
import type { DemandGuard } from '../../domain/demand-guard.ts';
import { whole } from './whole.ts';

/** What was drawn for demand charges, in the memory of an owner. `billingMemoryOf` reads it back, without any loss. */
export const billingMemoryToWire = (billing: BillingMemory): siteStateV1.BillingMemory => ({
  monthStartMs: BigInt(billing.monthStartMs),
  asOfMs: BigInt(billing.asOfMs),
  powerW: BigInt(billing.powerW),
  windowStartMs: BigInt(billing.windowStartMs),
  windowEnergyMilliJ: BigInt(billing.windowMilliJ),
  peaks: billing.peaks.map(({ charge, peakW, beforeW }) => ({
    ...{ charge, peakW: BigInt(peakW), lastMonthPeakW: whole(beforeW) },
  })),
});

/** What is no energy throws: then the snapshot counts as none, as with any other broken value. */
export function billingMemoryOf(wire: siteStateV1.BillingMemory): BillingMemory {
  const [powerW, windowMilliJ] = [Number(wire.powerW), Number(wire.windowEnergyMilliJ)];
  invariant(powerW >= 0 && Number.isSafeInteger(windowMilliJ) && windowMilliJ >= 0, 'energy of a window is 0 or more');
  return {
    ...{ powerW, windowMilliJ, monthStartMs: epochMs(Number(wire.monthStartMs)), asOfMs: epochMs(Number(wire.asOfMs)) },
    windowStartMs: epochMs(Number(wire.windowStartMs)),
    peaks: wire.peaks.map(
      ({ charge, peakW, lastMonthPeakW }): ChargePeak => ({
        ...{ charge, peakW: Number(peakW) },
        ...(lastMonthPeakW === undefined ? {} : { beforeW: Number(lastMonthPeakW) }),
      }),
    ),
  };
}

export const demandGuardToWire = ({ limitW, untilMs }: DemandGuard): siteStateV1.DemandGuardMemory => ({
  limitW: BigInt(limitW),
  untilMs: BigInt(untilMs),
});

export const demandGuardOf = ({ limitW, untilMs }: siteStateV1.DemandGuardMemory): DemandGuard => ({
  limitW: Number(limitW),
  untilMs: epochMs(Number(untilMs)),
});
