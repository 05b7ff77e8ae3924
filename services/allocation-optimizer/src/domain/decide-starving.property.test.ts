import { expect, test } from '@jest/globals';
import type { SharePolicy } from '@headroom/site-model';
import fc from 'fast-check';
import { all, asking, car, reasonOf, T0 } from './given.fixture.ts';
import { POLICIES } from './policies/policy-of.ts';
import { STARVES_AFTER_MS, turnMsOf } from './rotation.ts';
import { obedient, Panel } from './test-support/panel.ts';

const MIN = 60_000;
const HOUR = 60 * MIN;
const MINIMUM_DECI_A = 60;
/** Credits and needs are looked at each minute. */
const LOOK_MS = MIN;

const SHARES = Object.keys(POLICIES) as readonly SharePolicy[];
const FAIR = SHARES.filter((share) => POLICIES[share].turns !== 'nobody');
const OWED = FAIR.filter((share) => POLICIES[share].turns === 'owed');

interface Crowd {
  readonly share: SharePolicy;
  readonly cars: number;
  readonly ratingDeciA: number;
  readonly weights?: readonly number[];
  readonly hours: number;
}

/** All of them want more than anybody could give them in time, on a panel that has not even their minima. */
function crowdOn({ share, cars, ratingDeciA, weights, hours }: Crowd) {
  const panel = new Panel(cars, ratingDeciA, { share, draw: obedient, ...(weights === undefined ? {} : { weights }) });
  panel.scene.given(
    all(1, cars, (n) => car(n, T0 - n)),
    all(1, cars, (n) => [asking(n, 200_000, T0 + HOUR)]),
  );
  const onMs = Array.from({ length: cars }, () => 0);
  const waitsMs = Array.from({ length: cars }, () => 0);
  const longestMs = Array.from({ length: cars }, () => 0);
  const shortestTurnMs = Array.from({ length: cars }, () => Infinity);
  const turnMs = Array.from({ length: cars }, () => 0);
  const starts = Array.from({ length: cars }, () => 0);
  const startsAt: number[][] = Array.from({ length: cars }, () => []);
  let atMs = 0;
  for (const now of panel.run(T0, T0 + hours * HOUR, LOOK_MS)) {
    atMs += LOOK_MS;
    for (const [i, limit] of now.entries()) {
      if (limit > 0) {
        if (turnMs[i] === 0) {
          starts[i] = (starts[i] ?? 0) + 1;
          startsAt[i]?.push(atMs);
        }
        turnMs[i] = (turnMs[i] ?? 0) + LOOK_MS;
        onMs[i] = (onMs[i] ?? 0) + LOOK_MS;
        waitsMs[i] = 0;
        continue;
      }
      if ((turnMs[i] ?? 0) > 0) shortestTurnMs[i] = Math.min(shortestTurnMs[i] ?? Infinity, turnMs[i] ?? 0);
      turnMs[i] = 0;
      waitsMs[i] = (waitsMs[i] ?? 0) + LOOK_MS;
      longestMs[i] = Math.max(longestMs[i] ?? 0, waitsMs[i] ?? 0);
    }
  }
  return { panel, onMs, longestMs, shortestTurnMs, starts, mostInAnHour: Math.max(...startsAt.map(mostWithinAnHour)) };
}

/** @param atMs ascending */
const mostWithinAnHour = (atMs: readonly number[]): number =>
  Math.max(0, ...atMs.map((fromMs, i) => atMs.slice(i).filter((each) => each < fromMs + HOUR).length));

/** More cars than places, and room for some that is no whole place. */
const crowds = fc
  .record({ cars: fc.integer({ min: 2, max: 6 }), places: fc.integer({ min: 1, max: 5 }), rest: fc.nat(59) })
  .filter(({ cars, places }) => places < cars);

test.each(FAIR)('RF4 under "%s" nobody starves: each of n cars on fewer places has its turns', (share) => {
  fc.assert(
    fc.property(crowds, ({ cars, places, rest }) => {
      const hours = 12;
      const crowd = crowdOn({ share, cars, ratingDeciA: places * MINIMUM_DECI_A + rest, hours });
      const turnMs = turnMsOf(POLICIES[share]);
      const rounds = Math.ceil(cars / places);
      // Whoever is owed turns waits for those of the others, and one more where one of them has a tenth of an ampere more than he; else he
      // waits for so long that he starves, and then for the turns that have begun.
      const roundsMs = rounds * (turnMs + LOOK_MS) + LOOK_MS;
      const mostMs = POLICIES[share].turns === 'owed' ? roundsMs : STARVES_AFTER_MS + roundsMs;
      const leastMs = Math.floor((hours * HOUR) / (mostMs + turnMs)) * turnMs;
      // The switching budget of turns: no contactor closes more often for them than whole turns fit an hour; who has just lost his place may have the next one.
      expect(crowd.mostInAnHour).toBeGreaterThan(0);
      expect(crowd.mostInAnHour).toBeLessThanOrEqual(Math.ceil(HOUR / (turnMs + LOOK_MS)));
      for (const [i, longest] of crowd.longestMs.entries()) {
        expect({ i, isInTime: longest <= mostMs }).toEqual({ i, isInTime: true });
        expect({ i, hasItsShare: (crowd.onMs[i] ?? 0) >= leastMs }).toEqual({ i, hasItsShare: true });
        // OD2: a turn is a whole turn.
        expect(crowd.shortestTurnMs[i]).toBeGreaterThanOrEqual(turnMs);
      }
    }),
    { numRuns: 6 },
  );
});

