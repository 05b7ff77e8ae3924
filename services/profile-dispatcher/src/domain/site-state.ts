import {
  type CircuitId,
  type DeciAmps,
  type EpochMs,
  type EvseId,
  evseId,
  type EvseNumber,
  type SiteId,
  type StationId,
  type TransactionId,
  type Watts,
} from '@headroom/kernel';
import {
  type EvseModel,
  type LadderEnd,
  type MeterReading,
  type SiteModel,
  type StationLimit,
  WHOLE_LADDER,
} from '@headroom/site-model';
import type { StationIdentity } from '@headroom/ocpp/quirks';
import { type ClockEstimate, UNKNOWN_CLOCK } from './clock-skew.ts';
import type { Counting } from './committed-set.ts';
import type { ProfilesRead } from './held-profiles.ts';
import type { LaterLimit } from './later-limit.ts';
import { type EvseControl, newControl } from './evse-control.ts';
import { takesLimits } from './plan-of.ts';
import {
  capabilitiesOfStation,
  provesNothing,
  quirksOfStation,
  type StationTraits,
  UNKNOWN_TRAITS,
} from './station-traits.ts';
import { countsWithMaximum } from './obedience.ts';

/** What the log says of one station's connection and clock. */
export interface StationState {
  readonly connected: boolean;
  readonly generation: number;
  readonly connectedAtMs: EpochMs;
  /** Where SendBatch goes. */
  readonly gatewayAddress: string;
  /** Generation of the connection on which it booted last; undefined: no boot of it stands in the log. */
  readonly bootGeneration: number | undefined;
  /** Its last boot, connect or disconnect: what was learned of its cars' phases until then no longer counts (MD5). */
  readonly interruptedAtMs: EpochMs;
  /** Its gateway was silent for too long (ADR 22); whether the connection has ended nobody said. */
  readonly givenUp: boolean;
  readonly clock: ClockEstimate;
  readonly traits: StationTraits;
  /** What somebody beside us allows it, by its own word; on this connection, since its last boot. */
  readonly limits: readonly StationLimit[];
  /** Of the profiles that it holds. Absent: it was never asked. */
  readonly profiles?: ProfilesRead;
}

export const UNSEEN_STATION: StationState = {
  connected: false,
  generation: 0,
  connectedAtMs: 0,
  gatewayAddress: '',
  bootGeneration: undefined,
  interruptedAtMs: 0,
  givenUp: false,
  clock: UNKNOWN_CLOCK,
  traits: UNKNOWN_TRAITS,
  limits: [],
};

/** A station that has restarted boots within this time of connecting; what is asked of it before, it may refuse. */
export const BOOT_GRACE_MS = 2_000;

export const mayBeAsked = (
  { connected, generation, bootGeneration, connectedAtMs }: StationState,
  nowMs: EpochMs,
): boolean => connected && (bootGeneration === generation || nowMs >= connectedAtMs + BOOT_GRACE_MS);

/** The newest decision of the optimizer. */
export interface Decision {
  readonly epoch: number;
  readonly seq: number;
  readonly validUntilMs: EpochMs;
  readonly targets: ReadonlyMap<EvseId, DecidedTarget>;
  /** Power limits of circuits to which it keeps. Absent: none beyond the site's document. */
  readonly limits?: ReadonlyMap<CircuitId, Watts>;
  /** Lower ones that begin at a known instant. Absent: none is known within a lease. */
  readonly drop?: Drop;
  /** How long its limits are leased, in seconds. Absent (an older optimizer): as long as the document says. */
  readonly leaseS?: number;
}

export interface Drop {
  readonly atMs: EpochMs;
  readonly limits: ReadonlyMap<CircuitId, Watts>;
}

export interface DecidedTarget {
  readonly limit: DeciAmps;
  /** What it must come down to at a known instant, whoever is alive then. Absent: nothing is known. */
  readonly later?: LaterLimit;
  /** What its car is to give back, on each conductor, above 0. Absent: nothing. */
  readonly discharge?: DeciAmps;
  /** Undefined: no transaction, so nothing but the fallback can hold. */
  readonly transactionId: TransactionId | undefined;
}

