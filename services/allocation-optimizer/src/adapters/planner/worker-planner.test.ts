import { afterEach, expect, test } from '@jest/globals';
import { epochMs, siteId, type Timers } from '@headroom/kernel';
import { manualTime } from '@headroom/testing';
import { NOON_MS, planned, question, session } from '../../domain/planning/test-support/questions.ts';
import { DEFAULT_PLANNER_CONFIG, MAX_WAITING, type PlannerConfig, WorkerPlanner } from './worker-planner.ts';

const NAMES = { planId: 'plan-1', snapshotHash: 'hash' };
const asked = question({ sessions: [session(1), session(2)], room: () => 1 });
const of = (name: string) => ({ ...asked, siteId: siteId(name) });
/** A thread that does this with each question. */
const threadThat = (does: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ taskId, question }) => { ${does} });
    `)}`,
  );
/** In a solver that never comes back; a question of the site `gentle` is answered. */
const HANGS = threadThat(`
  while (question.siteId !== 'gentle');
  parentPort.postMessage({ taskId, result: { kind: 'no-plan', reason: 'unsolved', why: 'gently' }, solvedInMs: 1, memoryBytes: 1 });
`);
/** In a solver that traps. */
const TRAPS = threadThat("throw new Error('memory access out of bounds');");

const open: WorkerPlanner[] = [];
function planner(timers: Timers, script?: URL, config: PlannerConfig = DEFAULT_PLANNER_CONFIG): WorkerPlanner {
  const made = new WorkerPlanner(timers, config, script);
  open.push(made);
  return made;
}
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

// Nothing here is late: the deadline of a plan is long, and time stands still.
const PATIENT: PlannerConfig = { ...DEFAULT_PLANNER_CONFIG, deadlineMs: 60_000 };

test('HI-20: the plan of the thread is the plan of the core', async () => {
  const one = planner(manualTime(NOON_MS), undefined, PATIENT);
  const outcome = await one.plan(asked, NAMES);
  expect(outcome).toEqual({ kind: 'planned', plan: planned(asked).plan });
  expect(one.stats).toMatchObject({ replacedWorkers: 0, waiting: 0 });
  expect(one.stats.memoryBytes).toBeGreaterThan(1_000_000);
});

test('PT24: what is not solved by the deadline is no plan, and the next one is', async () => {
  const one = planner(manualTime(NOON_MS), undefined, { ...PATIENT, deadlineMs: 0 });
  expect(await one.plan(asked, NAMES)).toMatchObject({ kind: 'no-plan', reason: 'unsolved' });
  expect(one.stats.replacedWorkers).toBe(0);
});

test('PT24, SV10: a thread that hangs is ended after twice the deadline, and the next question has a new one', async () => {
  const time = manualTime(NOON_MS);
  const one = planner(time, HANGS);
  const hung = one.plan(of('hangs'), NAMES);
  const next = one.plan(of('gentle'), NAMES);
  time.advance(2 * DEFAULT_PLANNER_CONFIG.deadlineMs - 1);
  expect(one.stats).toMatchObject({ replacedWorkers: 0, waiting: 1 });
  time.advance(1);
  expect(await hung).toMatchObject({ kind: 'no-plan', reason: 'late' });
  expect(await next).toMatchObject({ reason: 'unsolved', why: 'gently' });
  expect(one.stats).toMatchObject({ replacedWorkers: 1, waiting: 0 });
});

test('PT24, HI-28: a thread that traps costs one plan, and the parent lives', async () => {
  const one = planner(manualTime(NOON_MS), TRAPS);
  const outcomes = await Promise.all([one.plan(of('a'), NAMES), one.plan(of('b'), NAMES)]);
  expect(outcomes).toEqual(
    outcomes.map(() => ({ kind: 'no-plan', reason: 'crashed', why: 'memory access out of bounds' })),
  );
  expect(one.stats.replacedWorkers).toBe(2);
});

test('SV2: a thread whose solver has grown is replaced after its answer', async () => {
  const one = planner(manualTime(NOON_MS), undefined, { ...PATIENT, recycleBytes: 1 });
  expect((await one.plan(asked, NAMES)).kind).toBe('planned');
  expect(one.stats.replacedWorkers).toBe(1);
  expect((await one.plan(asked, NAMES)).kind).toBe('planned');
});

test('a newer question takes the turn of an older one of its site', async () => {
  const one = planner(manualTime(NOON_MS), undefined, PATIENT);
  const [first, older, other] = [one.plan(of('first'), NAMES), one.plan(of('a'), NAMES), one.plan(of('b'), NAMES)];
  const newer = one.plan({ ...of('a'), nowMs: epochMs(NOON_MS) }, { ...NAMES, planId: 'plan-2' });
  expect(await older).toMatchObject({ reason: 'replaced' });
  expect(await newer).toMatchObject({ plan: { planId: 'plan-2', siteId: 'a' } });
  expect([(await first).kind, (await other).kind]).toEqual(['planned', 'planned']);
});

test('what waits is bounded: the first site too many is told so at once', async () => {
  const one = planner(manualTime(NOON_MS), HANGS);
  const asking = Array.from({ length: 1 + MAX_WAITING }, (_, n) => one.plan(of(`site-${n}`), NAMES));
  expect(one.stats.waiting).toBe(MAX_WAITING);
  expect(await one.plan(of('too-many'), NAMES)).toMatchObject({ kind: 'no-plan', reason: 'busy' });
  await one.stop();
  expect(
    (await Promise.all(asking)).every((outcome) => outcome.kind === 'no-plan' && outcome.reason === 'stopped'),
  ).toBe(true);
  expect(await one.plan(asked, NAMES)).toMatchObject({ reason: 'stopped' });
});
