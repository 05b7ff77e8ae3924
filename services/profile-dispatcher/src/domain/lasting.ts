import type { DeciAmps, EvseId } from '@headroom/kernel';
import { createRest, type EvseModel, mostThatLasts, type Rest, type SiteModel } from '@headroom/site-model';
import { committedOf, type Member } from './committed-set.ts';
import { isLasting, type SiteState } from './site-state.ts';

const NONE: ReadonlyMap<EvseId, DeciAmps> = new Map();

/**
 * Of EVSEs whose leases do not end (SI28): the most that each may be leased, by the document and by which others are so. Nobody takes that back
 * once the platform is dead, so it has to fit beside the worst that every other load may come to.
 */
export function lastingLimits(site: SiteState): ReadonlyMap<EvseId, DeciAmps> {
  const { model } = site;
  if (model === undefined) return NONE;
  const known = LIMITS.get(model);
  if (known !== undefined && isOfThose(site, model, known.lasting)) return known.limits;
  const lasting = new Set(
    [...model.evses.values()].filter((evse) => isLasting(site, evse)).map(({ evseId }) => evseId),
  );
  const limits = lasting.size === 0 ? NONE : mostThatLasts(model, lasting);
  LIMITS.set(model, { lasting, limits });
  return limits;
}

interface KnownLimits {
  readonly lasting: ReadonlySet<EvseId>;
  readonly limits: ReadonlyMap<EvseId, DeciAmps>;
}

/** The newest of each document. */
const LIMITS = new WeakMap<SiteModel, KnownLimits>();

/** Asked for every EVSE that is counted, so nothing is made for it. */
function isOfThose(site: SiteState, { evses }: SiteModel, lasting: ReadonlySet<EvseId>): boolean {
  for (const evse of evses.values()) if (isLasting(site, evse) !== lasting.has(evse.evseId)) return false;
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
