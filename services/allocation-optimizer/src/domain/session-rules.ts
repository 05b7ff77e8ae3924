import type { DeciAmps, WattHours } from '@headroom/kernel';
import type { SessionRules } from '@headroom/site-model';
import { socOf } from './battery-soc.ts';
import { lostWh } from './given-back.ts';
import { type EvseState, sessionEnergy } from './site-state.ts';

/** C65: why a session has enough, by the rules of its bay. */
export type Reached =
  | {
      readonly kind: 'soc';
      readonly percent: number;
      /** By the word of its driver and what was metered since. */
      readonly isSaid: boolean;
    }
  | { readonly kind: 'energy'; readonly energy: WattHours };

/** Undefined: it may have more, or nobody knows whether it has enough: where neither a battery nor its driver says it, it is not guessed. */
export function reachedOf(rules: SessionRules | undefined, facts: EvseState): Reached | undefined {
  if (rules === undefined) return undefined;
  const { stopAtSocPercent, stopAtTarget } = rules;
  const soc = stopAtSocPercent === undefined ? undefined : socOf(facts);
  if (stopAtSocPercent !== undefined && soc !== undefined && soc.percent >= stopAtSocPercent)
    return { kind: 'soc', percent: stopAtSocPercent, isSaid: soc.isSaid };
  const asked = facts.session?.requested?.energy;
  const delivered = sessionEnergy(facts);
  if (stopAtTarget !== true || asked === undefined || delivered === undefined) return undefined;
  return delivered >= asked + lostWh(facts) ? { kind: 'energy', energy: asked } : undefined;
}

/** It holds less than is to be in it first, by a measurement or by its driver's word. */
export function isLow(rules: SessionRules | undefined, facts: EvseState): boolean {
  const least = rules?.minimumSocPercent;
  return least !== undefined && (socOf(facts)?.percent ?? Infinity) < least;
}

/** How a rule of its bay knows what its battery holds. Measured, or without such a rule: nothing needs to be said. */
export type SocOfRule = 'measured' | 'said' | 'unknown';

export function socOfRule(rules: SessionRules | undefined, facts: EvseState): SocOfRule {
  if (rules?.minimumSocPercent === undefined && rules?.stopAtSocPercent === undefined) return 'measured';
  const soc = socOf(facts);
  if (soc === undefined) return 'unknown';
  return soc.isSaid ? 'said' : 'measured';
}

/** Would the rules of its bay lead to something else? Of facts alone; no time bears on them. */
export function ruledOtherwise(rules: SessionRules | undefined, was: EvseState, is: EvseState): boolean {
  if (rules === undefined) return false;
  return (
    (reachedOf(rules, was) === undefined) !== (reachedOf(rules, is) === undefined) ||
    isLow(rules, was) !== isLow(rules, is) ||
    socOfRule(rules, was) !== socOfRule(rules, is)
  );
}

/** The least with which it charges; `isRuled`: by the rules of its bay, its car could do with less. */
export interface Least {
  readonly current: DeciAmps;
  readonly isRuled: boolean;
}

export interface RuledCurrent {
  /** At most, in deci-amps: rounded down. Infinity: nothing is said. */
  readonly most: number;
  /** At least: rounded up. 0: nothing is said. */
  readonly least: number;
}

/** What the rules of power are as a current of its limit. `wattsPerAmp`: what comes to its car for each ampere, at the nominal voltage; above 0. */
export function ruledCurrent(rules: SessionRules | undefined, wattsPerAmp: number): RuledCurrent {
  const deciAmpsOf = (powerW: number): number => (powerW * 10) / wattsPerAmp;
  return {
    most: rules?.maximumW === undefined ? Infinity : Math.floor(deciAmpsOf(rules.maximumW)),
    least: rules?.minimumW === undefined ? 0 : Math.ceil(deciAmpsOf(rules.minimumW)),
  };
}
