import type { EpochMs, EvseId } from '@headroom/kernel';
import type { SiteState } from '../site-state.ts';
import type { RecordedPlan } from './kept-plan.ts';
import type { PlannedSession } from './plan.ts';
import { hoursOf } from './question.ts';

/** Whether a car is expected to have what it needs by when it is to leave. `tight`: planned to the last, and nothing may come between. */
export type ReadyRisk = 'none' | 'tight' | 'misses';

/** Energy that is planned within this time before a departure is planned to the last. */
export const TIGHT_MS = 900_000;

/** What an EVSE is expected to do. */
export interface EvsePlan {
  readonly evseId: EvseId;
  readonly session: PlannedSession;
  readonly sessionId: string;
  /** By interval of the plan. */
  readonly powerW: readonly number[];
  readonly risk: ReadyRisk;
}

type Planned = Pick<RecordedPlan, 'intervals' | 'sessions'>;

/** The sessions of a plan, at the EVSEs where they are now. Who has left is left out. */
export function evsePlansOf(plan: Planned, { evses }: Pick<SiteState, 'evses'>): readonly EvsePlan[] {
  return [...evses].flatMap(([evseId, facts]): readonly EvsePlan[] => {
    const sessionId = facts.session?.sessionId;
    const session = sessionId === undefined ? undefined : plan.sessions.get(sessionId);
    if (sessionId === undefined || session === undefined) return [];
    const powerW = plan.intervals.map((interval, t) => Math.round((session.energyWh[t] ?? 0) / hoursOf(interval)));
    return [{ evseId, session, sessionId, powerW, risk: riskOf(plan, session) }];
  });
}

/** What a plan says of one session. */
export function riskOf(
  { intervals }: Pick<Planned, 'intervals'>,
  { missingWh, byMs, energyWh }: PlannedSession,
): ReadyRisk {
  if (missingWh > 0) return 'misses';
  const isLast = (fromMs: EpochMs, toMs: EpochMs): boolean => fromMs < byMs && toMs > byMs - TIGHT_MS;
  return intervals.some(({ fromMs, toMs }, t) => (energyWh[t] ?? 0) > 0 && isLast(fromMs, toMs)) ? 'tight' : 'none';
}
