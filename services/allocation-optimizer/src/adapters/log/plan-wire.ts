import { planV1 } from '@headroom/contracts';
import { epochMs, err, type Result, sessionId } from '@headroom/kernel';
import {
  type KeptPlan,
  keptOf,
  type RecordedPlan,
  recordedPlanOf,
  type ToldPlan,
} from '../../domain/planning/kept-plan.ts';
import { type Budget, NOT_FOR_COST, type Plan, type PlanMode } from '../../domain/planning/plan.ts';
import type { PlanUse } from '../../domain/policies/plan-following.ts';
import { whole } from './whole.ts';

export const PLAN_MODES: Readonly<Record<PlanMode, planV1.PlanMode>> = {
  energy: planV1.PlanMode.ENERGY,
  cost: planV1.PlanMode.COST,
};

const modeOf = (wire: planV1.PlanMode): PlanMode | undefined =>
  (['energy', 'cost'] as const).find((mode) => PLAN_MODES[mode] === wire);

/** A plan on its way into the log. */
export const planToWire = (plan: Plan, seq: bigint): planV1.PlanMade => ({
  seq,
  createdAtMs: BigInt(plan.createdAtMs),
  validUntilMs: BigInt(plan.validUntilMs),
  siteConfigVersion: BigInt(plan.siteVersion),
  snapshotHash: plan.snapshotHash,
  mode: PLAN_MODES[plan.mode],
  boundsMs: boundsOf(plan.intervals),
  sessions: [...plan.sessions].map(
    ([id, { deliveredWh, energyWh, dischargeWh, needWh, missingWh, byMs, ...share }]) => ({
      sessionId: id,
      deliveredEnergyWh: whole(deliveredWh),
      energyWh: withoutZeros(energyWh),
      needEnergyWh: BigInt(needWh),
      missingEnergyWh: BigInt(missingWh),
      readyByMs: BigInt(byMs),
      dischargeEnergyWh: withoutZeros(dischargeWh ?? []),
      ...{ costMicro: whole(share.costMicro), carbonG: whole(share.carbonG) },
    }),
  ),
  importPowerW: plan.importW.map(BigInt),
  envelopePowerW: plan.envelope.map(({ powerW }) => BigInt(powerW)),
  costMicro: whole(plan.costMicro),
  carbonG: whole(plan.carbonG),
  levels: plan.objectives.map(({ name, value, gap }) => ({ name, value, gap })),
  notForCost: plan.notForCost ?? '',
  buildingPowerW: withoutZeros(plan.expected?.buildingW ?? []).map(BigInt),
  pvPowerW: withoutZeros(plan.expected?.pvW ?? []).map(BigInt),
  forecastBy: plan.expected?.by ?? '',
});

/** What the next owner takes over of it. `keptPlanOf` reads it back, without any loss. */
export const keptPlanToWire = (plan: KeptPlan): planV1.PlanMade => ({
  seq: plan.seq,
  createdAtMs: BigInt(plan.createdAtMs),
  validUntilMs: BigInt(plan.validUntilMs),
  siteConfigVersion: BigInt(plan.siteVersion),
  snapshotHash: '',
  mode: PLAN_MODES[plan.mode],
  boundsMs: boundsOf(plan.envelope),
  sessions: [...new Set([...plan.budgets.keys(), ...(plan.discharge?.keys() ?? [])])].map((id) => ({
    sessionId: id,
    deliveredEnergyWh: whole(plan.deliveredWh.get(id)),
    energyWh: energiesOf(plan, plan.budgets.get(id)),
    dischargeEnergyWh: energiesOf(plan, plan.discharge?.get(id)),
    ...{ needEnergyWh: 0n, missingEnergyWh: 0n, readyByMs: 0n, costMicro: undefined, carbonG: undefined },
  })),
  importPowerW: [],
  envelopePowerW: plan.envelope.map(({ powerW }) => BigInt(powerW)),
  ...{ costMicro: undefined, carbonG: undefined, levels: [], notForCost: '' },
  ...{ buildingPowerW: [], pvPowerW: [], forecastBy: '' },
});

