import { type DeciAmps, deciAmps } from '@headroom/kernel';
import type { EvseModel } from '@headroom/site-model';
import { backOfCommand, lastBack } from './back-set.ts';
import {
  concerns,
  type EvseControl,
  isOutstanding,
  lastLease,
  MAX_OUTSTANDING,
  mustWait,
  type Wish,
  type WishContext,
} from './evse-control.ts';
import { laterThan, limitAt, withLater } from './later-limit.ts';
import { lowering, taken } from './lease-wish.ts';
import { mayBeRaised } from './pace.ts';

/**
 * The wish of an EVSE with what its car is to give back. Whatever leaves says it. Less of it leaves at once, by itself where need be, with the
 * limit that its station has; a raise of that follows. More waits for its turn, as a raise does.
 *
 * @param lease what is wished without it; undefined: nothing
 */
export function withBackWish(control: EvseControl, context: WishContext, lease: Wish | undefined): Wish | undefined {
  const known = knownLease(control, context);
  if (known === undefined) return lease;
  const { wanted, from } = known.back;
  const told = lease?.kind === 'fallback' ? undefined : lease;
  // One that leaves now takes it along.
  if (told?.kind === 'lower') return { ...told, back: known.back };
  if (wanted < from && !waitsForLess(control, wanted, context)) {
    return { kind: 'lower', limit: known.limit, from: known.limit, ...known.rest };
  }
  // Of a raise that must wait the limit waits alone.
  const waits = told?.kind === 'raise' && told.waits === true;
  if (told !== undefined && !waits) return { ...told, back: known.back };
  return (waits || known.isAsDecided) && mayRise(control, context, known)
    ? { kind: 'renew', limit: known.limit, from: known.limit, ...known.rest, back: { ...known.back, isReason: true } }
    : told;
}

/** A lease that leaves anyway says what its car gives. */
export function alongWith(control: EvseControl, context: WishContext, wish: Wish | undefined): Wish | undefined {
  const known = wish === undefined || wish.kind === 'fallback' ? undefined : knownLease(control, context);
  return wish === undefined || wish.kind === 'fallback' || known === undefined ? wish : { ...wish, back: known.back };
}

/** More costs its station a message, and its flash, as a raise of its limit does: no sooner, and no less at a time (OD6, OD9). */
const mayRise = (
  control: EvseControl,
  context: WishContext,
  { limit, back: { wanted, from } }: NonNullable<ReturnType<typeof knownLease>>,
): boolean =>
  wanted > from &&
  !context.stale &&
  !mustWait(control, { kind: 'renew', limit }, context.nowMs) &&
  mayBeRaised(control.raised, { ...context, evse: giverOf(context), from, limit: wanted });

/** As though it gave what it can take. */
const giverOf = ({ evse }: WishContext): EvseModel => ({ ...evse, maxCurrent: evse.maxDischarge ?? NOTHING });

/**
 * The lease that it has, or its permanent limit where it has none, and what changes of what its car gives. Undefined: it gives nothing, and is to
 * give nothing.
 */
function knownLease(control: EvseControl, context: WishContext) {
  const { evse, target, gives = NOTHING, leastTaken = NOTHING, nowMs } = context;
  if (control.back === undefined && gives <= 0) return undefined;
  // H85: the permanent limit comes first.
  if (!control.set.proven && control.fallbackBackoff === undefined) return undefined;
  const isMeant = target !== undefined && concerns(control, target);
  // Nobody decides about it any more: what it gives ends all the same.
  const transactionId = isMeant ? target.transactionId : control.transactionId;
  if (transactionId === undefined) return undefined;
  const last = lastLease(control.set, transactionId);
  const limit = last === undefined ? evse.fallback : limitAt(last, nowMs);
  const decided = isMeant ? laterThan(target, nowMs) : undefined;
  const later = lowering(isMeant ? taken(decided, leastTaken) : last && laterThan(last, nowMs), limit);
  const back = { wanted: isMeant ? gives : NOTHING, from: lastBack(control, { transactionId, nowMs }) };
  return {
    ...{ limit, back, rest: { ...withLater(later), transactionId, back } },
    isAsDecided: isMeant && Math.min(limitAt(target, nowMs), evse.maxCurrent) === limit,
  };
}

/** As a lower limit does, less waits for no answer, and not for one that failed (SI12): unless as little is on its way. */
function waitsForLess(control: EvseControl, wanted: DeciAmps, { nowMs }: Pick<WishContext, 'nowMs'>): boolean {
  const { set, leaseBackoff } = control;
  const outstanding = set.attempts.filter((attempt) => isOutstanding(attempt, nowMs));
  if (outstanding.length >= MAX_OUTSTANDING) return true;
  if (outstanding.some(({ commandId }) => commandId !== undefined && backOfCommand(control, commandId) <= wanted))
    return true;
  return leaseBackoff !== undefined && nowMs < leaseBackoff.notBeforeMs && wanted >= (leaseBackoff.discharge ?? 0);
}

const NOTHING = deciAmps(0);
