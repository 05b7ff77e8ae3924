import { type DeciAmps, deciAmps, type EpochMs, type EvseNumber, type TransactionId } from '@headroom/kernel';
import { type DcInput, dcOutputW, LOWEST_VOLTAGE_PERCENT, wattsOfOnePhase } from '@headroom/site-model';
import { type Capabilities, takesSetpoints } from '@headroom/ocpp/capabilities';
import type { RateUnit } from '@headroom/ocpp/profiles';
import type { Quirks } from '@headroom/ocpp/quirks';
import type { LimitPurpose } from './command-name.ts';

/** A charging profile in the platform's own words; the gateway says it in the station's version of OCPP. */
export interface ProfilePlan {
  readonly evse: EvseNumber;
  readonly profileId: number;
  readonly stackLevel: number;
  readonly purpose: LimitPurpose;
  readonly unit: RateUnit;
  /** By ascending `startS`, the first at 0. */
  readonly periods: readonly PlannedPeriod[];
  /** Absent: permanent, from now on, for whatever transaction comes. */
  readonly lease?: {
    readonly transactionId: TransactionId;
    /** On the station's clock (SI31). Absent: its seconds count from the start of the transaction. */
    readonly startScheduleMs?: EpochMs;
    readonly durationS: number;
    /** SI15: so long without us and it is void for good. Absent: its station cannot be told that. */
    readonly maxOfflineS?: number;
    /** 2.1 K28: its limit can be told anew without the rest of it. */
    readonly isDynamic?: true;
    /** Only that is told: all else stands already. */
    readonly isUpdate?: true;
  };
}

export interface PlannedPeriod {
  readonly startS: number;
  /** Deci-amps of each phase, or W: of a DC station those that flow out, else those of all its phases together. */
  readonly amount: number;
  /** Absent: none is named (H84). */
  readonly numberPhases?: number;
  /** What its car is to give back (2.1), in the unit of `amount`; above 0. Absent: nothing. */
  readonly discharge?: number;
}

/** An EVSE, as its profiles see it. */
export interface PlannedEvse {
  readonly evse: EvseNumber;
  /** EVSEs of its station: they share its memory for profiles. */
  readonly evses: number;
  readonly wiredPhases: number;
  /** Line to neutral, nominal. W go by it. */
  readonly voltageV: number;
  /** Of a DC station: what its limits, currents of its supply, come to at its output. Absent: AC. */
  readonly dc?: DcInput;
}

/** What is to hold for one transaction, for a while. */
export interface PlannedLease {
  readonly transactionId: TransactionId;
  /** On the station's clock. */
  readonly startScheduleMs: EpochMs;
  readonly durationS: number;
  /** Whole seconds from the start of the transaction to that of the lease, at most. Absent: not known. */
  readonly sinceTransactionS?: number;
}

/** A limit that takes the place of the one before it, so long after the start of the lease (SI27). */
export interface LaterPeriod {
  readonly startS: number;
  readonly limit: DeciAmps;
}

export interface PlanInput {
  readonly capabilities: Capabilities;
  readonly quirks: Quirks;
  readonly place: PlannedEvse;
  /** The permanent limit, where it is to be installed (anew). Absent: it stands. */
  readonly fallback?: DeciAmps;
  /** Absent: no more than the fallback. */
  readonly lease?: PlannedLease;
  /** Of the lease, from its start. */
  readonly limit?: DeciAmps;
  /** Known drops of it, by ascending `startS`. */
  readonly periods?: readonly LaterPeriod[];
  /** Of the lease, in all its periods: what its car gives back, on each conductor. Absent: nothing. */
  readonly discharge?: DeciAmps;
}

/**
 * The messages that make an EVSE obey these limits, in the order in which they must leave: the permanent one first (H85, H89), then the lease.
 * What the station cannot express is said lower, or not at all; never higher. Nothing is cleared (H88). Without room for a lease, or a way to
 * say its end, there is none; and nothing for a station that takes none of our limits.
 */
export function planOf(input: PlanInput): readonly ProfilePlan[] {
  const { fallback, lease, limit } = input;
  if (!takesLimits(input, input.place)) return [];
  return [
    ...(fallback === undefined ? [] : [fallbackPlan(input, fallback)]),
    ...(lease === undefined || limit === undefined ? [] : leasePlan(input, lease, limit)),
  ];
}

