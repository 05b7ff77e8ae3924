import type { DeciAmps, EpochMs, EvseId } from '@headroom/kernel';
import { createRest, type EvseModel, mostThatLasts, type Rest, type SiteModel } from '@headroom/site-model';
import { committedOf, type Member } from './committed-set.ts';
import type { EvseControl } from './evse-control.ts';
import { withTrial } from './lease-trial.ts';
import {
  controlAt,
  isDistrusted,
  isLasting,
  isUnsteered,
  type SiteState,
  stationOf,
  type StationState,
} from './site-state.ts';

const NONE: ReadonlyMap<EvseId, DeciAmps> = new Map();

/**
 * One that has not taken its permanent limit counts with its maximum from its boot on. So long it may take: nobody who keeps his leases
 * is moved for a boot, which is over within a second.
 */
export const UNPROVEN_FOR_MS = 30_000;

/**
 * Of EVSEs whose leases do not end (SI28): the most that each may be leased, by the document, by which others are so, and by which count with their
 * maximum for good. Nobody takes that back once the platform is dead, so it has to fit beside the worst that every other load may come to.
 */
export function lastingLimits(site: SiteState, nowMs: EpochMs): ReadonlyMap<EvseId, DeciAmps> {
  const { model } = site;
  if (model === undefined) return NONE;
  const { limits, atMaximum } = limitsOf(site, model, nowMs);
  return withTrial(site, model, limits, { atMaximum, nowMs });
}

/** All alike, whoever is on trial. */
function limitsOf(site: SiteState, model: SiteModel, nowMs: EpochMs): Pick<KnownLimits, 'limits' | 'atMaximum'> {
  const known = LIMITS.get(model);
  if (known !== undefined && isSame(site, model, known, nowMs)) return known;
  const seen = [...model.evses.values()].map((evse) => lookedAt(site, evse));
  const those = (is: (evse: EvseModel) => boolean): ReadonlySet<EvseId> =>
    new Set([...model.evses.values()].filter(is).map(({ evseId }) => evseId));
  const lasting = those((evse) => isLasting(site, evse));
  const atMaximum = those((evse) => isAtMaximum(site, evse, nowMs));
  const limits = lasting.size === 0 ? NONE : mostThatLasts(model, { lasting, atMaximum });
  LIMITS.set(model, { lasting, atMaximum, limits, seen, ...termsOf(site), untilMs: changesAt(site, model, nowMs) });
  return { limits, atMaximum };
}

/** The row at rest has all of it, whatever it is told. */
function isAtMaximum(site: SiteState, evse: EvseModel, nowMs: EpochMs): boolean {
  if (isDistrusted(site, evse) || isUnsteered(site, evse)) return true;
  return (
    !controlAt(site, evse).set.proven && nowMs >= stationOf(site, evse.stationId).interruptedAtMs + UNPROVEN_FOR_MS
  );
}

interface KnownLimits {
  readonly lasting: ReadonlySet<EvseId>;
  readonly atMaximum: ReadonlySet<EvseId>;
  readonly limits: ReadonlyMap<EvseId, DeciAmps>;
  /** Of each EVSE, in the order of the document, what that follows from. */
  readonly seen: Seen[];
  watchesLeases: boolean;
  leaseEnds: ReadonlyMap<string, unknown>;
  /** Then a boot is long ago. */
  untilMs: number;
}

/** What is known of a station or of an EVSE is replaced, never changed. */
interface Seen {
  readonly station: StationState | undefined;
  readonly control: EvseControl | undefined;
}

const lookedAt = ({ stations, controls }: SiteState, { stationId, evseId }: EvseModel): Seen => ({
  station: stations.get(stationId),
  control: controls.get(evseId),
});

const termsOf = ({ watchesLeases, leaseEnds }: SiteState): Pick<KnownLimits, 'watchesLeases' | 'leaseEnds'> => ({
  watchesLeases,
  leaseEnds: new Map(leaseEnds),
});

const isOnSameTerms = ({ watchesLeases, leaseEnds }: SiteState, known: KnownLimits): boolean =>
  watchesLeases === known.watchesLeases &&
  leaseEnds.size === known.leaseEnds.size &&
  [...leaseEnds].every(([key, end]) => known.leaseEnds.get(key) === end);

/** When the next EVSE comes to count with its maximum because nothing was proven since its boot; infinite: none does. */
function changesAt(site: SiteState, { evses }: SiteModel, nowMs: EpochMs): number {
  let firstMs = Infinity;
  for (const evse of evses.values()) {
    const atMs = stationOf(site, evse.stationId).interruptedAtMs + UNPROVEN_FOR_MS;
    if (nowMs < atMs && atMs < firstMs) firstMs = atMs;
  }
  return firstMs;
}

/** The newest of each document. */
const LIMITS = new WeakMap<SiteModel, KnownLimits>();

/**
 * Asked several times in each pass, and of all EVSEs: only those are looked at of which something is known that was not before. After a clock
 * was set back one may count with its maximum for longer, which is the safe side.
 */
function isSame(site: SiteState, model: SiteModel, known: KnownLimits, nowMs: EpochMs): boolean {
  const { lasting, atMaximum, seen } = known;
  const isKnown = nowMs < known.untilMs && isOnSameTerms(site, known);
  let isNews = !isKnown;
  let place = -1;
  for (const evse of model.evses.values()) {
    place += 1;
    const before = seen[place];
    const station = site.stations.get(evse.stationId);
    const control = site.controls.get(evse.evseId);
    if (isKnown && before?.station === station && before?.control === control) continue;
    if (isLasting(site, evse) !== lasting.has(evse.evseId)) return false;
    if (isAtMaximum(site, evse, nowMs) !== atMaximum.has(evse.evseId)) return false;
    seen[place] = { station, control };
    isNews = true;
  }
  if (isNews) Object.assign(known, termsOf(site), { untilMs: changesAt(site, model, nowMs) });
  return true;
}

/**
 * What an EVSE may go on obeying with nobody alive: of one whose leases do not end all that counts, of others what ends by no clock, which is
 * their permanent limits, and their maximum where nothing is proven of them.
 */
export const keptOf = (members: readonly Member[], lasts: boolean): DeciAmps =>
  committedOf(lasts ? members : members.filter(({ untilMs }) => untilMs === undefined));

/**
 * Undefined: every lease of the site ends, so the commissioning check has told all there is to tell.
 *
 * @param model the document, with who has departed from it
 * @param kept what each EVSE may go on obeying
 */
export function restOf(
  model: SiteModel | undefined,
  lasting: ReadonlyMap<EvseId, DeciAmps>,
  kept: (evse: EvseModel) => DeciAmps,
): Rest | undefined {
  if (model === undefined || lasting.size === 0) return undefined;
  return createRest(model, new Map([...model.evses.values()].map((evse) => [evse.evseId, kept(evse)] as const)));
}
