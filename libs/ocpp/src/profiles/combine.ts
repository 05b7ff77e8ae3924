import type { OperationMode, Purpose, Rate, RateUnit } from './profile.ts';
import type { Leader } from './track.ts';
import { type Conversion, evenRate, isPerPhase, phaseRates, phasesOf, type Supply } from './rate.ts';

/** Where a limit comes from: a profile, the hardware (`local`), or the sum of the EVSEs of a station. */
export interface LimitSource {
  readonly purpose: Purpose | 'local' | 'evses';
  /** Of a profile. */
  readonly profileId?: number;
}

/**
 * What holds in a piece of time. Amounts are whole numbers of the composite's unit: deci-amps of each phase in use, or W of all of
 * them. With `limitL2` and `limitL3` (2.1 K08.FR.09) each is that of one conductor, and `limit` that of L1; the same with the others.
 */
export interface Imposed {
  /** Absent: nothing limits; whoever asks knows the hardware. 0 is a limit. */
  readonly limit?: number;
  readonly limitL2?: number;
  readonly limitL3?: number;
  /** Where the limit comes from; with one limit per phase, where that of L1 does. */
  readonly limitedBy?: LimitSource;
  /** At most 0. Absent: no profile says how far a car may discharge. */
  readonly dischargeLimit?: number;
  readonly dischargeLimitL2?: number;
  readonly dischargeLimitL3?: number;
  /** Already cut to what limit and discharge limit allow. */
  readonly setpoint?: number;
  readonly setpointL2?: number;
  readonly setpointL3?: number;
  /** AC with a profile that leads: the lowest number of phases of them all (2.1 K01.FR.140). */
  readonly numberPhases?: number;
  readonly phaseToUse?: number;
  readonly minChargingRate?: number;
  /** Other than `ChargingOnly`. */
  readonly operationMode?: OperationMode;
}

/** The leaders of an instant. Purposes do not compare their stack levels (LB2, LB3). */
export interface Leaders {
  /** Of `priority`, else of `tx`, else of `tx-default`: the first that says anything overrules the others. */
  readonly session: Leader | undefined;
  /** Of all other purposes that limit; the lowest of them and the session's holds. */
  readonly bounds: readonly Leader[];
  /** What is made on the site, added to what the others allow. */
  readonly generation: Leader | undefined;
}

export interface Basis {
  readonly supply: Supply;
  readonly unit: RateUnit;
  /** What the hardware bears, in the unit of the composite. Local generation does not raise it. */
  readonly localLimit?: number | undefined;
  readonly socPercent?: number | undefined;
  /** Others that are at work leave no more phases than this. Absent: as many as there are. */
  readonly mostPhases?: number | undefined;
}

type Field = 'limit' | 'dischargeLimit' | 'setpoint';
/** One number for all phases in use, or that of one conductor. */
type Conductor = 'all' | 0 | 1 | 2;

interface Case extends Basis, Leaders {
  /** Session and bounds. */
  readonly speaking: readonly Leader[];
  /** Phases in use. */
  readonly phases: number;
}

/** Everything that an instant's leaders say, as one (1.6 3.13.3; 2.x block K, 3.6; K08.FR.04). */
export function combine(leaders: Leaders, basis: Basis): Imposed {
  const { session, bounds, generation } = leaders;
  const speaking = session === undefined ? bounds : [session, ...bounds];
  const everyone = generation === undefined ? speaking : [...speaking, generation];
  const most = basis.mostPhases ?? MAX_PHASES;
  const phases = everyone.reduce((least, { period }) => Math.min(least, phasesOf(period, basis.supply)), most);
  const it: Case = { ...basis, ...leaders, speaking, phases };
  const amounts = everyone.some(saysPerPhase) ? amountsByPhase(it) : amountsOf(it, 'all');
  return { ...amounts, ...phaseFields(it, everyone), ...sessionFields(it) };
}

const MAX_PHASES = 3;

const saysPerPhase = ({ period: { limit, dischargeLimit, setpoint } }: Leader): boolean =>
  [limit, dischargeLimit, setpoint].some((rate) => rate !== undefined && isPerPhase(rate));

type Amounts = Pick<Imposed, 'limit' | 'limitedBy' | 'dischargeLimit' | 'setpoint'>;

function amountsByPhase(it: Case): Imposed {
  const [l1, l2, l3] = [amountsOf(it, 0), amountsOf(it, 1), amountsOf(it, 2)];
  return {
    ...l1,
    ...(l2.limit === undefined ? {} : { limitL2: l2.limit }),
    ...(l3.limit === undefined ? {} : { limitL3: l3.limit }),
    ...(l2.dischargeLimit === undefined ? {} : { dischargeLimitL2: l2.dischargeLimit }),
    ...(l3.dischargeLimit === undefined ? {} : { dischargeLimitL3: l3.dischargeLimit }),
    ...(l2.setpoint === undefined ? {} : { setpointL2: l2.setpoint }),
    ...(l3.setpoint === undefined ? {} : { setpointL3: l3.setpoint }),
  };
}

function amountsOf(it: Case, conductor: Conductor): Amounts {
  const lowest = lowestLimit(it, conductor);
  const dischargeLimit = greatest(it.speaking.map((leader) => amountOf(leader, 'dischargeLimit', { it, conductor })));
  const asked = setpointOf(it, conductor);
  const setpoint = asked === undefined ? undefined : cutTo(asked, dischargeLimit, lowest?.limit);
  return {
    ...lowest,
    ...(dischargeLimit === undefined ? {} : { dischargeLimit }),
    ...(setpoint === undefined ? {} : { setpoint }),
  };
}

