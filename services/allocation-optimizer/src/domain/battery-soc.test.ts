import { describe, expect, test } from '@jest/globals';
import { transactionId, wattHours } from '@headroom/kernel';
import type { EvseInput, SharePolicy } from '@headroom/site-model';
import { saidSoc, socOf } from './battery-soc.ts';
import type { EvseSample, Fact, SaidBattery } from './facts.ts';
import {
  after,
  all,
  asking,
  car,
  committed,
  connected,
  evseInput,
  idOf,
  limits,
  measured,
  panelOf,
  reasonOf,
  Scene,
  siteOf,
  stationName,
  T0,
} from './given.fixture.ts';
import { planQuestionOf } from './planning/plan-question-of.ts';
import { bearsOnDecision } from './quiet.ts';
import { EMPTY_EVSE_STATE, type EvseState } from './site-state.ts';

const HOUR_MS = 3_600_000;
const battery = (sizeWh: number, atPlugInWh: number): SaidBattery => ({
  size: wattHours(sizeWh),
  atPlugIn: wattHours(atPlugInWh),
});

/** Its driver wants so much, and says what his battery held when he plugged in. */
const saying = (n: number, said: SaidBattery, energyWh = 20_000): Fact => {
  const fact = asking(n, energyWh, T0 + 10 * HOUR_MS);
  return fact.kind === 'charging-requested' ? { ...fact, battery: said } : fact;
};

function sampled(n: number, change: Partial<EvseSample>, atMs = T0 - 1_000): Fact {
  const fact = measured(n, 60, atMs);
  return fact.kind === 'evse-measured' ? { ...fact, sample: { ...fact.sample, ...change } } : fact;
}
/** Two samples between which so much was metered. */
const metered = (n: number, wh: number): readonly Fact[] => [
  sampled(n, { register: wattHours(5_000) }, T0 - 20_000),
  sampled(n, { register: wattHours(5_000 + wh) }),
];

type Said = Partial<EvseInput>;
function sceneOf(said: readonly Said[], rating: number, share: SharePolicy = 'equal'): Scene {
  const evses = said.map((one, i) => evseInput(stationName(i + 1), 'panel-a', { fallback: 0, ...one }));
  const site = siteOf({ ...panelOf(0, {}, rating), evses, share });
  return new Scene(site).given(all(1, said.length, (n) => [connected(n), committed(n, 0), ...car(n)]));
}
const evseAfter = (facts: readonly Fact[]): EvseState => after(facts).evses.get(idOf(1)) ?? EMPTY_EVSE_STATE;

describe('what a battery holds', () => {
  test('is what its driver said and what was metered since, in whole percents, and no more than full', () => {
    const of = (sizeWh: number, atPlugInWh: number, wh: number) =>
      saidSoc(evseAfter([...car(1), saying(1, battery(sizeWh, atPlugInWh)), ...metered(1, wh)]));
    expect(of(80_000, 32_000, 0)).toBe(40);
    expect(of(80_000, 32_000, 798)).toBe(40);
    expect(of(80_000, 32_000, 800)).toBe(41);
    // 33 % of 77.777 kWh, rounded down to a Wh.
    expect(of(77_777, 25_666, 0)).toBe(33);
    expect(of(10_000, 9_900, 5_000)).toBe(100);
  });

  test('is what its station measures, whatever its driver said', () => {
    const said = [...car(1), saying(1, battery(80_000, 32_000)), ...metered(1, 800)];
    expect(socOf(evseAfter(said))).toEqual({ percent: 41, isSaid: true });
    expect(socOf(evseAfter([...said, sampled(1, { socPercent: 55 }, T0)]))).toEqual({ percent: 55, isSaid: false });
    const ofOther = { socPercent: 55, register: wattHours(5_000), transactionId: transactionId('tx-before') };
    const before = [...car(1), saying(1, battery(80_000, 32_000)), ...metered(1, 0), sampled(1, ofOther, T0)];
    expect(socOf(evseAfter(before))).toEqual({ percent: 40, isSaid: true });
  });

  test('is unknown where nothing was said, nothing was metered, or it gave back and nobody saw how much', () => {
    expect(socOf(evseAfter([...car(1), asking(1, 9_000), ...metered(1, 0)]))).toBeUndefined();
    expect(socOf(evseAfter([...car(1), saying(1, battery(80_000, 32_000))]))).toBeUndefined();
    const known = evseAfter([...car(1), saying(1, battery(80_000, 32_000)), ...metered(1, 0)]);
    const { session } = known;
    if (session === undefined) throw new Error('there is a session');
    expect(socOf({ ...known, session: { ...session, exportUnknown: true } })).toBeUndefined();
  });

  test('is less by what it gave back, with what that lost', () => {
    const offer = { atPlugIn: wattHours(40_000), keep: wattHours(0), efficiencyPercent: 80, wearMicroPerKwh: 0 };
    const fact = saying(1, battery(80_000, 40_000));
    if (fact.kind !== 'charging-requested') throw new Error('it is a request');
    const registers = (exported: number) => ({ register: wattHours(5_000), exported: wattHours(exported) });
    const facts = [
      ...[...car(1, T0 - 30_000), { ...fact, discharge: offer }],
      ...[sampled(1, registers(0), T0 - 20_000), sampled(1, registers(3_200))],
    ];
    // 3.2 kWh reached the supply, 4 kWh left the battery.
    expect(socOf(evseAfter(facts))).toEqual({ percent: 45, isSaid: true });
  });
});

