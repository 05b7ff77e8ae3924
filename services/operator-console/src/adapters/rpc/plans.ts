import { planV1 as wire } from '@headroom/contracts';
import { epochMs } from '@headroom/kernel';
import { MAX_REPLICAS, replicasOf, RpcError, type RpcNetwork } from '@headroom/rpc';
import {
  type ForecastError,
  PLAN_IGNORED,
  type MadePlan,
  type PlannedEvse,
  type PlanUse,
  type ReadyRisk,
  type SiteForecast,
} from '../../domain/site-plan.ts';
import type { Plans } from '../../ports.ts';

/** Real milliseconds. Nothing is reckoned for it: its owner has the plan at hand. */
const ASK_DEADLINE_MS = 3_000;

/**
 * The plans of the optimizers over rpc. Only the owner of a site has its plan, and the others do not know who that is: all of them, at most
 * `MAX_REPLICAS`, are asked at a time.
 */
export function createPlans(network: RpcNetwork, address: string): Plans {
  const clients = replicasOf(address)
    .slice(0, MAX_REPLICAS)
    .map((replica) => network.client(wire.PlanServiceService, replica, { repeatable: ['getPlan'] }));
  return {
    planOf: async (siteId) => {
      const asked = clients.map((client) => client.getPlan({ siteId }, { deadlineMs: ASK_DEADLINE_MS }));
      const answer = await Promise.any(asked).catch((cause: unknown) => {
        throw refusalIn(cause);
      });
      const [use, plan] = [useOf(answer.use), planOf(answer)];
      return { ...(use === undefined ? {} : { use }), ...(plan === undefined ? {} : { plan }) };
    },
  };
}

/** Who does not own the site says so. Whatever else went wrong may have been its owner. */
function refusalIn(cause: unknown): unknown {
  if (!(cause instanceof AggregateError)) return cause;
  return (
    cause.errors.find((each: unknown) => !isElsewhere(each)) ?? new RpcError('unavailable', 'nobody owns this site now')
  );
}

const isElsewhere = (cause: unknown): boolean =>
  typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'failed-precondition';

function useOf(use: wire.PlanUse | undefined): PlanUse | undefined {
  if (use === undefined) return undefined;
  const { ownerEpoch, seq } = use;
  if (use.ignored === '') return { ownerEpoch, seq };
  return { ownerEpoch, seq, ignored: PLAN_IGNORED.find((word) => word === use.ignored) ?? 'other' };
}

function planOf(told: wire.GetPlanResponse): MadePlan | undefined {
  if (told.intervals.length === 0) return undefined;
  return {
    mode: told.mode === wire.PlanMode.COST ? 'cost' : 'energy',
    createdAtMs: epochMs(Number(told.createdAtMs)),
    intervals: told.intervals.map(({ startMs, endMs, importPowerW, buildingPowerW, pvPowerW }) => ({
      fromMs: epochMs(Number(startMs)),
      toMs: epochMs(Number(endMs)),
      importW: Number(importPowerW),
      ...{ buildingW: Number(buildingPowerW), pvW: Number(pvPowerW) },
    })),
    evses: told.evses.map(evseOf),
    ...(told.costMicro === undefined ? {} : { costMicro: Number(told.costMicro) }),
    ...(told.carbonG === undefined ? {} : { carbonG: Number(told.carbonG) }),
    ...(told.forecast === undefined ? {} : { forecast: forecastOf(told.forecast) }),
  };
}

function forecastOf({ by, building, pv }: wire.ForecastView): SiteForecast {
  return {
    by,
    ...(building === undefined ? {} : { building: errorOf(building) }),
    ...(pv === undefined ? {} : { pv: errorOf(pv) }),
  };
}

const errorOf = ({ quarters, meanErrorW, share }: wire.ForecastError): ForecastError => ({
  ...{ quarters, meanW: Number(meanErrorW) },
  ...(share === undefined ? {} : { share }),
});

const RISKS: ReadonlyMap<wire.ReadyRisk, ReadyRisk> = new Map([
  [wire.ReadyRisk.NONE, 'none'],
  [wire.ReadyRisk.TIGHT, 'tight'],
  [wire.ReadyRisk.MISSES, 'misses'],
]);

function evseOf(told: wire.EvsePlan): PlannedEvse {
  const risk = RISKS.get(told.risk);
  return {
    ...{ stationId: told.stationId, evse: told.evse, sessionId: told.sessionId },
    powerW: told.powerW.map(Number),
    readyByMs: epochMs(Number(told.readyByMs)),
    needWh: Number(told.needEnergyWh),
    missingWh: Number(told.missingEnergyWh),
    ...(risk === undefined ? {} : { risk }),
    ...(told.costMicro === undefined ? {} : { costMicro: Number(told.costMicro) }),
    ...(told.carbonG === undefined ? {} : { carbonG: Number(told.carbonG) }),
  };
}
