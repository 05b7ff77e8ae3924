import { describe, expect, test } from '@jest/globals';
import { wattHours } from '@headroom/kernel';
import type { EvseInput, SharePolicy } from '@headroom/site-model';
import type { Decision } from './decision.ts';
import type { Fact } from './facts.ts';
import {
  all,
  asked as askedByGrid,
  asking,
  car,
  chargingState,
  committed,
  connected,
  evseInput,
  idOf,
  limits,
  measured,
  panelOf,
  proven,
  reasonOf,
  Scene,
  siteOf,
  stationName,
  T0,
} from './given.fixture.ts';
import { bearsOnDecision } from './quiet.ts';

type Said = Partial<EvseInput>;
type Rules = NonNullable<EvseInput['rules']>;
const ruled = (rules: Rules): Said => ({ rules });

/** An EVSE for each on one panel, without fallbacks, and a car at each; car 1 came first. */
function sceneOf(said: readonly Said[], rating: number, share: SharePolicy = 'equal'): Scene {
  const evses = said.map((one, i) => evseInput(stationName(i + 1), 'panel-a', { fallback: 0, ...one }));
  const site = siteOf({ ...panelOf(0, {}, rating), evses, share });
  return new Scene(site).given(all(1, said.length, (n) => [connected(n), committed(n, 0), ...car(n)]));
}
const decided = (said: readonly Said[], rating: number, ...facts: readonly (Fact | readonly Fact[])[]): Decision =>
  sceneOf(said, rating)
    .given(...facts)
    .decideAt(T0);

interface Told {
  readonly soc?: number;
  readonly wh?: number;
  /** Of its current transaction, unless said otherwise. */
  readonly of?: string;
}

/** A sample in which it draws nothing much, with what its battery holds and its register. */
function told(n: number, { soc, wh, of }: Told, atMs = T0 - 1_000): Fact {
  const fact = measured(n, 60, atMs);
  if (fact.kind !== 'evse-measured') throw new Error('no sample');
  const { transactionId } = fact.sample;
  return {
    ...fact,
    sample: {
      ...fact.sample,
      ...(soc === undefined ? {} : { socPercent: soc }),
      ...(wh === undefined ? {} : { register: wattHours(wh) }),
      ...(of === undefined || transactionId === undefined ? {} : { transactionId: of as typeof transactionId }),
    },
  };
}

describe('C65 the highest power of a session', () => {
  test('holds on the phases that its car uses, rounded down, and is told as the rule that it is', () => {
    const scene = sceneOf([ruled({ maximumW: 7_000 }), ruled({ maximumW: 7_000 })], 1_000);
    scene.given(proven(2, { l1: 60, l2: 0, l3: 0 }, T0 - 1_000));
    const decision = scene.decideAt(T0);
    // 7,000 W / (3 x 230 V) = 10.14 A, and 7,000 W / 230 V = 30.43 A.
    expect(limits(decision, 1, 2)).toEqual([101, 304]);
    expect(reasonOf(decision, 1)).toEqual({
      code: 'MANUAL_LIMIT',
      sentence: '7.0 kW. The rules of its bay allow it no more than 10.1 A.',
    });
  });

  test('is what others have then', () => {
    expect(limits(decided([ruled({ maximumW: 6_900 }), {}], 400), 1, 2)).toEqual([100, 300]);
  });

  test('above what the EVSE gives is no bound', () => {
    const decision = decided([ruled({ maximumW: 100_000 })], 1_000);
    expect(limits(decision, 1)).toEqual([320]);
    expect(reasonOf(decision, 1).code).toBe('EVSE_MAX');
  });

  test('of a DC station is what comes to the battery', () => {
    const dc = { outputMaxW: 50_000, efficiencyPercent: 95, powerFactorPercent: 98 };
    const decision = decided([{ ...ruled({ maximumW: 20_000 }), dc, maxCurrent: 900 }], 1_000);
    // 20,000 W / (3 x 207 V x 0.98 x 0.95) = 34.59 A.
    expect(limits(decision, 1)).toEqual([345]);
  });
});

