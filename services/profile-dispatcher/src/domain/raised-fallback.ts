import type { EvseId } from '@headroom/kernel';
import type { EvseModel, SiteModel } from '@headroom/site-model';
import type { Room } from './room.ts';
import { controlAt, type SiteState } from './site-state.ts';

/**
 * EVSEs of which a document has raised the permanent limit, and that may not be told it yet, each with the one that it has. The new one counts from
 * the document on (HO-12); but who has a lower one takes it as a raise, and so waits until every row above it holds (SI8). What is told it
 * meanwhile is judged by the one that it has.
 *
 * @param roomOf asked only where there is one
 */
export function heldAtInstalled(
  site: SiteState,
  model: SiteModel,
  roomOf: () => Pick<Room, 'holdsFor'>,
): ReadonlyMap<EvseId, EvseModel> {
  let held: Map<EvseId, EvseModel> | undefined;
  for (const evse of model.evses.values()) {
    const { proven, installed, fallbacks } = controlAt(site, evse).set;
    // Of one that may be obeying anything its maximum counts, and what it is told first only ever lowers that (SI5, HO-6).
    if (!proven || installed === undefined || installed >= evse.fallback) continue;
    // It may have it already.
    if (fallbacks.some(({ limit }) => limit >= evse.fallback)) continue;
    if (roomOf().holdsFor(evse)) continue;
    held ??= new Map();
    held.set(evse.evseId, { ...evse, fallback: installed });
  }
  return held ?? NOBODY;
}

const NOBODY: ReadonlyMap<EvseId, EvseModel> = new Map();
