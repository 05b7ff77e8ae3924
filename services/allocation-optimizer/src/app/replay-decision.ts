import type { SiteId } from '@headroom/kernel';
import { canonical } from '../domain/canonical.ts';
import { decideFrom } from '../domain/what-if/decided-from.ts';
import type { FoundDecision, Hasher, NotRetained, PastDecisions, WhichDecision } from '../ports.ts';
import type { QuestionDesk } from './question-desk.ts';

export interface ReplayDeps {
  readonly past: PastDecisions;
  readonly hasher: Hasher;
  readonly desk: QuestionDesk;
}

/** A past decision made again. */
export interface Replayed {
  readonly found: FoundDecision;
  /** Of the inputs as they were read back. */
  readonly stateHash: string;
  /** Fields of the record that are not what they were; none: it is the same to the last byte. */
  readonly differences: readonly string[];
}

export type ReplayAnswer =
  | { readonly kind: 'replayed'; readonly value: Replayed }
  | { readonly kind: 'not-retained'; readonly value: NotRetained }
  | { readonly kind: 'busy' };

/**
 * Decides again what was decided then, from what it was decided from (TB3). Whoever asks need not believe us: the hash of the inputs
 * stands in the record of the decision, and that record stands in the log.
 */
export async function replayDecision(deps: ReplayDeps, site: SiteId, which: WhichDecision): Promise<ReplayAnswer> {
  const made = await deps.desk.take(async (): Promise<ReplayAnswer> => {
    const found = await deps.past.find(site, which);
    if (found.kind === 'err') return { kind: 'not-retained', value: found.error };
    const { from, differencesOf } = found.value;
    const stateHash = deps.hasher.sha256Hex(canonical(from));
    const { decision } = decideFrom(from);
    return {
      kind: 'replayed',
      value: { found: found.value, stateHash, differences: differencesOf(decision, stateHash) },
    };
  });
  return made?.value ?? { kind: 'busy' };
}
