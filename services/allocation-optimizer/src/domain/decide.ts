import {
  type CircuitId,
  type DeciAmps,
  deciAmps,
  type EpochMs,
  type EvseId,
  invariant,
  type PerPhaseDeciAmps,
} from '@headroom/kernel';
import {
  horizonOf,
  indexedUse,
  loadedRows,
  type OtherLoadModel,
  pathToRoot,
  roomIn,
  rowIndexOf,
  rowsOf,
  type SiteModel,
  sourcesNow,
  sumByCircuit,
  type UsedRow,
} from '@headroom/site-model';
import { circuitUses } from './circuit-use.ts';
import { announce, rowsAhead } from './announce.ts';
import { constraintsOf } from './constraints.ts';
import type { ControlMemory, Later, LoadEnvelope } from './control-memory.ts';
import { knownMasks, plannedMasks } from './counted-phases.ts';
import type { Allocation, Decision, Reason } from './decision.ts';
import { guarded, withinPlan } from './demand-guard.ts';
import { type Discharge, dischargeNow, givingOf, mayGiveBack } from './discharge.ts';
import { explain } from './explain.ts';
import { fill } from './fill.ts';
import type { Constraints } from './flat-constraints.ts';
import { limitedSite } from './limited-site.ts';
import { keepRunning } from './keep-running.ts';
import { leaseOf } from './lease-memory.ts';
import { countLoad } from './load-envelope.ts';
import { alongPlan } from './policies/plan-following.ts';
import { withinEnvelope } from './policies/within-envelope.ts';
import { policyOf } from './policies/policy-of.ts';
import { mustRun } from './need.ts';
import { notLater } from './not-later.ts';
import { overLimits } from './over-limit.ts';
import type { Policy } from './policies/policy.ts';
import { fixedReason, refusalReason } from './reasons.ts';
import { circuitRowsOf } from './phase-step.ts';
import { probing } from './probing.ts';
import { type ContenderRole, type Role, roleOf } from './roles.ts';
import type { Credit } from './rotation.ts';
import { creditsOf, remember } from './remember.ts';
import type { SiteState } from './site-state.ts';
import { steady } from './steady.ts';

export interface Decided {
  readonly decision: Decision;
  readonly memory: ControlMemory;
  /** Every row with the use that the decision leads to: what its reasons speak of. */
  readonly planned: readonly UsedRow[];
}

/**
 * Who may draw how much, now. A function of its arguments alone: same arguments, same answer, byte for byte (TB3).
 * The steps are those of allocation 3.2: snapshot, reserve, admission, fill, steadiness; the gate stands in the
 * dispatcher, and the last lines here assert what it would find.
 */
