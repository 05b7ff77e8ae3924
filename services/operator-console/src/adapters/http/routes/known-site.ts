import { siteId, type SiteId } from '@headroom/kernel';
import type { Actions } from '../../../service.ts';

/** Rejects with `not-found` where there is none: an optimizer that does not own a site cannot tell it from one that is nowhere. */
export async function knownSite(actions: Actions, text: string): Promise<SiteId> {
  const id = siteId(text);
  if (!actions.board.sites().has(id)) await actions.getSite(id);
  return id;
}