test('a sample without a register leaves what its meter stood at, within one transaction', () => {
  const facts = [...car(1), asking(1, 9_000), ...metered(1, 700), sampled(1, {}, T0)];
  expect(evseAfter(facts).sample?.register).toBe(5_700);
  const other = sampled(1, { transactionId: transactionId('tx-other') }, T0);
  expect(evseAfter([...facts.slice(0, -1), other]).sample?.register).toBeUndefined();
});

describe('C65 by the word of a driver, where his car tells nothing', () => {
  const LOW = { rules: { minimumSocPercent: 30 } };
  const FULL = { rules: { stopAtSocPercent: 80 } };
  const WORD = 'What its battery holds is what its driver said and what was metered since; nobody measured it.';

  test('a low battery comes first until it holds enough, and is told that nobody measured it', () => {
    const decided = (wh: number) =>
      sceneOf([{}, LOW], 300)
        .given(saying(2, battery(80_000, 20_000)), metered(2, wh))
        .decideAt(T0);
    expect(limits(decided(3_900), 1, 2)).toEqual([60, 240]);
    expect(reasonOf(decided(3_900), 2).sentence).toContain(WORD);
    expect(limits(decided(4_000), 1, 2)).toEqual([150, 150]);
    // Where nobody goes short nobody comes first.
    const alone = sceneOf([LOW], 1_000)
      .given(saying(1, battery(80_000, 20_000)), metered(1, 0))
      .decideAt(T0);
    expect(reasonOf(alone, 1).sentence).not.toContain('driver');
  });

  test('what its station measures wins, and is called no word', () => {
    const scene = sceneOf([{}, LOW], 300).given(saying(2, battery(80_000, 8_000)), metered(2, 0));
    const decision = scene.given(sampled(2, { socPercent: 60 }, T0)).decideAt(T0);
    expect(limits(decision, 1, 2)).toEqual([150, 150]);
    expect(reasonOf(decision, 2).sentence).not.toContain('driver');
  });

  test('who has enough by it has nothing more, and is told by what', () => {
    const decision = sceneOf([FULL, {}], 400)
      .given(saying(1, battery(50_000, 39_000)), metered(1, 1_000))
      .decideAt(T0);
    expect(limits(decision, 1, 2)).toEqual([0, 320]);
    expect(reasonOf(decision, 1)).toEqual({
      code: 'TARGET_REACHED',
      sentence:
        '0.0 kW. The battery holds 80 % by what its driver said and what was metered since, and the rules of its bay give it no more.',
    });
    const before = sceneOf([FULL, {}], 400)
      .given(saying(1, battery(50_000, 39_000)), metered(1, 900))
      .decideAt(T0);
    expect(limits(before, 1, 2)).toEqual([200, 200]);
  });

  test('what a plan asks for first goes by the size that was said, measured or not', () => {
    const firstKwh = (...facts: readonly (Fact | readonly Fact[])[]) => {
      const { site, state } = sceneOf([LOW], 300).given(...facts);
      const question = planQuestionOf({ site, state, given: new Map(), otherLoad: new Map(), nowMs: T0 });
      return question.sessions.map((session) => session.firstKwh);
    };
    expect(firstKwh(saying(1, battery(80_000, 8_000)), metered(1, 800))).toEqual([19 * 0.8]);
    const measuredSoc = sampled(1, { socPercent: 20 }, T0);
    expect(firstKwh(saying(1, battery(80_000, 8_000)), metered(1, 800), measuredSoc)).toEqual([10 * 0.8]);
    expect(firstKwh(asking(1, 20_000), metered(1, 800), measuredSoc)).toEqual([10 * 0.6]);
  });

  test('a sample bears on a decision where the word passes what a rule asks for, and nowhere else', () => {
    const scene = sceneOf([FULL], 400).given(saying(1, battery(50_000, 39_000)));
    // That it charges, and on which phases, is known already.
    const told = (wh: number, atMs: number): Fact => sampled(1, { register: wattHours(wh) }, atMs);
    scene.given([30, 20, 10].map((agoS, i) => told(5_000 + i, T0 - agoS * 1_000)));
    const bears = (wh: number): boolean => {
      const next = new Scene(scene.site);
      next.state = scene.state;
      next.given(told(5_000 + wh, T0 + 1_000));
      return bearsOnDecision({ model: scene.site, state: scene.state, decidedAtMs: T0 }, next.state, idOf(1));
    };
    expect([bears(900), bears(1_000)]).toEqual([false, true]);
  });
});

