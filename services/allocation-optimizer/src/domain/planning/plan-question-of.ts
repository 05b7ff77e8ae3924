import {
  type CircuitId,
  type EpochMs,
  type EvseId,
  epochMs,
  type PerPhaseDeciAmps,
  type SessionId,
} from '@headroom/kernel';
import {
  accumulate,
  type EvseModel,
  inRow,
  type PhaseMask,
  type RowKind,
  rowsOf,
  type SiteModel,
  underMask,
  weighed,
} from '@headroom/site-model';
import type { BillingMemory } from '../billing-memory.ts';
import type { Given } from '../control-memory.ts';
import type { ForecastMemory } from '../forecast/forecast-memory.ts';
import { believedForecast, type Forecaster, PERSISTENCE } from '../forecast/forecaster.ts';
import { supplyNow } from '../forecast/learn-supply.ts';
import { limitedSite } from '../limited-site.ts';
import { type ContenderRole, type Role, roleOf } from '../roles.ts';
import { socOf } from '../battery-soc.ts';
import { isLow } from '../session-rules.ts';
import { heldWh, lostWh } from '../given-back.ts';
import type { Contender } from '../policies/policy.ts';
import { type Boost, EMPTY_EVSE_STATE, type EvseState, sessionEnergy, type SiteState } from '../site-state.ts';
import { passedOn, phasesPlanned, wattsPerAmp } from './conductors.ts';
import { backOf, dischargeOffered } from './discharge-offered.ts';
import { horizonOf } from './horizon.ts';
import { lastPowersOf } from './last-plan.ts';
import { carbonPerKwhOf } from './plan-carbon.ts';
import { moneyOf } from './plan-money.ts';
import type { Interval, PlanQuestion, PlanRow, PlanSession } from './question.ts';

/** Of a driver who said nothing (MD9, MD10). */
export const UNKNOWN_NEED_KWH = 20;
export const UNKNOWN_STAY_MS = 4 * 3_600_000;
/** A car that still draws when it should be full, or is still there when it should be gone. */
export const LEAST_NEED_KWH = 1;
export const ROLLING_STAY_MS = 3_600_000;
/** How far a plan looks ahead. */
export const HORIZON_MS = 24 * 3_600_000;
const WATTS_PER_KW = 1_000;

/**
 * What a plan is asked, from what the fast loop knows: the cars that compete now with what their drivers said, every row with its known
 * limits ahead and all that counts in it beside them. What is forecast bears on money and order alone: in the rows other load stays as it counts now.
 */
export function planQuestionOf(input: {
  readonly site: SiteModel;
  readonly state: SiteState;
  readonly given: ReadonlyMap<EvseId, Given>;
  /** By the circuit on which it sits, as it counts now. */
  readonly otherLoad: ReadonlyMap<CircuitId, PerPhaseDeciAmps>;
  /** What was drawn from the grid so far. Absent: nobody measured, or nobody asks. */
  readonly billing?: BillingMemory | undefined;
  /** What was seen of building and sources. Absent: nothing. */
  readonly forecast?: ForecastMemory | undefined;
  /** Absent: everything stays as it counts now. */
  readonly forecaster?: Forecaster | undefined;
  readonly nowMs: EpochMs;
}): PlanQuestion {
  const { state, nowMs } = input;
  const site = limitedSite(input.site, state, nowMs);
  const roles = new Map<EvseId, Role>();
  for (const [evseId, evse] of site.evses) roles.set(evseId, roleOf({ site, evse, state, given: input.given, nowMs }));
  const cars = [...roles.values()].flatMap((role) =>
    role.kind === 'contender' ? (carOf({ site, state, nowMs }, role) ?? []) : [],
  );
  const intervals = horizonOf(nowMs, epochMs(nowMs + HORIZON_MS));
  const lastOf = lastPowersOf(state.plan, { intervals, nowMs, siteVersion: site.version });
  const near = (sessionId: SessionId): Pick<PlanSession, 'lastKw'> => {
    const lastKw = lastOf(sessionId);
    return lastKw === undefined ? {} : { lastKw };
  };
  const load = accumulate(site, input.otherLoad);
  const atRoot = load.get(site.rootCircuitId);
  const loadW = atRoot === undefined ? 0 : ((atRoot.l1 + atRoot.l2 + atRoot.l3) * site.nominalVoltageV) / 10;
  const expected = believedForecast(input.forecaster ?? PERSISTENCE, {
    ...{ memory: input.forecast, timezone: site.timezone, nowMs, intervals, loadW },
    pvW: supplyNow(site, state, nowMs)?.pvW ?? 0,
  });
  const each = (value: number): readonly number[] => intervals.map(() => value);
  return {
    ...{ siteId: site.siteId, siteVersion: site.version, nowMs, intervals },
    sessions: cars.map(({ session }) => ({ ...session, ...near(session.sessionId) })),
    rows: planRows({ site, roles, cars, load, intervals }),
    buildingKw: expected.loadW.map((watts) => watts / WATTS_PER_KW),
    pvKw: expected.pvW.map((watts) => watts / WATTS_PER_KW),
    ...{ forecastBy: expected.by, battery: undefined },
    ...carbonSeriesOf(state.grid, intervals),
    ...moneyOf({ site, grid: state.grid, billing: input.billing, nowMs }, intervals),
    // The rows of the grid connection hold what is imported, and what the grid asks is among them.
    ...{ importLimitKw: each(Infinity), exportLimitKw: (site.exportLimitW ?? 0) / 1_000, askedLimitKw: each(Infinity) },
  };
}

