import { describe, expect, test } from '@jest/globals';
import { sessionId } from '@headroom/kernel';
import type { EvseInput } from '@headroom/site-model';
import type { Fact } from '../facts.ts';
import {
  all,
  asking,
  car,
  committed,
  connected,
  evseInput,
  limits,
  measured,
  panelOf,
  Scene,
  siteOf,
  stationName,
  T0,
} from '../given.fixture.ts';
import { keptOf } from './kept-plan.ts';
import { makePlan } from './make-plan.ts';
import type { Plan } from './plan.ts';
import { questionNow } from './question-now.ts';
import { solve } from './test-support/questions.ts';
import { budgetAt } from './usable-plan.ts';

const HOUR_MS = 3_600_000;
/** Three phases of 230 V at a tenth of an ampere. */
const W_PER_DECI_A = 69;

/** On a panel of 40 A, cars that want 20 kWh each and leave in an hour: more than it can give. */
const sceneOf = (said: readonly Partial<EvseInput>[], ...facts: readonly Fact[]): Scene =>
  new Scene(
    siteOf({
      ...panelOf(0, {}, 400),
      evses: said.map((one, i) => evseInput(stationName(i + 1), 'panel-a', { fallback: 0, ...one })),
      share: 'smoothed-laxity',
    }),
  ).given(
    all(1, said.length, (n) => [...[connected(n), committed(n, 0)], ...car(n), asking(n, 20_000, T0 + HOUR_MS)]),
    facts,
  );

function planOf({ site, state, memory }: Scene): Plan {
  const question = questionNow({ site, state, memory, nowMs: T0 });
  const made = makePlan(question, { planId: 'p', snapshotHash: 'h' }, solve);
  if (made.kind === 'no-plan') throw new Error(made.why);
  return made.plan;
}

/** What its plan gives each of two cars now, and what a decision along it does, in deci-amps. */
function plannedAndDecided(scene: Scene): { readonly planned: readonly number[]; readonly decided: readonly number[] } {
  const plan = planOf(scene);
  const planned = [1, 2].map((n) => {
    const budget = budgetAt(plan, sessionId(`session-${n}`), T0);
    const watts = budget === undefined ? 0 : (budget.energyWh * HOUR_MS) / (budget.toMs - budget.fromMs);
    return Math.round(watts / W_PER_DECI_A);
  });
  scene.given({ kind: 'plan-made', plan: keptOf({ ...plan, epoch: 1n, seq: 1n }) });
  for (const waits of [0, 61_000, 122_000]) scene.decideAt(T0 + waits);
  return { planned, decided: limits(scene.decideAt(T0 + 183_000), 1, 2) };
}

const holding = (n: number, socPercent: number): Fact => {
  const fact = measured(n, 0, T0 - 1_000);
  return fact.kind === 'evse-measured' ? { ...fact, sample: { ...fact.sample, socPercent } } : fact;
};

describe('a plan gives what a decision along it gives', () => {
  test('C61 where a bay is assured 16 A of 40 A', () => {
    const { planned, decided } = plannedAndDecided(sceneOf([{}, { minimumShare: 160, tier: 2 }]));
    expect(decided).toEqual([240, 160]);
    expect(planned).toEqual(decided);
  });

  test('C65 where only one of two fits with its least power', () => {
    const rules = { minimumW: 15_180 };
    const { planned, decided } = plannedAndDecided(sceneOf([{ rules }, { rules }]));
    expect(decided.toSorted((a, b) => a - b)).toEqual([0, 320]);
    expect(planned).toEqual(decided);
  });

  test('C65 where a battery with too little in it comes first', () => {
    const rules = { minimumSocPercent: 30 };
    const { planned, decided } = plannedAndDecided(sceneOf([{}, { rules }], holding(2, 10)));
    expect(planned).toEqual([80, 320]);
    expect(decided).toEqual(planned);
  });
});