describe('C65 the least power of a session', () => {
  const TEN_AMPS = ruled({ minimumW: 6_900 });

  test('is all or nothing: who cannot have it waits, and is told what does not fit', () => {
    const decision = decided([TEN_AMPS, TEN_AMPS, TEN_AMPS], 290);
    expect(limits(decision, 1, 2, 3)).toEqual([145, 145, 0]);
    expect(reasonOf(decision, 3)).toMatchObject({ circuitId: 'panel-a', row: 'l1' });
    expect(reasonOf(decision, 3).sentence).toContain('the 10 A that the rules of its bay ask for more do not fit.');
  });

  test('where not even that fits is told so', () => {
    const { sentence } = reasonOf(decided([TEN_AMPS], 90), 1);
    expect(sentence).toContain('the 10 A that the rules of its bay ask for more do not fit.');
  });

  test('comes before what others have beyond theirs, and never exceeds a row', () => {
    expect(limits(decided([{}, TEN_AMPS], 180), 1, 2)).toEqual([80, 100]);
    expect(limits(decided([{}, TEN_AMPS], 159), 1, 2)).toEqual([159, 0]);
  });

  test('asks for no more than its car takes: of one phase another current than of three, and never above a maximum', () => {
    const scene = sceneOf([ruled({ minimumW: 4_600 }), { ...ruled({ minimumW: 20_000 }), maxCurrent: 300 }], 320);
    scene.given(proven(1, { l1: 60, l2: 0, l3: 0 }, T0 - 1_000), proven(2, { l1: 60, l2: 0, l3: 0 }, T0 - 1_000));
    // 4,600 W / 230 V = 20 A; 20,000 W would be 87 A, and it can have 30 A.
    expect(limits(scene.decideAt(T0), 1, 2)).toEqual([320, 0]);
    const alone = sceneOf([{ ...ruled({ minimumW: 20_000 }), maxCurrent: 300 }], 320);
    alone.given(proven(1, { l1: 60, l2: 0, l3: 0 }, T0 - 1_000));
    expect(limits(alone.decideAt(T0), 1)).toEqual([300]);
  });
});

describe('C65 a battery that holds less than is to be in it first', () => {
  const LOW = ruled({ minimumSocPercent: 30 });

  test('comes before all others of its tier, beyond the minima of all, and they are told so', () => {
    const decision = decided([{}, LOW, LOW], 300, told(2, { soc: 29 }), told(3, { soc: 30 }));
    expect(limits(decision, 1, 2, 3)).toEqual([60, 180, 60]);
    expect(reasonOf(decision, 1)).toMatchObject({ code: 'LOWER_PRIORITY' });
    expect(reasonOf(decision, 1).sentence).toContain('Cars of tier 1 with less in their batteries come first.');
  });

  test('not before those of a tier before its own, and before those of one after it', () => {
    const decision = decided([{ ...LOW, tier: 2 }, {}, { tier: 3 }], 300, told(1, { soc: 5 }));
    expect(limits(decision, 1, 2, 3)).toEqual([60, 180, 60]);
    expect(limits(decided([{ ...LOW, tier: 2 }, { tier: 2 }, { tier: 3 }], 300, told(1, { soc: 5 })), 1, 2, 3)).toEqual(
      [180, 60, 60],
    );
  });

  test('has its minimum where not all fit', () => {
    expect(limits(decided([{}, LOW], 100, told(2, { soc: 5 })), 1, 2)).toEqual([0, 100]);
  });

  test('and says nothing has no such rule, and is told so where it goes short', () => {
    const decision = decided([{}, LOW], 300);
    expect(limits(decision, 1, 2)).toEqual([150, 150]);
    expect(reasonOf(decision, 2).sentence).toContain(
      'Its battery does not say what it holds, so it does not come first until 30 %.',
    );
    expect(reasonOf(decided([{}, LOW], 1_000), 2).sentence).not.toContain('battery');
  });

  test('what the battery before it said is none of its business; what its own said last stands until it says otherwise', () => {
    const before = told(2, { soc: 5, of: 'tx-before' }, T0 - 20_000);
    expect(limits(decided([{}, LOW], 300, before), 1, 2)).toEqual([150, 150]);
    expect(limits(decided([{}, LOW], 300, before, told(2, {}, T0 - 10_000)), 1, 2)).toEqual([150, 150]);
    const once = decided([{}, LOW], 300, told(2, { soc: 5 }, T0 - 20_000), told(2, {}, T0 - 10_000));
    expect(limits(once, 1, 2)).toEqual([60, 240]);
  });
});