function carbonSeriesOf(grid: SiteState['grid'], intervals: readonly Interval[]): Pick<PlanQuestion, 'carbonGPerKwh'> {
  const carbonGPerKwh = carbonPerKwhOf(grid, intervals);
  return carbonGPerKwh === undefined ? {} : { carbonGPerKwh };
}

interface PlannedCar {
  readonly session: PlanSession;
  readonly evse: EvseModel;
  readonly ampsPerKw: number;
  /** Undefined: it uses all that are wired. */
  readonly mask: PhaseMask | undefined;
}

/** Undefined: there is nothing to plan for it. */
function carOf(
  known: { readonly site: SiteModel; readonly state: SiteState; readonly nowMs: EpochMs },
  { evse, contender, reached, boost, least }: ContenderRole,
): PlannedCar | undefined {
  const { site, state, nowMs } = known;
  const facts = state.evses.get(evse.evseId) ?? EMPTY_EVSE_STATE;
  const phases = phasesPlanned(known, evse);
  const { session } = facts;
  if (session === undefined) return undefined;
  const kwPerAmp = wattsPerAmp(site, evse, phases.length) / 1_000;
  const discharge = dischargeOffered(evse, facts, { kwPerAmp, nowMs });
  // Who has enough by the rules of its bay (C65) needs nothing, whatever its battery could hold.
  const needKwh = contender.idle || reached !== undefined ? 0 : needOf(facts);
  // Who is full may still give something back, and then wants it again.
  if (kwPerAmp <= 0 || (needKwh <= 0 && discharge === undefined)) return undefined;
  return {
    evse,
    ampsPerKw: 1 / kwPerAmp,
    mask: phases.length < evse.phases.length ? { phases, elsewhere: evse.fallback } : undefined,
    session: {
      ...{ sessionId: session.sessionId, tier: contender.tier, weight: contender.weight, efficiency: passedOn(evse) },
      ...{
        fromMs: nowMs,
        byMs: deadlineOf(facts, nowMs),
        needKwh: Math.max(0, needKwh),
        maxKw: (contender.max / 10) * kwPerAmp,
      },
      deliveredWh: sessionEnergy(facts),
      ...(discharge === undefined ? {} : { discharge }),
      ...assuredTo(contender, boost, kwPerAmp),
      ...firstOf(evse, facts),
      // C65. What any car needs to charge at all is left to the fast loop: it is little, and turns are its business.
      ...(least.isRuled && contender.min <= contender.max ? { leastKw: (least.current / 10) * kwPerAmp } : {}),
    },
  };
}

/** C61, C70. Who may have nothing at all is assured nothing. */
function assuredTo(
  { assured, min, max }: Contender,
  boost: Boost | undefined,
  kwPerAmp: number,
): Pick<PlanSession, 'assured'> {
  if ((assured === undefined && boost === undefined) || max < min) return {};
  const kwOf = (current: number): number => (current / 10) * kwPerAmp;
  const kw = assured === undefined ? 0 : kwOf(Math.max(min, Math.min(assured, max)));
  const boosted = boost === undefined ? {} : { boostedUntilMs: boost.untilMs };
  return { assured: { kw, minKw: kwOf(min), ...boosted } };
}

/** Of a battery whose size nobody tells (kWh): when it holds enough, its station says so, and the next plan knows. */
export const ASSUMED_BATTERY_KWH = 60;

/** C65: what is to be in it before others of its tier have anything. How much a percent is only its driver can say. */
function firstOf({ rules }: EvseModel, facts: EvseState): Pick<PlanSession, 'firstKwh'> {
  const percent = socOf(facts)?.percent;
  if (rules?.minimumSocPercent === undefined || percent === undefined || !isLow(rules, facts)) return {};
  return { firstKwh: (rules.minimumSocPercent - percent) * kwhPerPercent(facts, percent) };
}

