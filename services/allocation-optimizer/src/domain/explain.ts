import { type CircuitId, deciAmps, type EpochMs, epochMs, type EvseId, invariant } from '@headroom/kernel';
import { isFresh, pathToRoot, type UsedRow, type SiteModel } from '@headroom/site-model';
import type { Reason } from './decision.ts';
import type { Share } from './fill.ts';
import type { Policy } from './policies/policy.ts';
import { precedenceOf } from './precedence.ts';
import { contenderReason, type Verdict } from './reasons.ts';
import type { ContenderRole } from './roles.ts';
import { MIN_OFF_MS } from './rotation.ts';
import { type Heat, isHeldBack, type RowCause } from './sentences.ts';
import type { SiteState } from './site-state.ts';
import type { Steadied } from './steady.ts';
import { type TurnAhead, turnsAhead } from './turns.ts';

/** A conductor with at least this much room is not full. */
const ROOM_DECI_A = 20;

/** The reason of each contender, out of what the steps of the decision noted on their way. */
export function explain(input: {
  readonly site: SiteModel;
  readonly roles: readonly ContenderRole[];
  readonly shares: readonly Share[];
  readonly steadied: readonly Steadied[];
  /** Rows with the use that this decision leads to. */
  readonly planned: readonly UsedRow[];
  readonly policy: Policy;
  readonly staleMeterIn: (circuitId: CircuitId) => string | undefined;
  readonly readings: SiteState['readings'];
  readonly nowMs: EpochMs;
}): ReadonlyMap<EvseId, Reason> {
  const { site, roles, shares, steadied, planned, policy } = input;
  const causeOf = (row: UsedRow): RowCause => {
    if (row.source === 'override') return { kind: 'override', untilMs: row.validUntilMs ?? 0 };
    if (row.source === 'grid') return { kind: 'grid', untilMs: row.validUntilMs };
    if (row.source === 'demand-target') return { kind: 'demand-target', untilMs: row.validUntilMs ?? 0 };
    const meter = input.staleMeterIn(row.circuitId);
    // A load on other phases makes nobody wait here.
    if (meter !== undefined && row.otherLoadDeciA > 0) return { kind: 'stale-meter', meter };
    const heat = heatOf(site, input.readings, { circuitId: row.circuitId, nowMs: input.nowMs });
    if (heat !== undefined && row.source === 'derating' && !isHeldBack(row)) return { kind: 'derating', heat };
    if (heat !== undefined && row.deratesByDeciA === row.riseDeciA && isHeldBack(row)) return { kind: 'hotter', heat };
    return isHeldBack(row) ? { kind: 'rise', load: risingIn(site, row) } : { kind: 'load' };
  };
  const ofCircuit = Map.groupBy(planned, ({ circuitId }) => circuitId);
  const oneSided = (row: UsedRow): boolean =>
    (ofCircuit.get(row.circuitId) ?? []).some(
      ({ kind, limitDeciA, usedDeciA }) =>
        kind !== 'power' && kind !== row.kind && limitDeciA - usedDeciA >= ROOM_DECI_A,
    );
  const sharers = countSharers(shares, roles);
  const positions = positionsOf(shares);
  const turns = turnsAhead({ site, roles, shares, rows: planned, policy, nowMs: input.nowMs });
  return new Map(
    roles.map((role, index) => {
      const given = deciAmps(steadied[index]?.given ?? 0);
      const [share, turn] = [shares[index], turns.get(index)];
      const position = positions.get(index) ?? 0;
      const verdict = verdictOf({ role, share, position, steadied: steadied[index], planned, sharers, policy, turn });
      const context = {
        site,
        evse: role.evse,
        phases: role.phases.length,
        ...{ least: role.least, socOfRule: role.socOfRule, boost: role.boost },
        given,
        causeOf,
        oneSided,
        sharedHow: policy.sharedHow,
      };
      return [role.evse.evseId, contenderReason(context, verdict)];
    }),
  );
}

/** How hot a circuit counts as; undefined: no temperature bears on it. */
function heatOf(
  { circuits, derated }: SiteModel,
  readings: SiteState['readings'],
  { circuitId, nowMs }: { readonly circuitId: CircuitId; readonly nowMs: EpochMs },
): Heat | undefined {
  const derating = circuits.get(circuitId)?.derating;
  const percent = derated?.get(circuitId)?.nowPercent;
  if (derating === undefined || percent === undefined) return undefined;
  const reading = readings.get(derating.sensorId);
  const deciC = reading !== undefined && isFresh(reading, derating, nowMs) ? reading.temperatureDeciC : undefined;
  return { percent, ...(deciC === undefined ? {} : { deciC }) };
}

