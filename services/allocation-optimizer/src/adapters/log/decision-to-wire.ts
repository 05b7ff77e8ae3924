import type { allocationV1 } from '@headroom/contracts';
import { type commonV1 } from '@headroom/contracts';
import type { PerPhase } from '@headroom/kernel';
import type { Allocation, CircuitUse, Drop, Reason } from '../../domain/decision.ts';
import type { DecidedLease } from '../../domain/lease-memory.ts';
import type { Credit } from '../../domain/rotation.ts';
import type { DecisionRecord } from '../../ports.ts';
import { planUseToWire } from './plan-wire.ts';
import { whole } from './whole.ts';

export const decisionToWire = (record: DecisionRecord): allocationV1.DecisionMade => ({
  seq: record.seq,
  decidedAtMs: BigInt(record.decision.decidedAtMs),
  validUntilMs: BigInt(record.validUntilMs),
  inputs: record.inputs.map((position) => ({ ...position })),
  stateHash: record.stateHash,
  allocations: [...record.decision.allocations.values()].map(allocationToWire),
  circuits: record.decision.circuits.map(circuitUseToWire),
  siteConfigVersion: BigInt(record.decision.siteVersion),
  trigger: record.trigger,
  drop: record.decision.drop && dropToWire(record.decision.drop),
  lease: leaseToWire(record.decision.lease),
  plan: record.decision.plan && planUseToWire(record.decision.plan),
});

export const leaseToWire = ({ leaseS, reason, lookedAtMs }: DecidedLease): allocationV1.LeaseLength => ({
  ...{ leaseS, reason, lookedAtMs: whole(lookedAtMs) },
});

const dropToWire = ({ atMs, limits }: Drop): allocationV1.AnnouncedDrop => ({
  atMs: BigInt(atMs),
  limits: [...limits].map(([circuitId, limitW]) => ({ circuitId, powerLimitW: BigInt(limitW) })),
});

const allocationToWire = (allocation: Allocation): allocationV1.Allocation => {
  const { evse, transactionId, sessionId, limit, later, credit, reason, discharge } = allocation;
  return {
    stationId: evse.stationId,
    evse: evse.evse,
    transactionId: transactionId ?? '',
    sessionId: sessionId ?? '',
    limitDeciA: limit,
    reason: reasonToWire(reason),
    later: later && laterToWire(later),
    credit: credit && creditToWire(credit),
    ...dischargeToWire(discharge),
  };
};

/** Absent where its car gives nothing back. */
export const dischargeToWire = (
  discharge: Allocation['discharge'],
): Pick<allocationV1.Allocation, 'dischargeDeciA' | 'dischargeReason'> =>
  discharge === undefined ? {} : { dischargeDeciA: discharge.current, dischargeReason: reasonToWire(discharge.reason) };

export const creditToWire = ({ amount, asOfMs, perS }: Credit): allocationV1.Credit => ({
  amountDeciAS: BigInt(amount),
  asOfMs: BigInt(asOfMs),
  growsDeciA: perS,
});

export const laterToWire = ({ fromMs, limit }: NonNullable<Allocation['later']>): commonV1.LaterLimit => ({
  fromMs: BigInt(fromMs),
  limitDeciA: limit,
});

/** On the wire "nothing to explain" is an empty code. */
export const reasonToWire = ({ code, circuitId, row, sentence }: Reason): allocationV1.Reason => ({
  code: code === 'NONE' ? '' : code,
  circuitId: circuitId ?? '',
  row: row ?? '',
  sentence,
});

export const circuitUseToWire = (use: CircuitUse): allocationV1.CircuitUse => ({
  circuitId: use.circuitId,
  limit: phasesToWire(use.limit),
  otherLoad: phasesToWire(use.otherLoad),
  committed: phasesToWire(use.committed),
  powerLimitW: whole(use.powerLimitW),
  limitSource: use.limitSource,
  rise: phasesToWire(use.rise),
  limitValidUntilMs: whole(use.limitValidUntilMs),
});

export const phasesToWire = ({ l1, l2, l3 }: Partial<PerPhase<number>>): commonV1.PhaseCurrents => ({
  l1DeciA: l1,
  l2DeciA: l2,
  l3DeciA: l3,
});
