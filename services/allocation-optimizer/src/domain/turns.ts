import { type EpochMs, epochMs, invariant } from '@headroom/kernel';
import { pathToRoot, type SiteModel, type UsedRow } from '@headroom/site-model';
import type { Share } from './fill.ts';
import { NEED_STEP_MS, needStepOf } from './need.ts';
import type { Policy } from './policies/policy.ts';
import type { ContenderRole } from './roles.ts';
import { turnEndsAt, turnMsOf, turnRulesOf } from './rotation.ts';

/** Whose turn it is in the row in which somebody waits for his own, and when that is expected. */
export interface TurnAhead {
  /** Name of the EVSE whose turn ends first, and when. */
  readonly of: string;
  readonly untilMs: EpochMs;
  readonly expectedAtMs: EpochMs;
}

interface Turns {
  readonly site: SiteModel;
  readonly roles: readonly ContenderRole[];
  readonly shares: readonly Share[];
  readonly rows: readonly UsedRow[];
  readonly policy: Policy;
  readonly nowMs: EpochMs;
}

/**
 * RF4: of those who wait for their turn, by their places in `roles`, what is ahead of them: as if nobody came or left, and each turn were as
 * long as the policy says. An estimate for people: nothing is decided from it. Who waits for something else than the end of a turn, a queue or
 * a row that is lost, has none.
 */
export function turnsAhead(turns: Turns): ReadonlyMap<number, TurnAhead> {
  const { roles, shares, rows } = turns;
  const waiting = new Map<number, number[]>();
  for (const [i, { boundBy, queuePosition }] of shares.entries()) {
    if (boundBy === undefined || boundBy.overfull || queuePosition === undefined || !takesTurns(turns, i)) continue;
    const others = waiting.get(boundBy.rowIndex);
    if (others === undefined) waiting.set(boundBy.rowIndex, [i]);
    else others.push(i);
  }
  const ahead = new Map<number, TurnAhead>();
  for (const [rowIndex, members] of waiting) {
    const row = rows[rowIndex];
    invariant(row !== undefined, 'a constraint is one of a row');
    const ends = roles.flatMap((role, i) => (holdsPlace(turns, row, i) ? [endOf(role, turns)] : []));
    ends.sort((a, b) => a.untilMs - b.untilMs);
    const [first] = ends;
    if (first === undefined) continue;
    const inOrder = members.toSorted((a, b) => (shares[a]?.queuePosition ?? 0) - (shares[b]?.queuePosition ?? 0));
    for (const [n, i] of inOrder.entries()) {
      const { untilMs = first.untilMs } = ends[n % ends.length] ?? {};
      const rounds = Math.floor(n / ends.length);
      ahead.set(i, { ...first, expectedAtMs: epochMs(untilMs + rounds * turnMsOf(turns.policy)) });
    }
  }
  return ahead;
}

/** The policy would give it something, and less than it can use: then it is on for a part of the time. */
function takesTurns({ roles, shares, policy }: Turns, i: number): boolean {
  const entitled = shares[i]?.entitled ?? 0;
  return policy.turns !== 'nobody' && entitled > 0 && entitled < (roles[i]?.contender.min ?? 0);
}

/** It has a place in the row that it will have to give up. */
function holdsPlace(turns: Turns, row: UsedRow, i: number): boolean {
  const role = turns.roles[i];
  if (role === undefined || (turns.shares[i]?.given ?? 0) === 0 || !takesTurns(turns, i)) return false;
  if (row.kind !== 'power' && !role.phases.includes(row.kind)) return false;
  return pathToRoot(turns.site, role.evse.circuitId).some(({ circuitId }) => circuitId === row.circuitId);
}

function endOf({ evse, before }: ContenderRole, { policy, nowMs }: Turns): Pick<TurnAhead, 'of' | 'untilMs'> {
  const sinceMs = before.limit === 0 ? nowMs : (before.onSinceMs ?? nowMs);
  const soonestMs = needStepOf(nowMs) + NEED_STEP_MS;
  const untilMs = epochMs(Math.max(turnEndsAt(sinceMs, nowMs, turnRulesOf(policy)), soonestMs));
  return { of: evse.name === '' ? evse.evseId : evse.name, untilMs };
}
