import { type Clock, type EvseId, type Result, type SiteId } from '@headroom/kernel';
import type { SharePolicy, SiteModel } from '@headroom/site-model';
import type { Change, ChangeProblem } from '../domain/what-if/changes.ts';
import type { DecidedFrom } from '../domain/what-if/decided-from.ts';
import { type ExplainedDecision, explainDecision } from '../domain/what-if/explain-decision.ts';
import { preview, type Previewed } from '../domain/what-if/preview.ts';
import type { Owners } from '../ports.ts';
import type { QuestionDesk } from './question-desk.ts';
import type { SiteLane } from './site-lane.ts';
import type { Tenures } from './tenures.ts';

export interface AnswerDeps {
  readonly clock: Clock;
  readonly tenures: Tenures;
  readonly owners: Owners;
  readonly desk: QuestionDesk;
}

/** What somebody gets who asks about a site. */
export type Answer<T> =
  | { readonly kind: 'answer'; readonly value: T }
  /** Another process owns it. `address`: of whom it was heard last, undefined where nobody was heard of. */
  | { readonly kind: 'elsewhere'; readonly address: string | undefined }
  /** It is ours, and nothing has been decided yet. */
  | { readonly kind: 'not-yet' }
  | { readonly kind: 'unknown-evse' }
  | { readonly kind: 'busy' };

export interface AboutDecision extends ExplainedDecision {
  readonly site: SiteModel;
  readonly share: SharePolicy;
  readonly ownerEpoch: bigint;
  /** The last decision that stands in the log. */
  readonly decisionSeq: bigint;
}

/** Why everybody has what he has: the last decision of the site, made again from its inputs for what happened on its way. */
export async function explainSite(deps: AnswerDeps, site: SiteId, only?: EvseId): Promise<Answer<AboutDecision>> {
  const held = await heldBy(deps, site);
  if (held.kind !== 'answer') return held;
  const { lane, epoch } = held.value;
  // What it is made from stays as it is while the lane goes on.
  const { from, written } = lane;
  if (from === undefined) return { kind: 'not-yet' };
  if (only !== undefined && !from.site.evses.has(only)) return { kind: 'unknown-evse' };
  const made = await deps.desk.ask(() => explainDecision(from, only === undefined ? undefined : [only]));
  if (made === undefined) return { kind: 'busy' };
  const { share = 'equal' } = from.site;
  const ids = { ownerEpoch: epoch, decisionSeq: written?.seq ?? 0n };
  return { kind: 'answer', value: { ...made.value, ...ids, site: from.site, share } };
}

/** What changes would lead to, from what is known now. Nothing of the site is touched. */
export async function previewSite(
  deps: AnswerDeps,
  site: SiteId,
  changesAt: (model: SiteModel) => readonly Change[],
): Promise<Answer<Result<Previewed, ChangeProblem>>> {
  const held = await heldBy(deps, site);
  if (held.kind !== 'answer') return held;
  const { model, state, memory } = held.value.lane;
  if (model === undefined) return { kind: 'not-yet' };
  const from: DecidedFrom = { site: model, state, memory, nowMs: deps.clock.nowMs() };
  const made = await deps.desk.ask(() => preview(from, changesAt(model)));
  return made === undefined ? { kind: 'busy' } : { kind: 'answer', value: made.value };
}

interface Held {
  readonly lane: SiteLane;
  readonly epoch: bigint;
}

/** Only who may decide for a site speaks for it: whoever has lost it knows only how it was. */
async function heldBy({ tenures, owners }: AnswerDeps, site: SiteId): Promise<Answer<Held>> {
  for (const tenure of tenures.all()) {
    const lane = tenure.laneOf(site);
    if (lane === undefined || !tenure.fence()) continue;
    const epoch = tenure.decidingEpoch();
    return epoch === undefined ? { kind: 'not-yet' } : { kind: 'answer', value: { lane, epoch } };
  }
  return { kind: 'elsewhere', address: await owners.addressOf(site) };
}
