import { type EpochMs, err, type EvseNumber, ok, type Result } from '@headroom/kernel';
import { combine, type Imposed, type Leaders } from './combine.ts';
import type { InstalledProfile, RateUnit } from './profile.ts';
import type { Supply } from './rate.ts';
import {
  type CompositeRefusal,
  type CompositeSchedule,
  firstLeader,
  leadersOf,
  refuse,
  sweep,
  windowOf,
} from './segments.ts';
import { concerning, leaderAt, ofTransaction, placedOn, type Stack, stackOf } from './track.ts';
import type { Circumstances, Given } from './turns.ts';

export interface CompositeQuery extends Circumstances {
  /** All that the station holds, of any EVSE. They have passed `validate`. */
  readonly profiles: readonly InstalledProfile[];
  /** From 1 on. For the station as a whole see `stationSchedule`. */
  readonly evse: EvseNumber;
  readonly supply: Supply;
  readonly unit: RateUnit;
  /** On the station's clock. */
  readonly fromMs: EpochMs;
  /** At most `MAX_COMPOSITE_MS`. */
  readonly durationMs: number;
  /** What the hardware bears, in the unit asked for: deci-amps of each phase, or W of all. Absent: gaps have no limit. */
  readonly localLimit?: number;
  /** Of ISO 15118's up to three schedules of a profile. Default: the first. */
  readonly scheduleIndex?: 0 | 1 | 2;
}

/**
 * The limits that an EVSE obeys, as the texts define them (1.6 3.13; 2.0.1 and 2.1 block K, K08.FR.02 and K08.FR.04), as if nobody
 * acted meanwhile. At each instant:
 *
 * 1. For each purpose that profile leads which has a period then, and of those the one with the highest stack level.
 * 2. `tx` overrules `tx-default` where it has a period, upwards too; and `priority`, once switched on, overrules both.
 * 3. The lowest of this, of the station's maximum and of external constraints holds.
 * 4. Local generation is added to it. The hardware bounds the sum.
 *
 * The station's maximum is that of all its EVSEs together (1.6 3.13.3): told here is what one of them may take at most.
 */
export function compositeSchedule(query: CompositeQuery): Result<CompositeSchedule, CompositeRefusal> {
  const { profiles, evse, transaction, unit } = query;
  const refusal = refuse(profiles, query);
  if (refusal !== undefined) return err(refusal);
  const window = windowOf(query);
  const given: Given = { ...query, window };
  const stack = (some: readonly InstalledProfile[]): Stack =>
    stackOf({ profiles: some, scheduleIndex: query.scheduleIndex ?? 0, given });
  const sessions = [
    stack(transaction?.priority === true ? concerning(profiles, 'priority', evse) : []),
    stack(ofTransaction(profiles, evse, transaction)),
    stack(concerning(profiles, 'tx-default', evse)),
  ];
  const bounds = [
    stack(placedOn(profiles, 'external-constraints', evse)),
    stack(placedOn(profiles, 'external-constraints', 0)),
    stack(placedOn(profiles, 'station-max', 0)),
  ];
  const generation = stack(concerning(profiles, 'local-generation', evse));
  const basis = { ...query, socPercent: transaction?.socPercent };
  let last: { readonly leaders: Leaders; readonly imposed: Imposed } | undefined;
  const imposedAt = (atMs: EpochMs): Imposed => {
    const leaders = {
      session: firstLeader(sessions, atMs),
      bounds: leadersOf(bounds, atMs),
      generation: leaderAt(generation, atMs),
    };
    // Most boundaries are those of profiles that do not lead.
    if (last === undefined || !isSameLeaders(last.leaders, leaders))
      last = { leaders, imposed: combine(leaders, basis) };
    return last.imposed;
  };
  return ok(sweep({ window, stacks: [...sessions, ...bounds, generation], unit, imposedAt }));
}

const isSameLeaders = (a: Leaders, b: Leaders): boolean =>
  a.session?.span === b.session?.span &&
  a.generation?.span === b.generation?.span &&
  a.bounds.length === b.bounds.length &&
  a.bounds.every((bound, i) => bound.span === b.bounds[i]?.span);

export type LimitQuery = Omit<CompositeQuery, 'fromMs' | 'durationMs'>;

/** What an EVSE obeys at one instant of the station's clock: see `compositeSchedule`. */
export function limitAt(query: LimitQuery, atMs: EpochMs): Result<Imposed, CompositeRefusal> {
  const composite = compositeSchedule({ ...query, fromMs: atMs, durationMs: 1 });
  if (composite.kind === 'err') return composite;
  const { fromMs: _from, untilMs: _until, ...imposed } = composite.value.segments[0] ?? { fromMs: atMs, untilMs: atMs };
  return ok(imposed);
}
