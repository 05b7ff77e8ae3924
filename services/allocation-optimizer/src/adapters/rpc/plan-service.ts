import { planV1 } from '@headroom/contracts';
import { siteId, type SiteId } from '@headroom/kernel';
import { bind, RpcError, type ServiceBinding } from '@headroom/rpc';
import type { PlanAnswer, ShownPlan } from '../../app/plan-of-site.ts';
import type { SeriesError } from '../../domain/forecast/forecast-error.ts';
import type { EvsePlan, ReadyRisk } from '../../domain/planning/plan-view.ts';
import { refOf } from '../log/evse-ref.ts';
import { PLAN_MODES, planUseToWire } from '../log/plan-wire.ts';
import { whole } from '../log/whole.ts';

const ID_CHARS_MAX = 128;

const RISKS: Readonly<Record<ReadyRisk, planV1.ReadyRisk>> = {
  none: planV1.ReadyRisk.NONE,
  tight: planV1.ReadyRisk.TIGHT,
  misses: planV1.ReadyRisk.MISSES,
};

/** `headroom.allocation.v1.PlanService`: wire to domain and back. */
export const planServiceBinding = (deps: { readonly planOf: (site: SiteId) => PlanAnswer }): ServiceBinding =>
  bind('headroom.allocation.v1.PlanService', planV1.PlanServiceService, {
    getPlan: (request: planV1.GetPlanRequest) => {
      const { siteId: id } = request;
      if (id === '' || id.length > ID_CHARS_MAX) throw new RpcError('invalid-argument', 'That is no id of a site.');
      const answer = deps.planOf(siteId(id));
      switch (answer.kind) {
        case 'answer':
          return Promise.resolve(shownToWire(answer.value));
        case 'elsewhere':
          throw new RpcError('failed-precondition', 'another process owns that site, or nobody does');
        case 'not-yet':
          throw new RpcError('unavailable', 'this owner has just taken the site over, and has not decided yet');
      }
    },
  });

const shownToWire = ({ use, plan, evses, forecastError }: ShownPlan): planV1.GetPlanResponse => ({
  use: use && planUseToWire(use),
  mode: plan === undefined ? planV1.PlanMode.UNSPECIFIED : PLAN_MODES[plan.mode],
  createdAtMs: BigInt(plan?.createdAtMs ?? 0),
  intervals: (plan?.intervals ?? []).map(({ fromMs, toMs }, t) => ({
    startMs: BigInt(fromMs),
    endMs: BigInt(toMs),
    importPowerW: BigInt(plan?.importW[t] ?? 0),
    buildingPowerW: BigInt(plan?.expected?.buildingW[t] ?? 0),
    pvPowerW: BigInt(plan?.expected?.pvW[t] ?? 0),
  })),
  evses: evses.map(evseToWire),
  costMicro: whole(plan?.costMicro),
  carbonG: whole(plan?.carbonG),
  notForCost: plan?.notForCost ?? '',
  forecast: {
    by: plan?.expected?.by ?? '',
    building: errorToWire(forecastError.load),
    pv: errorToWire(forecastError.pv),
  },
});

const errorToWire = (error: SeriesError | undefined): planV1.ForecastError | undefined =>
  error && { quarters: error.quarters, meanErrorW: BigInt(Math.round(error.meanW)), share: error.share };

const evseToWire = ({ evseId, sessionId, session, powerW, risk }: EvsePlan): planV1.EvsePlan => ({
  ...refOf(evseId),
  sessionId,
  powerW: powerW.map(BigInt),
  readyByMs: BigInt(session.byMs),
  needEnergyWh: BigInt(session.needWh),
  missingEnergyWh: BigInt(session.missingWh),
  risk: RISKS[risk],
  ...{ costMicro: whole(session.costMicro), carbonG: whole(session.carbonG) },
});
