import { bothOf, type CausedExcess, EXCESS_CAUSES, type ExcessCause } from '../checkers/excess.ts';

/** Why, for a reader. */
const WORDS: Readonly<Record<ExcessCause, string>> = {
  limit: 'a limit that dropped',
  load: "other load beyond its operator's word",
  heat: "a temperature beyond its operator's word",
  forgotten: 'a station that forgot what it was told',
  disobeying: 'a station that does not keep to what it is told',
  fallbacks: 'a limit below the fallbacks',
  kept: 'a lease that does not end, with nobody alive',
  following: 'a car that follows its pilot',
};

export interface ExcessTally {
  add(excess: readonly CausedExcess[]): void;
  /** What flowed above limits, by cause (SI24): conductors first. */
  lines(): readonly string[];
}

const KINDS = { conductor: 'above the rating of a conductor', power: 'above a limit in kW' } as const;

export function createExcessTally(): ExcessTally {
  const sums = new Map<string, CausedExcess>();
  const of = (kind: CausedExcess['of'], cause: ExcessCause): CausedExcess | undefined => sums.get(`${kind} ${cause}`);
  return {
    add(excess) {
      for (const each of excess) {
        const sum = of(each.of, each.cause);
        sums.set(`${each.of} ${each.cause}`, sum === undefined ? each : bothOf(sum, each));
      }
    },
    lines: () =>
      (['conductor', 'power'] as const).map((kind) => {
        const told = EXCESS_CAUSES.flatMap((cause) => of(kind, cause) ?? []).map(wordsOf);
        return `${KINDS[kind]}: ${told.length === 0 ? 'never' : told.join('; ')}`;
      }),
  };
}

const wordsOf = ({ cause, times, seconds, longestS, mostA }: CausedExcess): string =>
  `${WORDS[cause]} ${times} times, ${Math.round(seconds)} s in sum, ${longestS.toFixed(1)} s at longest, ${mostA.toFixed(1)} A at most`;
