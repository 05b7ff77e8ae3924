import { type BillingMemory, drawnUntil, tariffOf } from '@headroom/allocation-optimizer';
import { openHighs } from '@headroom/linear-program/highs';
import { epochMs } from '@headroom/kernel';
import { readTariff, type SiteTariff } from '@headroom/site-model';
import { billingMonthAt } from '@headroom/tariff';
import type { Known } from './day-at-site.ts';
import { oursWith } from './ours-with.ts';
import { planOfSlot } from './plan-of-slot.ts';
import type { SlotPolicy } from './policy.ts';

const solver = await openHighs();

/** Along a plan that is made anew in each slot, for what its document asks: by the prices of its tariff and what was drawn so far. */
export function oursAlong(
  name: string,
  of: {
    readonly objective: 'cost' | 'delivery';
    readonly tariff: SiteTariff;
    readonly startsAtMs: number;
    /** The peak of the month before. Absent: it is not known. */
    readonly beforeW?: number | undefined;
  },
): SlotPolicy {
  let billing = beforehand(of);
  const policy = oursWith(name, {
    ...{ share: 'smoothed-laxity', objective: of.objective, tariff: of.tariff, startsAtMs: of.startsAtMs },
    plan: (known: Known) => {
      const tariff = tariffOf(known.site);
      if (tariff !== undefined) {
        const of = { site: known.site, tariff, state: known.state, atMs: known.nowMs };
        // Looked at once a slot only: what cars draw at the end of one they drew in it.
        const { powerW } = drawnUntil(billing, of);
        billing = drawnUntil(billing && { ...billing, powerW }, of);
      }
      return planOfSlot(solver, { ...known, billing });
    },
  });
  return {
    ...policy,
    begin: (day, knows) => {
      billing = beforehand(of);
      return policy.begin(day, knows);
    },
  };
}

/** What an owner knows at the beginning: of each charge, the month before. */
function beforehand(of: Parameters<typeof oursAlong>[1]): BillingMemory | undefined {
  const read = readTariff(of.tariff.documentJson);
  const { beforeW, startsAtMs } = of;
  if (beforeW === undefined || read.kind === 'err') return undefined;
  const atMs = epochMs(startsAtMs);
  return {
    ...{
      monthStartMs: billingMonthAt(read.value, atMs).fromMs,
      asOfMs: atMs,
      powerW: 0,
      windowStartMs: atMs,
      windowMilliJ: 0,
    },
    peaks: read.value.demandCharges.map(({ name }) => ({ charge: name, peakW: 0, beforeW })),
  };
}
