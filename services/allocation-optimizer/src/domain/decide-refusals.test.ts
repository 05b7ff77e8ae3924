import { expect, test } from '@jest/globals';
import { stationId } from '@headroom/kernel';
import {
  all,
  car,
  committed,
  gone,
  limits,
  panelOf,
  ready,
  reasonOf,
  Scene,
  siteOf,
  T0,
  stationName,
} from './given.fixture.ts';

test('SI23: of a station that lets more flow than it was told its reason says what is done about it', () => {
  const scene = new Scene(siteOf(panelOf(2))).given(all(1, 2, ready), all(1, 2, car));
  const disobeys = { kind: 'evse-disobeys', stationId: stationId(stationName(2)), evse: 1, step: 'stop' } as const;
  const counted = committed(2, 320, { member: 'hardware-maximum', atMs: T0 + 1 });
  expect(reasonOf(scene.given(counted, disobeys).decideAt(T0), 2)).toEqual({
    code: 'PROFILE_NOT_ENFORCED',
    sentence:
      'The station lets more flow than it was told: its transaction is being stopped. 32 A stay counted for it.',
  });
});

test.each([
  ['forbid', ' (this site lets no car be stopped and no bay be put out of service)'],
  ['stop', ' (this site lets no bay be put out of service)'],
  ['inoperative', ''],
] as const)('SI23: where the ladder ends at %s, the reason says in the end what was not done', (ladderEnd, notDone) => {
  const scene = new Scene(siteOf({ ...panelOf(2), ladderEnd })).given(all(1, 2, ready), all(1, 2, car));
  const disobeys = { kind: 'evse-disobeys', stationId: stationId(stationName(2)), evse: 1, step: 'alarm' } as const;
  const counted = committed(2, 320, { member: 'hardware-maximum', atMs: T0 + 1 });
  expect(reasonOf(scene.given(counted, disobeys).decideAt(T0), 2).sentence).toBe(
    `The station lets more flow than it was told: nothing has helped, somebody must go there${notDone}. 32 A stay counted for it.`,
  );
});

test.each([
  ['stop', undefined, 'its transaction is being stopped'],
  [
    'alarm',
    'forbid',
    'nothing has helped, somebody must go there (this site lets no car be stopped and no bay be put out of service)',
  ],
] as const)(
  'H86: of a station that refuses 0 A where nothing else fits its reason says what is done: %s',
  (step, ladderEnd, done) => {
    const panel = ladderEnd === undefined ? panelOf(2) : { ...panelOf(2), ladderEnd };
    const scene = new Scene(siteOf(panel)).given(all(1, 2, ready), all(1, 2, car));
    const refuses = {
      kind: 'evse-disobeys',
      stationId: stationId(stationName(2)),
      evse: 1,
      step,
      refusesZero: true,
    } as const;
    expect(reasonOf(scene.given(refuses).decideAt(T0), 2)).toEqual({
      code: 'PROFILE_NOT_ENFORCED',
      sentence: `Nothing but 0 A fits, and the station refuses 0 A: ${done}.`,
    });
    // What is measured of it, or answered, does not take that away; its end does.
    scene.given(committed(2, 60, { atMs: T0 + 1 }));
    expect(reasonOf(scene.decideAt(T0), 2).sentence).toContain('refuses 0 A');
    scene.given({ kind: 'evse-disobeys', stationId: stationId(stationName(2)), evse: 1, step: undefined });
    expect(reasonOf(scene.decideAt(T0), 2).code).not.toBe('PROFILE_NOT_ENFORCED');
  },
);

test('H86: once its transaction was stopped for that, its reason says so while the car is there', () => {
  const scene = new Scene(siteOf(panelOf(2))).given(all(1, 2, ready), all(1, 2, car));
  const refuses = {
    kind: 'evse-disobeys',
    stationId: stationId(stationName(2)),
    evse: 1,
    step: 'stop',
    refusesZero: true,
  } as const;
  const [ended] = gone(2);
  scene.given(refuses, ...(ended === undefined ? [] : [ended]));
  expect(reasonOf(scene.decideAt(T0), 2)).toEqual({
    code: 'AUTH_PENDING',
    sentence: 'Its transaction was stopped: nothing but 0 A fitted, and the station refuses 0 A.',
  });
  scene.given(...gone(2));
  expect(reasonOf(scene.decideAt(T0), 2).sentence).toBe('No car is plugged in.');
});

test('SI28: what a lease that does not end may not have goes to the others, and its reason says so', () => {
  const ofThree = () => new Scene(siteOf(panelOf(3))).given(all(1, 3, ready), all(1, 3, car));
  const [whole = 0, , third = 0] = limits(ofThree().decideAt(T0), 1, 2, 3);
  const bounded = (leaseAtMost: number) =>
    ofThree()
      .given(committed(1, 60, { leaseAtMost, atMs: T0 + 1 }))
      .decideAt(T0);
  const decision = bounded(80);
  expect(whole).toBeGreaterThan(80);
  expect(limits(decision, 1)).toEqual([80]);
  expect(limits(decision, 3)[0]).toBeGreaterThan(third);
  expect(reasonOf(decision, 1)).toEqual({
    code: 'EVSE_MAX',
    sentence:
      '5.5 kW. Its station does not let a limit end by itself: 8 A is what fits if nobody can ever take it back.',
  });
  expect(limits(bounded(50), 1)).toEqual([0]);
});

test('H81: what a station that keeps no lease cannot use goes to the others, and its reason says so', () => {
  const ofThree = () => new Scene(siteOf(panelOf(3))).given(all(1, 3, ready), all(1, 3, car));
  const [, , whole = 0] = limits(ofThree().decideAt(T0), 1, 2, 3);
  const decision = ofThree()
    .given(committed(1, 60, { fallbackOnly: true, atMs: T0 + 1 }))
    .decideAt(T0);
  const [first, , third = 0] = limits(decision, 1, 2, 3);
  expect(first).toBe(60);
  expect(third).toBeGreaterThan(whole);
  expect(reasonOf(decision, 1)).toEqual({
    code: 'EVSE_MAX',
    sentence: '6 A: the station keeps no limit beside its permanent one, so it never has more.',
  });
});
