import { allocationV1, type planV1, sessionV1, siteV1, TOPICS } from '@headroom/contracts';
import { PLAN_COALESCE_MS } from './app/plan-site.ts';
import { DEFAULT_ALLOCATION_OPTIMIZER_CONFIG } from './config.ts';
import { T0 } from './domain/given.fixture.ts';
import type { PlanQuestion } from './domain/planning/question.ts';
import { start } from './ownership.fixture.ts';
import { type FakePlatform, fakePlatform } from './platform.fixture.ts';
import type { Planner, PlanOutcome } from './ports.ts';
import { charging, configure, meter, SITE } from './service.fixture.ts';

export const { planEveryMs } = DEFAULT_ALLOCATION_OPTIMIZER_CONFIG;
/** The tick of the service: so late at most it sees that something is due. */
export const TICK_MS = 250;
export const SOON_MS = PLAN_COALESCE_MS + 2 * TICK_MS;

/** Planners made of a real one. */
export function plannersOf(real: Planner) {
  /** One that notes what it is asked. `answer` says what comes back; by default the plan. */
  const noting = (answer: (question: PlanQuestion) => Promise<PlanOutcome> | undefined = () => undefined) => {
    const questions: PlanQuestion[] = [];
    const planner: Planner = {
      ...real,
      stats: { memoryBytes: 0, solvedInMs: 12, replacedWorkers: 0, waiting: 0 },
      plan: (question, names) => {
        questions.push(question);
        return answer(question) ?? real.plan(question, names);
      },
    };
    return { planner, questions };
  };
  const failing = (reason: 'unsolved' | 'busy') =>
    noting(() => Promise.resolve({ kind: 'no-plan', reason, why: 'a test' }));
  return { noting, failing };
}

interface MadePlan {
  readonly epoch: bigint;
  readonly plan: planV1.PlanMade;
  readonly offset: bigint;
}

export async function plans(fake: FakePlatform): Promise<readonly MadePlan[]> {
  const records = await fake.read(TOPICS.allocationFacts.name);
  return records.flatMap(({ value, offset }): readonly MadePlan[] => {
    const { fact, ownerEpoch } = allocationV1.AllocationFact.decode(value);
    return fact?.$case === 'planMade' ? [{ epoch: ownerEpoch, plan: fact.value, offset }] : [];
  });
}

export const LAXITY: Partial<siteV1.SiteConfig> = {
  policy: siteV1.Policy.fromPartial({ kind: siteV1.PolicyKind.SMOOTHED_LAXITY, leaseS: 120 }),
};

/** A site that shares by laxity and has two cars, under an owner with this planner. */
export async function busy(planner: Planner | undefined, config = {}, change = LAXITY): Promise<FakePlatform> {
  const fake = await fakePlatform();
  await configure(fake, change);
  await meter(fake, 100);
  await start(fake, { config, ...(planner === undefined ? {} : { planner }) });
  await charging(fake, 'ST-1');
  await charging(fake, 'ST-2');
  return fake;
}

/** Time goes on, and the building is read. */
export async function pass(fake: FakePlatform, ms: number): Promise<void> {
  const stepMs = 2_000;
  for (let passed = 0; passed < ms; passed += stepMs) {
    await fake.time.pass(Math.min(stepMs, ms - passed));
    await meter(fake, 100);
  }
}

export const wants = (fake: FakePlatform, energyWh: number) =>
  fake.say(
    TOPICS.sessionFacts,
    SITE,
    sessionV1.SessionFact.fromPartial({
      ...{ sessionId: 'session-ST-1', siteId: SITE, stationId: 'ST-1', evse: 1, occurredAtMs: BigInt(T0) },
      fact: { $case: 'chargingRequested', value: { energyWh: BigInt(energyWh) } },
    }),
  );
