import type { Clock, SiteId } from '@headroom/kernel';
import type { LimitOverrideInput } from '@headroom/site-model';
import { problem } from '../domain/problem.ts';
import { putLimitOverride as decide, type SiteDecision } from '../domain/site.ts';
import type { RegistryStore } from '../ports.ts';

/** Sets or, without one, ends the operator's limit of a site. */
export async function putLimitOverride(
  { store, clock }: { readonly store: RegistryStore; readonly clock: Clock },
  id: SiteId,
  override: LimitOverrideInput | undefined,
): Promise<SiteDecision> {
  return store.turn(async (turn) => {
    const site = await turn.site(id);
    if (site === undefined) {
      return { kind: 'refused', problems: [problem('unknown-site', `There is no site "${id}".`)] };
    }
    const decision = decide(site, override, clock.nowMs());
    if (decision.kind === 'changed') await turn.saveSite(decision.site);
    return decision;
  });
}
