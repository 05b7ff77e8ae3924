import { deciAmps, type EvseId } from '@headroom/kernel';
import { type CommittedView, committedView, isSameMask } from '../domain/committed-view.ts';
import type { CommittedChanged } from '../domain/facts.ts';
import { lastingLimits } from '../domain/lasting.ts';
import { isSameLater } from '../domain/later-limit.ts';
import type { PlanTime } from '../domain/plan-batch.ts';
import type { DispatchRules } from '../domain/rules.ts';
import type { SiteState } from '../domain/site-state.ts';
import type { Shard } from './shard.ts';

export interface CountedTerms {
  readonly time: PlanTime;
  readonly rules: DispatchRules;
  /** Of these only what has become less is told now. Default: none. */
  readonly later?: ReadonlySet<EvseId>;
}

/** What counts now, for others to reckon with, where the journal says something else. It is taken to be said: whoever cannot append it clears `journaled`. */
export const countedNow = (
  shard: Shard,
  sites: readonly SiteState[],
  terms: CountedTerms,
): readonly CommittedChanged[] => sites.flatMap((site) => changesOf(shard, site, terms));

/** One record for each EVSE whose committed set, or last lease, is not what the journal says of it. */
function changesOf(shard: Shard, site: SiteState, { time, rules, later }: CountedTerms): readonly CommittedChanged[] {
  const changes: CommittedChanged[] = [];
  const { siteId } = site;
  const counted = { ...time, marginMs: rules.leaseMarginMs, lasting: lastingLimits(site, time.nowMs) };
  for (const evse of site.model?.evses.values() ?? []) {
    const view = committedView(site, evse, counted);
    const told = shard.journaled.get(evse.evseId);
    if (says(told, view)) continue;
    const isLess = told !== undefined && view.committed < told.committed;
    if (later?.has(evse.evseId) === true && !isLess) continue;
    const record: CommittedChanged = {
      ...{ kind: 'committed-changed', siteId, epoch: shard.epoch },
      ...view,
      ...goneBack(told, view),
      atMs: time.nowMs,
    };
    shard.journaled.set(evse.evseId, record);
    changes.push(record);
  }
  return changes;
}

/** That it gives nothing any more is said once more with each record: who reads them from the middle must not take it for ignorance. */
const goneBack = (
  record: CommittedChanged | undefined,
  { discharge }: CommittedView,
): Pick<CommittedChanged, 'discharge'> =>
  discharge === undefined && record?.discharge !== undefined ? { discharge: deciAmps(0) } : {};

function says(record: CommittedChanged | undefined, view: CommittedView): boolean {
  if (record === undefined || record.committed !== view.committed) return false;
  if ((record.discharge ?? 0) !== (view.discharge ?? 0)) return false;
  if (record.fallbackOnly !== view.fallbackOnly || record.leaseAtMost !== view.leaseAtMost) return false;
  const [told, counts] = [record.commanded, view.commanded];
  if (told !== counts && (told?.limit !== counts?.limit || told?.leaseUntilMs !== counts?.leaseUntilMs)) return false;
  if (!isSameMask(record.mask, view.mask) || record.passesPercent !== view.passesPercent) return false;
  // Most often the record was made of this very view.
  if (record.members === view.members) return true;
  if (record.members.length !== view.members.length) return false;
  return record.members.every((member, index) => {
    const other = view.members[index];
    if (member.kind !== other?.kind || member.limit !== other.limit || member.untilMs !== other.untilMs) return false;
    return isSameLater(member.later, other.later);
  });
}
