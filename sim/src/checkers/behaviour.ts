/** One EVSE at one instant. */
export interface Use {
  readonly evseId: string;
  /** What its car would take now, without any limit, A per phase; 0: no transaction, or full. */
  readonly wantsA: number;
  /** What its station offers it. */
  readonly offeredA: number;
  /** What flows. */
  readonly flowA: number;
  /** Phases of its socket that its car takes current from. */
  readonly usedPhases: number;
}

/** So long a hand-over takes, at most: the room of who just came is somebody else's until a sample shows that he has let go. */
export const HANDED_OVER_WITHIN_MS = 25_000;
/** A car takes what it is newly offered within this time: up to 4 s until it sees it, then 3 A a second up to 32 A. */
const FOLLOWS_WITHIN_MS = 15_000;
/** UD2: so much less than it is offered is not taken. */
const UNDER_A = 2;
/** ADR 20: a car that takes more has shown its phases before long. */
const SHOWS_ABOVE_A = 3;

/** What the judge of capacity remembers of one EVSE. */
export interface Behaviour {
  readonly offeredA: number;
  readonly raisedAtMs: number;
  /** Since when its car wants anything. */
  readonly wantsSinceMs: number | undefined;
  readonly underSinceMs: number | undefined;
  /** Since when it has taken enough to show on which phases; undefined: it does not. */
  readonly showsSinceMs: number | undefined;
  /** Offers of the last `HANDED_OVER_WITHIN_MS`, and the highest of them. */
  readonly offers: readonly { readonly atMs: number; readonly amps: number }[];
  readonly hadA: number;
  /** What it could have taken by its demand and its offer, of the last `FOLLOWS_WITHIN_MS`. */
  readonly open: readonly { readonly atMs: number; readonly amps: number }[];
}

/** What flows, and what it has been offered too lately to take it. */
export function takenA({ wantsA, offeredA, flowA }: Use, behaviour: Behaviour | undefined): number {
  const openA = Math.min(wantsA, offeredA);
  const lateA = openA - Math.min(openA, ...(behaviour?.open ?? []).map(({ amps }) => amps));
  return Math.min(flowA + lateA, Math.max(flowA, openA));
}

/** After another second. */
export function behave(before: Behaviour | undefined, { wantsA, offeredA, flowA }: Use, nowMs: number): Behaviour {
  const isUnder = wantsA < offeredA - UNDER_A;
  const lately = (before?.open ?? []).filter(({ atMs }) => atMs >= nowMs - FOLLOWS_WITHIN_MS);
  const had = (before?.offers ?? []).filter(({ atMs }) => atMs >= nowMs - HANDED_OVER_WITHIN_MS);
  const offers = [...had, { atMs: nowMs, amps: offeredA }];
  return {
    ...{ offeredA, offers, hadA: Math.max(...offers.map(({ amps }) => amps)) },
    raisedAtMs: before === undefined || offeredA > before.offeredA ? nowMs : before.raisedAtMs,
    // Who wanted it when nobody looked yet has long wanted it.
    wantsSinceMs:
      wantsA > 0 ? (before === undefined ? Number.NEGATIVE_INFINITY : (before.wantsSinceMs ?? nowMs)) : undefined,
    underSinceMs: isUnder ? (before?.underSinceMs ?? nowMs) : undefined,
    showsSinceMs: flowA > SHOWS_ABOVE_A ? (before?.showsSinceMs ?? nowMs) : undefined,
    open: [...lately, { atMs: nowMs, amps: Math.min(wantsA, offeredA) }],
  };
}
