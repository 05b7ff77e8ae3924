import type { UnrestVerdict } from '../checkers/unrest.ts';

/**
 * Of many short seeds together, at the most: the mean of 30 of them and four times what the mean of 20 strays (144 and 32, 39.8 and 19.7,
 * 1.31 and 0.25 of one seed). Their site is many times as lively as a real one: a car comes every 45 s, and stays for minutes.
 */
export const MOST_SENT_AN_HOUR = 175;
export const MOST_REVERSALS_AN_HOUR = 58;
export const MOST_STARTS_A_SESSION = 1.55;
/** Longer ones have more stations, and another pace: of those it is told only. */
const SHORT_HOURS = 1;

export interface UnrestTally {
  add(unrest: UnrestVerdict): void;
  line(): string;
  /** What is above its bound; of fewer than so many short seeds nothing is. */
  lacks(tellingSeeds: number): readonly string[];
}

export function createUnrestTally(): UnrestTally {
  const all: UnrestVerdict[] = [];
  return {
    add: (unrest) => void all.push(unrest),
    line: () => {
      const { sent, changes, reversals, wide, starts } = meansOf(all);
      const most = Math.max(0, ...all.map(({ mostChangesAnHour }) => mostChangesAnHour));
      const mostStarts = Math.max(0, ...all.map((each) => each.mostStarts));
      return (
        `limits of each EVSE and hour: ${sent.toFixed(1)} sent, ${changes.toFixed(1)} of them changes (${most.toFixed(1)} at one EVSE), ` +
        `${reversals.toFixed(1)} reversals within a minute, ${wide.toFixed(1)} of an ampere and more; ` +
        `starts of a session: ${starts.toFixed(2)}, ${mostStarts} at most`
      );
    },
    lacks(tellingSeeds) {
      const short = all.filter(({ hours }) => hours <= SHORT_HOURS);
      if (short.length < tellingSeeds) return [];
      const { sent, reversals, starts } = meansOf(short);
      return [
        ...above('limits sent to an EVSE in an hour', sent, MOST_SENT_AN_HOUR),
        ...above('reversals of an EVSE in an hour', reversals, MOST_REVERSALS_AN_HOUR),
        ...above('starts of a session', starts, MOST_STARTS_A_SESSION),
      ];
    },
  };
}

function meansOf(all: readonly UnrestVerdict[]) {
  const sum = (of: (unrest: UnrestVerdict) => number): number => all.reduce((total, each) => total + of(each), 0);
  const evseHours = sum((each) => each.evseHours);
  const anHour = (of: (unrest: UnrestVerdict) => number): number => (evseHours === 0 ? 0 : sum(of) / evseHours);
  return {
    sent: anHour((each) => each.sent),
    changes: anHour((each) => each.changes),
    reversals: anHour((each) => each.reversals),
    wide: anHour((each) => each.wideReversals),
    starts:
      sum((each) => each.starts) /
      Math.max(
        1,
        sum((each) => each.sessions),
      ),
  };
}

const above = (what: string, value: number, most: number): readonly string[] =>
  value <= most ? [] : [`${what}: ${value.toFixed(2)} in the mean, where ${most} is the most`];
