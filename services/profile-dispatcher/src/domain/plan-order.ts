import { compareNumbers, compareText } from '@headroom/kernel';
import type { Candidate } from './plan-lease.ts';

/** Decreases ahead of everything; the largest step frees the most. */
export function bySafety(a: Candidate, b: Candidate): number {
  const rank = ({ wish }: Candidate): number => (wish.kind === 'fallback' ? 1 : 0);
  return compareNumbers(rank(a), rank(b)) || compareNumbers(stepOf(b), stepOf(a)) || byId(a, b);
}

const stepOf = ({ wish }: Candidate): number => (wish.kind === 'fallback' ? 0 : wish.from - wish.limit);

/** Who has is kept first (renewals), then who has least. */
export function byNeed(a: Candidate, b: Candidate): number {
  const rank = ({ wish }: Candidate): number => (wish.kind === 'renew' ? 0 : 1);
  const has = ({ wish }: Candidate): number => (wish.kind === 'fallback' ? 0 : wish.from);
  return compareNumbers(rank(a), rank(b)) || compareNumbers(has(a), has(b)) || byId(a, b);
}

const byId = (a: Candidate, b: Candidate): number => compareText(a.evse.evseId, b.evse.evseId);