const ORDINALS: Readonly<Record<LimitPurpose, number>> = { fallback: 1, lease: 2 };
/** H88: the same id for ever, so that a newer profile overwrites the older one and nothing is ever cleared. */
export const profileIdOf = (evse: EvseNumber, purpose: LimitPurpose): number => evse * 10 + ORDINALS[purpose];

const fallbackPlan = (input: PlanInput, limit: DeciAmps): ProfilePlan => ({
  evse: input.place.evse,
  profileId: profileIdOf(input.place.evse, 'fallback'),
  stackLevel: 0,
  purpose: 'fallback',
  unit: unitOf(input, input.place),
  periods: [periodOf(input, { startS: 0, limit })],
});

function leasePlan(input: PlanInput, lease: PlannedLease, limit: DeciAmps): readonly ProfilePlan[] {
  const { place, quirks } = input;
  const { transactionId, startScheduleMs, durationS, sinceTransactionS } = lease;
  if (!hasRoomForLease(input)) return [];
  const isRelative = quirks.scheduleKind === 'relative';
  if (isRelative && sinceTransactionS === undefined) return [];
  // SI31: what counts from the start of the transaction is longer by the age of that.
  const agedS = isRelative ? (sinceTransactionS ?? 0) : 0;
  const shifted = (input.periods ?? []).map((period) => ({ ...period, startS: agedS + period.startS }));
  const steps = boundedSteps([{ startS: 0, limit }, ...shifted], agedS + durationS, maxPeriodsOf(input));
  return [
    {
      evse: place.evse,
      profileId: profileIdOf(place.evse, 'lease'),
      stackLevel: leaseLevel(input),
      purpose: 'lease',
      unit: unitOf(input, input.place),
      periods: steps.map((step) => ({ ...periodOf(input, step), ...dischargeOf(input) })),
      lease: {
        ...{ transactionId, durationS: agedS + durationS },
        ...(isRelative ? {} : { startScheduleMs }),
        // By its own count of the time without us: a second end, whatever its clock does.
        ...(input.capabilities.since21?.maxOfflineDuration === true ? { maxOfflineS: durationS } : {}),
        // A Dynamic profile has one period: a drop that is announced (SI27) makes it an Absolute one.
        // An update tells the limit alone, so one that gives back is told as a whole.
        ...(!isRelative && steps.length === 1 && takesUpdates(input) && !givesBack(input) ? { isDynamic: true } : {}),
      },
    },
  ];
}

type Kind = Pick<PlanInput, 'capabilities' | 'quirks'>;

/** Its model is known to end a Dynamic profile in time, and it says that it takes such (K28). */
const takesUpdates = ({ capabilities, quirks }: Kind): boolean =>
  quirks.dynamicLeases && capabilities.since21?.dynamicProfiles === true;

/** H81: each EVSE needs two. A station that did not say how many it keeps is taken to have room. */
export const hasRoomForLease = ({ capabilities, place }: Pick<PlanInput, 'capabilities' | 'place'>): boolean =>
  capabilities.maxProfiles === undefined || capabilities.maxProfiles >= 2 * place.evses;

/** Of a lease; one period where more are known to be too many. */
export const maxPeriodsOf = ({ capabilities }: Pick<Kind, 'capabilities'>): number => capabilities.maxPeriods;

/** H81: level 0 exists on every station. One above it keeps those right that compare levels across purposes (LB3). */
const leaseLevel = ({ capabilities, quirks }: Kind): number =>
  quirks.singleLevel ? 0 : Math.min(1, capabilities.maxStackLevel, quirks.maxStackLevel ?? 1);

/**
 * Whether a limit of ours means to the station what it means to us. Amperes of a DC station are those of its battery, at a voltage that
 * nobody here knows: it is told watts, or nothing (MD12).
 */
export const takesLimits = ({ capabilities, quirks }: Kind, { dc }: Pick<PlannedEvse, 'dc'>): boolean =>
  dc === undefined || (quirks.rateUnit ?? (capabilities.units.includes('W') ? 'W' : 'A')) === 'W';

