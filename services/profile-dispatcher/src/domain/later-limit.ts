import type { DeciAmps, EpochMs } from '@headroom/kernel';

/** A lower limit that takes the place of a higher one at an instant of our clock: the second period of a lease (SI27). */
export interface LaterLimit {
  readonly fromMs: EpochMs;
  readonly limit: DeciAmps;
}

/** A limit, and what becomes of it. */
export interface Falling {
  readonly limit: DeciAmps;
  /** Lower than `limit`. Absent: it stays as it is. */
  readonly later?: LaterLimit;
}

/** What holds at that instant, if clocks agree. */
export const limitAt = ({ limit, later }: Falling, nowMs: EpochMs): DeciAmps =>
  later !== undefined && nowMs >= later.fromMs ? later.limit : limit;

/** What is still to come of it; undefined: nothing, or it has come. */
export const laterThan = ({ later }: Falling, nowMs: EpochMs): LaterLimit | undefined =>
  later !== undefined && nowMs < later.fromMs ? later : undefined;

export const isSameLater = (a: LaterLimit | undefined, b: LaterLimit | undefined): boolean =>
  a?.fromMs === b?.fromMs && a?.limit === b?.limit;

/** Of two with one limit until then: is `a` at no instant above `b`? */
export const isNowhereAbove = (a: LaterLimit | undefined, b: LaterLimit | undefined): boolean =>
  b === undefined || (a !== undefined && a.fromMs <= b.fromMs && a.limit <= b.limit);

/** What is obeyed until its lease ends. */
type Lease = Falling & { readonly untilMs: EpochMs };

/** Is there an instant at which `a` says more than `b`, or still says something when `b` has ended? */
export const isSomewhereAbove = (a: Lease, b: Lease): boolean =>
  a.limit > b.limit ||
  a.untilMs > b.untilMs ||
  (b.later !== undefined && a.untilMs > b.later.fromMs && limitAt(a, b.later.fromMs) > b.later.limit);

/** As a field: absent where there is none. */
export const withLater = (later: LaterLimit | undefined): { readonly later?: LaterLimit } =>
  later === undefined ? {} : { later };
