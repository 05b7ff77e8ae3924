import { describe, expect, test } from '@jest/globals';
import { type EpochMs, epochMs, sessionId, wattHours } from '@headroom/kernel';
import type { EvseInput } from '@headroom/site-model';
import { boosted } from './boosted.fixture.ts';
import type { Fact } from './facts.ts';
import {
  after as stateAfter,
  all,
  asking,
  car,
  committed,
  connected,
  evseInput,
  idOf,
  limited,
  limits,
  measured,
  panelOf,
  reasonOf,
  Scene,
  siteOf,
  stationName,
  T0,
} from './given.fixture.ts';
import type { KeptPlan } from './planning/kept-plan.ts';
import { planQuestionOf } from './planning/plan-question-of.ts';
import { reachedOf } from './session-rules.ts';
import { EMPTY_EVSE_STATE } from './site-state.ts';

const HOUR_MS = 3_600_000;
const UNTIL = T0 + 2 * HOUR_MS;
const after = (ms: number): EpochMs => epochMs(T0 + ms);

/** Cars by their number, each with so many watts over the next ten minutes; and what the whole site may draw. */
const planOf = (watts: Readonly<Record<number, number>>, mode: KeptPlan['mode'], powerW = 0): Fact => ({
  kind: 'plan-made',
  plan: {
    ...{ epoch: 1n, seq: 1n, siteVersion: 1, createdAtMs: T0, validUntilMs: after(600_000), mode },
    budgets: new Map(
      Object.entries(watts).map(([n, power]) => [
        sessionId(`session-${n}`),
        [0, 300_000].map((ms) => ({ fromMs: after(ms), toMs: after(ms + 300_000), energyWh: power / 12 })),
      ]),
    ),
    deliveredWh: new Map(),
    envelope: [0, 300_000].map((ms) => ({ fromMs: after(ms), toMs: after(ms + 300_000), powerW })),
  },
});

/** On a panel of 48 A, cars that have all day. */
function sceneOf(said: readonly Partial<EvseInput>[]): Scene {
  const evses = said.map((one, i) => evseInput(stationName(i + 1), 'panel-a', { fallback: 0, ...one }));
  return new Scene(siteOf({ ...panelOf(0, {}, 480), evses, share: 'smoothed-laxity' })).given(
    all(1, said.length, (n) => [...[connected(n), committed(n, 0), ...car(n)], asking(n, 20_000, T0 + 10 * HOUR_MS)]),
  );
}
const settled = (scene: Scene) => {
  for (const waits of [0, 61_000, 122_000]) scene.decideAt(T0 + waits);
  return scene.decideAt(T0 + 183_000);
};

/** A sample of its transaction that says more than currents. */
function told(
  n: number,
  more: { readonly soc?: number; readonly wh?: number; readonly exported?: number },
  agoMs = 1_000,
): Fact {
  const fact = measured(n, 60, T0 - agoMs);
  if (fact.kind !== 'evse-measured') throw new Error('no sample');
  const sample = {
    ...fact.sample,
    ...(more.soc === undefined ? {} : { socPercent: more.soc }),
    ...(more.wh === undefined ? {} : { register: wattHours(more.wh) }),
    ...(more.exported === undefined ? {} : { exported: wattHours(more.exported) }),
  };
  return { ...fact, sample };
}

describe('a plan that gives it less', () => {
  test('C70 keeps nobody waiting who is boosted, and takes nothing from him', () => {
    const plan = { 1: 11_040, 2: 11_040, 3: 6_900 };
    const scene = sceneOf([{}, {}, {}]).given(planOf(plan, 'energy'));
    expect(limits(settled(scene), 3)).toEqual([160]);
    expect(limits(settled(sceneOf([{}, {}, {}]).given(planOf(plan, 'energy'), boosted(3, UNTIL))), 3)).toEqual([320]);
  });

  test('C70, C65 nor a lower price, whom a boost or a low battery puts before others', () => {
    const cheapLater = planOf({ 1: 6_900 }, 'cost', 7_400);
    const low = { rules: { minimumSocPercent: 30 } };
    const decision = settled(sceneOf([{}, {}, {}]).given(cheapLater));
    expect(limits(decision, 2, 3)).toEqual([0, 0]);
    expect(reasonOf(decision, 2).code).toBe('TARIFF_WAIT');
    expect(limits(settled(sceneOf([{}, {}, {}]).given(cheapLater, boosted(2, UNTIL))), 2, 3)).toEqual([320, 0]);
    expect(
      limits(settled(sceneOf([{}, low, low]).given(cheapLater, told(2, { soc: 29 }), told(3, { soc: 31 }))), 2, 3),
    ).toEqual([320, 0]);
  });

  test('C61 takes nothing of what is assured to an accessible bay; beyond it the bay waits like others', () => {
    const scene = sceneOf([{}, { minimumShare: 90 }]).given(planOf({ 1: 6_900 }, 'cost', 7_400));
    const decision = settled(scene);
    expect(limits(decision, 1, 2)).toEqual([100, 90]);
    expect(reasonOf(decision, 2).code).toBe('TARIFF_WAIT');
  });
});

test('C70, LC5: no wish for a low peak keeps a boosted car waiting; a conductor does', () => {
  const scene = sceneOf([{}, {}]).given(boosted(2, UNTIL));
  scene.memory = { ...scene.memory, demandGuard: { limitW: 0, untilMs: UNTIL } };
  expect(limits(scene.decideAt(T0), 1, 2)).toEqual([0, 320]);
});