/** The load for whose rise a row keeps room; several, or one without a name, are the other load. */
function risingIn(site: SiteModel, { circuitId }: UsedRow): string {
  const rising = site.otherLoads.filter(
    (load) =>
      load.meterId !== undefined && pathToRoot(site, load.circuitId).some((above) => above.circuitId === circuitId),
  );
  const [only, ...others] = rising;
  return only === undefined || others.length > 0 || only.name === '' ? 'the other load' : only.name;
}

interface Sharers {
  readonly count: number;
  /** What all of them weigh; NaN: not all the same. */
  readonly weight: number;
}

/** How many of a tier share each row. */
function countSharers(shares: readonly Share[], roles: readonly ContenderRole[]): ReadonlyMap<string, Sharers> {
  const sharers = new Map<string, Sharers>();
  for (const [i, { boundBy, queuePosition }] of shares.entries()) {
    const role = roles[i];
    if (role === undefined || boundBy === undefined || queuePosition !== undefined) continue;
    const key = sharerKey(boundBy.rowIndex, role);
    const { weight } = role.contender;
    const known = sharers.get(key) ?? { count: 0, weight };
    sharers.set(key, { count: known.count + 1, weight: known.weight === weight ? weight : Number.NaN });
  }
  return sharers;
}

/** Who waits, by his place: his number among those for whom the same row is full. Somebody who waits for another one is not before him there. */
function positionsOf(shares: readonly Share[]): ReadonlyMap<number, number> {
  const waiting = [...shares.entries()].filter(([, { queuePosition }]) => queuePosition !== undefined);
  waiting.sort(([, a], [, b]) => (a.queuePosition ?? 0) - (b.queuePosition ?? 0));
  const inRow = new Map<number | undefined, number>();
  return new Map(
    waiting.map(([i, { boundBy }]) => {
      const position = (inRow.get(boundBy?.rowIndex) ?? 0) + 1;
      inRow.set(boundBy?.rowIndex, position);
      return [i, position];
    }),
  );
}

const sharerKey = (rowIndex: number, { contender }: ContenderRole): string => `${rowIndex} ${precedenceOf(contender)}`;

function verdictOf(input: {
  readonly role: ContenderRole;
  readonly share: Share | undefined;
  /** Among those who wait for the same row, from 1 on; 0: it does not wait. */
  readonly position: number;
  readonly steadied: Steadied | undefined;
  readonly planned: readonly UsedRow[];
  readonly sharers: ReadonlyMap<string, Sharers>;
  readonly policy: Policy;
  readonly turn: TurnAhead | undefined;
}): Verdict {
  const { role, share, position, steadied, planned, sharers, policy, turn } = input;
  const { closesAgain } = role.contender.turn ?? {};
  // Where not even one minimum fits, that is what keeps it: time alone would not start it.
  if (closesAgain !== undefined && share?.queuePosition !== undefined && share.boundBy?.overfull !== true)
    return { kind: 'closed-often', ...closesAgain };
  if (share === undefined || share.boundBy === undefined) {
    if (steadied?.ramping === true) return { kind: 'ramping', target: deciAmps(share?.given ?? 0) };
    return { kind: 'maximum', why: role.maximumReason, external: role.external, reached: role.reached };
  }
  const { rowIndex } = share.boundBy;
  const row = planned[rowIndex];
  invariant(row !== undefined, 'a constraint is one of a row');
  if (share.queuePosition !== undefined) {
    const { boundBy } = share;
    const waiting = { row, position, overfull: boundBy.overfull, turn, paused: pausedOf(role) };
    return { kind: 'waiting', ...waiting, ...behind(share) };
  }
  if (steadied?.ramping === true) return { kind: 'ramping', target: deciAmps(share.given) };
  const { count = 1, weight = 1 } = sharers.get(sharerKey(rowIndex, role)) ?? {};
  const byWeight = Number.isNaN(weight) && policy.ignoresWeights !== true;
  return { kind: 'row', row, others: Math.max(0, count - 1), byWeight, ...behind(share) };
}

const behind = ({ behind: first }: Share): Pick<Share, 'behind'> => (first === undefined ? {} : { behind: first });

function pausedOf({
  contender,
  before: { changedAtMs },
}: ContenderRole): Extract<Verdict, { readonly kind: 'waiting' }>['paused'] {
  if (contender.turn?.isPaused !== true || changedAtMs === undefined) return undefined;
  return { atMs: changedAtMs, untilMs: epochMs(changedAtMs + MIN_OFF_MS) };
}
