import { expect, test } from '@jest/globals';
import { EMPTY_MEMORY } from './control-memory.ts';
import { decide } from './decide.ts';
import {
  all,
  booted,
  car,
  connected,
  limitCleared,
  limited,
  limitMissing,
  limits,
  panelOf,
  proven,
  ready,
  reasonOf,
  Scene,
  siteOf,
  T0,
} from './given.fixture.ts';
import { quietUntil } from './quiet.ts';

const S = 1_000;
const three = () => new Scene(siteOf(panelOf(3))).given(all(1, 3, ready), all(1, 3, car));

test('P21-7 a station that somebody else limits is given no more, and the others get what it leaves', () => {
  const scene = three().given(limited(1, 80, T0));
  const decision = scene.decideAt(T0);
  expect(limits(decision, 1, 2, 3)).toEqual([80, 280, 280]);
  expect(reasonOf(decision, 1)).toEqual({
    code: 'EXTERNAL_LIMIT',
    sentence: '5.5 kW. An energy management system allows its station no more than 8 A.',
  });
});

test('P21-7 it gets its share again once the limit is cleared, has ended, is missed, or its station has restarted', () => {
  const ended = three().given(limited(1, 80, T0, { untilMs: T0 + 40 * S }));
  expect(limits(ended.decideAt(T0 + 39 * S), 1, 2, 3)).toEqual([80, 280, 280]);
  for (const scene of [
    ended,
    three().given(limited(1, 80, T0), limitCleared(1, T0 + S)),
    three().given(limited(1, 80, T0), limitMissing(1, T0)),
    three().given(limited(1, 80, T0), booted(1, T0 + S)),
  ]) {
    expect(limits(scene.decideAt(T0 + 60 * S), 1, 2, 3).toSorted((a, b) => b - a)).toEqual([214, 213, 213]);
  }
});

test('P21-7 it is that of the connection on which it was told; the end of another limit changes nothing', () => {
  const scene = three().given(limited(1, 80, T0), limitCleared(1, T0 + S, 'SO'));
  expect(limits(scene.decideAt(T0 + 2 * S), 1)).toEqual([80]);
  scene.given(connected(1, 2n, T0 + 3 * S));
  expect(limits(scene.decideAt(T0 + 60 * S), 1)).toEqual([214]);
});

test('MD7 what is less than a car can take is nothing', () => {
  const decision = three()
    .given(limited(1, 59, T0))
    .decideAt(T0);
  expect(limits(decision, 1, 2)).toEqual([0, 290]);
  expect(reasonOf(decision, 1)).toMatchObject({
    code: 'EXTERNAL_LIMIT',
    sentence: '0.0 kW. An energy management system allows its station no more than 5.9 A.',
  });
});

test('watts are those of the phases that the car uses', () => {
  const scene = new Scene(siteOf(panelOf(1))).given(ready(1), car(1), limited(1, 5_520, T0, { unit: 'W' }));
  // 5,520 W over three phases of 230 V.
  expect(limits(scene.decideAt(T0), 1)).toEqual([80]);
  scene.given(proven(1, { l1: 75, l2: 0, l3: 0 }, T0 + 30 * S));
  expect(limits(scene.decideAt(T0 + 60 * S), 1)).toEqual([240]);
});

test('a decision is quiet no longer than until the limit of a station changes', () => {
  const steps = [
    { fromMs: T0, limit: 80 },
    { fromMs: T0 + 70 * S, limit: 120 },
  ];
  const { site, state } = three().given(limited(1, 80, T0, { steps, untilMs: T0 + 90 * S }));
  const quietFrom = (nowMs: number) => {
    const { memory } = decide(site, state, decide(site, state, EMPTY_MEMORY, nowMs - 60 * S).memory, nowMs);
    return quietUntil({ site, state, before: memory, memory, nowMs });
  };
  expect(quietFrom(T0 + 65 * S)).toBe(T0 + 70 * S);
  expect(quietFrom(T0 + 85 * S)).toBe(T0 + 90 * S);
});

test('K13, HO-7 one that was told anew since is not the one that is missed, nor is that of another source', () => {
  for (const missed of [limitMissing(1, T0 - 1), limitMissing(1, T0, 'SO')]) {
    expect(
      limits(
        three()
          .given(limited(1, 80, T0), missed)
          .decideAt(T0),
        1,
      ),
    ).toEqual([80]);
  }
});

test('K13 one that is missed again, because its notice was read later, is missed all the same', () => {
  const scene = three().given(limitMissing(1, T0), limited(1, 80, T0), limitMissing(1, T0));
  expect(limits(scene.decideAt(T0 + S), 1)).not.toEqual([80]);
});
