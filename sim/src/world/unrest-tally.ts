import type { UnrestVerdict } from '../checkers/unrest.ts';

/**
 * Of many seeds together, at the most. Measured on 30 short seeds as they are run by `npm test`; see docs/reliability.md for the
 * figures and the reason of each bound.
 */
export const MOST_SENT_AN_HOUR = 0;
export const MOST_REVERSALS_AN_HOUR = 0;
export const MOST_STARTS_A_SESSION = 0;

export interface UnrestTally {
  add(unrest: UnrestVerdict): void;
  line(): string;
  /** What is above its bound. */
  lacks(): readonly string[];
}

export function createUnrestTally(): UnrestTally {
  const all: UnrestVerdict[] = [];
  const sum = (of: (unrest: UnrestVerdict) => number): number => all.reduce((total, each) => total + of(each), 0);
  const anHour = (of: (unrest: UnrestVerdict) => number): number => sum(of) / Math.max(1e-9, sum((each) => each.evseHours));
  const sent = (): number => anHour((each) => each.sent);
  const reversals = (): number => anHour((each) => each.reversals);
  const starts = (): number => sum((each) => each.starts) / Math.max(1, sum((each) => each.sessions));
  return {
    add: (unrest) => void all.push(unrest),
    line: () => {
      const most = Math.max(0, ...all.map(({ mostChangesAnHour }) => mostChangesAnHour));
      const mostStarts = Math.max(0, ...all.map((each) => each.mostStarts));
      return (
        `limits of each EVSE and hour: ${sent().toFixed(1)} sent, ${anHour((each) => each.changes).toFixed(1)} of them changes ` +
        `(${most.toFixed(1)} at one EVSE), ${reversals().toFixed(1)} reversals within a minute; ` +
        `starts a session: ${starts().toFixed(2)}, ${mostStarts} at most`
      );
    },
    lacks: () => [
      ...above('limits sent to each EVSE in an hour', sent(), MOST_SENT_AN_HOUR),
      ...above('reversals of each EVSE in an hour', reversals(), MOST_REVERSALS_AN_HOUR),
      ...above('starts of each session', starts(), MOST_STARTS_A_SESSION),
    ],
  };
}

const above = (what: string, value: number, most: number): readonly string[] =>
  value <= most ? [] : [`${what}: ${value.toFixed(2)}, where ${most} is the most`];
