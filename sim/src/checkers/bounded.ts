/** What an owner has read in what a station says of its profiles. */
export interface ReadInProfiles {
  readonly evseId: string;
  /** It lets less flow than it was told, and is offered no more than that (H87). Undefined: whatever is decided. */
  readonly atMostA?: number | undefined;
  /** What it is offered goes on beyond its lease (H89): so does what a stranger has told it. */
  readonly isEndless: boolean;
}

/** By what stations say of their profiles. */
export interface Bounded {
  /** By the log, from now on. */
  said(nowMs: number, read: ReadInProfiles): void;
  /** Somebody may have acted at an instant, or later, by the word that its leases do not end. */
  isEndlessSince(evseId: string, fromMs: number): boolean;
  /** Bounds, A, by which somebody may have acted at an instant or later. */
  since(evseId: string, fromMs: number): readonly number[];
}

interface Said extends Omit<ReadInProfiles, 'evseId'> {
  untilMs: number;
}

/** Of one EVSE: the older ones are over for longer than anybody may act by them. */
const MAX_KEPT = 20;

/**
 * A bound ends when its station says something else; or when its car is seen to draw more, or another one comes, of which the log says
 * nothing: so it may be acted upon until then, but need not be.
 */
export function createBounded(): Bounded {
  const byEvse = new Map<string, Said[]>();
  const since = (evseId: string, fromMs: number): readonly Said[] =>
    (byEvse.get(evseId) ?? []).filter(({ untilMs }) => untilMs >= fromMs);
  return {
    said(nowMs, { evseId, atMostA, isEndless }) {
      const known = byEvse.get(evseId) ?? [];
      const last = known.at(-1);
      if (last !== undefined) last.untilMs = Math.min(last.untilMs, nowMs);
      if (atMostA !== undefined || isEndless) known.push({ atMostA, isEndless, untilMs: Number.POSITIVE_INFINITY });
      byEvse.set(evseId, known.slice(-MAX_KEPT));
    },
    since: (evseId, fromMs) => since(evseId, fromMs).flatMap(({ atMostA }) => atMostA ?? []),
    isEndlessSince: (evseId, fromMs) => since(evseId, fromMs).some(({ isEndless }) => isEndless),
  };
}
