import { compareText, type CircuitId, type EpochMs, type EvseId } from '@headroom/kernel';
import { mayClose } from './let-in.ts';
import { precedenceOf } from './precedence.ts';
import type { ContenderRole } from './roles.ts';

/** So long a car that was let in to show its phases is waited for: it starts, and is seen over 20 s (MD5). Then the next one may. */
export const PROBED_FOR_MS = 90_000;
/** RF6: of those who are offered their place again, the next one in its circuit comes not sooner than so long after the last. */
export const OFFERED_APART_MS = 300_000;

/**
 * Who is let in before the others, at its minimum, to show what its car takes. Two kinds of car would wait for ever otherwise:
 *
 * - One that has not charged yet counts on all wired phases (MD5), and where only one of them has room it never could show that it uses
 *   no other. What it needs at first is there on all of them, as the gate asks; once it is seen the rest goes back to the others.
 * - One that had given its place up (RF6).
 *
 * One of each kind at a time in each circuit: so what it costs the others is bounded by two minima.
 */
export function probing(contending: readonly ContenderRole[], nowMs: EpochMs): ReadonlySet<EvseId> {
  const shows = oneEach(contending, mayShow, (role) => isShowing(role, nowMs));
  const again = oneEach(
    contending,
    (role) => mayBeAskedAgain(role, nowMs),
    (role) => isAskedAgain(role, nowMs),
  );
  return new Set([...shows, ...again]);
}

type Asks = (role: ContenderRole) => boolean;

/** In each circuit the one who may and has waited longest; none while somebody is at it. */
function oneEach(contending: readonly ContenderRole[], may: Asks, isAtIt: Asks): readonly EvseId[] {
  const firsts = new Map<CircuitId, ContenderRole>();
  for (const role of contending) {
    // Who may have nothing, whatever there is, would keep the others waiting for ever.
    if (!may(role) || role.contender.max < role.contender.min || !mayClose(role.contender)) continue;
    const first = firsts.get(role.evse.circuitId);
    if (first === undefined || isBefore(role, first)) firsts.set(role.evse.circuitId, role);
  }
  if (firsts.size === 0) return [];
  for (const role of contending) if (isAtIt(role)) firsts.delete(role.evse.circuitId);
  return [...firsts.values()].map(({ evse }) => evse.evseId);
}

/** It has had no current in this session, so nothing could be seen of it. */
const mayShow = ({ isUnseen, contender: { idle }, before }: ContenderRole): boolean =>
  isUnseen && !idle && before.limit === 0 && before.changedAtMs === undefined;

const isShowing = ({ isUnseen, contender: { idle }, before: { onSinceMs } }: ContenderRole, nowMs: EpochMs): boolean =>
  isUnseen && !idle && onSinceMs !== undefined && nowMs - onSinceMs < PROBED_FOR_MS;

const mayBeAskedAgain = ({ contender: { gaveUp }, restsUntilMs }: ContenderRole, nowMs: EpochMs): boolean =>
  gaveUp && restsUntilMs !== undefined && nowMs >= restsUntilMs;

/** It was seen to take nothing, and was offered its place again not long ago. */
const isAskedAgain = ({ tookNothing, before: { raisedAtMs } }: ContenderRole, nowMs: EpochMs): boolean =>
  tookNothing && raisedAtMs !== undefined && nowMs - raisedAtMs < OFFERED_APART_MS;

/** Who comes first, and of these who has waited longest; a total order. What a higher one waits for the lower one may never leave it. */
function isBefore(a: ContenderRole, b: ContenderRole): boolean {
  const [since, other] = [a, b].map(({ before, contender }) => before.changedAtMs ?? contender.startedAtMs);
  const order =
    precedenceOf(a.contender) - precedenceOf(b.contender) ||
    (since ?? 0) - (other ?? 0) ||
    compareText(a.evse.evseId, b.evse.evseId);
  return order < 0;
}