export function decide(configured: SiteModel, state: SiteState, known: ControlMemory, nowMs: EpochMs): Decided {
  const memory = notLater(known, nowMs);
  const site = limitedSite(configured, state, nowMs);
  const loads = countLoads(site, state, memory, nowMs);
  const roles = new Map<EvseId, Role>();
  for (const [evseId, evse] of site.evses) {
    roles.set(evseId, roleOf({ site, evse, state, given: memory.given, nowMs }));
  }
  const shared = policyOf(site);
  const competing = withProbes(
    [...roles.values()].filter((role) => role.kind === 'contender'),
    nowMs,
  ).toSorted((a, b) => shared.compare(a.contender, b.contender));
  const { policy, use, ...followed } = alongPlan(shared, { site, state, contending: competing, nowMs });
  const contending = withinEnvelope(competing, { ...followed, policy, otherLoad: loads.now, site, state, nowMs });
  const contenders = contending.map((role) => role.contender);
  const view = {
    ...{ site, otherLoad: loads.now, horizonLoad: loads.horizon, nowMs },
    ...(site.sources === undefined ? {} : { supplied: sourcesNow(site, state.readings, nowMs) }),
  };
  const limits = rowsAhead(site, nowMs);
  const hardRows = loadedRows(view, limits);
  const masks = plannedMasks(contending);
  const hardIndex = rowIndexOf(site, limits);
  // The gate knows of it as little as what is told of circuits: it counts for shares, and for what is said of them.
  const soft = guarded(withinPlan(memory.demandGuard, followed.plan, nowMs), view, limits);
  const rows = soft === undefined ? hardRows : [...hardRows, soft.row];
  const index = soft === undefined ? hardIndex : rowIndexOf(site, soft.limits);
  const spared = soft === undefined ? undefined : { rowIndex: limits.length, who: mustRunAmong(contending, policy) };
  const everybody = { roles, contending, masks, ...(spared && { spared }) };
  const constraints = constraintsOf(rows, index, everybody);
  const filled = fill(contenders, constraints, policy, circuitRowsOf(limits, site.rootCircuitId));
  const { shares, ...within } = keepRunning(
    { shares: filled, rows, constraints },
    { view, limits, index, everybody, envelopes: loads.envelopes, state },
  );
  const steadied = steady({
    contenders,
    constraints,
    targets: shares.map((share) => share.given),
    before: contending.map((role) => role.before),
    nowMs,
  });
  const given = new Map(contending.map((role, i) => [role.evse.evseId, deciAmps(steadied[i]?.given ?? 0)]));
  const planned = indexedUse({ site, committed: plannedWorst(roles, given), masks }, within.rows, index);
  assertFits(planned.slice(0, limits.length), within.constraints, contending, given);
  const { later, drop } = announce({
    view,
    rows: limits,
    roles,
    contending,
    masks,
    given,
    before: memory.given,
    policy,
  });
  const credits = creditsOf(contending, { shares, steps: site.evses.size, policy, nowMs });
  const reasons = explain({
    site,
    roles: contending,
    shares,
    steadied,
    planned,
    policy,
    ...{ staleMeterIn: loads.staleMeterIn, readings: state.readings, nowMs },
  });
  const stations = { site, committed: knownCommitted(state), masks: knownMasks(state) };
  const used = indexedUse(stations, hardRows, hardIndex);
  const current = rowsOf(site, nowMs);
  const discharges = mayGiveBack(site, state) ? dischargeNow({ site, state, memory, nowMs }, givingOf(state)) : NOBODY;
  return {
    decision: {
      decidedAtMs: nowMs,
      siteVersion: site.version,
      allocations: allocationsOf({ site, roles, given, later, credits, reasons, discharges, state }),
      circuits: circuitUses(site, used),
      over: overLimits(
        current === limits ? used : indexedUse(stations, loadedRows(view, current), rowIndexOf(site, current)),
      ),
      ...(drop === undefined ? {} : { drop }),
      lease: leaseOf(site, memory.lease),
      ...(use === undefined ? {} : { plan: use }),
    },
    memory: {
      ...{ given: remember({ roles, given, later, credits, before: memory.given, nowMs }), envelopes: loads.envelopes },
      ...(memory.lease === undefined ? {} : { lease: memory.lease }),
      ...(memory.demandGuard === undefined ? {} : { demandGuard: memory.demandGuard }),
    },
    planned,
  };
}

function withProbes(contending: readonly ContenderRole[], nowMs: EpochMs): readonly ContenderRole[] {
  const probes = probing(contending, nowMs);
  if (probes.size === 0) return contending;
  return contending.map((role) =>
    // It is asked as if it wanted something: else it would have what is left, as before.
    probes.has(role.evse.evseId)
      ? { ...role, contender: { ...role.contender, idle: false, gaveUp: false, probes: true } }
      : role,
  );
}

/** LC5: whom no soft limit may hold back, by their places: who is boosted, and by a way to share that looks at needs who must charge now. */
function mustRunAmong(contending: readonly ContenderRole[], { looksAtNeeds }: Policy): ReadonlySet<number> {
  const isSpared = ({ contender: { idle, ahead, need } }: ContenderRole): boolean =>
    !idle && (ahead === 'boosted' || (looksAtNeeds && mustRun(need)));
  return new Set(contending.flatMap((role, i) => (isSpared(role) ? [i] : [])));
}

interface CountedLoads {
  readonly now: ReadonlyMap<CircuitId, PerPhaseDeciAmps>;
  /** What it may come to while the leases last (7.2b), counted from the same envelope. */
  readonly horizon: ReadonlyMap<CircuitId, PerPhaseDeciAmps>;
  readonly envelopes: ReadonlyMap<string, LoadEnvelope>;
  /** Name of a load without a fresh reading that counts in this circuit; undefined where all are fresh. */
  readonly staleMeterIn: (circuitId: CircuitId) => string | undefined;
}

