import { type Clock, type EpochMs, err, type Result, type SiteId } from '@headroom/kernel';
import type { Problem, Site } from '../domain/site-document.ts';
import type { ConsoleEvents } from '../events.ts';
import type { Registry } from '../ports.ts';

/** An override that lasts longer belongs into the site document. */
export const MAX_OVERRIDE_MS = 7 * 86_400_000;
const SET_BY = 'operator';

export interface SetLimitOverrideDeps {
  readonly clock: Clock;
  readonly registry: Registry;
  readonly events: ConsoleEvents;
}

/** Lowers a site's limit for a while; every override ends by itself. */
export async function setLimitOverride(
  deps: SetLimitOverrideDeps,
  siteId: SiteId,
  wish: { readonly powerKw: number; readonly validUntilMs: EpochMs; readonly reason: string },
): Promise<Result<Site, readonly Problem[]>> {
  const lastsMs = wish.validUntilMs - deps.clock.nowMs();
  if (lastsMs <= 0) return err([badEnd('in-the-past', 'The end lies in the past; an override ends in the future.')]);
  if (lastsMs > MAX_OVERRIDE_MS) {
    return err([badEnd('too-long', 'An override lasts at most 7 days; put a longer limit into the site document.')]);
  }
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

const badEnd = (code: string, detail: string): Problem => ({ code, detail, pointer: '/validUntil' });
