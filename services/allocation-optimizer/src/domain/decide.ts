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
  type OtherLoadModel,
  pathToRoot,
  roomIn,
  type RowUse,
  rowsOf,
  rowUses,
  type SiteModel,
  sumByCircuit,
} from '@headroom/site-model';
import { circuitUses } from './circuit-use.ts';
import { type Constraint, constraintsOf } from './constraints.ts';
import type { ControlMemory, Given, LoadEnvelope } from './control-memory.ts';
import { knownMasks, plannedMasks } from './counted-phases.ts';
import type { Allocation, Decision } from './decision.ts';
import { explain } from './explain.ts';
import { fill } from './fill.ts';
import { countLoad } from './load-envelope.ts';
import { policyOf } from './policies/policy-of.ts';
import { fixedReason } from './reasons.ts';
import { type Role, roleOf } from './roles.ts';
import type { SiteState } from './site-state.ts';
import { steady } from './steady.ts';

export interface Decided {
  readonly decision: Decision;
  readonly memory: ControlMemory;
}

/**
 * Who may draw how much, now. A function of its arguments alone: same arguments, same answer, byte for byte (TB3).
 * The steps are those of allocation 3.2: snapshot, reserve, admission, fill, steadiness; the gate stands in the
 * dispatcher, and the last lines here assert what it would find.
 */
export function decide(site: SiteModel, state: SiteState, memory: ControlMemory, nowMs: EpochMs): Decided {
  const loads = countLoads(site, state, memory, nowMs);
  const roles = new Map(
    [...site.evses.values()].map((evse) => [evse.evseId, roleOf({ site, evse, state, given: memory.given, nowMs })]),
  );
  const policy = policyOf(site);
  const contending = [...roles.values()]
    .filter((role) => role.kind === 'contender')
    .toSorted((a, b) => policy.compare(a.contender, b.contender));
  const contenders = contending.map((role) => role.contender);
  const counted = { site, otherLoad: loads.now, horizonLoad: loads.horizon, nowMs, rows: rowsOf(site, nowMs) };
  const masks = plannedMasks(roles.values());
  const empty = rowUses({ ...counted, committed: new Map(), masks });
  const constraints = constraintsOf(
    empty,
    contending.map(({ evse, base }) => ({ evseId: evse.evseId, base })),
    (row) => fixedIn(row, roles),
  );
  const shares = fill(contenders, constraints, policy);
  const steadied = steady({
    contenders,
    constraints,
    targets: shares.map((share) => share.given),
    before: contending.map((role) => role.before),
    nowMs,
  });
  const given = new Map(contending.map((role, i) => [role.evse.evseId, deciAmps(steadied[i]?.given ?? 0)]));
  const planned = rowUses({ ...counted, committed: plannedWorst(roles, given), masks });
  assertFits(planned, constraints, contending, given);
  const reasons = explain({
    site,
    roles: contending,
    shares,
    steadied,
    planned,
    policy,
    staleMeterIn: loads.staleMeterIn,
  });
  const allocations = new Map(
    [...roles].map(([evseId, role]): [EvseId, Allocation] => {
      const reason = role.kind === 'fixed' ? fixedReason(role.why, role.evse, role.worst) : reasons.get(evseId);
      invariant(reason !== undefined, `no reason for ${evseId}`);
      const limit = role.kind === 'fixed' ? role.given : (given.get(evseId) ?? deciAmps(0));
      const facts = state.evses.get(evseId);
      return [
        evseId,
        {
          evse: role.evse,
          phases: role.phases,
          ...(facts?.session === undefined ? {} : { sessionId: facts.session.sessionId }),
          ...(facts?.transaction === undefined ? {} : { transactionId: facts.transaction.transactionId }),
          limit,
          reason,
        },
      ];
    }),
  );
  const circuits = circuitUses({ ...counted, committed: knownCommitted(state), masks: knownMasks(state) });
  return {
    decision: { decidedAtMs: nowMs, siteVersion: site.version, allocations, circuits },
    memory: { given: remember(roles, given, nowMs), envelopes: loads.envelopes },
  };
}

