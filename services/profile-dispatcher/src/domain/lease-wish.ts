import { type DeciAmps, deciAmps, type EpochMs } from '@headroom/kernel';
import {
  concerns,
  type EvseControl,
  isIgnored,
  isOutstanding,
  type Lease,
  lastLease,
  mustWait,
  type Wish,
  type WishContext,
} from './evse-control.ts';
import { isNowhereAbove, isSameLater, type LaterLimit, laterThan, limitAt, withLater } from './later-limit.ts';
import type { LimitSet } from './limit-set.ts';
import { isForbidden } from './obedience.ts';
import { mayBeRaised } from './pace.ts';

/** What is to be told to an EVSE of what is decided for it. Undefined: nothing now. */
export function leaseWish(of: EvseControl, context: WishContext): Wish | undefined {
  const { evse, target, nowMs } = context;
  const control = withoutTry(of);
  if (target === undefined || !concerns(control, target)) return undefined;
  // The permanent limit comes first: until it is answered, nothing lies beneath a lease (H85, H89).
  if (!control.set.proven && control.fallbackBackoff === undefined) return undefined;
  const last = lastLease(control.set, target.transactionId);
  const has = hasAtMost(control.set, last, context);
  // Back at the permanent limit, for what anybody knows: what lies below that is told again, whoever decides or waits.
  const isOver = has < evse.fallback && mayBeOver(control, last, context);
  const from = isOver ? evse.fallback : has;
  const wanted = isForbidden(control.disobedience) ? NOTHING : limitAt(target, nowMs);
  const most = wanted < evse.maxCurrent ? wanted : evse.maxCurrent;
  // H86: where its station would refuse so little, the least that it takes.
  const { leastTaken = NOTHING, staysAt = NOTHING } = context;
  const limit = deciAmps(Math.max(most, leastTaken, staysAt));
  const later = lowering(taken(laterThan(target, nowMs), leastTaken), limit);
  const { attempts, earlier } = control.set;
  const isUncertain = attempts.length > 0 || earlier?.isLease === true;
  const change = { limit, later, from, last, isUncertain, isIgnored: isIgnored(control) };
  const kind = kindOf(change, context);
  if (kind === undefined || mustWait(control, { kind, limit }, nowMs)) return undefined;
  // That is more than was decided, so it takes from what the EVSE has, and is not renewed.
  if (limit > most && kind !== 'lower') return undefined;
  const waits = kind === 'raise' && !mayBeRaised(control.raised, { from, limit, ...context });
  return {
    ...{ kind, limit, ...withLater(later), from, transactionId: target.transactionId },
    ...(waits ? { waits } : {}),
    ...(isOver && kind === 'lower' ? { isAgain: true } : {}),
  };
}

/** A lease that is only given to be watched, and is not accepted yet, is none: nothing waits for its answer, and nothing hangs on it (SI28). */
function withoutTry(control: EvseControl): EvseControl {
  const { watched } = control.proof ?? {};
  if (watched === undefined || watched.acceptedAtMs !== undefined) return control;
  const attempts = control.set.attempts.filter(({ commandId }) => commandId !== watched.commandId);
  return { ...control, set: { ...control.set, attempts } };
}

/**
 * What it has by its leases, as far as anybody knows. Where the last one was never answered it may have what that was to replace: less than that
 * is a decrease, and waits for no room (SI7).
 */
function hasAtMost(
  { attempts, acknowledged }: LimitSet,
  last: Lease | undefined,
  { evse, nowMs }: WishContext,
): DeciAmps {
  if (last === undefined) return evse.fallback;
  if ('answeredAtMs' in last || isOutstanding(last, nowMs)) return limitAt(last, nowMs);
  const of = attempts.filter(({ transactionId }) => transactionId === last.transactionId);
  const before = acknowledged?.transactionId === last.transactionId ? limitAt(acknowledged, nowMs) : evse.fallback;
  return deciAmps(Math.max(before, ...of.map((each) => limitAt(each, nowMs))));
}

/** A lease may have ended: by its station's clock, which may be ahead by the margin, or because it is given to end. */
const mayBeOver = ({ proof }: EvseControl, last: Lease | undefined, { nowMs, marginMs }: WishContext): boolean =>
  last !== undefined && (proof?.watched !== undefined || nowMs >= last.untilMs - marginMs);

const NOTHING = deciAmps(0);

/** H86: an announced limit that its station would refuse is the least that it takes. */
export const taken = (later: LaterLimit | undefined, least: DeciAmps): LaterLimit | undefined =>
  later === undefined || later.limit >= least ? later : { ...later, limit: least };

/** A second period only ever lowers. */
export const lowering = (later: LaterLimit | undefined, limit: DeciAmps): LaterLimit | undefined =>
  later !== undefined && later.limit < limit ? later : undefined;

interface Change {
  readonly limit: DeciAmps;
  readonly later: LaterLimit | undefined;
  readonly from: DeciAmps;
  readonly last: Lease | undefined;
  /** Something was sent of which nothing is known, here or at another site. */
  readonly isUncertain: boolean;
  /** What it was told it does not obey. */
  readonly isIgnored: boolean;
}

function kindOf(change: Change, { stale, leaseMs, nowMs }: WishContext): 'lower' | 'renew' | 'raise' | undefined {
  const { limit, from, last, isUncertain, isIgnored: mustRepeat } = change;
  if (limit < from || (mustRepeat && limit === from)) return 'lower';
  if (stale) return undefined;
  if (limit > from) return 'raise';
  const announced = announcedBy(change, nowMs);
  if (announced !== undefined) return announced;
  // Only an answer to another attempt can tell; it raises nothing above what counts already. Where the fallback is
  // wanted and holds, a lease is needed only for this.
  if (last === undefined || !('answeredAtMs' in last)) return isUncertain ? 'lower' : undefined;
  return nowMs >= last.untilMs - leaseMs / 2 ? 'renew' : undefined;
}

/** SI27: is the second period of the last lease another one than it should be? A lease that ends before it needs none. */
function announcedBy({ last, later }: Change, nowMs: EpochMs): 'lower' | 'renew' | undefined {
  if (last === undefined) return later === undefined ? undefined : 'lower';
  const stands = laterThan(last, nowMs);
  const needed = later !== undefined && later.fromMs < last.untilMs ? later : undefined;
  if (isSameLater(needed, stands)) return undefined;
  return isNowhereAbove(needed, stands) ? 'lower' : 'renew';
}
