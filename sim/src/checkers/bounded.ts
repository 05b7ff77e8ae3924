/** By what stations say of their profiles: who lets less flow than it was told is offered no more than that (H87). */
export interface Bounded {
  /** By the log, from now on. Undefined: whatever is decided. */
  said(nowMs: number, evseId: string, atMostA: number | undefined): void;
  /** Bounds, A, by which somebody may have acted at an instant or later. */
  since(evseId: string, fromMs: number): readonly number[];
}

interface Said {
  readonly atMostA: number;
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
  return {
    said(nowMs, evseId, atMostA) {
      const known = byEvse.get(evseId) ?? [];
      const last = known.at(-1);
      if (last !== undefined) last.untilMs = Math.min(last.untilMs, nowMs);
      if (atMostA !== undefined) known.push({ atMostA, untilMs: Number.POSITIVE_INFINITY });
      byEvse.set(evseId, known.slice(-MAX_KEPT));
    },
    since: (evseId, fromMs) =>
      (byEvse.get(evseId) ?? []).filter(({ untilMs }) => untilMs >= fromMs).map(({ atMostA }) => atMostA),
  };
}
