import type { Ledger } from './ledger.ts';
import type { Contender } from './policies/policy.ts';

/** Who is asked whether a whole minimum would still be of use, in their order. */
export interface Waiting {
  readonly among: readonly number[];
  readonly isAsked: (contender: Contender) => boolean;
  readonly admitted: boolean[];
}

/** Whole minima to those of them who wait, as far as they fit. @returns to how many */
export function letIn(contenders: readonly Contender[], ledger: Ledger, { among, isAsked, admitted }: Waiting): number {
  let count = 0;
  for (const i of among) {
    const contender = contenders[i];
    if (contender === undefined || admitted[i] === true || contender.max < contender.min || !isAsked(contender))
      continue;
    if (ledger.obstacle(i, contender.min) !== undefined) continue;
    ledger.give(i, contender.min);
    admitted[i] = true;
    count += 1;
  }
  return count;
}

/** OD3, RF6: others come first, even with what they have beyond their minima; it has what is left of that, if it may. */
export const comesLast = ({ gaveUp, turn }: Contender): boolean =>
  gaveUp || turn?.isPaused === true || turn?.closesAgain !== undefined;

/** Who has closed too often has not even that, though nobody else can use it. */
export const mayHaveRest = (contender: Contender): boolean => comesLast(contender) && mayClose(contender);

/** It has not closed so often within an hour that nothing may raise it. */
export const mayClose = ({ turn }: Contender): boolean => turn?.closesAgain?.isAsked !== false;

export const keepsItsPlace = (contender: Contender): boolean => !comesLast(contender);