/** A model of which something was seen. */
export interface ModelSeen extends StationIdentity {
  /** One of its stations, of which leases were seen to end before, has kept one. */
  readonly isKept?: true;
}

/** One site as its dispatcher knows it. The maps are its own; the values in them are never mutated. */
export interface SiteState {
  readonly siteId: SiteId;
  model: SiteModel | undefined;
  /** Whom an earlier document named. They count until their leases have ended (HO-15). */
  departed: ReadonlyMap<EvseId, EvseModel>;
  decision: Decision | undefined;
  readonly stations: Map<StationId, StationState>;
  readonly controls: Map<EvseId, EvseControl>;
  readonly readings: Map<string, MeterReading>;
  /** Models whose leases were seen to end here, or not to. */
  readonly leaseEnds: Map<string, ModelSeen>;
  /** A model of which nothing is known counts as one whose leases do not end, until they are seen to. */
  readonly watchesLeases: boolean;
}

/** Beyond these a newcomer is not kept: an EVSE that nothing is known of counts with its hardware maximum anyway. */
export const MAX_STATIONS_OF_SITE = 4_000;
export const MAX_EVSES_OF_SITE = 8_000;
export const MAX_METERS_OF_SITE = 500;

export const newSite = (siteId: SiteId, watchesLeases = false): SiteState => ({
  siteId,
  watchesLeases,
  leaseEnds: new Map(),
  model: undefined,
  departed: new Map(),
  decision: undefined,
  stations: new Map(),
  controls: new Map(),
  readings: new Map(),
});

export const stationOf = (site: Pick<SiteState, 'stations'>, stationId: StationId): StationState =>
  site.stations.get(stationId) ?? UNSEEN_STATION;

/** How far we go by ourselves against an EVSE that disobeys; no further than to limits while no document is read. */
export const ladderEndOf = ({ model }: Pick<SiteState, 'model'>): LadderEnd =>
  model === undefined ? 'forbid' : (model.ladderEnd ?? WHOLE_LADDER);

/** Replaces what is known of a station. */
export function setStation(site: SiteState, stationId: StationId, change: Partial<StationState>): void {
  if (!site.stations.has(stationId) && site.stations.size >= MAX_STATIONS_OF_SITE) return;
  site.stations.set(stationId, { ...stationOf(site, stationId), ...change });
}

export const controlOf = (site: SiteState, stationId: StationId, evse: EvseNumber): EvseControl =>
  site.controls.get(evseId(stationId, evse)) ?? newControl(evseId(stationId, evse), stationId, evse);

/** The same of an EVSE of the document. */
export const controlAt = (site: Pick<SiteState, 'controls'>, { evseId: id, stationId, evse }: EvseModel): EvseControl =>
  site.controls.get(id) ?? newControl(id, stationId, evse);

export function setControl(site: SiteState, control: EvseControl): void {
  if (!site.controls.has(control.evseId) && site.controls.size >= MAX_EVSES_OF_SITE) return;
  site.controls.set(control.evseId, control);
}

export const controlsOfStation = ({ controls }: SiteState, stationId: StationId): readonly EvseControl[] =>
  (idsByStation(controls).get(stationId) ?? []).flatMap((id) => controls.get(id) ?? []);

/** Which they are of each station. A control is replaced, and never taken away, so as many are the same ones. */
function idsByStation(controls: SiteState['controls']): ReadonlyMap<StationId, readonly EvseId[]> {
  const known = CONTROL_IDS.get(controls);
  if (known?.size === controls.size) return known.ids;
  const ids = new Map<StationId, EvseId[]>();
  for (const { evseId: id, stationId } of controls.values()) {
    const found = ids.get(stationId);
    if (found === undefined) ids.set(stationId, [id]);
    else found.push(id);
  }
  CONTROL_IDS.set(controls, { size: controls.size, ids });
  return ids;
}

interface ControlIds {
  readonly size: number;
  readonly ids: ReadonlyMap<StationId, readonly EvseId[]>;
}
const CONTROL_IDS = new WeakMap<SiteState['controls'], ControlIds>();

