import { type CircuitId, type DeciAmps, deciAmps, type EpochMs, type EvseId } from '@headroom/kernel';
import type { EvseModel, SiteModel } from '@headroom/site-model';
import { committedOf, type MemberKind, membersOf } from './committed-set.ts';
import {
  controlAt,
  countingOf,
  MAX_EVSES_OF_SITE,
  type SiteState,
  stationOf,
  type StationState,
} from './site-state.ts';

/**
 * EVSEs that an earlier document named and this one does not, as they were wired. A document takes nobody off the wire: who was told
 * something may obey it to the end of its lease, and nobody has its room before (HO-15). After a takeover they are all whom a snapshot wires and the
 * document does not name; where that has no circuit of that name any more they hang on the grid connection.
 */
export type Departed = ReadonlyMap<EvseId, EvseModel>;

/** What departs with a new document. No more than a site may have; beyond, those that departed first are forgotten. */
export function departing({ model, departed }: Pick<SiteState, 'model' | 'departed'>, next: SiteModel): Departed {
  const before = [...departed.values(), ...(model?.evses.values() ?? [])];
  const gone = before.filter(({ evseId }) => !next.evses.has(evseId));
  if (gone.length === 0) return NOBODY;
  return new Map(
    gone.slice(-MAX_EVSES_OF_SITE).map((evse) => [evse.evseId, moved(evse, circuitIn(next, model, evse.circuitId))]),
  );
}

const NOBODY: Departed = new Map();

/** It has no cabinet any more: what counts is what it was told, on all its phases. */
function moved({ dc: _, maxDischarge: __, ...evse }: EvseModel, circuitId: CircuitId): EvseModel {
  return { ...evse, circuitId };
}

/** A line that is cut may come back within this time: a station that was taken off the wall stays away. */
export const AWAY_FOR_MS = 180_000;

/** Whatever the document says, it hangs there while it is connected: whoever plugs in next has its permanent limit. */
const isThere = ({ connected, interruptedAtMs }: StationState, nowMs: EpochMs): boolean =>
  connected || nowMs < interruptedAtMs + AWAY_FOR_MS;

/** Its circuit, or the nearest above it that there still is. */
function circuitIn(next: SiteModel, before: SiteModel | undefined, circuitId: CircuitId): CircuitId {
  for (let at: CircuitId | undefined = circuitId; at !== undefined; at = before?.circuits.get(at)?.parentCircuitId) {
    if (next.circuits.has(at)) return at;
  }
  return next.rootCircuitId;
}

export interface WithDeparted {
  /** The same object where nobody who has departed counts any more. */
  readonly model: SiteModel;
  readonly committed: ReadonlyMap<EvseId, DeciAmps>;
}

interface LeaseTime {
  readonly nowMs: EpochMs;
  readonly leaseNowMs: EpochMs;
  /** Beyond the end of a lease, for who is out of reach. */
  readonly marginMs: number;
}

/**
 * The site as the gate sees it: with all who are still there, or may still obey a lease, on the circuits that carry them. Of one that is out of
 * reach an end counts too, unlike of a station of the document (HO-8), and after a while its permanent limit no more: that it is gone is
 * its operator's word, and may be why nobody reaches it.
 */
export function withDeparted(
  site: SiteState,
  model: SiteModel,
  committed: ReadonlyMap<EvseId, DeciAmps>,
  time: LeaseTime,
): WithDeparted {
  if (site.departed.size === 0) return { model, committed };
  const all = new Map(committed);
  const present: EvseModel[] = [];
  for (const evse of site.departed.values()) {
    if (model.evses.has(evse.evseId)) continue;
    const stays = isThere(stationOf(site, evse.stationId), time.nowMs);
    const limit = stays ? countedOf(site, evse, time) : leasedTo(site, evse, time);
    if (limit === 0) continue;
    present.push(stays ? evse : { ...evse, fallback: deciAmps(0) });
    all.set(evse.evseId, limit);
  }
  return { model: joined(model, present), committed: all };
}

const LEASES: readonly MemberKind[] = ['acknowledged', 'unresolved', 'unsettled'];

/** As one of the document. */
const countedOf = (site: SiteState, evse: EvseModel, time: LeaseTime): DeciAmps =>
  committedOf(membersOf(controlAt(site, evse).set, countingOf(site, evse, time)));

/** The most that it may be obeying of what it was told; 0: nothing. */
function leasedTo(site: SiteState, evse: EvseModel, time: LeaseTime): DeciAmps {
  const counting = countingOf(site, evse, time);
  const leaseMarginMs = counting.leaseMarginMs ?? time.marginMs;
  const members = membersOf(controlAt(site, evse).set, { ...counting, leaseMarginMs });
  return committedOf(members.filter(({ kind }) => LEASES.includes(kind)));
}

/** The newest of each model: rows are kept by the object. */
const JOINED = new WeakMap<SiteModel, { readonly who: string; readonly model: SiteModel }>();

function joined(model: SiteModel, present: readonly EvseModel[]): SiteModel {
  if (present.length === 0) return model;
  const who = present.map(({ evseId, fallback }) => `${evseId} ${fallback}`).join('\n');
  const known = JOINED.get(model);
  if (known?.who === who) return known.model;
  const evses = new Map([...model.evses, ...present.map((evse): [EvseId, EvseModel] => [evse.evseId, evse])]);
  const whole = { ...model, evses };
  JOINED.set(model, { who, model: whole });
  return whole;
}
