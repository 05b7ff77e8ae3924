import { type CapacityChecker, type CapacitySums, LEAST_SECONDS } from './capacity.ts';
import type { Use } from './behaviour.ts';
import type { PhaseTriple } from './circuits.ts';
import type { Report } from './violation.ts';

/** How soon the room of a site is used again once a platform that was dead lives again. */
export interface RegainedChecker {
  /** Nobody lives from now on. `backAtMs`: when the last process is started again (epoch ms). */
  died(backAtMs: number): void;
  /** Once a second. */
  look(nowMs: number, uses: readonly Use[], building: PhaseTriple, now: RegainedNow): void;
  conclude(nowMs: number): RegainedVerdict;
}

export interface RegainedNow {
  /** Something limits the site of which its judge of capacity does not know: nothing can be said. */
  readonly isHidden: boolean;
  /** A limit has changed lately: what is not used may be on its way to its new users. */
  readonly isChanging: boolean;
}

/** Undefined: nobody died, or it could not be judged. */
export type RegainedVerdict = { readonly afterS: number } | undefined;

/**
 * From the start of the last process to the time in which the room must be used. The slowest station has doubled its wait to 60 s, or waits
 * 30 s for an answer that nobody gives and then some seconds (`connection.ts`, `rpc.ts`); until it is back its lease counts as never ending (SI2).
 * Its boot, its permanent limit and a sample of what it takes: 25 s more, as for any hand-over. Then the others are raised, 10 s, and a
 * car follows within 15 s. Ten for what is drawn at random on the way.
 */
export const REGAINED_WITHIN_MS = 120_000;
/** Cars come and go meanwhile, where those of the last minutes of a run stay: more of the room is on its way from one to another. */
export const LEAST_REGAINED = 0.85;
/** Looked at for so long then: of a shorter time a single hand-over would be too much. */
const JUDGED_FOR_MS = 180_000;
/** It is used again once it has been for so long. */
const STEADY_S = 10;

/**
 * The same judge of capacity as at the end of a run, of the time after the return (SI30). It learns from the death on what each car would take;
 * what counts are the sums since the time that a return may take.
 */
export function createRegained(capacity: CapacityChecker, report: Report): RegainedChecker {
  let backMs: number | undefined;
  let last: CapacitySums = { usedA: 0, allowedA: 0 };
  let judged: CapacitySums = { usedA: 0, allowedA: 0 };
  let seconds = 0;
  let steadyS = 0;
  let afterS: number | undefined;
  /** When it was used again cannot be said: something else was in the way then. */
  let wasHidden = false;
  /** Of the second since the last look. */
  const step = (): CapacitySums => {
    const { usedA, allowedA } = capacity.sums();
    const since = { usedA: usedA - last.usedA, allowedA: allowedA - last.allowedA };
    last = { usedA, allowedA };
    return since;
  };
  const isOver = (nowMs: number): boolean =>
    backMs === undefined || nowMs >= backMs + REGAINED_WITHIN_MS + JUDGED_FOR_MS;
  return {
    died(backAtMs) {
      backMs = backAtMs;
    },
    look(nowMs, uses, building, { isHidden, isChanging }) {
      if (backMs === undefined || isOver(nowMs)) return;
      capacity.look(nowMs, uses, building);
      const { usedA, allowedA } = step();
      if (nowMs < backMs) return;
      if (isHidden) wasHidden ||= afterS === undefined;
      if (isHidden) return;
      // Where nobody wants more than he has both are nothing, and that is well.
      steadyS = usedA >= LEAST_REGAINED * allowedA ? steadyS + 1 : 0;
      if (steadyS >= STEADY_S) afterS ??= Math.max(0, (nowMs - backMs) / 1_000 - STEADY_S);
      if (allowedA === 0 || isChanging || nowMs < backMs + REGAINED_WITHIN_MS) return;
      seconds += 1;
      judged = { usedA: judged.usedA + usedA, allowedA: judged.allowedA + allowedA };
    },
    conclude(nowMs) {
      const isTelling = seconds >= LEAST_SECONDS;
      if (isTelling && judged.usedA < LEAST_REGAINED * judged.allowedA) {
        const share = ((100 * judged.usedA) / judged.allowedA).toFixed(1);
        const detail = `${share} % of what the limits allowed flowed, from ${REGAINED_WITHIN_MS / 1_000} s after the return of the platform on, over ${seconds} s`;
        report({ checker: 'capacity', atMs: nowMs, detail });
      }
      return afterS === undefined || wasHidden ? undefined : { afterS };
    },
  };
}
