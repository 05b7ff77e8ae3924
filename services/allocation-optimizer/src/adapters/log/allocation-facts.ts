import { type allocationV1, decodeRecord, TOPICS } from '@headroom/contracts';
import { deciAmps, epochMs, type EvseId, evseId, ok, stationId } from '@headroom/kernel';
import type { AllocationInput } from '../../app/on-allocation-fact.ts';
import { leaseMemoryOf } from './lease-memory.ts';
import type { Credit } from '../../domain/rotation.ts';
import type { Decoder } from '../../service.ts';
import { recordedPlanFromWire } from './plan-wire.ts';

/** Reasons of who takes no part in the sharing (`fixedReason`). */
const NOT_SHARED: ReadonlySet<string> = new Set(['', 'AUTH_PENDING', 'STATION_OFFLINE_FALLBACK']);

/** Our own records, as the next owner reads them. */
export const allocationFactOf: Decoder<AllocationInput> = (value) => {
  const decoded = decodeRecord(TOPICS.allocationFacts, value);
  if (decoded.kind === 'err') return decoded;
  const { siteId, ownerEpoch, fact } = decoded.value;
  switch (fact?.$case) {
    case 'epochOpened':
      return ok({ siteId, content: { kind: 'epoch-opened', epoch: fact.value.epoch } });
    case 'decisionMade': {
      const { seq, decidedAtMs, allocations, siteConfigVersion } = fact.value;
      const given = new Map(allocations.map(givenOf));
      const lease = leaseMemoryOf(fact.value.lease, siteConfigVersion);
      const decision = {
        ...{ epoch: ownerEpoch, seq, decidedAtMs: epochMs(Number(decidedAtMs)), given },
        ...(lease === undefined ? {} : { lease }),
      };
      return ok({ siteId, content: { kind: 'decision-made', decision } });
    }
    case 'planMade': {
      const plan = recordedPlanFromWire(ownerEpoch, fact.value);
      return plan.kind === 'err' ? plan : ok({ siteId, content: { kind: 'plan-made', plan: plan.value } });
    }
    case undefined:
      return ok(undefined);
  }
};

const givenOf = (wire: allocationV1.Allocation) => {
  const id: EvseId = evseId(stationId(wire.stationId), wire.evse);
  const isShared = !NOT_SHARED.has(wire.reason?.code ?? '');
  const { later } = wire;
  const announced =
    later === undefined ? {} : { later: { fromMs: epochMs(Number(later.fromMs)), limit: deciAmps(later.limitDeciA) } };
  const owed = wire.credit === undefined ? {} : { credit: creditOf(wire.credit) };
  return [id, { limit: deciAmps(wire.limitDeciA), isShared, ...owed, ...announced }] as const;
};

export const creditOf = ({ amountDeciAS, asOfMs, growsDeciA }: allocationV1.Credit): Credit => ({
  amount: Number(amountDeciAS),
  asOfMs: epochMs(Number(asOfMs)),
  perS: growsDeciA,
});
