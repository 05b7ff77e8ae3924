import { type DeciAmps, type EpochMs, type EvseId } from '@headroom/kernel';
import { otherLoadSeen } from '@headroom/site-model';
import { type BackGate, createBackGate } from './back-gate.ts';
import { withDischarge } from './back-set.ts';
import type { Candidate } from './plan-lease.ts';
import { GRANT_STEP_DECI_A } from './room.ts';
import type { SiteState } from './site-state.ts';

/** By what the commands of one pass are judged, as far as they let cars give back. */
export interface BackPlanning {
  /** Undefined: nobody is to give anything. */
  readonly backGate: BackGate | undefined;
  readonly mayRaise: boolean;
}

interface BackSurvey {
  readonly candidates: readonly Candidate[];
  /** What each EVSE may be giving back already. */
  readonly giving: ReadonlyMap<EvseId, DeciAmps>;
  readonly mayRaise: boolean;
  readonly nowMs: EpochMs;
}

/** Sources and contracts are those of the document: what a decision imposes bears on what is drawn alone. */
export function planBack(
  { model, readings }: Pick<SiteState, 'model' | 'readings'>,
  { candidates, giving, mayRaise, nowMs }: BackSurvey,
): BackPlanning {
  const isAsked = candidates.some(({ wish }) => wish.kind !== 'fallback' && (wish.back?.wanted ?? 0) > 0);
  if (model === undefined || !isAsked) return { backGate: undefined, mayRaise };
  const drawn = otherLoadSeen(model, readings, nowMs);
  return { backGate: createBackGate({ site: model, giving, drawn }), mayRaise };
}

/**
 * What a lease lets its car give. An owner who may not raise yet lets nobody go on: he may not have read what an earlier one let others give
 * (HO-2). What takes current away raises nothing.
 */
export function dischargeOf(
  { evse, wish }: Candidate,
  { backGate, mayRaise }: BackPlanning,
): { readonly discharge?: DeciAmps } {
  if (wish.kind === 'fallback' || wish.back === undefined || backGate === undefined || !mayRaise) return {};
  return withDischarge(backGate.allowed(evse, wish.back, wish.kind !== 'lower'));
}

/** It would leave only to give more, and has hardly more to give: by ever smaller parts it would leave all the time. */
export function isTooLittle({ wish }: Candidate, { discharge = 0 }: { readonly discharge?: number }): boolean {
  if (wish.kind === 'fallback' || wish.back?.isReason !== true) return false;
  const { wanted, from } = wish.back;
  return discharge < Math.min(wanted, from + GRANT_STEP_DECI_A);
}

/**
 * A car that is to give less gives less, whatever holds its lease up: at its permanent limit, which needs no room. What it charges with follows.
 * Undefined: it is not to give less, or its limit is as low already.
 */
export function stopOf(candidate: Candidate): Candidate | undefined {
  const { wish, evse } = candidate;
  if (wish.kind === 'fallback' || wish.back === undefined) return undefined;
  if (wish.back.wanted >= wish.back.from || wish.limit <= evse.fallback) return undefined;
  const { later: _, ...rest } = wish;
  return { ...candidate, wish: { ...rest, limit: evse.fallback } };
}

/** Of a raise that finds no room: with the limit that it has. Undefined: its car is to give no more. */
export function backAloneOf(candidate: Candidate): Candidate | undefined {
  const { wish } = candidate;
  if (wish.kind !== 'raise' || wish.back === undefined || wish.back.wanted <= wish.back.from) return undefined;
  const { later, ...rest } = wish;
  const kept = later !== undefined && later.limit < wish.from ? { later } : {};
  return {
    ...candidate,
    wish: { ...rest, ...kept, kind: 'renew', limit: wish.from, back: { ...wish.back, isReason: true } },
  };
}