test('KP8 "lowest-soc" goes by the word of a driver; of who says nothing a half is assumed', () => {
  const decided = (atPlugInWh: number) =>
    sceneOf([{}, {}], 400, 'lowest-soc')
      .given(saying(2, battery(50_000, atPlugInWh)), metered(2, 0))
      .decideAt(T0);
  expect(limits(decided(20_000), 1, 2)).toEqual([80, 320]);
  expect(limits(decided(30_000), 1, 2)).toEqual([320, 80]);
});

/** Deterministic: `n` below `most`. */
const dices = (seed: number) => {
  let state = seed + 1;
  return (most: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % most;
  };
};
const SHARES: readonly SharePolicy[] = ['equal', 'lowest-soc', 'smoothed-soc', 'smoothed-laxity'];

test('what a driver says, and what his station would measure, lead to the same limits and the same plan', () => {
  let apart = 0;
  for (let seed = 0; seed < 300; seed += 1) {
    const dice = dices(seed);
    const rules = () =>
      [{}, { minimumSocPercent: 20 + dice(60) }, { stopAtSocPercent: 50 + dice(40) }, { stopAtTarget: true }][dice(4)];
    const bays = [1, 2, 3].map((): Said => ({ rules: rules() ?? {} }));
    const cars = bays.map(() => ({ size: 20_000 + 1_000 * dice(60), percent: dice(100), wh: 10 * dice(900) }));
    const [share, rating] = [SHARES[dice(4)] ?? 'equal', 150 + dice(300)];
    const outcome = (isMeasured: boolean, isSaid: boolean) => {
      const scene = sceneOf(bays, rating, share);
      cars.forEach(({ size, percent, wh }, i) => {
        const n = i + 1;
        const said = battery(size, (size * percent) / 100);
        scene.given(isSaid ? saying(n, said) : asking(n, 20_000, T0 + 10 * HOUR_MS), metered(n, wh));
        const soc = saidSoc(
          after([...car(1), saying(1, said), ...metered(1, wh)]).evses.get(idOf(1)) ?? EMPTY_EVSE_STATE,
        );
        if (isMeasured && soc !== undefined) scene.given(sampled(n, { socPercent: soc }, T0));
        else scene.given(sampled(n, {}, T0));
      });
      const decision = scene.decideAt(T0);
      const { site, state } = scene;
      const question = planQuestionOf({ site, state, given: new Map(), otherLoad: new Map(), nowMs: T0 });
      return { limits: limits(decision, 1, 2, 3), question };
    };
    const word = outcome(false, true);
    expect(outcome(true, true)).toEqual(word);
    apart += Number(JSON.stringify(outcome(false, false).limits) !== JSON.stringify(word.limits));
  }
  // Else nothing was looked at.
  expect(apart).toBeGreaterThan(100);
});