describe('C65 who has enough', () => {
  const STOPS = ruled({ stopAtTarget: true });
  const FULL = ruled({ stopAtSocPercent: 80 });

  test('by its battery has nothing more, is told so, and others have its room', () => {
    const decision = decided([FULL, {}], 400, told(1, { soc: 80 }));
    expect(limits(decision, 1, 2)).toEqual([0, 320]);
    expect(reasonOf(decision, 1)).toEqual({
      code: 'TARGET_REACHED',
      sentence: '0.0 kW. The battery holds 80 %, and the rules of its bay give it no more.',
    });
    expect(limits(decided([FULL, {}], 400, told(1, { soc: 79 })), 1, 2)).toEqual([200, 200]);
  });

  test('by the energy that was asked for, once it is delivered; what nobody asked for is no target', () => {
    const delivered = (wh: number): readonly Fact[] => [
      told(1, { wh: 5_000 }, T0 - 20_000),
      told(1, { wh: 5_000 + wh }),
    ];
    const decision = decided([STOPS, {}], 400, asking(1, 10_000), delivered(10_000));
    expect(limits(decision, 1, 2)).toEqual([0, 320]);
    expect(reasonOf(decision, 1)).toEqual({
      code: 'TARGET_REACHED',
      sentence: '0.0 kW. The car has the 10 kWh that were asked for, and the rules of its bay give it no more.',
    });
    expect(limits(decided([STOPS, {}], 400, asking(1, 10_000), delivered(9_999)), 1)).toEqual([200]);
    expect(limits(decided([STOPS, {}], 400, delivered(90_000)), 1)).toEqual([200]);
    // Without the rule all is as ever: it takes what it takes.
    expect(limits(decided([{}, {}], 400, asking(1, 10_000), delivered(10_000)), 1)).toEqual([200]);
  });

  test('starts again when more is asked for', () => {
    const scene = sceneOf([STOPS], 400).given(
      asking(1, 1_000),
      told(1, { wh: 0 }, T0 - 20_000),
      told(1, { wh: 1_000 }),
    );
    expect(limits(scene.decideAt(T0), 1)).toEqual([0]);
    expect(limits(scene.given(asking(1, 9_000)).decideAt(T0 + 600_000), 1)).toEqual([320]);
  });

  test('and says nothing of its battery goes on, and is told so', () => {
    const decision = decided([FULL], 400);
    expect(limits(decision, 1)).toEqual([320]);
    expect(reasonOf(decision, 1).sentence).toContain(
      'Its battery does not say what it holds, so it does not stop at 80 %.',
    );
  });
});

