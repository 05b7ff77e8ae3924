import type { Result } from '@headroom/kernel';
import type { Problem, Site, SiteDocument } from '../domain/site-document.ts';
import type { ConsoleEvents } from '../events.ts';
import type { Registry } from '../ports.ts';

/** Hands a document to the registry, which checks and commissions it, or says all that is wrong. */
export async function putSite(
  deps: { readonly registry: Registry; readonly events: ConsoleEvents },
  document: SiteDocument,
): Promise<Result<Site, readonly Problem[]>> {
  const outcome = await deps.registry.putSite(document);
  if (outcome.kind === 'ok') deps.events.sitePut(document.siteId, outcome.value.version);
  else deps.events.siteRefused(document.siteId, outcome.error.map((problem) => problem.code).join(' '));
  return outcome;
}
