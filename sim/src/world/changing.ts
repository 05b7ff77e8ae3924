import type { RegainedNow } from '../checkers/regained.ts';
import type { Timelines } from '../checkers/timelines.ts';
import type { SitePlan } from '../documents.ts';

/** What keeps a site from using its room beside the death of its platform. */
export interface Changing {
  /** An operator asks for other limits, or is answered. */
  changed(nowMs: number): void;
  at(nowMs: number): RegainedNow;
}

/** Around an instant at which the grid asks for less: a drop is obeyed ahead of it, and room comes back by hand-overs. */
const AROUND_MS = [-30_000, 0, 30_000];
/** Room that an operator gives back, or takes, has its new users after some hand-overs. */
const CHANGED_FOR_MS = 60_000;

export function createChanging({ document }: SitePlan, timelines: Pick<Timelines, 'saidKw'>): Changing {
  let changedAtMs = Number.NEGATIVE_INFINITY;
  return {
    changed(nowMs) {
      changedAtMs = nowMs;
    },
    at: (nowMs) => ({
      // What the grid asks for is not among the rows of that judge.
      isHidden: document.spec.circuits.some(({ name }) =>
        AROUND_MS.some((ms) => timelines.saidKw(name, nowMs + ms) < Number.POSITIVE_INFINITY),
      ),
      isChanging: nowMs <= changedAtMs + CHANGED_FOR_MS,
    }),
  };
}
