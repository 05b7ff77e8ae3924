import { expect, test } from '@jest/globals';
import { openHighs } from '@headroom/linear-program/highs';
import { day, DAY_KINDS } from '../generate/day.ts';
import { acCar } from '../generate/session.ts';
import { buildingShares } from '../site/building.ts';
import { isPresent, type LinePhase, type SlotSession, type SlottedDay, slotWh } from '../site/slotted.ts';
import { bareSite } from '../site/topology.ts';
import { causalBound } from './causal-bound.ts';
import { totalFeasibleWh } from './day-program.ts';
import { energyBound } from './energy-bound.ts';
import { fairBound } from './fair-bound.ts';
import { countedA, tightDay } from './tight-limit.ts';

const solver = await openHighs();

const session = (
  index: number,
  first: number,
  end: number,
  wants: Partial<{ slots: number; line: LinePhase }> = {},
): SlotSession => {
  const car = acCar(1, 32);
  const of = {
    index,
    evse: index,
    first,
    end,
    car,
    lines: [wants.line ?? 0],
    claim: {},
    conduct: { belowOfferA: 0, needsEdge: false },
  };
  return { ...of, needWh: (wants.slots ?? 1) * 32 * 230 * (5 / 60) };
};
/** One conductor of 32 A: one car at full current in each slot. */
const lineOf = (sessions: readonly SlotSession[], slots: number): SlottedDay => ({
  ...{ slots, sessions },
  rows: [
    {
      name: 'grid l1',
      circuit: 'grid',
      members: sessions.map((_, place) => place),
      capacityA: new Float64Array(slots).fill(32),
    },
  ],
});
/** In slots at full current. */
const inSlots = (wh: number): number => wh / (32 * 230 * (5 / 60));

test('YS1: the best knows who comes: the first car waits, so that the second gets all in its short stay', () => {
  const bound = energyBound(solver, lineOf([session(0, 0, 4, { slots: 2 }), session(1, 0, 2, { slots: 2 })], 4));
  expect(inSlots(bound.energyWh)).toBeCloseTo(4, 9);
  expect(bound.deliveredWh.map(inSlots)).toEqual([expect.closeTo(2, 9), expect.closeTo(2, 9)]);
});

test('YS1: more than a conductor carries is not delivered, nor more than is needed', () => {
  const short = energyBound(solver, lineOf([session(0, 0, 2, { slots: 2 }), session(1, 0, 2, { slots: 2 })], 2));
  expect(inSlots(short.energyWh)).toBeCloseTo(2, 9);
  const ample = energyBound(solver, lineOf([session(0, 0, 9, { slots: 2.5 })], 9));
  expect(inSlots(ample.energyWh)).toBeCloseTo(2.5, 9);
});

/** The same cars, for whom the largest total is the largest flow: energy from slots to cars. Paths of one unit each, by hand. */
function flowOracle({ sessions, slots }: SlottedDay): number {
  const left = sessions.map(({ needWh }) => Math.round(inSlots(needWh)));
  const heldBy = Array.from({ length: slots }, (): number | undefined => undefined);
  const place = (car: number, seen: Set<number>): boolean => {
    const one = sessions[car];
    if (one === undefined) return false;
    for (let slot = one.first; slot < one.end; slot += 1) {
      if (seen.has(slot)) continue;
      seen.add(slot);
      const holder = heldBy[slot];
      if (holder !== undefined && !place(holder, seen)) continue;
      heldBy[slot] = car;
      return true;
    }
    return false;
  };
  left.forEach((units, car) => {
    for (let unit = 0; unit < units; unit += 1) place(car, new Set());
  });
  return heldBy.filter((holder) => holder !== undefined).length;
}

test('YS1: on one conductor with one car a slot it is the largest flow, found by augmenting paths', () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const at = (n: number, sides: number): number => ((seed * 7_919 + n * 104_729 + seed * n * 31) % 65_521) % sides;
    const sessions = Array.from({ length: 1 + at(0, 6) }, (_, n) => {
      const first = at(n + 1, 6);
      return session(n, first, first + 1 + at(n + 11, 6), { slots: 1 + at(n + 21, 4) });
    });
    const one = lineOf(sessions, 12);
    expect(inSlots(energyBound(solver, one).energyWh)).toBeCloseTo(flowOracle(one), 6);
  }
});

