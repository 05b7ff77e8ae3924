import { type DeciAmps, deciAmps, type EvseId } from '@headroom/kernel';
import type { EvseModel } from './model.ts';
import { isCurrent } from './loaded-rows.ts';
import {
  bindingRow,
  contribution,
  type Counted,
  countsWith,
  type GateRow,
  roomIn,
  type RowUse,
  usesOf,
} from './row-use.ts';
import { type Row, rowsOf } from './rows.ts';

export interface GateInput extends Counted {
  /** Bound to the running transaction: where a mask stands, only its phases carry more. */
  readonly proposal: { readonly evseId: EvseId; readonly limit: DeciAmps };
}

export type GateVerdict =
  | { readonly kind: 'pass'; readonly decrease: boolean }
  | {
      readonly kind: 'refuse';
      readonly why: 'does-not-fit' | 'above-hardware-maximum' | 'not-a-current' | 'unknown-evse';
      /** The row that leaves the least room. */
      readonly row: Row;
      /** Which of its two rows: as it is now, or for the time when we are dead (7.2b). */
      readonly gateRow: GateRow;
      readonly limitDeciA: DeciAmps;
      /** Of `dead`: with the rise that is kept for the other load. */
      readonly wouldBeDeciA: DeciAmps;
      /** The largest limit of this EVSE that fits; its committed value where nothing above it does. */
      readonly largest: DeciAmps;
    };

/**
 * The safety gate. Passes what is at most the committed value always (SI7: nothing rises), an increase only if every
 * row it uses holds with W := max(W, new) (SI8, SI10): now, and until the last lease has ended with nobody alive
 * (7.2b, see `GateRow`). Total: whatever comes in, a verdict comes out.
 */
export function gate(input: GateInput): GateVerdict {
  const { site, proposal, committed } = input;
  const evse = site.evses.get(proposal.evseId);
  const nowhere = { row: { circuitId: site.rootCircuitId, kind: 'l1' }, gateRow: 'now', ...NOTHING } as const;
  if (evse === undefined) return { kind: 'refuse', why: 'unknown-evse', ...nowhere, largest: ZERO };
  const counted = countsWith(evse, committed);
  if (!isCurrent(proposal.limit)) return { kind: 'refuse', why: 'not-a-current', ...nowhere, largest: counted };
  if (proposal.limit <= counted) return { kind: 'pass', decrease: true };
  return judgeIncrease(input, evse, counted);
}

function judgeIncrease(input: GateInput, evse: EvseModel, counted: DeciAmps): GateVerdict {
  const { limit } = input.proposal;
  const wired = (input.rows ?? rowsOf(input.site, input.nowMs)).filter((row) => row.loads.has(evse.evseId));
  const rows = usesOf(input, wired).filter((row) => row.loads.has(evse.evseId));
  let largest: number = Math.max(counted, evse.maxCurrent);
  let tightest: RowUse | undefined;
  for (const row of rows) {
    const fits = largestIn(row, evse.evseId, counted);
    if (tightest !== undefined && fits >= largest) continue;
    tightest = row;
    largest = Math.min(largest, fits);
  }
  if (limit <= largest || tightest === undefined) return { kind: 'pass', decrease: false };
  const growth = contribution(tightest, evse.evseId, limit) - contribution(tightest, evse.evseId, counted);
  return {
    kind: 'refuse',
    why: limit > evse.maxCurrent && largest >= evse.maxCurrent ? 'above-hardware-maximum' : 'does-not-fit',
    row: { circuitId: tightest.circuitId, kind: tightest.kind },
    gateRow: bindingRow(tightest),
    limitDeciA: tightest.limitDeciA,
    wouldBeDeciA: deciAmps(tightest.limitDeciA - roomIn(tightest, bindingRow(tightest)) + growth),
    largest: deciAmps(Math.max(counted, largest)),
  };
}

/**
 * The largest limit with which the row holds, now and when we are dead; negative: none does. `counted`: with which the
 * EVSE stands in its use.
 */
export function largestIn(row: RowUse, evseId: EvseId, counted: number): number {
  const room = roomIn(row, 'dead') + contribution(row, evseId, counted);
  // Broken by what counts without its limit: no limit mends it (SI20).
  if (room < (row.standing.get(evseId) ?? 0)) return -1;
  return Math.floor(room / (row.loads.get(evseId) ?? 1));
}

const ZERO = deciAmps(0);
const NOTHING = { limitDeciA: ZERO, wouldBeDeciA: ZERO };
