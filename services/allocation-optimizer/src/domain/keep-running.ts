import { deciAmps, mapPhases, type PerPhaseDeciAmps } from '@headroom/kernel';
import {
  horizonOf,
  isFresh,
  type LoadedRow,
  loadedRows,
  type LoadView,
  type OtherLoadModel,
  type RowIndex,
  type RowLimit,
  sumByCircuit,
} from '@headroom/site-model';
import { constraintsOf, type Everybody } from './constraints.ts';
import type { LoadEnvelope } from './control-memory.ts';
import type { Share } from './fill.ts';
import type { Constraints } from './flat-constraints.ts';
import { Ledger } from './ledger.ts';
import { comesLast } from './let-in.ts';
import { reserveOf } from './load-envelope.ts';
import type { ContenderRole } from './roles.ts';
import type { SiteState } from './site-state.ts';

export interface Filled {
  readonly shares: readonly Share[];
  /** What they fit in, and the same as constraints. */
  readonly rows: readonly LoadedRow[];
  readonly constraints: Constraints;
}

export interface Running {
  readonly view: LoadView;
  readonly limits: readonly RowLimit[];
  readonly index: RowIndex;
  readonly everybody: Everybody;
  readonly envelopes: ReadonlyMap<string, LoadEnvelope>;
  readonly state: SiteState;
}

/**
 * Who charges beside a station that was lowered, and has not been seen to follow (UD6), is not paused for what is kept aside for the error of a meter (LC7): the gate
 * knows of no such reserve, and has let him in beside the higher limit. He has his minimum for as long as it fits without the reserve. A pause would open his
 * contactor, and last for minutes (OD3), for a limit that most likely holds no more. Nobody begins so, and where a station refused, or is seen to draw more than
 * it was told, the reserve stays.
 *
 * @param filled by the rows with their reserve; the very same where nobody is kept
 */
export function keepRunning(filled: Filled, running: Running): Filled {
  const { state, everybody, limits, index } = running;
  const { contending } = everybody;
  const cut = contending.flatMap((role, i) => (isCut(role, filled.shares[i]?.given ?? 0, state) ? [i] : []));
  if (cut.length === 0 || !contending.some((role) => holdsUnseen(role, state))) return filled;
  // Behind the rows of the site a soft limit may stand.
  const rows = [...loadedRows(withoutReserve(running), limits), ...filled.rows.slice(limits.length)];
  const constraints = constraintsOf(rows, index, everybody);
  const ledger = new Ledger(constraints, contending.length);
  for (const [i, { given }] of filled.shares.entries()) ledger.give(i, given);
  const shares = [...filled.shares];
  for (const i of cut) {
    const [min, share] = [contending[i]?.contender.min, filled.shares[i]];
    if (min === undefined || share === undefined || ledger.obstacle(i, min) !== undefined) continue;
    ledger.give(i, min);
    const { queuePosition: _, ...rest } = share;
    shares[i] = { ...rest, given: min };
  }
  return shares.some((share, i) => share !== filled.shares[i]) ? { shares, rows, constraints } : filled;
}

/** It has its minimum now, by the word of its dispatcher too, and is to have less. */
function isCut({ evse, contender, before }: ContenderRole, given: number, state: SiteState): boolean {
  const { min, max, idle } = contender;
  if (given >= min || max < min || idle || comesLast(contender)) return false;
  return before.limit >= min && (state.evses.get(evse.evseId)?.dispatch.committed ?? 0) >= min;
}

/** It counts with more than it was given, for nobody has seen it follow. */
function holdsUnseen({ evse, base, before }: ContenderRole, state: SiteState): boolean {
  if (base <= Math.max(before.limit, evse.fallback)) return false;
  const facts = state.evses.get(evse.evseId);
  return facts?.draw.overSinceMs === undefined && facts?.dispatch.refused !== true;
}

function withoutReserve({ view, envelopes, state }: Running): LoadView {
  const { site, nowMs } = view;
  const counted = (load: OtherLoadModel): PerPhaseDeciAmps => {
    const { meterId = '' } = load;
    const [reading, level] = [state.readings.get(meterId), envelopes.get(meterId)?.level];
    if (reading === undefined || level === undefined || !isFresh(reading, load, nowMs)) return level ?? load.worstCase;
    return mapPhases(level, (value, phase) => deciAmps(value - reserveOf(site, load, phase)));
  };
  return {
    ...view,
    otherLoad: sumByCircuit(site.otherLoads, counted),
    horizonLoad: sumByCircuit(site.otherLoads, (load) => horizonOf(load, counted(load))),
  };
}