const EVSES = new WeakMap<SiteModel, ReadonlyMap<StationId, readonly EvseModel[]>>();
const NO_EVSES: readonly EvseModel[] = [];

/** The stations of the document with their EVSEs, in its order; the same map for as long as the document is. */
export function stationsOf({ model }: Pick<SiteState, 'model'>): ReadonlyMap<StationId, readonly EvseModel[]> {
  if (model === undefined) return new Map();
  const known = EVSES.get(model) ?? Map.groupBy(model.evses.values(), (evse) => evse.stationId);
  EVSES.set(model, known);
  return known;
}

export const evsesOfStation = (site: Pick<SiteState, 'model'>, stationId: StationId): readonly EvseModel[] =>
  stationsOf(site).get(stationId) ?? NO_EVSES;

const MODEL_KEYS = new WeakMap<StationIdentity, string>();

/** Of one vendor, model and firmware. */
export function modelKey(identity: StationIdentity): string {
  const known = MODEL_KEYS.get(identity);
  if (known !== undefined) return known;
  const key = JSON.stringify([identity.vendor, identity.model, identity.firmware]);
  MODEL_KEYS.set(identity, key);
  return key;
}

/** Whether the leases of a station end by themselves: as a pack says, or as one of its model was seen to do at this site (SI5, SI28, H89). */
export function leaseEndOf(
  site: Pick<SiteState, 'stations' | 'leaseEnds'>,
  stationId: StationId,
): 'proven' | 'disproven' | 'unknown' {
  const { identity } = stationOf(site, stationId).traits;
  const { leaseExpiry } = quirksOfStation(identity);
  if (leaseExpiry !== 'unknown') return leaseExpiry;
  const seen = identity === undefined ? undefined : site.leaseEnds.get(modelKey(identity));
  if (seen === undefined) return 'unknown';
  return seen.isKept === true ? 'disproven' : 'proven';
}

/** SI28: what it was leased it keeps, until it is told something else or its transaction ends. */
export const isLasting = (site: Leasing, evse: EvseModel): boolean => {
  const end = leaseEndOf(site, evse.stationId);
  if (end === 'disproven' || (end === 'unknown' && site.watchesLeases)) return true;
  // H89: it says itself that they do not.
  return controlAt(site, evse).composite?.findings.includes('never-ends') === true;
};

type Leasing = Pick<SiteState, 'stations' | 'controls' | 'leaseEnds' | 'watchesLeases'>;

export const countingOf = (
  site: SiteState,
  evse: EvseModel,
  time: { readonly leaseNowMs: EpochMs; readonly marginMs: number },
): Counting => {
  const station = stationOf(site, evse.stationId);
  return {
    fallback: evse.fallback,
    maxCurrent: evse.maxCurrent,
    isUnsteered: isUnsteered(site, evse),
    leaseNowMs: time.leaseNowMs,
    // HO-8: nobody knows what a station that is away does with its clock; nor what one does that never showed it (SI31).
    leaseMarginMs:
      station.connected && station.clock.kind === 'known' && !isLasting(site, evse) ? time.marginMs : undefined,
    clock: station.clock,
    isDistrusted: isDistrusted(site, evse),
  };
};

/** No limit can be told to it. */
export function isUnsteered(site: Pick<SiteState, 'stations'>, evse: EvseModel): boolean {
  const { traits } = stationOf(site, evse.stationId);
  return !takesLimits({ capabilities: capabilitiesOfStation(traits), quirks: quirksOfStation(traits.identity) }, evse);
}

/** It does not do what it says (UD5), or its word proves nothing (H76, H78): whatever it is told, it may be obeying nothing at all (SI5). */
export function isDistrusted(site: Pick<SiteState, 'stations' | 'controls'>, evse: EvseModel): boolean {
  const { profiles, traits } = stationOf(site, evse.stationId);
  const { composite, disobedience } = controlAt(site, evse);
  return (
    provesNothing(quirksOfStation(traits.identity)) ||
    profiles?.overruled.includes(evse.evse) === true ||
    countsWithMaximum(disobedience) ||
    // SI5: by its own word it may let more flow than it was told.
    composite?.findings.includes('more') === true
  );
}
