import {
  type CircuitId,
  type DeciAmps,
  deciAmps,
  type EpochMs,
  type EvseId,
  GRID_PHASES,
  type PerPhaseDeciAmps,
} from '@headroom/kernel';
import type { EvseModel, SiteModel } from './model.ts';
import { accumulate, worstOtherLoad } from './other-load.ts';
import { inRow, type Row, type RowLimit, rowsOf } from './rows.ts';

export interface GateInput {
  readonly site: SiteModel;
  /** What each EVSE counts with (7.1). Missing or not a current: its maximum. Never counts below its fallback (SI1). */
  readonly committed: ReadonlyMap<EvseId, DeciAmps>;
  /** By the circuit on which it sits, as `otherLoadNow` gives it. Missing or not a current: the worst case. */
  readonly otherLoad: ReadonlyMap<CircuitId, PerPhaseDeciAmps>;
  readonly nowMs: EpochMs;
  readonly proposal: { readonly evseId: EvseId; readonly limit: DeciAmps };
}

export type GateVerdict =
  | { readonly kind: 'pass'; readonly decrease: boolean }
  | {
      readonly kind: 'refuse';
      readonly why: 'does-not-fit' | 'above-hardware-maximum' | 'not-a-current' | 'unknown-evse';
      /** The row that leaves the least room. */
      readonly row: Row;
      readonly limitDeciA: DeciAmps;
      readonly wouldBeDeciA: DeciAmps;
      /** The largest limit of this EVSE that fits; its committed value where nothing above it does. */
      readonly largest: DeciAmps;
    };

/** How much of a row is in use. */
export interface RowUse extends RowLimit {
  /** Other load plus everything the stations count with. May exceed the limit: then no increase passes (SI20). */
  readonly usedDeciA: DeciAmps;
  readonly otherLoadDeciA: DeciAmps;
}

/**
 * The safety gate, first row (now). Passes what is at most the committed value always (SI7: nothing rises), an
 * increase only if every row it uses holds with W := max(W, new) (SI8, SI10). Total: whatever comes in, a verdict
 * comes out. The second row (dead, 7.2b) joins it here.
 */
export function gate(input: GateInput): GateVerdict {
  const { site, proposal, committed } = input;
  const evse = site.evses.get(proposal.evseId);
  const nowhere = { row: { circuitId: site.rootCircuitId, kind: 'l1' as const }, limitDeciA: ZERO, wouldBeDeciA: ZERO };
  if (evse === undefined) return { kind: 'refuse', why: 'unknown-evse', ...nowhere, largest: ZERO };
  const counted = countsWith(evse, committed);
  if (!isCurrent(proposal.limit)) return { kind: 'refuse', why: 'not-a-current', ...nowhere, largest: counted };
  if (proposal.limit <= counted) return { kind: 'pass', decrease: true };
  return judgeIncrease(input, evse, counted);
}

function judgeIncrease(input: GateInput, evse: EvseModel, counted: DeciAmps): GateVerdict {
  const { limit } = input.proposal;
  const rows = rowUses(input).filter((row) => row.loads.has(evse.evseId));
  let largest: number = Math.max(counted, evse.maxCurrent);
  let tightest: RowUse | undefined;
  for (const row of rows) {
    const coefficient = row.loads.get(evse.evseId) ?? 1;
    const fits = counted + Math.floor((row.limitDeciA - row.usedDeciA) / coefficient);
    if (tightest !== undefined && fits >= largest) continue;
    tightest = row;
    largest = Math.min(largest, fits);
  }
  if (limit <= largest || tightest === undefined) return { kind: 'pass', decrease: false };
  const coefficient = tightest.loads.get(evse.evseId) ?? 1;
  return {
    kind: 'refuse',
    why: limit > evse.maxCurrent && largest >= evse.maxCurrent ? 'above-hardware-maximum' : 'does-not-fit',
    row: { circuitId: tightest.circuitId, kind: tightest.kind },
    limitDeciA: tightest.limitDeciA,
    wouldBeDeciA: deciAmps(tightest.usedDeciA + coefficient * (limit - counted)),
    largest: deciAmps(Math.max(counted, largest)),
  };
}

/** Every row with its use, as the gate counts it. */
export function rowUses(input: Omit<GateInput, 'proposal'>): readonly RowUse[] {
  const { site, committed, nowMs } = input;
  const otherLoad = accumulate(site, safeOtherLoad(input));
  return rowsOf(site, nowMs).map((row) => {
    const load = otherLoad.get(row.circuitId);
    const otherLoadDeciA = load === undefined ? 0 : inRow(load, row.kind);
    let used = otherLoadDeciA;
    for (const [evseId, coefficient] of row.loads) {
      const evse = site.evses.get(evseId);
      if (evse !== undefined) used += coefficient * countsWith(evse, committed);
    }
    return { ...row, usedDeciA: deciAmps(used), otherLoadDeciA: deciAmps(otherLoadDeciA) };
  });
}

/** What an EVSE counts with in every sum: ignorance is its maximum, and the fallback is always a member (SI1). */
export function countsWith(evse: EvseModel, committed: ReadonlyMap<EvseId, DeciAmps>): DeciAmps {
  const value = committed.get(evse.evseId);
  if (value === undefined || !isCurrent(value)) return evse.maxCurrent;
  return deciAmps(Math.max(value, evse.fallback));
}

function safeOtherLoad({
  site,
  otherLoad,
}: Pick<GateInput, 'site' | 'otherLoad'>): ReadonlyMap<CircuitId, PerPhaseDeciAmps> {
  const loads = new Map(worstOtherLoad(site));
  for (const [circuitId, load] of otherLoad) {
    if (GRID_PHASES.every((phase) => isCurrent(load[phase]))) loads.set(circuitId, load);
  }
  return loads;
}

const ZERO = deciAmps(0);
const isCurrent = (value: number): boolean => Number.isSafeInteger(value) && value >= 0 && value <= MAX_COUNTED_DECI_A;
/** 10 MA: above it a number is no current, and sums over 2,000 EVSEs stay exact integers below it. */
const MAX_COUNTED_DECI_A = 100_000_000;