test('YS5: who knows no arrivals charges early, and loses what only foresight could have kept', () => {
  // The first could have waited only if the second had been known; early is right for whoever knows neither.
  const early = lineOf([session(0, 0, 4, { slots: 2 }), session(1, 2, 4, { slots: 2 })], 4);
  expect(causalBound(solver, early).map(inSlots)).toEqual([expect.closeTo(2, 6), expect.closeTo(2, 6)]);
  // Two cars on two lines, a third that needs both: it comes when nobody can have made room for it.
  const late = lineOf(
    [session(0, 0, 2, { slots: 1 }), session(1, 0, 2, { slots: 1 }), session(2, 1, 2, { slots: 1 })],
    2,
  );
  const got = causalBound(solver, late).map(inSlots);
  expect(got.reduce((sum, value) => sum + value, 0)).toBeCloseTo(2, 6);
});

test('YS3: the worst share first, then the second worst', () => {
  // Three cars want two slots each. Two share slots 0 and 1 with each other, and the third has slots 2 to 4 beside them.
  const one = lineOf(
    [session(0, 0, 2, { slots: 2 }), session(1, 0, 2, { slots: 2 }), session(2, 1, 4, { slots: 2 })],
    4,
  );
  expect(fairBound(solver, one)).toEqual([expect.closeTo(0.5, 5), expect.closeTo(0.5, 5), expect.closeTo(1, 5)]);
});

test('YS3: no share can rise without one that is not larger falling', () => {
  const bare = bareSite(day('workplace', 3, 8), 'one');
  const tight = tightDay(solver, bare, { share: 0.75, building: new Float64Array(bare.slots) });
  const shares = fairBound(solver, tight);
  const even = energyBound(solver, tight);
  const worstOfBest = Math.min(...tight.sessions.map((one, place) => (even.deliveredWh[place] ?? 0) / one.needWh));
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(worstOfBest - 1e-6);
  const totalWh = tight.sessions.reduce(
    (sum, one, place) => sum + (shares[place] ?? 0) * Math.min(one.needWh, slotWh(one) * (one.end - one.first)),
    0,
  );
  expect(totalWh).toBeLessThanOrEqual(even.energyWh * (1 + 1e-5));
});

test.each(DAY_KINDS)('BG4: the limit of a %s day is the least with which the best delivers the share', (kind) => {
  const bare = bareSite(day(kind, 5), 'one');
  const none = new Float64Array(bare.slots);
  const tight = tightDay(solver, bare, { share: 0.75, building: none });
  const reached = (limitA: number): number => {
    const rows = tight.rows.map((row) => ({ ...row, capacityA: new Float64Array(bare.slots).fill(limitA) }));
    return energyBound(solver, { ...tight, rows }).energyWh / totalFeasibleWh(bare.sessions);
  };
  expect(reached(tight.limitA)).toBeGreaterThanOrEqual(0.75 - 1e-6);
  expect(reached(tight.limitA - 0.1)).toBeLessThan(0.75);
});

test('BG4, BG8, LC7: a building and the reserve of its meter are taken off the limit, and the share is still about the same', () => {
  const bare = bareSite(day('workplace', 5), 'tree');
  const tight = tightDay(solver, bare, { share: 0.9, building: buildingShares('workplace', 5, bare.slots) });
  const share = energyBound(solver, tight).energyWh / totalFeasibleWh(bare.sessions);
  expect(Math.abs(share - 0.9)).toBeLessThan(0.02);
  expect(Math.max(...(tight.buildingA ?? []))).toBeGreaterThan(0.3 * tight.limitA);
  expect(countedA(3.3, 16.2)).toBe(5);
  expect(countedA(33, 250)).toBe(37.5);
});

test('BG5: a panel bears 45 % of what its cars would draw together at their worst moment', () => {
  const { sessions, panels } = bareSite(day('depot', 5), 'tree');
  expect(panels).toHaveLength(9);
  for (const { members, capacityA } of panels) {
    const worst = Math.max(
      ...Array.from({ length: capacityA.length }, (_, slot) =>
        members.reduce((sum, place) => {
          const one = sessions[place];
          return sum + (one !== undefined && isPresent(one, slot) ? one.car.maxCurrentA : 0);
        }, 0),
      ),
    );
    expect(capacityA[0]).toBe(Math.ceil(0.45 * worst));
  }
});

test('VF1 to VF3: a yardstick that cannot be proven is an error', () => {
  const bare = bareSite(day('depot', 5, 3), 'one');
  const wrong = {
    solve: () => ({
      status: 'optimal' as const,
      iterations: 0,
      claimed: { colValue: new Float64Array(1), rowDual: new Float64Array(0) },
    }),
    memoryBytes: () => 0,
  };
  expect(() => energyBound(wrong, { ...bare, rows: [] })).toThrow(/energy bound: claim/u);
  const late = { solve: () => ({ status: 'time-limit' as const, iterations: 0 }), memoryBytes: () => 0 };
  expect(() => energyBound(late, { ...bare, rows: [] })).toThrow(/energy bound: time-limit/u);
});
