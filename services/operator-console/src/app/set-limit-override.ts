import type { EpochMs, Result, SiteId } from '@headroom/kernel';
import type { Problem, Site } from '../domain/site-document.ts';
import type { ConsoleEvents } from '../events.ts';
import type { Registry } from '../ports.ts';

const SET_BY = 'operator';

export interface SetLimitOverrideDeps {
  readonly registry: Registry;
  readonly events: ConsoleEvents;
}

/** Lowers a site's limit for a while; every override ends by itself (how soon is the registry's rule). */
export async function setLimitOverride(
  deps: SetLimitOverrideDeps,
  siteId: SiteId,
  wish: { readonly powerKw: number; readonly validUntilMs: EpochMs; readonly reason: string },
): Promise<Result<Site, readonly Problem[]>> {
  const outcome = await deps.registry.putOverride(siteId, { ...wish, setBy: SET_BY });
  if (outcome.kind === 'ok') deps.events.overrideSet(siteId, wish.powerKw, wish.validUntilMs);
  return outcome;
}

/** Ends an override now; none standing is as good. */
export async function endLimitOverride(
  deps: SetLimitOverrideDeps,
  siteId: SiteId,
): Promise<Result<Site, readonly Problem[]>> {
  const outcome = await deps.registry.putOverride(siteId, undefined);
  if (outcome.kind === 'ok') deps.events.overrideEnded(siteId);
  return outcome;
}
