import { compareNumbers, compareText } from '@headroom/kernel';
import type { Contender, Policy } from './policy.ts';

/** TB1: who wants nothing keeps nobody out; then tiers; then the policy's own key; then first come, first served. Total. */
export const inOrderOf =
  (keyOf: (contender: Contender) => number): Policy['compare'] =>
  (a, b) =>
    compareNumbers(Number(a.idle), Number(b.idle)) ||
    compareNumbers(a.tier, b.tier) ||
    compareNumbers(keyOf(a), keyOf(b)) ||
    compareNumbers(a.startedAtMs, b.startedAtMs) ||
    compareText(a.evseId, b.evseId);

/** First come, first served, and nothing else. */
export const byArrival = inOrderOf(() => 0);
