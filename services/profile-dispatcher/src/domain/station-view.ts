import type { DeciAmps, EpochMs, EvseNumber, SiteId, StationId } from '@headroom/kernel';
import type { FiredQuirk } from '@headroom/ocpp/quirks';
import type { EvseModel, StationLimit } from '@headroom/site-model';
import { type CompositeRead, withComposite } from './composite-said.ts';
import { nextReadingMs, type ProfilesRead } from './held-profiles.ts';
import type { Disobedience, Service } from './obedience.ts';
import { hasRoomForLease, maxPeriodsOf, passesPercent, takesLimits, unitOf } from './plan-of.ts';
import { plannedKind } from './planned-kind.ts';
import { controlAt, countingOf, evsesOfStation, leaseEndOf, type SiteState, stationOf } from './site-state.ts';
import { isHeldDown } from './station-limits.ts';
import { capabilitiesOfStation, firedQuirksOf, type StationTraits } from './station-traits.ts';

/** What the limits of a station go without, because of what it can do. */
export type Concession =
  /** It has charging profiles switched off. */
  | 'smart-charging-off'
  /** Amperes of a DC station are those of its battery: it is sent nothing (MD12). */
  | 'no-limits'
  /** Without room for two profiles of each EVSE it has its fallback alone (H81). */
  | 'no-lease'
  /** Watts where amperes are meant: its car is offered less (H82). */
  | 'watts'
  /** A drop that is announced ends its lease instead (SI27). */
  | 'one-period'
  /** Nobody knows whether its leases end: none is higher than what fits for ever, until one was seen to (SI28). */
  | 'leases-unseen';

export interface EvseView {
  readonly evse: EvseNumber;
  readonly maxCurrent: DeciAmps;
  readonly fallback: DeciAmps;
  readonly proven: boolean;
  /** Whatever it was told. */
  readonly countsWithMaximum: boolean;
  /** Of a limit, what its car is offered at the nominal voltage. Absent: all of it. */
  readonly passesPercent?: number;
  /** It has refused a profile with two periods since it booted. */
  readonly singlePeriod: boolean;
  readonly disobedience?: Disobedience;
  readonly service: Service;
  /** Absent: it was never asked what its charging profiles come to. */
  readonly composite?: CompositeRead;
}

/** What is known of a station, for people. Nothing is decided by it. */
export interface StationView {
  readonly siteId: SiteId;
  readonly stationId: StationId;
  readonly connected: boolean;
  readonly traits: StationTraits;
  readonly quirks: readonly FiredQuirk[];
  readonly concessions: readonly Concession[];
  /** Absent: it was never asked. */
  readonly profiles?: ProfilesRead;
  /** Absent: it is not asked, or at once. */
  readonly profilesReadNextMs?: EpochMs;
  readonly limits: readonly StationLimit[];
  readonly evses: readonly EvseView[];
}

export function stationViewOf(site: SiteState, stationId: StationId, nowMs: EpochMs): StationView {
  const { connected, traits, profiles, limits } = stationOf(site, stationId);
  const evses = evsesOfStation(site, stationId);
  // One that is to be asked as soon as may be has no time.
  const nextMs =
    profiles === undefined || (profiles.readAtMs === 0 && profiles.failures === 0)
      ? undefined
      : nextReadingMs(traits, profiles, isHeldDown(limits, nowMs));
  return {
    ...{ siteId: site.siteId, stationId, connected, traits, limits },
    quirks: firedQuirksOf(traits.identity),
    concessions: concessionsOf(site, stationId, evses),
    ...(profiles === undefined ? {} : { profiles }),
    ...(nextMs === undefined ? {} : { profilesReadNextMs: nextMs }),
    evses: evses.map((evse) => evseViewOf(site, evse)),
  };
}

/** Of one that was never asked nothing is known that it would have to go without. */
function concessionsOf(site: SiteState, stationId: StationId, evses: readonly EvseModel[]): readonly Concession[] {
  const { traits } = stationOf(site, stationId);
  const kinds = evses.map((evse) => plannedKind(site, evse));
  const found: readonly (readonly [Concession, boolean])[] = [
    ['smart-charging-off', !capabilitiesOfStation(traits).smartCharging],
    ['no-limits', kinds.some((kind) => !takesLimits(kind, kind.place))],
    ['no-lease', kinds.some((kind) => !hasRoomForLease(kind))],
    ['watts', kinds.some((kind) => kind.place.dc === undefined && unitOf(kind, kind.place) === 'W')],
    ['one-period', kinds.some((kind) => maxPeriodsOf(kind) < 2)],
    ['leases-unseen', site.watchesLeases && leaseEndOf(site, stationId) === 'unknown'],
  ];
  return traits.known === undefined ? [] : found.flatMap(([concession, holds]) => (holds ? [concession] : []));
}

function evseViewOf(site: SiteState, of: EvseModel): EvseView {
  const { set, singlePeriod, disobedience, service, composite } = controlAt(site, of);
  // Neither margin nor instant bears on whether it is trusted.
  const { isDistrusted, isUnsteered } = countingOf(site, of, { leaseNowMs: 0, marginMs: 0 });
  const passes = passesPercent(plannedKind(site, of), of);
  return {
    ...{ evse: of.evse, maxCurrent: of.maxCurrent, fallback: of.fallback, proven: set.proven },
    countsWithMaximum: !set.proven || isDistrusted || isUnsteered === true,
    ...(passes === undefined ? {} : { passesPercent: passes }),
    ...{ singlePeriod, service },
    ...(disobedience === undefined ? {} : { disobedience }),
    ...withComposite(composite),
  };
}

/**
 * All that a view is made of: as long as none of it has changed, nor has the view. What else changes at a station (its clock, its
 * limits) does so with every message.
 */
export function sourcesOf(site: SiteState, stationId: StationId): readonly unknown[] {
  const { connected, traits, profiles, limits } = stationOf(site, stationId);
  const parts = evsesOfStation(site, stationId).map((evse) => controlAt(site, evse));
  return [
    ...[site.model, connected, traits, profiles, limits],
    ...parts.flatMap(({ set, singlePeriod, disobedience, service, composite }) => [
      ...[set.proven, singlePeriod, disobedience, service, composite],
    ]),
  ];
}
