import { type DeciAmps, deciAmps } from '@headroom/kernel';
import { alongWith, withBackWish } from './back-wish.ts';
import {
  concerns,
  type EvseControl,
  fallbackWish,
  lastLease,
  type Lease,
  mustWait,
  type Wish,
  type WishContext,
} from './evse-control.ts';
import { isNowhereAbove, laterThan, limitAt, withLater } from './later-limit.ts';
import { isNowhereBelow } from './lease-proof.ts';
import { leaseWish } from './lease-wish.ts';
import { isRetellDue } from './pausing.ts';

const NO_WISHES: readonly Wish[] = [];

export function wishesOf(control: EvseControl, context: WishContext): readonly Wish[] {
  const fallback = fallbackWish(control, context);
  const wanted = leaseWish(control, context);
  if (fallback === undefined && isWatchedOn(control, context, wanted)) return NO_WISHES;
  const watched = fallback === undefined ? watchedWish(control, context, wanted) : undefined;
  if (watched !== undefined) return [watched];
  const lease = withBackWish(control, context, wanted);
  if (fallback === undefined && lease === undefined && control.pausing.owedSinceMs === undefined) return NO_WISHES;
  const owed = fallback === undefined ? withRetelling(control, context, lease) : lease;
  return [...(fallback === undefined ? [] : [fallback]), ...(owed === undefined ? [] : [owed])];
}

/** A lease that is seen to end shows that they do (SI28). It goes on while nothing else is wanted than to raise it; whatever leaves ends it. */
function isWatchedOn(
  { proof, pausing, disobedience }: EvseControl,
  { evse, target, nowMs }: WishContext,
  wanted: Wish | undefined,
): boolean {
  if (proof?.watched === undefined || wanted?.kind === 'lower') return false;
  if (pausing.owedSinceMs !== undefined || disobedience !== undefined) return false;
  return target === undefined || isNowhereBelow(target, evse.fallback, nowMs);
}

function watchedWish(control: EvseControl, context: WishContext, wanted: Wish | undefined): Wish | undefined {
  const { watches, target, evse, nowMs } = context;
  if (watches === undefined || target === undefined || wanted?.kind === 'lower') return undefined;
  const { limit, untilMs } = watches;
  if (mustWait(control, { kind: 'lower', limit }, nowMs)) return undefined;
  const last = lastLease(control.set, target.transactionId);
  const from = last === undefined ? evse.fallback : limitAt(last, nowMs);
  return { kind: 'lower', limit, from, transactionId: target.transactionId, watchedUntilMs: untilMs };
}

/** H79: whatever it is told serves. A raise or a renewal may not pass the gate, or must wait: then it is told what it has. */
function withRetelling(control: EvseControl, context: WishContext, lease: Wish | undefined): Wish | undefined {
  if (!isRetellDue(control.pausing, context.nowMs)) return lease;
  const repeat = alongWith(control, context, repeatWish(control, context));
  if (lease === undefined || lease.kind === 'fallback' || repeat === undefined) return lease ?? repeat;
  return { ...lease, otherwise: repeat };
}

/** The lease that it has, or the permanent limit where it has none. */
function repeatWish(control: EvseControl, context: WishContext): Wish | undefined {
  const { target, nowMs } = context;
  // It is being told its permanent limit as it is.
  if (!control.set.proven) return undefined;
  const last =
    target !== undefined && concerns(control, target) ? lastLease(control.set, target.transactionId) : undefined;
  // One that is over may count for a while yet, and holds no more.
  if (target === undefined || last === undefined || nowMs >= last.untilMs) {
    return control.set.attempts.length === 0 ? fallbackWish(control, context, true) : undefined;
  }
  const limit = repeated(control, context, last);
  // Where less is decided that waits for the same, or is refused by its station (H86).
  if (mustWait(control, { kind: 'lower', limit }, nowMs)) return undefined;
  const announced = laterThan(target, nowMs);
  const stands = laterThan(last, nowMs);
  const isAsItWas = limit === limitAt(last, nowMs) && (announced === undefined || isNowhereAbove(stands, announced));
  const later = isAsItWas ? stands : announced;
  return {
    ...{ kind: 'lower', limit, from: limit, transactionId: target.transactionId, isRepeat: true },
    ...withLater(later !== undefined && later.limit < limit ? later : undefined),
  };
}

/**
 * What it has. Of a lease that is not answered nobody knows whether it arrived: where more is decided since, what it had before is told, which counts
 * still. The other would take from it what nobody wants to take.
 */
function repeated({ set }: EvseControl, { evse, target, stale, nowMs }: WishContext, last: Lease): DeciAmps {
  const limit = limitAt(last, nowMs);
  if (target === undefined || stale || 'answeredAtMs' in last) return limit;
  const { acknowledged } = set;
  const isHeld = acknowledged?.transactionId === target.transactionId && nowMs < acknowledged.untilMs;
  const had = isHeld ? limitAt(acknowledged, nowMs) : evse.fallback;
  return deciAmps(Math.max(limit, Math.min(had, limitAt(target, nowMs))));
}
