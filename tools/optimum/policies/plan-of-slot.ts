import { type Fact, keptOf, makePlan, questionNow } from '@headroom/allocation-optimizer';
import type { Solver } from '@headroom/linear-program/highs';

const GIVE_UP_AFTER_S = 60;

/**
 * The plan that is made of what is known now, as a fact. Undefined: there is nobody to plan for.
 *
 * @throws where there is none: a policy that goes on without its plan would be compared under its name
 */
export function planOfSlot(solver: Solver, known: Parameters<typeof questionNow>[0]): Fact | undefined {
  const question = questionNow(known);
  if (question.sessions.length === 0) return undefined;
  const names = { planId: `${known.nowMs}`, snapshotHash: '' };
  const made = makePlan(question, names, (program) => solver.solve(program, { timeLimitS: GIVE_UP_AFTER_S }).claimed);
  if (made.kind === 'no-plan') throw new Error(`no plan: ${made.reason}, ${made.why}`);
  return { kind: 'plan-made', plan: keptOf({ ...made.plan, epoch: 1n, seq: BigInt(known.nowMs) }) };
}