export function countLoads(site: SiteModel, state: SiteState, memory: ControlMemory, nowMs: EpochMs): CountedLoads {
  const envelopes = new Map<string, LoadEnvelope>();
  const stale = new Map<CircuitId, string>();
  const counts = new Map<OtherLoadModel, PerPhaseDeciAmps>();
  const now = sumByCircuit(site.otherLoads, (load) => {
    const { meterId } = load;
    const reading = meterId === undefined ? undefined : state.readings.get(meterId);
    const before = meterId === undefined ? undefined : memory.envelopes.get(meterId);
    const counted = countLoad({ site, load, reading, before, nowMs });
    if (meterId !== undefined && counted.envelope !== undefined) envelopes.set(meterId, counted.envelope);
    if (counted.stale) {
      for (const circuit of pathToRoot(site, load.circuitId))
        stale.set(circuit.circuitId, load.name || (meterId ?? ''));
    }
    counts.set(load, counted.counted);
    return counted.counted;
  });
  const horizon = sumByCircuit(site.otherLoads, (load) => horizonOf(load, counts.get(load) ?? load.worstCase));
  return { now, horizon, envelopes, staleMeterIn: (circuitId) => stale.get(circuitId) };
}

function plannedWorst(
  roles: ReadonlyMap<EvseId, Role>,
  given: ReadonlyMap<EvseId, DeciAmps>,
): ReadonlyMap<EvseId, DeciAmps> {
  const worst = new Map<EvseId, DeciAmps>();
  for (const [evseId, role] of roles) {
    worst.set(evseId, role.kind === 'fixed' ? role.worst : deciAmps(Math.max(role.base, given.get(evseId) ?? 0)));
  }
  return worst;
}

function knownCommitted(state: SiteState): ReadonlyMap<EvseId, DeciAmps> {
  const known = new Map<EvseId, DeciAmps>();
  state.evses.forEach(({ dispatch }, evseId) => {
    if (dispatch.committed !== undefined) known.set(evseId, dispatch.committed);
  });
  return known;
}

/** Every row holds, or was lost before we began: then nobody below it may have more than its fallback. */
function assertFits(
  planned: readonly UsedRow[],
  { list, starts, contenders }: Constraints,
  contending: readonly ContenderRole[],
  given: ReadonlyMap<EvseId, DeciAmps>,
): void {
  for (const [c, { rowIndex }] of list.entries()) {
    const row = planned[rowIndex];
    if (row === undefined || roomIn(row, 'dead') >= 0) continue;
    for (const contender of contenders.subarray(starts[c], starts[c + 1])) {
      const role = contending[contender];
      invariant(role !== undefined, 'a member is one of the contenders');
      const { evse } = role;
      const limit = given.get(evse.evseId) ?? 0;
      if (limit <= evse.fallback) continue;
      invariant(false, `${row.circuitId} ${row.kind} is overfull and ${evse.evseId} was given ${limit} dA`);
    }
  }
}

const NOBODY: ReadonlyMap<EvseId, Discharge> = new Map();

/** While it is being made. */
type Open<T> = { -readonly [Name in keyof T]: T[Name] };

function allocationsOf(of: {
  readonly site: Pick<SiteModel, 'ladderEnd'>;
  readonly roles: ReadonlyMap<EvseId, Role>;
  readonly given: ReadonlyMap<EvseId, DeciAmps>;
  readonly later: ReadonlyMap<EvseId, Later>;
  readonly credits: ReadonlyMap<EvseId, Credit>;
  readonly reasons: ReadonlyMap<EvseId, Reason>;
  readonly discharges: ReadonlyMap<EvseId, Discharge>;
  readonly state: SiteState;
}): ReadonlyMap<EvseId, Allocation> {
  const allocations = new Map<EvseId, Allocation>();
  for (const [evseId, role] of of.roles) {
    const isFixed = role.kind === 'fixed';
    const facts = of.state.evses.get(evseId);
    const reason =
      refusalReason(role, facts?.dispatch, of.site.ladderEnd) ??
      (isFixed ? fixedReason(role, facts?.dispatch.disobeys, of.site.ladderEnd) : of.reasons.get(evseId));
    invariant(reason !== undefined, `no reason for ${evseId}`);
    const limit = isFixed ? role.given : (of.given.get(evseId) ?? deciAmps(0));
    const allocation: Open<Allocation> = { evse: role.evse, phases: role.phases, limit, reason };
    const later = of.later.get(evseId);
    if (later !== undefined) allocation.later = { fromMs: later.fromMs, limit: later.limit };
    const credit = of.credits.get(evseId);
    if (credit !== undefined) allocation.credit = credit;
    const discharge = of.discharges.get(evseId);
    if (discharge !== undefined) allocation.discharge = { current: discharge.current, reason: discharge.reason };
    if (facts?.session !== undefined) allocation.sessionId = facts.session.sessionId;
    if (facts?.transaction !== undefined) allocation.transactionId = facts.transaction.transactionId;
    allocations.set(evseId, allocation);
  }
  return allocations;
}
