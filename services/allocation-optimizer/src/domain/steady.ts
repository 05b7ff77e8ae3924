import { deciAmps, type EpochMs } from '@headroom/kernel';
import type { Given } from './control-memory.ts';
import type { Constraints } from './flat-constraints.ts';
import { Ledger } from './ledger.ts';
import type { Contender } from './policies/policy.ts';

/** OD5: an increase at most this often per EVSE. */
export const INCREASE_EVERY_MS = 10_000;
/** OD6: smaller changes are not worth a message ... */
export const DEADBAND_DECI_A = 10;
/** ... until the EVSE has rested for this long: a lease is renewed then anyway, and the last ampere is not wasted. */
export const SMALL_INCREASE_AFTER_MS = 60_000;

const NEVER_GIVEN: Given = { limit: deciAmps(0) };

export interface Steadied {
  readonly given: number;
  /** Held below its share for a moment, so that limits do not jump about (OD5). */
  readonly ramping: boolean;
}

/**
 * Fewer, steadier changes (section 4). Holds increases back and keeps old values that still fit; a decrease that a
 * row needs is never delayed. Where nothing changes outside, nothing changes here after at most one move per EVSE.
 */
export function steady(input: {
  readonly contenders: readonly Contender[];
  readonly constraints: Constraints;
  readonly targets: readonly number[];
  readonly before: readonly Given[];
  readonly nowMs: EpochMs;
}): readonly Steadied[] {
  const { contenders, constraints, targets, before, nowMs } = input;
  const ledger = new Ledger(constraints, contenders.length);
  const held = contenders.map((contender, index) => {
    const target = targets[index] ?? 0;
    const was = before[index] ?? NEVER_GIVEN;
    const hold = target > was.limit && was.limit >= contender.min && !mayRise(contender, was, target, nowMs);
    ledger.give(index, hold ? was.limit : target);
    return hold;
  });
  contenders.forEach((contender, index) => {
    const target = targets[index] ?? 0;
    const was = before[index]?.limit ?? 0;
    if (was <= target || was - target >= DEADBAND_DECI_A || was > contender.max || was < contender.min) return;
    if (ledger.obstacle(index, was) === undefined) ledger.give(index, was);
  });
  return contenders.map((_, index) => {
    const given = ledger.given(index);
    return { given, ramping: held[index] === true && (targets[index] ?? 0) - given >= DEADBAND_DECI_A };
  });
}

function mayRise(contender: Contender, was: Given, target: number, nowMs: EpochMs): boolean {
  if (was.raisedAtMs !== undefined && nowMs - was.raisedAtMs < INCREASE_EVERY_MS) return false;
  if (target - was.limit >= DEADBAND_DECI_A || target === contender.max) return true;
  return was.changedAtMs === undefined || nowMs - was.changedAtMs >= SMALL_INCREASE_AFTER_MS;
}