const energiesOf = ({ envelope }: KeptPlan, budgets: readonly Budget[] = []): number[] =>
  withoutZeros(envelope.map(({ fromMs }) => budgets.find((budget) => budget.fromMs === fromMs)?.energyWh ?? 0));

const boundsOf = (intervals: readonly { readonly fromMs: number; readonly toMs: number }[]): bigint[] =>
  [...intervals.map(({ fromMs }) => fromMs), ...intervals.slice(-1).map(({ toMs }) => toMs)].map(BigInt);

function withoutZeros(values: readonly number[]): number[] {
  return values.slice(0, values.findLastIndex((value) => value > 0) + 1);
}

export const recordedPlanFromWire = (epoch: bigint, wire: planV1.PlanMade): Result<RecordedPlan, string> =>
  recordedPlanOf(toldOf(epoch, wire));

/** Undefined: it is no plan, and the next one comes in minutes. */
export function keptPlanOf(
  wire: { readonly ownerEpoch: bigint; readonly plan?: planV1.PlanMade | undefined } | undefined,
) {
  const read = wire?.plan === undefined ? err('none') : recordedPlanFromWire(wire.ownerEpoch, wire.plan);
  return read.kind === 'ok' ? keptOf(read.value) : undefined;
}

const toldOf = (epoch: bigint, wire: planV1.PlanMade): ToldPlan => ({
  ...{ epoch, seq: wire.seq, siteVersion: Number(wire.siteConfigVersion), snapshotHash: wire.snapshotHash },
  createdAtMs: epochMs(Number(wire.createdAtMs)),
  validUntilMs: epochMs(Number(wire.validUntilMs)),
  mode: modeOf(wire.mode),
  boundsMs: wire.boundsMs.map(Number),
  sessions: wire.sessions.map((session) => ({
    sessionId: sessionId(session.sessionId),
    deliveredWh: session.deliveredEnergyWh === undefined ? undefined : Number(session.deliveredEnergyWh),
    energyWh: session.energyWh,
    ...(session.dischargeEnergyWh.some((wh) => wh > 0) ? { dischargeWh: session.dischargeEnergyWh } : {}),
    needWh: Number(session.needEnergyWh),
    missingWh: Number(session.missingEnergyWh),
    byMs: epochMs(Number(session.readyByMs)),
    ...(session.costMicro === undefined ? {} : { costMicro: Number(session.costMicro) }),
    ...(session.carbonG === undefined ? {} : { carbonG: Number(session.carbonG) }),
  })),
  importW: wire.importPowerW.map(Number),
  envelopeW: wire.envelopePowerW.map(Number),
  costMicro: wire.costMicro === undefined ? undefined : Number(wire.costMicro),
  ...(wire.carbonG === undefined ? {} : { carbonG: Number(wire.carbonG) }),
  ...expectedOf(wire),
  objectives: wire.levels,
  ...notForCostOf(wire.notForCost),
});

const expectedOf = ({ forecastBy: by, buildingPowerW, pvPowerW }: planV1.PlanMade): Pick<Plan, 'expected'> =>
  by === '' ? {} : { expected: { by, buildingW: buildingPowerW.map(Number), pvW: pvPowerW.map(Number) } };

/** A word that this release does not know says nothing. */
function notForCostOf(wire: string): Pick<Plan, 'notForCost'> {
  const notForCost = NOT_FOR_COST.find((word) => word === wire);
  return notForCost === undefined ? {} : { notForCost };
}

export const planUseToWire = (use: PlanUse): planV1.PlanUse =>
  use.kind === 'followed'
    ? { ownerEpoch: use.epoch, seq: use.seq, ignored: '' }
    : { ownerEpoch: 0n, seq: 0n, ignored: use.why };