/** H82, H83: what is known of the model overrules what the station says. In A nothing has to be converted. */
export const unitOf = ({ capabilities, quirks }: Kind, { dc }: Pick<PlannedEvse, 'dc'>): RateUnit =>
  dc === undefined ? (quirks.rateUnit ?? (capabilities.units.includes('A') ? 'A' : 'W')) : 'W';

/**
 * Percent of a limit that its car is offered at the nominal voltage; undefined: all of it. What a DC station draws is worked out from its
 * power at the lowest voltage, as its limits are, so of those too it is offered all.
 */
export const passesPercent = (kind: Kind, { dc }: Pick<PlannedEvse, 'dc'>): number | undefined =>
  dc === undefined && unitOf(kind, {}) === 'W' ? LOWEST_VOLTAGE_PERCENT : undefined;

function periodOf(input: PlanInput, { startS, limit }: LaterPeriod): PlannedPeriod {
  const { quirks, place } = input;
  const { dc, wiredPhases, voltageV } = place;
  // DC is one conductor: it has no phases to name (2.x K01.FR.44).
  if (dc !== undefined)
    return { startS, amount: dcOutputW(dc, limit, { nominalVoltageV: voltageV, phases: wiredPhases }) };
  const said = sayable(limit, quirks);
  const named = (numberPhases: number) => (quirks.phasesToName === 'wired' ? { numberPhases } : {});
  if (unitOf(input, place) === 'A') return { startS, amount: said, ...named(wiredPhases) };
  // It may give all of them to a car of one phase, at a low voltage (H82). Who divides by the phases it is told gives each as much.
  // TODO(#6) one that does not divide so offers three phases a third each: by evidence of them it could be told more.
  return { startS, amount: wattsOfOnePhase(deciAmps(said), voltageV), ...named(1) };
}

const givesBack = ({ discharge = NOTHING }: PlanInput): boolean => discharge > 0;

/**
 * What its car is to give back, said so that no conductor carries more than was allowed, however its station reads it. A: of each phase; who
 * takes it for the sum of them gives a third (2.1 says "the sum of all phases" of amperes too). W: all of them on one phase at a low voltage.
 * DC: what leaves a battery is more than what its inverter passes on, so that of the other direction is less still. Only to EVSEs that follow a
 * setpoint, and what is less than a station can do is nothing.
 */
function dischargeOf(input: PlanInput): Pick<PlannedPeriod, 'discharge'> {
  const { capabilities, quirks, place, discharge } = input;
  const { dc, wiredPhases, voltageV, evse } = place;
  if (discharge === undefined || !takesSetpoints(capabilities, evse)) return {};
  const said = deciAmps(dc === undefined ? sayable(discharge, quirks) : discharge);
  const amount =
    dc !== undefined
      ? dcOutputW(dc, said, { nominalVoltageV: voltageV, phases: wiredPhases })
      : unitOf(input, place) === 'A'
        ? said
        : wattsOfOnePhase(said, voltageV);
  return amount > 0 ? { discharge: amount } : {};
}

const NOTHING = deciAmps(0);
const DECI = 10;

/** H86: rounded down; what is less than the station can offer is nothing. */
export function sayable(limit: DeciAmps, { wholeAmps, minCurrentDeciA }: Quirks): number {
  const said = wholeAmps ? Math.floor(limit / DECI) * DECI : limit;
  return said < minCurrentDeciA ? 0 : said;
}

/**
 * Those that begin before the end and lower what was before, and no more than may be: the last that fits begins with the first of the
 * rest, as low as any of them. One that would raise is left out: begun a moment early, it would be too much.
 */
function boundedSteps(steps: readonly LaterPeriod[], durationS: number, most: number): readonly LaterPeriod[] {
  const told: LaterPeriod[] = [];
  for (const { startS, limit } of steps) {
    const last = told.at(-1);
    if (startS >= durationS || (last !== undefined && limit >= last.limit)) continue;
    if (last === undefined || (startS > last.startS && told.length < most)) told.push({ startS, limit });
    else told[told.length - 1] = { ...last, limit };
  }
  return told;
}
