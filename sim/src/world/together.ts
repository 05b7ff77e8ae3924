import type { CapacityVerdict } from '../checkers/capacity.ts';
import type { Taken } from '../checkers/ladder.ts';
import type { RegainedVerdict } from '../checkers/regained.ts';
import type { UnrestVerdict } from '../checkers/unrest.ts';
import type { Verdict } from './verdict.ts';

/** What the sites of one run came to: sums of what can be added, and else the worst of them. */
export function together(all: readonly Verdict[]): Verdict {
  const sum = (of: (verdict: Verdict) => number): number => all.reduce((total, verdict) => total + of(verdict), 0);
  return {
    violations: all.flatMap(({ violations }) => violations).toSorted((a, b) => a.atMs - b.atMs),
    handovers: sum(({ handovers }) => handovers),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    limited: sum(({ limited }) => limited),
    announced: sum(({ announced }) => announced),
    bookedKwh: sum(({ bookedKwh }) => bookedKwh),
    renewals: sum(({ renewals }) => renewals),
    capacity: poorest(all.map(({ capacity }) => capacity)),
    regained: latest(all.map(({ regained }) => regained)),
    fullest: Math.max(...all.map(({ fullest }) => fullest)),
    excess: all.flatMap(({ excess }) => excess),
    ladder: stepsOf(all.flatMap(({ ladder }) => ladder)),
    derated: sum(({ derated }) => derated),
    given: {
      wh: sum(({ given }) => given.wh),
      overS: sum(({ given }) => given.overS),
      longestS: Math.max(...all.map(({ given }) => given.longestS)),
    },
    unrest: unrestOf(all.map(({ unrest }) => unrest)),
  };
}

/** Of those that could be judged; if none could, why the first could not. */
function poorest(all: readonly CapacityVerdict[]): CapacityVerdict {
  const judged = all.filter((verdict) => verdict.kind === 'judged').toSorted((a, b) => a.share - b.share);
  return judged[0] ?? all[0] ?? { kind: 'unjudged', why: 'ended before' };
}

const latest = (all: readonly RegainedVerdict[]): RegainedVerdict =>
  all.filter((verdict) => verdict !== undefined).toSorted((a, b) => b.afterS - a.afterS)[0];

function stepsOf(all: readonly Taken[]): readonly Taken[] {
  const times = new Map<Taken[0], number>();
  for (const [step, count] of all) times.set(step, (times.get(step) ?? 0) + count);
  return [...times];
}

function unrestOf(all: readonly UnrestVerdict[]): UnrestVerdict {
  const sum = (of: (unrest: UnrestVerdict) => number): number => all.reduce((total, each) => total + of(each), 0);
  const most = (of: (unrest: UnrestVerdict) => number): number => Math.max(...all.map(of));
  return {
    hours: most(({ hours }) => hours),
    evseHours: sum(({ evseHours }) => evseHours),
    sent: sum(({ sent }) => sent),
    changes: sum(({ changes }) => changes),
    reversals: sum(({ reversals }) => reversals),
    wideReversals: sum(({ wideReversals }) => wideReversals),
    mostChangesAnHour: most(({ mostChangesAnHour }) => mostChangesAnHour),
    sessions: sum(({ sessions }) => sessions),
    starts: sum(({ starts }) => starts),
    mostStarts: most(({ mostStarts }) => mostStarts),
  };
}
