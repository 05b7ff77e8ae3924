import { type EpochMs, transactionId } from '@headroom/kernel';
import { HIGHEST_VOLTAGE_PERCENT, LOWEST_VOLTAGE_PERCENT, type EvseModel } from '@headroom/site-model';
import {
  compositeSchedule,
  type InstalledProfile,
  type RateUnit,
  type Segment,
  type Supply,
} from '@headroom/ocpp/profiles';
import type { EvseControl } from './evse-control.ts';
import type { Falling } from './later-limit.ts';
import { laterPeriod, type LeaseSpan, START_IN_PAST_MS } from './lease-span.ts';
import { type PlanInput, planOf, type ProfilePlan, unitOf } from './plan-of.ts';
import { profileOfPlan } from './plan-profile.ts';
import { plannedKind } from './planned-kind.ts';
import type { SiteState } from './site-state.ts';
import { restated, type ToldByClock } from './told-clock.ts';

/** What an EVSE may be obeying at a time: deci-amps of each phase, or W of one; of a DC station all W. */
export interface ToldStep {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly limit: number;
}

/** What an EVSE was told, as its station would say it. */
export interface ToldComposite {
  /** Of each way in which its limits may stand; all of them may. Our clock, without margins. */
  readonly most: readonly ToldStep[];
  /** What holds now of its lease. Undefined: it has none, or nobody knows which of several it has. */
  readonly now: number | undefined;
  /** The highest that any of its leases comes to. 0: it has none. */
  readonly ofLeases: number;
  /** The first of its leases ends then, if they end. */
  readonly firstEndMs: EpochMs;
  /** The last of its leases has ended by then. */
  readonly leasesEndMs: EpochMs;
  /** A limit may be told of so much more than it is because it is rounded: an ampere. */
  readonly roundsBy: number;
  /**
   * Phases over which W are spread that name none: 3 by the text (2.x K01.FR.49, 1.6 7.14), and no more than are wired. All W here are those of
   * one phase. Undefined: nothing is spread, for it is A, or DC.
   */
  readonly spreadOver: number | undefined;
}

export interface ToldQuestion {
  readonly unit: RateUnit;
  readonly nowMs: EpochMs;
  readonly untilMs: EpochMs;
  /** The station's clock less ours, as it is now: leases that were told by another one end when it shows their ends (HO-13). */
  readonly skewMs: number;
}

interface Lease extends Falling, ToldByClock {
  readonly untilMs: EpochMs;
}

/** Whatever it is called: that its leases are of the one that runs is asked before. */
const RUNNING = transactionId('running');

/**
 * The composite schedules (K08, 1.6 3.13) of all that the EVSE may hold of ours, by the committed set: each permanent limit without a lease, and
 * each lease above the highest of them. A limit that was told in the other unit is converted at the voltage at which it is most. Undefined: what
 * it says cannot be compared, because its amperes are those of a battery (MD12), or because its limits are not ours to say.
 */
