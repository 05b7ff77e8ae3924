import { type ClaimedSolution, type LinearProgram, verify } from '@headroom/linear-program';
import { assuredKwOf } from './assured.ts';
import { objectionTo } from './check-schedule.ts';
import { leastTurnsOf } from './least-turns.ts';
import { type Objective, type Plan, type PlanNames, planOf } from './plan.ts';
import { FAIRNESS_KWH, type Level } from './plan-levels.ts';
import { atLevel, type Held, type PlanProgram, planProgram } from './plan-program.ts';
import { type PlanQuestion, troubleOf } from './question.ts';
import { scheduleOf } from './schedule.ts';

/** Undefined: not solved, for whatever reason. */
export type Solve = (program: LinearProgram) => ClaimedSolution | undefined;

/** Why there is no plan; the fast loop runs alone, as it does with an old one (PR7). */
export type NoPlanReason = 'question' | 'unsolved' | 'unproven' | 'impossible';

export type PlanResult =
  | { readonly kind: 'planned'; readonly plan: Plan }
  | { readonly kind: 'no-plan'; readonly reason: NoPlanReason; readonly why: string };

/** How much worse a level may become while the next ones are made better: a rounding, and no more. */
const HELD_SLACK = 1e-7;
/** Less than this is not missing. */
const SHORT_KWH = 1e-6;

/**
 * A plan: level after level, each with the ones before it held (5.3), every claim of the solver proven from the arrays (VF2, VF3), and
 * the schedule that comes out checked against the question itself (VF4, VF6). One doubt, and there is none.
 */
export function makePlan(question: PlanQuestion, names: PlanNames, solve: Solve): PlanResult {
  const trouble = troubleOf(question);
  if (trouble !== undefined) return noPlan('question', trouble);
  const assuredKw = assuredKwOf(question);
  const free = solveLevels(planProgram(question, { assuredKw }), solve);
  if (free.kind === 'no-plan') return free;
  // C65: a least power is no line. What is best without it says whose turn it is when, and with these turns it is asked once more.
  const turns = leastTurnsOf(question, free.schedule, assuredKw);
  const solved = turns === undefined ? free : solveLevels(planProgram(question, { assuredKw, turns }), solve);
  if (solved.kind === 'no-plan') return solved;
  const objection = objectionTo(question, solved.schedule);
  if (objection !== undefined) return noPlan('impossible', objection);
  return { kind: 'planned', plan: planOf({ question, names, ...solved }) };
}

type SolvedLevels =
  | ({ readonly kind: 'solved' } & Pick<Parameters<typeof planOf>[0], 'schedule' | 'model' | 'rowDual' | 'objectives'>)
  | NoPlan;

function solveLevels(model: PlanProgram, solve: Solve): SolvedLevels {
  const held: Held[] = [];
  const objectives: Objective[] = [];
  let shown: Float64Array | undefined;
  let last: ClaimedSolution | undefined;
  for (const level of model.levels) {
    const solved = solveLevel(model, level, held, solve);
    if (solved.kind === 'no-plan') return solved;
    const { claimed, value, gap } = solved;
    const share = level.share === undefined ? 0 : (claimed.colValue[level.share] ?? 0);
    const told = value + (level.share === undefined ? 0 : FAIRNESS_KWH * share);
    objectives.push({ name: level.name, value: told, gap });
    const atMost = value + HELD_SLACK * Math.max(1, Math.abs(value));
    held.push({ level, atMost, shareAtLeast: Math.max(0, share - HELD_SLACK) });
    const isShort = level.share !== undefined && told > SHORT_KWH;
    if (shown === undefined && (level.name === 'cost' || isShort)) shown = claimed.rowDual;
    last = claimed;
  }
  if (last === undefined || shown === undefined) return noPlan('unsolved', 'there is nothing to plan');
  return { kind: 'solved', model, schedule: scheduleOf(model.columns, last.colValue), rowDual: shown, objectives };
}

type NoPlan = Extract<PlanResult, { readonly kind: 'no-plan' }>;
const noPlan = (reason: NoPlanReason, why: string): NoPlan => ({ kind: 'no-plan', reason, why });

type SolvedLevel =
  | { readonly kind: 'solved'; readonly claimed: ClaimedSolution; readonly value: number; readonly gap: number }
  | NoPlan;

function solveLevel(model: PlanProgram, level: Level, held: Parameters<typeof atLevel>[2], solve: Solve): SolvedLevel {
  const program = atLevel(model.program, level, held);
  let why = '';
  // VF7: once more, cold like the first time; a solver that errs twice has none to offer.
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const claimed = solve(program);
    if (claimed === undefined) return noPlan('unsolved', level.name);
    const verdict = verify(program, claimed);
    if (verdict.kind === 'holds') return { kind: 'solved', claimed, value: verdict.objective, gap: verdict.gap };
    why = `${level.name}: ${verdict.code}, ${verdict.why}`;
  }
  return noPlan('unproven', why);
}
