import { type DeciAmps, deciAmps, type EpochMs, type EvseId } from '@headroom/kernel';
import type { ControlMemory, Given, Later } from './control-memory.ts';
import type { Share } from './fill.ts';
import { needStepOf } from './need.ts';
import type { Policy } from './policies/policy.ts';
import type { ContenderRole, Role } from './roles.ts';
import { closingsAfter } from './switching-budget.ts';
import { type Credit, creditAfter, mostCredit, turnMsOf } from './rotation.ts';

/** RF1: what each is owed once this decision holds. */
export function creditsOf(
  contending: readonly ContenderRole[],
  {
    shares,
    steps,
    policy,
    nowMs,
  }: {
    readonly shares: readonly Share[];
    readonly steps: number;
    readonly policy: Policy;
    readonly nowMs: EpochMs;
  },
): ReadonlyMap<EvseId, Credit> {
  const credits = new Map<EvseId, Credit>();
  for (const [i, { evse, before, contender }] of contending.entries()) {
    const share = shares[i];
    if (share === undefined) continue;
    // Where nobody had to ask all have what they may have, and what each is owed stands.
    const { given, entitled = given } = share;
    const credit = creditAfter(before.credit, {
      ...{ entitledDeciA: entitled, givenDeciA: given, minDeciA: contender.min },
      ...{ stepMs: needStepOf(nowMs), mostDeciAS: mostCredit(steps, contender.min, turnMsOf(policy)) },
      paysBack: policy.turns === 'owed',
    });
    if (credit !== undefined) credits.set(evse.evseId, credit);
  }
  return credits;
}

/** What is as it was stays the same object: who writes it down again need not look into it. */
export function remember(of: {
  readonly roles: ReadonlyMap<EvseId, Role>;
  readonly given: ReadonlyMap<EvseId, DeciAmps>;
  readonly later: ReadonlyMap<EvseId, Later>;
  readonly credits: ReadonlyMap<EvseId, Credit>;
  readonly before: ControlMemory['given'];
  readonly nowMs: EpochMs;
}): ReadonlyMap<EvseId, Given> {
  const memory = new Map<EvseId, Given>();
  for (const [evseId, role] of of.roles) {
    memory.set(
      evseId,
      role.kind === 'fixed'
        ? restedAt(role.given, of.before.get(evseId))
        : beside(movedTo(of.given.get(evseId) ?? deciAmps(0), role, of.nowMs), role.before, {
            closings: closingsAfter(of.before.get(evseId), of.given.get(evseId) ?? 0, of.nowMs),
            later: of.later.get(evseId),
            credit: of.credits.get(evseId),
          }),
    );
  }
  return memory;
}

function restedAt(limit: DeciAmps, before: Given | undefined): Given {
  const isSame =
    before?.limit === limit &&
    before.raisedAtMs === undefined &&
    before.changedAtMs === undefined &&
    before.onSinceMs === undefined &&
    before.credit === undefined &&
    before.later === undefined;
  const { closedAtMs } = before ?? {};
  return isSame ? before : { limit, ...(closedAtMs === undefined ? {} : { closedAtMs }) };
}

function movedTo(limit: DeciAmps, { before, base, evse }: ContenderRole, nowMs: EpochMs): Given {
  const onSinceMs = limit === 0 ? undefined : ((before.limit === 0 ? undefined : before.onSinceMs) ?? nowMs);
  const on = onSinceMs === undefined ? {} : { onSinceMs };
  if (limit === before.limit) return onSinceMs === before.onSinceMs ? before : { ...before, ...on };
  const raisedAtMs = limit > before.limit ? nowMs : before.raisedAtMs;
  // Who is not seen to keep to what it has, and is told less, has not begun to follow by that.
  const isHeld = limit > 0 && limit < before.limit && base > Math.max(before.limit, evse.fallback);
  const { changedAtMs = nowMs } = isHeld ? before : {};
  return { limit, changedAtMs, ...on, ...(raisedAtMs === undefined ? {} : { raisedAtMs }) };
}

function beside(
  moved: Given,
  before: Given,
  {
    later,
    credit,
    closings,
  }: {
    readonly later: Later | undefined;
    readonly credit: Credit | undefined;
    readonly closings: Pick<Given, 'closedAtMs'>;
  },
): Given {
  // It closes only by a change of its limit.
  if (moved === before && before.later === later && before.credit === credit) return before;
  const { later: _l, credit: _c, ...rest } = moved;
  return {
    ...rest,
    ...closings,
    ...(later === undefined ? {} : { later }),
    ...(credit === undefined ? {} : { credit }),
  };
}