export function toldComposite(
  site: SiteState,
  evse: EvseModel,
  { set }: Pick<EvseControl, 'set'>,
  { unit, nowMs, untilMs, skewMs }: ToldQuestion,
): ToldComposite | undefined {
  const kind = plannedKind(site, evse);
  const toldIn = unitOf(kind, kind.place);
  if (kind.place.dc !== undefined && unit !== 'W') return undefined;
  const { installed, fallbacks, acknowledged, unsettled, attempts } = set;
  const permanent = [
    ...new Set([
      evse.fallback,
      ...(installed === undefined ? [] : [installed]),
      ...fallbacks.map(({ limit }) => limit),
    ]),
  ];
  const leases: readonly Lease[] = [acknowledged, unsettled, ...attempts].flatMap((lease) =>
    lease === undefined ? [] : [lease.toldSkewMs === undefined ? lease : restated(lease, skewMs)],
  );
  const { place } = kind;
  const supply = supplyOf(place, { unit, toldIn });
  const isSpread = unit === 'W' && place.dc === undefined;
  // In the words of our plans: W for one phase, A for all that are wired.
  const phases = isSpread && toldIn === 'A' ? place.wiredPhases : 1;
  const steps = (fallback: typeof evse.fallback, lease: Lease | undefined): readonly ToldStep[] => {
    const plans = plansOf(kind, fallback, lease && { ...lease, nowMs });
    return compositeOf(plans, { evse: evse.evse, supply, unit, nowMs, untilMs, phases });
  };
  const highest = permanent.reduce((most, limit) => (limit > most ? limit : most), evse.fallback);
  const withLease = leases.map((lease) => steps(highest, lease));
  const isCertain = set.proven && attempts.length === 0 && unsettled === undefined && fallbacks.length === 0;
  return {
    most: [...permanent.flatMap((limit) => steps(limit, undefined)), ...withLease.flat()],
    now:
      isCertain && acknowledged !== undefined && installed !== undefined && unit === toldIn
        ? steps(installed, acknowledged)[0]?.limit
        : undefined,
    ofLeases: withLease.flat().reduce((most, { limit }) => Math.max(most, limit), 0),
    firstEndMs: leases.reduce((first, lease) => Math.min(first, lease.untilMs), Number.POSITIVE_INFINITY),
    leasesEndMs: leases.reduce((last, lease) => Math.max(last, lease.untilMs), Number.NEGATIVE_INFINITY),
    roundsBy: unit === 'A' ? DECI : place.voltageV * (place.dc === undefined ? 1 : place.wiredPhases),
    spreadOver: isSpread ? place.wiredPhases : undefined,
  };
}

const DECI = 10;

/** At the voltage at which what was told in the other unit is most. */
function supplyOf(
  { voltageV, wiredPhases, dc }: PlanInput['place'],
  { unit, toldIn }: { readonly unit: RateUnit; readonly toldIn: RateUnit },
): Supply {
  if (dc !== undefined) return { kind: 'dc', voltageV };
  const percent = unit === toldIn ? 100 : unit === 'W' ? HIGHEST_VOLTAGE_PERCENT : LOWEST_VOLTAGE_PERCENT;
  const phases = wiredPhases === 1 ? 1 : wiredPhases === 2 ? 2 : 3;
  return { kind: 'ac', voltageV: Math.floor((voltageV * percent) / 100), phases };
}

/** In the words in which it was told, but by our clock: what counts from the start of a transaction was reckoned to end there too. */
function plansOf(
  kind: Pick<PlanInput, 'capabilities' | 'quirks' | 'place'>,
  fallback: EvseModel['fallback'],
  lease: (Lease & { readonly nowMs: EpochMs }) | undefined,
): readonly ProfilePlan[] {
  const quirks = { ...kind.quirks, scheduleKind: 'absolute' as const };
  if (lease === undefined || lease.untilMs <= lease.nowMs) return planOf({ ...kind, quirks, fallback });
  const startMs = lease.nowMs - START_IN_PAST_MS;
  const span: LeaseSpan = { startMs, untilMs: lease.untilMs, durationS: Math.ceil((lease.untilMs - startMs) / 1_000) };
  const second = laterPeriod(span, lease.later);
  return planOf({
    ...{ ...kind, quirks, fallback, limit: lease.limit },
    ...(second === undefined ? {} : { periods: [second] }),
    lease: { transactionId: RUNNING, startScheduleMs: startMs, durationS: span.durationS },
  });
}

interface Asked extends Omit<ToldQuestion, 'skewMs'> {
  readonly evse: number;
  readonly supply: Supply;
  /** Over which what was told is spread. */
  readonly phases: number;
}

function compositeOf(
  plans: readonly ProfilePlan[],
  { evse, supply, unit, nowMs, untilMs, phases }: Asked,
): readonly ToldStep[] {
  const profiles = plans.map((plan): InstalledProfile => ({ evse: plan.evse, profile: profileOfPlan(plan) }));
  const transaction = { transactionId: RUNNING, startedAtMs: nowMs - START_IN_PAST_MS };
  const asked = { profiles, evse, supply, unit, transaction, fromMs: nowMs, durationMs: untilMs - nowMs };
  const found = compositeSchedule(asked);
  if (found.kind === 'err') return [];
  return found.value.segments.map(({ fromMs, untilMs: endMs, limit }: Segment) => ({
    ...{ fromMs, untilMs: endMs },
    limit: (limit ?? Number.POSITIVE_INFINITY) / phases,
  }));
}