const cutTo = (value: number, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): number =>
  Math.max(Math.min(value, most), least);

interface Limit {
  readonly limit: number;
  readonly limitedBy: LimitSource;
}

function lowestLimit(it: Case, conductor: Conductor): Limit | undefined {
  let lowest: Limit | undefined;
  for (const leader of it.speaking) {
    const limit = amountOf(leader, 'limit', { it, conductor });
    if (limit === undefined || (lowest !== undefined && lowest.limit <= limit)) continue;
    const { purpose, id } = leader.installed.profile;
    lowest = { limit, limitedBy: { purpose, profileId: id } };
  }
  if (lowest !== undefined && it.generation !== undefined) {
    // What limits nothing stays without a limit, however much is made.
    const made = amountOf(it.generation, 'limit', { it, conductor }) ?? 0;
    lowest = { ...lowest, limit: lowest.limit + made };
  }
  const local = localLimitOf(it, conductor);
  if (local === undefined || (lowest !== undefined && lowest.limit <= local)) return lowest;
  return { limit: local, limitedBy: { purpose: 'local' } };
}

/** W of the hardware are those of all phases of the supply; one conductor bears its part, and so does each of those in use. */
function localLimitOf({ localLimit, unit, supply, phases }: Case, conductor: Conductor): number | undefined {
  if (localLimit === undefined || unit === 'A' || supply.kind === 'dc') return localLimit;
  const inUse = conductor === 'all' ? Math.min(phases, supply.phases) : 1;
  return Math.floor((localLimit * inUse) / supply.phases);
}

interface Asked {
  readonly it: Case;
  readonly conductor: Conductor;
}

function amountOf(leader: Leader, field: Field, { it, conductor }: Asked): number | undefined {
  const { period, schedule } = leader;
  // Q10: idle means that nothing flows, in either direction.
  if (period.operationMode === 'Idle') return field === 'setpoint' ? undefined : 0;
  const rate = period[field];
  const said = rate === undefined ? undefined : converted(rate, leader, { it, conductor });
  if (field !== 'limit' || schedule.limitAtSoc === undefined) return said;
  const { socPercent, limit } = schedule.limitAtSoc;
  if (it.socPercent === undefined || it.socPercent <= socPercent) return said;
  const late = converted({ all: limit }, leader, { it, conductor });
  return said === undefined || late === undefined ? late : Math.min(said, late);
}

function converted(rate: Rate, { schedule, period }: Leader, { it, conductor }: Asked): number | undefined {
  const how: Conversion = {
    from: schedule.unit,
    to: it.unit,
    voltageV: it.supply.voltageV,
    ownPhases: phasesOf(period, it.supply),
    phases: it.phases,
  };
  if (conductor !== 'all') return phaseRates(rate, how)?.[conductor];
  return rate.all === undefined ? undefined : evenRate(rate.all, how);
}

/** In mode `ExternalSetpoint` the one that an external actor gave the station is followed (Q04), else that of the session. */
function setpointOf(it: Case, conductor: Conductor): number | undefined {
  const { session, bounds } = it;
  if (session === undefined) return undefined;
  if (session.period.operationMode !== 'ExternalSetpoint') return amountOf(session, 'setpoint', { it, conductor });
  const external = bounds.find(
    ({ installed, period }) => installed.profile.purpose === 'external-constraints' && period.setpoint !== undefined,
  );
  return external === undefined ? undefined : amountOf(external, 'setpoint', { it, conductor });
}

const greatest = (values: readonly (number | undefined)[]): number | undefined =>
  values.reduce(
    (most, value) => (most === undefined || (value !== undefined && value > most) ? value : most),
    undefined,
  );

function phaseFields(it: Case, everyone: readonly Leader[]): Pick<Imposed, 'numberPhases' | 'phaseToUse'> {
  if (it.supply.kind === 'dc' || everyone.length === 0) return {};
  const phaseToUse = it.phases === 1 ? everyone.find((one) => one.period.phaseToUse !== undefined) : undefined;
  return {
    numberPhases: it.phases,
    ...(phaseToUse?.period.phaseToUse === undefined ? {} : { phaseToUse: phaseToUse.period.phaseToUse }),
  };
}

function sessionFields(it: Case): Pick<Imposed, 'minChargingRate' | 'operationMode'> {
  const operationMode = it.session?.period.operationMode ?? 'ChargingOnly';
  const minimum = greatest(it.speaking.map((leader) => minimumOf(leader, it)));
  return {
    ...(minimum === undefined ? {} : { minChargingRate: minimum }),
    ...(operationMode === 'ChargingOnly' ? {} : { operationMode }),
  };
}

/** A demand: rounded up. */
function minimumOf({ schedule, period }: Leader, it: Case): number | undefined {
  const { minChargingRate, unit } = schedule;
  if (minChargingRate === undefined || unit === it.unit) return minChargingRate;
  const { voltageV } = it.supply;
  if (unit === 'A') return Math.ceil((minChargingRate * voltageV * it.phases) / 10);
  const phases = phasesOf(period, it.supply);
  return phases === 0 ? 0 : Math.ceil((minChargingRate * 10) / (voltageV * phases));
}
