import { type EpochMs, err, type EvseNumber, ok, type Result } from '@headroom/kernel';
import { combine, type Imposed } from './combine.ts';
import type { CompositeQuery } from './composite.ts';
import type { InstalledProfile, RateUnit, RunningTransaction } from './profile.ts';
import { phasesOf, type Supply } from './rate.ts';
import {
  type CompositeRefusal,
  type CompositeSchedule,
  firstLeader,
  leadersOf,
  refuse,
  sweep,
  windowOf,
} from './segments.ts';
import { concerning, type Leader, leaderAt, ofTransaction, placedOn, type Stack, stackOf } from './track.ts';
import type { Given } from './turns.ts';

/** An EVSE of the station, as it is now. */
export interface StationEvse {
  readonly evse: EvseNumber;
  readonly supply: Supply;
  readonly transaction?: RunningTransaction;
  /** What its hardware bears, in the unit asked for. Absent: what no profile limits has no limit, nor has the sum. */
  readonly localLimit?: number;
}

/** `supply` and `localLimit` are those of the station's own connection. */
export interface StationQuery extends Omit<CompositeQuery, 'evse' | 'transaction'> {
  readonly evses: readonly StationEvse[];
}

interface EvseStacks {
  readonly evse: StationEvse;
  readonly sessions: readonly Stack[];
  readonly bounds: readonly Stack[];
  readonly generation: Stack;
}

/**
 * What the station may take from its connection: the sum over its EVSEs, bounded by what holds for EVSE 0 (1.6 5.7 with connector 0;
 * 2.x K08.FR.03, EVSE 0). Only the limit is told. In A all EVSEs count on the same phases, and one with limits per phase
 * with its highest, a bound with its lowest. Half-open segments as those of `compositeSchedule`.
 */
export function stationSchedule(query: StationQuery): Result<CompositeSchedule, CompositeRefusal> {
  const { profiles, unit } = query;
  const refusal = refuse(profiles, query);
  if (refusal !== undefined) return err(refusal);
  const window = windowOf(query);
  const stackFor =
    (given: Given) =>
    (some: readonly InstalledProfile[]): Stack =>
      stackOf({ profiles: some, scheduleIndex: query.scheduleIndex ?? 0, given });
  const given: Given = { zone: query.zone, offlineSinceMs: query.offlineSinceMs, window };
  const own = query.evses.map((evse) =>
    evseStacks(evse, profiles, stackFor({ ...given, transaction: evse.transaction })),
  );
  const stack = stackFor(given);
  const bounds = [stack(placedOn(profiles, 'external-constraints', 0)), stack(placedOn(profiles, 'station-max', 0))];
  const generation = stack(placedOn(profiles, 'local-generation', 0));
  const imposedAt = (atMs: EpochMs): Imposed => {
    const wide = { bounds: leadersOf(bounds, atMs), made: leaderAt(generation, atMs) };
    const drawn = sumOf(own.map((each) => drawnBy(each, { unit, wide, atMs })));
    return ofStation({ drawn, ...wide }, query);
  };
  const stacks = [...bounds, generation, ...own.flatMap((each) => [...each.sessions, ...each.bounds, each.generation])];
  return ok(sweep({ window, stacks, unit, imposedAt }));
}

function evseStacks(
  it: StationEvse,
  profiles: readonly InstalledProfile[],
  stack: (some: readonly InstalledProfile[]) => Stack,
): EvseStacks {
  const { evse, transaction } = it;
  return {
    evse: it,
    sessions: [
      stack(transaction?.priority === true ? concerning(profiles, 'priority', evse) : []),
      stack(ofTransaction(profiles, evse, transaction)),
      stack(concerning(profiles, 'tx-default', evse)),
    ],
    bounds: [stack(placedOn(profiles, 'external-constraints', evse))],
    // That of EVSE 0 is made once, not once for each EVSE.
    generation: stack(placedOn(profiles, 'local-generation', evse)),
  };
}

interface Asked {
  readonly unit: RateUnit;
  /** Of EVSE 0. */
  readonly wide: { readonly bounds: readonly Leader[]; readonly made: Leader | undefined };
  readonly atMs: EpochMs;
}

/** With the bounds of the station, on as many phases as it leaves (K01.FR.140); undefined: nothing limits it. */
function drawnBy({ evse, sessions, bounds, generation }: EvseStacks, { unit, wide, atMs }: Asked) {
  const leaders = {
    session: firstLeader(sessions, atMs),
    bounds: [...leadersOf(bounds, atMs), ...wide.bounds],
    generation: leaderAt(generation, atMs),
  };
  const { supply, localLimit, transaction } = evse;
  const mostPhases = wide.made === undefined ? undefined : phasesOf(wide.made.period, supply);
  const imposed = combine(leaders, { supply, unit, localLimit, mostPhases, socPercent: transaction?.socPercent });
  return inOneNumber(imposed, unit, 'highest');
}

/** K08.FR.09: limits per phase as one: W of all that may be used, A of the highest, or lowest, of them. Undefined: one has no limit. */
function inOneNumber(imposed: Imposed, unit: RateUnit, conductor: 'highest' | 'lowest'): number | undefined {
  const { limit, limitL2 = limit, limitL3 = limit } = imposed;
  if (limit === undefined || limitL2 === undefined || limitL3 === undefined) return undefined;
  if (imposed.limitL2 === undefined) return limit;
  const used = usedOf([limit, limitL2, limitL3], imposed);
  if (unit === 'W') return used.reduce((sum, each) => sum + each, 0);
  return conductor === 'highest' ? Math.max(...used) : Math.min(...used);
}

/** Of three conductors; DC has one. */
function usedOf(each: readonly number[], { numberPhases = 1, phaseToUse = 1 }: Imposed): readonly number[] {
  const used = numberPhases === 1 ? each.slice(phaseToUse - 1, phaseToUse) : each.slice(0, numberPhases);
  return used.length === 0 ? each : used;
}

const sumOf = (values: readonly (number | undefined)[]): number | undefined =>
  values.reduce<number | undefined>(
    (sum, value) => (sum === undefined || value === undefined ? undefined : sum + value),
    0,
  );

interface AtStation {
  readonly drawn: number | undefined;
  readonly bounds: readonly Leader[];
  readonly made: Leader | undefined;
}

function ofStation({ drawn, bounds, made }: AtStation, { supply, unit, localLimit }: StationQuery): Imposed {
  const bounded = combine({ session: undefined, bounds, generation: undefined }, { supply, unit });
  const bound = inOneNumber(bounded, unit, 'lowest');
  const isSum = drawn !== undefined && (bound === undefined || drawn < bound);
  const lowest = isSum ? drawn : bound;
  const added =
    made === undefined ? undefined : combine({ session: made, bounds: [], generation: undefined }, { supply, unit });
  const limit = lowest === undefined ? undefined : lowest + ((added && inOneNumber(added, unit, 'lowest')) ?? 0);
  if (localLimit !== undefined && (limit === undefined || localLimit < limit)) {
    return { limit: localLimit, limitedBy: { purpose: 'local' } };
  }
  if (limit === undefined) return {};
  return { limit, limitedBy: isSum || bounded.limitedBy === undefined ? { purpose: 'evses' } : bounded.limitedBy };
}