/** By the size that was said; else by what is in it, where that is known in both measures. */
function kwhPerPercent(facts: EvseState, percent: number): number {
  const size = facts.session?.requested?.battery?.size;
  if (size !== undefined) return size / WATTS_PER_KW / 100;
  const held = heldWh(facts);
  return held !== undefined && held > 0 && percent > 0 ? held / WATTS_PER_KW / percent : ASSUMED_BATTERY_KWH / 100;
}

/** MD9. */
function needOf(facts: EvseState): number {
  const deliveredKwh = (sessionEnergy(facts) ?? 0) / 1_000;
  const requested = facts.session?.requested;
  if (requested !== undefined) return (requested.energy + lostWh(facts)) / 1_000 - deliveredKwh;
  return Math.max(LEAST_NEED_KWH, UNKNOWN_NEED_KWH - deliveredKwh);
}

/** MD10. */
function deadlineOf({ session }: EvseState, nowMs: EpochMs): EpochMs {
  const said = session?.requested?.departureAtMs ?? (session?.startedAtMs ?? nowMs) + UNKNOWN_STAY_MS;
  return epochMs(said > nowMs ? said : nowMs + ROLLING_STAY_MS);
}

interface RowsAhead {
  readonly site: SiteModel;
  readonly roles: ReadonlyMap<EvseId, Role>;
  readonly cars: readonly PlannedCar[];
  readonly load: ReadonlyMap<CircuitId, PerPhaseDeciAmps>;
  readonly intervals: readonly Interval[];
}

function planRows(ahead: RowsAhead): readonly PlanRow[] {
  const { site, cars, intervals } = ahead;
  const places = new Map(cars.map(({ evse }, place) => [evse.evseId, place]));
  const carOf = (evseId: EvseId): PlannedCar | undefined => cars[places.get(evseId) ?? -1];
  const rows = new Map<string, { readonly row: PlanRow; readonly roomA: number[]; readonly standingDeciA: number }>();
  intervals.forEach(({ fromMs, toMs }, t) => {
    // Two rows of a conductor are told apart by their order, which never changes.
    const seen = new Map<string, number>();
    for (const { circuitId, kind, loads, limitDeciA } of rowsOf(site, fromMs, epochMs(toMs - 1))) {
      const nth = (seen.get(`${circuitId} ${kind}`) ?? 0) + 1;
      seen.set(`${circuitId} ${kind}`, nth);
      let known = rows.get(`${circuitId} ${kind} ${nth}`);
      if (known === undefined) {
        const roomA = intervals.map(() => Infinity);
        const members = [...loads].flatMap(([evseId, wired]) => {
          const [place, car] = [places.get(evseId), carOf(evseId)];
          if (place === undefined || car === undefined) return [];
          const following = car.mask === undefined ? wired : underMask(kind, wired, car.mask).following;
          return following === 0 ? [] : [{ place, ampsPerKw: following * car.ampsPerKw }];
        });
        // Only limits change with time: what stands in a row is counted once.
        const standingDeciA = standingIn(kind, { circuitId, loads }, { ...ahead, carOf });
        const back = backOf(site, { circuitId, kind }, { cars, members });
        known = { row: { circuitId, kind, batteryAmpsPerKw: 0, roomA, members, ...back }, roomA, standingDeciA };
        rows.set(`${circuitId} ${kind} ${nth}`, known);
      }
      known.roomA[t] = (limitDeciA - known.standingDeciA) / 10;
    }
  });
  return [...rows.values()].flatMap(({ row }) => (row.members.length > 0 ? [row] : []));
}

/**
 * What counts in a row whatever is planned: other load, every EVSE that nobody steers, what is kept for one that wants nothing now, and
 * on phases that its car does not use what the next car may take.
 */
function standingIn(
  kind: RowKind,
  row: { readonly circuitId: CircuitId; readonly loads: ReadonlyMap<EvseId, number> },
  of: Pick<RowsAhead, 'roles' | 'load'> & { readonly carOf: (evseId: EvseId) => PlannedCar | undefined },
): number {
  const otherLoad = of.load.get(row.circuitId);
  let deciA = otherLoad === undefined ? 0 : inRow(otherLoad, kind);
  for (const [evseId, coefficient] of row.loads) {
    const role = of.roles.get(evseId);
    const mask = of.carOf(evseId)?.mask;
    if (role?.kind === 'fixed') deciA += weighed(coefficient, role.worst);
    else if (mask !== undefined) deciA += underMask(kind, coefficient, mask).standing;
    else if (role !== undefined && of.carOf(evseId) === undefined) deciA += weighed(coefficient, role.base);
  }
  return deciA;
}
