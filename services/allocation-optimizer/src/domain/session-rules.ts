import type { DeciAmps, WattHours } from '@headroom/kernel';
import type { SessionRules } from '@headroom/site-model';
import { lostWh } from './given-back.ts';
import { type EvseState, sessionEnergy } from './site-state.ts';

/** C65: why a session has enough, by the rules of its bay. */
export type Reached =
  | { readonly kind: 'soc'; readonly percent: number }
  | { readonly kind: 'energy'; readonly energy: WattHours };

/**
 * What the battery of the car that is there holds, percent; undefined: it does not say. What a sample of another transaction says is of another
 * car, for all that is known.
 */
export function knownSoc({ sample, transaction }: EvseState): number | undefined {
  if (sample?.socPercent === undefined || transaction === undefined) return undefined;
  const isOfIt =
    sample.transactionId === undefined
      ? sample.receivedAtMs >= transaction.openedAtMs
      : sample.transactionId === transaction.transactionId;
  return isOfIt ? sample.socPercent : undefined;
}

/** Undefined: it may have more, or nobody knows whether it has enough: a battery that says nothing, or a driver, is not guessed at. */
export function reachedOf(rules: SessionRules | undefined, facts: EvseState): Reached | undefined {
  if (rules === undefined) return undefined;
  const { stopAtSocPercent, stopAtTarget } = rules;
  if (stopAtSocPercent !== undefined && (knownSoc(facts) ?? 0) >= stopAtSocPercent)
    return { kind: 'soc', percent: stopAtSocPercent };
  const asked = facts.session?.requested?.energy;
  const delivered = sessionEnergy(facts);
  if (stopAtTarget !== true || asked === undefined || delivered === undefined) return undefined;
  return delivered >= asked + lostWh(facts) ? { kind: 'energy', energy: asked } : undefined;
}

/** Its battery says that it holds less than is to be in it first. */
export function isLow(rules: SessionRules | undefined, facts: EvseState): boolean {
  const least = rules?.minimumSocPercent;
  return least !== undefined && (knownSoc(facts) ?? Infinity) < least;
}

/** Of whose battery a rule speaks that cannot be kept, for it does not say what it holds. */
export const isUnknown = (percent: number | undefined, facts: EvseState): boolean =>
  percent !== undefined && knownSoc(facts) === undefined;

/** Would the rules of its bay lead to something else? Of facts alone; no time bears on them. */
export function ruledOtherwise(rules: SessionRules | undefined, was: EvseState, is: EvseState): boolean {
  if (rules === undefined) return false;
  const { minimumSocPercent, stopAtSocPercent } = rules;
  return (
    (reachedOf(rules, was) === undefined) !== (reachedOf(rules, is) === undefined) ||
    isLow(rules, was) !== isLow(rules, is) ||
    isUnknown(minimumSocPercent ?? stopAtSocPercent, was) !== isUnknown(minimumSocPercent ?? stopAtSocPercent, is)
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