test('C65 what is planned for a car goes by its highest power, and for who has enough nothing is planned', () => {
  const said = [
    { rules: { maximumW: 6_900 } },
    { rules: { stopAtSocPercent: 80 } },
    { rules: { stopAtSocPercent: 80 } },
  ];
  const { site, state } = sceneOf(said).given(told(2, { soc: 80 }), told(3, { soc: 79 }));
  const { sessions } = planQuestionOf({ site, state, given: new Map(), otherLoad: new Map(), nowMs: T0 });
  expect(sessions.map(({ sessionId: id, maxKw }) => [id, Math.round(maxKw * 1_000)])).toEqual([
    ['session-1', 6_900],
    ['session-3', 22_080],
  ]);
});

/** What a plan is asked of each car by the rules of its bay, in whole watts. */
const asksOf = ({ site, state }: Scene) =>
  planQuestionOf({ site, state, given: new Map(), otherLoad: new Map(), nowMs: T0 }).sessions.map(({ assured }) =>
    assured === undefined
      ? undefined
      : [assured.kw, assured.minKw].map((kw) => Math.round(kw * 1_000)).concat(assured.boostedUntilMs ?? []),
  );

test('C61, C70 what is assured to a bay stands in what a plan is asked, as far as its car may have it, and until when a car is boosted', () => {
  const accessible = { minimumShare: 160 };
  const strong = { ...accessible, rules: { minimumW: 13_800 } };
  const said = [{}, accessible, accessible, strong, accessible];
  const boosts = [boosted(1, UNTIL), boosted(5, UNTIL), boosted(2, T0 - 1)];
  const scene = sceneOf(said).given(limited(3, 100, T0 - 1_000), ...boosts);
  expect(asksOf(scene)).toEqual([
    [0, 4_140, UNTIL],
    [11_040, 4_140],
    [6_900, 4_140],
    [13_800, 13_800],
    [11_040, 4_140, UNTIL],
  ]);
  expect(asksOf(sceneOf([{}, {}]))).toEqual([undefined, undefined]);
  // Who may have nothing now is assured nothing, as in a decision.
  const stopped = limited(1, 40, T0 - 1_000);
  expect(asksOf(sceneOf([accessible]).given(stopped))).toEqual([undefined]);
});

test('C65 the least power of a bay stands in what a plan is asked, on the phases of its car; what any car needs to charge does not', () => {
  const said = [{}, { rules: { minimumW: 6_900 } }, { rules: { minimumW: 3_000 } }, { rules: { minimumW: 6_901 } }];
  const { site, state } = sceneOf(said).given(limited(4, 80, T0 - 1_000));
  const { sessions } = planQuestionOf({ site, state, given: new Map(), otherLoad: new Map(), nowMs: T0 });
  const watts = sessions.map(({ leastKw }) => (leastKw === undefined ? undefined : Math.round(leastKw * 1_000)));
  // Never more than somebody beside us allows it.
  expect(watts).toEqual([undefined, 6_900, undefined, 5_520]);
});

test('C65 what a battery is to hold first stands in what a plan is asked: of 60 kWh, or of what its driver said is in it', () => {
  const holds = { rules: { minimumSocPercent: 30 } };
  const offer = { atPlugIn: wattHours(9_000), keep: wattHours(0), efficiencyPercent: 90, wearMicroPerKwh: 0 };
  const { site, state } = sceneOf([holds, holds, holds, {}, holds])
    .given(told(1, { soc: 10 }), told(2, { soc: 30 }), told(4, { soc: 10 }))
    .given({
      ...(asking(5, 20_000, T0 + HOUR_MS) as Extract<Fact, { readonly kind: 'charging-requested' }>),
      discharge: offer,
    })
    .given(told(5, { soc: 10, wh: 100, exported: 0 }, 990_000), told(5, { soc: 20, wh: 1_100, exported: 0 }));
  const { sessions } = planQuestionOf({ site, state, given: new Map(), otherLoad: new Map(), nowMs: T0 });
  expect(sessions.map(({ firstKwh }) => firstKwh)).toEqual([12, undefined, undefined, undefined, 5]);
});

test('C65, MD17: of a car that gives back the target is what it has in the end; without the rule there is none', () => {
  const facts: readonly Fact[] = [
    ...car(1, T0 - 50_000),
    {
      ...(asking(1, 9_000, T0 + HOUR_MS) as Extract<Fact, { readonly kind: 'charging-requested' }>),
      discharge: { atPlugIn: wattHours(9_000), keep: wattHours(0), efficiencyPercent: 50, wearMicroPerKwh: 0 },
    },
    told(1, { wh: 0, exported: 100 }, 45_000),
  ];
  const of = (...more: readonly Fact[]) => stateAfter([...facts, ...more]).evses.get(idOf(1)) ?? EMPTY_EVSE_STATE;
  const stops = { stopAtTarget: true } as const;
  expect(reachedOf(stops, of(told(1, { wh: 9_000, exported: 100 })))).toEqual({ kind: 'energy', energy: 9_000 });
  // Half of what leaves its battery is lost.
  expect(reachedOf(stops, of(told(1, { wh: 9_000, exported: 101 })))).toBeUndefined();
  expect(reachedOf(stops, of(told(1, { wh: 9_002, exported: 101 })))).toEqual({ kind: 'energy', energy: 9_000 });
  expect(reachedOf({ maximumW: 11_000 }, of(told(1, { wh: 9_002, exported: 101 })))).toBeUndefined();
});