describe('C61 an accessible bay', () => {
  const BAY: Said = { minimumShare: 160 };

  test('has its share before anybody has anything, and shares the rest like everybody', () => {
    const decision = decided([{}, {}, BAY], 300);
    expect(limits(decision, 1, 2, 3)).toEqual([70, 70, 160]);
    expect(reasonOf(decision, 1)).toMatchObject({ code: 'LOWER_PRIORITY' });
    expect(reasonOf(decision, 1).sentence).toContain('A car at an accessible bay comes first.');
    expect(reasonOf(decision, 3).code).toBe('CIRCUIT_LIMIT');
    expect(limits(decided([{}, {}, BAY], 600), 1, 2, 3)).toEqual([200, 200, 200]);
  });

  test('never waits while a row allows it, whoever came first or is of an earlier tier', () => {
    expect(limits(decided([{}, {}, { ...BAY, tier: 9 }], 100), 1, 2, 3)).toEqual([0, 0, 100]);
    expect(limits(decided([{ tier: 1 }, { ...BAY, tier: 2 }], 300), 1, 2)).toEqual([140, 160]);
  });

  test('costs the others what it has, and no turn: beside it they are entitled to what they get', () => {
    const decision = sceneOf([{}, {}, BAY], 300, 'density').decideAt(T0);
    expect(limits(decision, 1, 2, 3)).toEqual([70, 70, 160]);
    expect([1, 2, 3].map((n) => decision.allocations.get(idOf(n))?.credit)).toEqual([undefined, undefined, undefined]);
  });

  test('under a way to share in which all stand in a queue as well', () => {
    const scene = sceneOf([{}, {}, BAY], 320, 'first-come');
    expect(limits(scene.decideAt(T0), 1, 2, 3)).toEqual([160, 0, 160]);
  });

  test('two of them have their minima first, then one after the other what is left', () => {
    expect(limits(decided([BAY, BAY], 240), 1, 2)).toEqual([160, 80]);
    expect(limits(decided([BAY, BAY], 110), 1, 2)).toEqual([110, 0]);
  });

  test('has what fits where its share does not, and nothing where not even a minimum does', () => {
    expect(limits(decided([BAY], 100), 1)).toEqual([100]);
    expect(limits(decided([BAY], 59), 1)).toEqual([0]);
  });

  test('never has more than it may, and whoever takes nothing there keeps nobody waiting', () => {
    expect(limits(decided([{ ...BAY, ...ruled({ maximumW: 6_900 }) }, {}], 300), 1, 2)).toEqual([100, 200]);
    const silent = chargingState(1, 'suspended-ev', T0 - 90_000);
    expect(limits(decided([BAY, {}], 100, silent), 1, 2)).toEqual([0, 100]);
  });

  test('does not rest after a pause, as others do', () => {
    const paused = (said: Said): readonly number[] => {
      const scene = sceneOf([said, {}], 640).given(told(1, { wh: 0 }, T0 - 20_000), told(1, { wh: 900 }, T0 - 10_000));
      scene.decideAt(T0);
      scene.given([askedByGrid([[0, T0 + 20_000, T0 + 50_000]])]).decideAt(T0 + 30_000);
      return limits(scene.decideAt(T0 + 60_000), 1);
    };
    expect(paused({})).not.toEqual(paused(BAY));
    expect(paused(BAY)).toEqual([320]);
  });
});

test('C65 a sample bears on a decision where a rule turns on it, and nowhere else', () => {
  const scene = sceneOf([ruled({ stopAtSocPercent: 80 }), ruled({ minimumSocPercent: 30 }), {}], 400);
  // That it charges, and on which phases, is known already.
  scene.given([30, 20, 10].map((agoS, i) => all(1, 3, (n) => [told(n, { soc: 20, wh: i }, T0 - agoS * 1_000)])).flat());
  const bears = (n: number, soc: number): boolean => {
    const after = new Scene(scene.site);
    after.state = scene.state;
    after.given(told(n, { soc, wh: 2 }, T0 + 1_000));
    return bearsOnDecision({ model: scene.site, state: scene.state, decidedAtMs: T0 }, after.state, idOf(n));
  };
  expect([bears(1, 79), bears(1, 80)]).toEqual([false, true]);
  expect([bears(2, 29), bears(2, 30)]).toEqual([false, true]);
  expect([bears(3, 79), bears(3, 90)]).toEqual([false, false]);
  // What was not known of it is said no more.
  const unknown = sceneOf([ruled({ stopAtSocPercent: 80 })], 400);
  unknown.given([30, 20, 10].map((agoS, i) => told(1, { wh: i }, T0 - agoS * 1_000)));
  const after = new Scene(unknown.site);
  after.state = unknown.state;
  after.given(told(1, { soc: 5, wh: 2 }, T0 + 1_000));
  const standing = { model: unknown.site, state: unknown.state, decidedAtMs: T0 };
  expect(bearsOnDecision(standing, after.state, idOf(1))).toBe(true);
});