test.each(OWED)('RF4 under "%s" nobody starves for the weight of another', (share) => {
  const weighted = fc.tuple(crowds, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 6, maxLength: 6 }));
  fc.assert(
    fc.property(weighted, ([{ cars, places, rest }, weights]) => {
      const ratingDeciA = places * MINIMUM_DECI_A + rest;
      const { longestMs } = crowdOn({ share, cars, ratingDeciA, weights, hours: 12 });
      const roundMs = turnMsOf(POLICIES[share]) + LOOK_MS;
      const mostMs = STARVES_AFTER_MS + Math.ceil(cars / places) * roundMs + LOOK_MS;
      expect({ weights, isInTime: Math.max(...longestMs) <= mostMs }).toEqual({ weights, isInTime: true });
    }),
    { numRuns: 6 },
  );
});

test('KP2, RF1 of two cars on one place the one of weight 3 has it for about three quarters of the time', () => {
  const { onMs } = crowdOn({ share: 'equal', cars: 2, ratingDeciA: 70, weights: [1, 3], hours: 24 });
  const [lightH = 0, heavyH = 0] = onMs.map((ms) => ms / HOUR);
  expect(lightH + heavyH).toBe(24);
  expect(lightH).toBeGreaterThanOrEqual(5);
  expect(lightH).toBeLessThanOrEqual(8);
});

test.each(['equal', 'equal-surplus'] as const)(
  'RF4 three cars on 13 A under "%s": none is left without a place for eight hours, and turns last half an hour',
  (share) => {
    const { onMs, starts } = crowdOn({ share, cars: 3, ratingDeciA: 130, hours: 8 });
    for (const on of onMs) expect(on).toBeGreaterThanOrEqual(5 * HOUR);
    for (const count of starts) expect(count).toBeLessThanOrEqual(6);
  },
);

test('"first-come" is a queue: whoever came last waits until somebody before him has left', () => {
  const { panel, onMs } = crowdOn({ share: 'first-come', cars: 3, ratingDeciA: 130, hours: 8 });
  // Number 3 came first, and is entitled to all of it.
  expect(onMs.map((ms) => ms / HOUR)).toEqual([0, 0, 8]);
  expect(reasonOf(panel.scene.decideAt(T0 + 8 * HOUR), 1).code).toBe('QUEUED');
});

test('RF4 who can still have all that he wants does not starve, however long he waits', () => {
  const panel = new Panel(2, 70, { share: 'earliest-departure', draw: obedient });
  panel.scene.given(
    all(1, 2, (n) => car(n, T0 - n)),
    asking(1, 200_000, T0 + HOUR),
    asking(2, 5_000, T0 + 40 * HOUR),
  );
  const seen = panel.run(T0, T0 + 6 * HOUR, LOOK_MS);
  expect(new Set(seen.map(([, second]) => second))).toEqual(new Set([0]));
});

test.each(FAIR)(
  'RF4 under "%s" nobody starves who was to leave by now and wants so little that an hour would be enough for it',
  (share) => {
    const panel = new Panel(2, 70, { share, draw: obedient });
    // The first can never have all that it wants, and is the more urgent one for good. Of the second nobody said anything: 20 kWh in four hours are assumed.
    panel.scene.given(
      all(1, 2, (n) => car(n, T0 - 5 * HOUR + n)),
      asking(1, 200_000, T0 - HOUR),
    );
    const hours = 12;
    const seen = panel.run(T0, T0 + hours * HOUR, LOOK_MS).map(([, second = 0]) => second > 0);
    const turnMs = turnMsOf(POLICIES[share]);
    const mostMs = STARVES_AFTER_MS + 2 * (turnMs + LOOK_MS) + LOOK_MS;
    const leastMs = Math.floor((hours * HOUR) / (mostMs + turnMs)) * turnMs;
    expect(seen.filter(Boolean).length * LOOK_MS).toBeGreaterThanOrEqual(leastMs);
  },
);

test('RF4 who waits for his turn is told whose it is, and when his own is expected; and then he has it', () => {
  const panel = new Panel(3, 70, { share: 'equal', draw: obedient });
  panel.scene.given(all(1, 3, (n) => car(n, T0 + n)));
  const [first] = panel.run(T0, T0 + LOOK_MS, LOOK_MS);
  expect(first).toEqual([70, 0, 0]);
  const standing = panel.scene.decideAt(T0 + LOOK_MS);
  expect(reasonOf(standing, 2)).toEqual({
    ...{ code: 'ROUND_ROBIN_TURN', circuitId: 'panel-a', row: 'l1' },
    sentence:
      'Paused. Panel A is full (7 of 7 A on L1); 6 A more do not fit. Cars take turns: that of ST-001 lasts until 08:30 UTC, its own is expected at 08:30 UTC.',
  });
  expect(reasonOf(standing, 3).sentence).toContain('its own is expected at 09:00 UTC.');
  const rest = panel.run(T0 + LOOK_MS, T0 + 90 * MIN, LOOK_MS);
  // To the minute.
  expect(rest[28]).toEqual([70, 0, 0]);
  expect(rest[29]).toEqual([0, 70, 0]);
  expect(rest[59]).toEqual([0, 0, 70]);
});
