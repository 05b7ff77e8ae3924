import {
  type CircuitId,
  deciAmps,
  type DeciAmps,
  epochMs,
  type EpochMs,
  type EvseId,
  type Watts,
} from '@headroom/kernel';
import {
  loadedRows,
  type LoadView,
  type PhaseMask,
  rowIndexOf,
  type RowLimit,
  rowsOf,
  type SiteModel,
} from '@headroom/site-model';
import { constraintsOf } from './constraints.ts';
import type { ControlMemory, Given, Later } from './control-memory.ts';
import type { Drop } from './decision.ts';
import { fill } from './fill.ts';
import { circuitRowsOf } from './phase-step.ts';
import type { Policy } from './policies/policy.ts';
import { type ContenderRole, FOLLOWS_WITHIN_MS, type Role } from './roles.ts';
import { steady } from './steady.ts';

/**
 * LC3, SI22: of a limit that begins within this time the lower one holds already. So long it takes until a decrease has been sent, taken
 * and seen to be obeyed, and what stations may be drawing is under it when it begins.
 */
export const AHEAD_MS = FOLLOWS_WITHIN_MS;
/**
 * A period inside a lease begins so long before the limit does: a car needs some seconds to follow (DR-E17), and the clock of a station
 * is known to about a second.
 */
export const PERIOD_AHEAD_MS = 6_000;
/**
 * A drop is announced this long before a lease of now could meet it: leases are renewed by a decision for as long as that is valid
 * (60 s), and a clock that is set back makes them longer.
 */
export const BEYOND_LEASE_MS = 90_000;

export const announcedAheadMs = (leaseS: number): number => leaseS * 1_000 + BEYOND_LEASE_MS;

/** Rows of a decision: for every instant until a decrease that is sent now is surely obeyed. */
export const rowsAhead = (site: SiteModel, nowMs: EpochMs): readonly RowLimit[] =>
  rowsOf(site, nowMs, epochMs(nowMs + AHEAD_MS));

/** What is known of the decision when its announcement is made. */
export interface Announcing {
  readonly view: LoadView;
  /** Of now. */
  readonly rows: readonly RowLimit[];
  readonly roles: ReadonlyMap<EvseId, Role>;
  readonly contending: readonly ContenderRole[];
  readonly masks: ReadonlyMap<EvseId, PhaseMask>;
  readonly given: ReadonlyMap<EvseId, DeciAmps>;
  readonly before: ControlMemory['given'];
  readonly policy: Policy;
}

export interface Announcement {
  /** A lower limit for each EVSE that must go down for it; never more than what is given now. */
  readonly later: ReadonlyMap<EvseId, Later>;
  /** What it is for. Absent: nothing is announced. */
  readonly drop?: Drop;
}

/**
 * SI27: the next drop of a limit that a lease of now may live to see, as a lower limit for each EVSE that must go down for it. It stands
 * as a period inside the lease, so that it holds with nobody alive. Later drops within the same lease are in it already: the
 * lowest limit until then counts. The dispatcher is told the drop itself as well: what it
 * sends meanwhile must fit under it, whatever became of what was announced to others.
 */
export function announce(announcing: Announcing): Announcement {
  const { view, rows, roles, contending, masks, given, before, policy } = announcing;
  const { site, nowMs } = view;
  const untilMs = epochMs(nowMs + announcedAheadMs(site.leaseS));
  const dropMs = nextDropMs(site, rows, { nowMs, untilMs });
  if (dropMs === undefined) return NOTHING_ANNOUNCED;
  const fromMs = epochMs(dropMs - PERIOD_AHEAD_MS);
  // Who may have nothing then is no contender, but counts with its fallback all the same.
  const capped = contending.map((role) => {
    const max = given.get(role.evse.evseId) ?? deciAmps(0);
    return { ...role, contender: { ...role.contender, max } };
  });
  const contenders = capped.map(({ contender }) => contender);
  const lowered = rowsOf(site, dropMs, untilMs);
  const index = rowIndexOf(site, lowered);
  const constraints = constraintsOf(loadedRows(view, lowered), index, { roles, contending: capped, masks });
  const shares = fill(contenders, constraints, policy, circuitRowsOf(lowered, site.rootCircuitId));
  const held = steady({
    ...{ contenders, constraints, nowMs },
    targets: shares.map((share) => share.given),
    before: contenders.map(({ evseId }) => announcedBefore(before.get(evseId)?.later, fromMs, nowMs)),
  });
  const announced = new Map<EvseId, Later>();
  for (const [index, { evseId, max }] of contenders.entries()) {
    const limit = deciAmps(held[index]?.given ?? 0);
    if (limit < max) announced.set(evseId, laterOf({ limit, fromMs }, before.get(evseId)?.later, nowMs));
  }
  return { later: announced, drop: { atMs: dropMs, limits: droppedLimits(rows, lowered) } };
}

const NOTHING_ANNOUNCED: Announcement = { later: new Map() };

function droppedLimits(rows: readonly RowLimit[], lowered: readonly RowLimit[]): ReadonlyMap<CircuitId, Watts> {
  const now = powerOf(rows);
  return new Map([...powerOf(lowered)].filter(([circuitId, limitW]) => limitW < (now.get(circuitId) ?? Infinity)));
}

const powerOf = (rows: readonly RowLimit[]): ReadonlyMap<CircuitId, Watts> =>
  new Map(rows.flatMap(({ circuitId, limitW }) => (limitW === undefined ? [] : [[circuitId, limitW] as const])));

/** A change is a message: the same rules hold as for limits, but for small rises, which wait for a larger one. */
function announcedBefore(was: Later | undefined, fromMs: EpochMs, nowMs: EpochMs): Given {
  if (was?.fromMs !== fromMs) return { limit: deciAmps(0) };
  return { limit: was.limit, raisedAtMs: was.changedAtMs, changedAtMs: nowMs };
}

function laterOf(next: Omit<Later, 'changedAtMs'>, was: Later | undefined, nowMs: EpochMs): Later {
  return was?.fromMs === next.fromMs && was.limit === next.limit ? was : { ...next, changedAtMs: nowMs };
}

/** When a power limit first comes to lie below what it is now; undefined: none does before `untilMs`. */
function nextDropMs(
  { imposed = [], nominalVoltageV }: SiteModel,
  rows: readonly RowLimit[],
  { nowMs, untilMs }: { readonly nowMs: EpochMs; readonly untilMs: EpochMs },
): EpochMs | undefined {
  const now = new Map<CircuitId, number>();
  for (const { circuitId, kind, limitDeciA } of rows) if (kind === 'power') now.set(circuitId, limitDeciA);
  let nextMs: EpochMs | undefined;
  for (const { circuitId, powerLimitW, startMs } of imposed) {
    if (startMs <= nowMs + AHEAD_MS || startMs > untilMs || startMs >= (nextMs ?? Infinity)) continue;
    const limitDeciA = Math.floor((powerLimitW * 10) / nominalVoltageV);
    if (limitDeciA < (now.get(circuitId) ?? Infinity)) nextMs = startMs;
  }
  return nextMs;
}