interface CountedLoads {
  readonly now: ReadonlyMap<CircuitId, PerPhaseDeciAmps>;
  /** What it may come to while the leases last (7.2b), counted from the same envelope. */
  readonly horizon: ReadonlyMap<CircuitId, PerPhaseDeciAmps>;
  readonly envelopes: ReadonlyMap<string, LoadEnvelope>;
  /** Name of a load without a fresh reading that counts in this circuit; undefined where all are fresh. */
  readonly staleMeterIn: (circuitId: CircuitId) => string | undefined;
}

function countLoads(site: SiteModel, state: SiteState, memory: ControlMemory, nowMs: EpochMs): CountedLoads {
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

function fixedIn(row: RowUse, roles: ReadonlyMap<EvseId, Role>): { readonly worst: number; readonly drawn: number } {
  let worst: number = row.otherLoadDeciA;
  let drawn: number = row.otherLoadDeciA;
  for (const [evseId, coefficient] of row.loads) {
    const role = roles.get(evseId);
    if (role?.kind !== 'fixed') continue;
    worst += coefficient * role.worst;
    drawn += coefficient * role.drawn;
  }
  // Nothing flows there now, but the next car may take it. Where this one counts too, `constraintsOf` takes the larger.
  for (const [evseId, standing] of row.standing) {
    if (!row.loads.has(evseId)) worst += standing;
  }
  return { worst, drawn };
}

function plannedWorst(
  roles: ReadonlyMap<EvseId, Role>,
  given: ReadonlyMap<EvseId, DeciAmps>,
): ReadonlyMap<EvseId, DeciAmps> {
  const worst = (evseId: EvseId, role: Role): DeciAmps =>
    role.kind === 'fixed' ? role.worst : deciAmps(Math.max(role.base, given.get(evseId) ?? 0));
  return new Map([...roles].map(([evseId, role]) => [evseId, worst(evseId, role)]));
}

function knownCommitted(state: SiteState): ReadonlyMap<EvseId, DeciAmps> {
  return new Map(
    [...state.evses].flatMap(([evseId, { dispatch }]) =>
      dispatch.committed === undefined ? [] : [[evseId, dispatch.committed] as const],
    ),
  );
}

/** Every row holds, or was lost before we began: then nobody below it may have more than counts for it anyway. */
function assertFits(
  planned: readonly RowUse[],
  constraints: readonly Constraint[],
  contending: readonly Extract<Role, { readonly kind: 'contender' }>[],
  given: ReadonlyMap<EvseId, DeciAmps>,
): void {
  const used = new Set(constraints.map((constraint) => `${constraint.row.circuitId}\n${constraint.row.kind}`));
  for (const row of planned) {
    if (roomIn(row, 'dead') >= 0 || !used.has(`${row.circuitId}\n${row.kind}`)) continue;
    for (const { evse, base } of contending) {
      if (!row.loads.has(evse.evseId)) continue;
      const limit = given.get(evse.evseId) ?? 0;
      invariant(limit <= base, `${row.circuitId} ${row.kind} is overfull and ${evse.evseId} was given ${limit} dA`);
    }
  }
}

function remember(
  roles: ReadonlyMap<EvseId, Role>,
  given: ReadonlyMap<EvseId, DeciAmps>,
  nowMs: EpochMs,
): ReadonlyMap<EvseId, Given> {
  return new Map(
    [...roles].map(([evseId, role]): [EvseId, Given] => {
      if (role.kind === 'fixed') return [evseId, { limit: role.given }];
      const limit = given.get(evseId) ?? deciAmps(0);
      if (limit === role.before.limit) return [evseId, role.before];
      const raisedAtMs = limit > role.before.limit ? nowMs : role.before.raisedAtMs;
      return [evseId, { limit, changedAtMs: nowMs, ...(raisedAtMs === undefined ? {} : { raisedAtMs }) }];
    }),
  );
}
