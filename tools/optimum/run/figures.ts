import { feasibleWh, type SlotSession } from '../site/slotted.ts';
import type { Outcome } from './run-day.ts';

/** How good a run was (section 11). Shares are of 1. */
export interface Figures {
  /** Of U1 (ME1). */
  readonly ofBound: number;
  /** ME2. */
  readonly jain: number;
  /** What the session gets that is worse off than 95 of 100, as a share of what it could take (ME3). */
  readonly fifthPercentile: number;
  /** Sessions that got less than a tenth of it. */
  readonly starved: number;
  /** ME5. */
  readonly startsPerSession: number;
  readonly overMin: number;
}

const STARVED = 0.1;
const FIFTH = 0.05;

export function figuresOf(
  sessions: readonly SlotSession[],
  {
    outcomes,
    overMin,
  }: { readonly outcomes: readonly Pick<Outcome, 'deliveredWh' | 'starts'>[]; readonly overMin: number },
  boundWh: number,
): Figures {
  const shares = sessions.flatMap((session, place) => {
    const couldWh = feasibleWh(session);
    return couldWh > 0 ? [(outcomes[place]?.deliveredWh ?? 0) / couldWh] : [];
  });
  const deliveredWh = outcomes.reduce((sum, one) => sum + one.deliveredWh, 0);
  return {
    ofBound: boundWh > 0 ? deliveredWh / boundWh : 1,
    jain: jainIndex(shares),
    fifthPercentile: shares.toSorted((a, b) => a - b)[Math.floor(shares.length * FIFTH)] ?? 1,
    starved: shares.filter((share) => share < STARVED).length,
    startsPerSession: outcomes.reduce((sum, { starts }) => sum + starts, 0) / Math.max(1, outcomes.length),
    overMin,
  };
}

/** 1: all the same; 1/n: one has everything. */
export function jainIndex(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? 1 : (sum * sum) / (shares.length * squares);
}
