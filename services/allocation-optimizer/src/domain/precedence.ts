import type { Contender } from './policies/policy.ts';

/** Whoever has a lower one comes first. An accessible bay up to what is assured to it; who is boosted; then tiers, each with low batteries first. */
export type Precedence = number;
export const ASSURED: Precedence = 0;
export const BOOSTED: Precedence = 1;
const LOW = 0;
const USUAL = 1;
const PER_TIER = 2;

/** Of what it has beyond all that is assured to it. */
export const precedenceOf = ({ tier, ahead }: Pick<Contender, 'tier' | 'ahead'>): Precedence =>
  ahead === 'boosted' ? BOOSTED : PER_TIER * tier + (ahead === 'low' ? LOW : USUAL);

/** Who comes first, as a sentence says it. */
export function whoHas(precedence: Precedence): string {
  if (precedence === ASSURED) return 'A car at an accessible bay comes first.';
  if (precedence === BOOSTED) return 'A boosted car comes first.';
  const tier = Math.floor(precedence / PER_TIER);
  if (precedence % PER_TIER === LOW) return `Cars of tier ${tier} with less in their batteries come first.`;
  return `Cars of tier ${tier} come first.`;
}
