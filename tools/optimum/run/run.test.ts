import { expect, test } from '@jest/globals';
import { openHighs } from '@headroom/linear-program/highs';
import { type TightDay, tightDay } from '../bounds/tight-limit.ts';
import { energyBound } from '../bounds/energy-bound.ts';
import { day, DAY_KINDS, EVSES } from '../generate/day.ts';
import { acCar } from '../generate/session.ts';
import { ours } from '../policies/ours-with.ts';
import type { SlotPolicy } from '../policies/policy.ts';
import { REFERENCE_POLICIES } from '../policies/reference.ts';
import { buildingShares } from '../site/building.ts';
import { feasibleWh, type SlotSession } from '../site/slotted.ts';
import { bareSite, ROOT } from '../site/topology.ts';
import { figuresOf, jainIndex } from './figures.ts';
import { runDay } from './run-day.ts';

const IDEAL = { knows: 'truth', cars: 'ideal' } as const;
const named = (name: string): SlotPolicy => {
  const found = [...REFERENCE_POLICIES, ours].find((policy) => policy.name === name);
  if (found === undefined) throw new Error(`no policy ${name}`);
  return found;
};
/** Wants so many slots of 16 A. */
const session = (index: number, first: number, end: number, slots: number): SlotSession => ({
  ...{
    index,
    evse: index,
    first,
    end,
    car: acCar(1, 16),
    lines: [0],
    claim: {},
    conduct: { belowOfferA: 0, needsEdge: false },
  },
  needWh: slots * 16 * 230 * (5 / 60),
});
const lineOf = (sessions: readonly SlotSession[], slots: number, limitA: number): TightDay => ({
  ...{ slots, sessions, limitA, buildingA: undefined, circuitOf: sessions.map(() => ROOT) },
  rows: [
    {
      name: 'grid l1',
      circuit: ROOT,
      members: sessions.map((_, place) => place),
      capacityA: new Float64Array(slots).fill(limitA),
    },
  ],
});
const gotSlots = (one: TightDay, name: string): readonly number[] =>
  runDay(one, named(name), IDEAL).outcomes.map(
    ({ deliveredWh }) => Math.round((deliveredWh / (16 * 230 * (5 / 60))) * 100) / 100,
  );

// The first comes first and leaves last; the second has the shorter stay and needs all of it.
const two = lineOf([session(0, 0, 4, 2), session(1, 0, 2, 2)], 4, 16);

test('KP5 to KP7: first come, earliest departure and least laxity choose whom they are named after', () => {
  expect(gotSlots(two, 'FCFS')).toEqual([2, 0]);
  expect(gotSlots(two, 'EDF')).toEqual([2, 2]);
  expect(gotSlots(two, 'LLF')).toEqual([2, 2]);
});

test('KP1: equal share gives everybody the same, in whole amperes', () => {
  expect(gotSlots(two, 'equal share')).toEqual([2, 1]);
});

test('an allocator that breaks a limit is an error; no allocator at all is told for how long', () => {
  const greedy: SlotPolicy = { ...named('uncontrolled'), name: 'greedy' };
  const { ignoresLimits: _, ...allocator } = greedy;
  expect(() => runDay(two, allocator, IDEAL)).toThrow('greedy in slot 0: grid l1 has 16 A left, and 32 A are offered');
  expect(runDay(two, named('uncontrolled'), IDEAL).overMin).toBe(10);
});

test('MD7: what is below the minimum of a car does not charge it', () => {
  const five: SlotPolicy = {
    name: 'five',
    askedAtS: [0],
    begin: () => (_, standing) => new Map(standing.map(({ place }) => [place, 5])),
  };
  expect(runDay(two, five, IDEAL).outcomes.map(({ deliveredWh }) => deliveredWh)).toEqual([0, 0]);
});

test('ME5: starts are counted from no offer to one, and a slot may have several instants', () => {
  const blinking: SlotPolicy = {
    name: 'blinking',
    askedAtS: [0, 150],
    begin:
      () =>
      ({ seconds }) =>
        new Map(seconds === 0 ? [[0, 16]] : []),
  };
  const [first] = runDay(two, blinking, IDEAL).outcomes;
  expect(first?.starts).toBe(4);
  expect(first?.deliveredWh).toBeCloseTo(2 * 16 * 230 * (5 / 60), 6);
});

test('BG7: a real car may want an edge before it begins, or take less than it is offered', () => {
  const sleepy = { ...session(0, 0, 8, 8), conduct: { belowOfferA: 0, needsEdge: true } };
  const modest = { ...session(1, 0, 8, 8), conduct: { belowOfferA: 2, needsEdge: false } };
  const full = runDay(lineOf([sleepy, modest], 8, 32), named('FCFS'), { ...IDEAL, cars: 'real' });
  expect(full.outcomes[0]?.deliveredWh).toBe(0);
  expect(full.outcomes[1]?.deliveredWh).toBeCloseTo(8 * 14 * 230 * (5 / 60), 6);
});

test('ME2, ME3: the figures of a run', () => {
  expect(jainIndex([1, 1, 1, 1])).toBe(1);
  expect(jainIndex([1, 0, 0, 0])).toBe(0.25);
  const figures = figuresOf(two.sessions, runDay(two, named('FCFS'), IDEAL), 4 * 16 * 230 * (5 / 60));
  expect(figures).toMatchObject({
    ofBound: 0.5,
    jain: 0.5,
    fifthPercentile: 0,
    starved: 1,
    startsPerSession: 0.5,
    overMin: 0,
  });
});

const solver = await openHighs();
/** Asked less often than in a comparison: it keeps the limits all the same. */
const oursSeldom: SlotPolicy = { ...ours, askedAtS: [0, 60] };

test.each(DAY_KINDS)('ME1: on a %s day nobody who keeps the limits beats the bound, our optimizer included', (kind) => {
  const bare = bareSite(day(kind, 11, EVSES[kind] / 4), 'tree');
  const tight = tightDay(solver, bare, { share: 0.75, building: buildingShares(kind, 11, bare.slots) });
  const { energyWh } = energyBound(solver, tight);
  for (const policy of [...REFERENCE_POLICIES, oursSeldom]) {
    const run = runDay(tight, policy, { knows: 'claims', cars: 'real' });
    const { ofBound, overMin } = figuresOf(tight.sessions, run, energyWh);
    const breaks = policy.ignoresLimits === true;
    expect([policy.name, breaks || ofBound <= 1 + 1e-6, overMin > 0]).toEqual([policy.name, true, breaks]);
  }
});

test('PH9: between two conductors nobody who keeps the limits beats the bound, and ours keeps its conductors', () => {
  const bare = bareSite(day('workplace', 11, 12), 'delta');
  const tight = tightDay(solver, bare, { share: 0.75, building: buildingShares('workplace', 11, bare.slots) });
  const { energyWh, gap } = energyBound(solver, tight);
  expect(gap).toBeLessThan(5e-4);
  expect(energyWh / bare.sessions.reduce((sum, one) => sum + feasibleWh(one), 0)).toBeCloseTo(0.75, 1);
  for (const policy of [...REFERENCE_POLICIES.slice(1), oursSeldom]) {
    const { ofBound, overMin } = figuresOf(tight.sessions, runDay(tight, policy, IDEAL), energyWh);
    expect([policy.name, ofBound <= 1 + 1e-6, ofBound > 0.6, overMin]).toEqual([policy.name, true, true, 0]);
  }
});

test('the optimizer shares a day of ideal cars about as its policy says', () => {
  const bare = bareSite(day('hub', 11, 6), 'one');
  const tight = tightDay(solver, bare, { share: 0.75, building: buildingShares('hub', 11, bare.slots) });
  const { energyWh } = energyBound(solver, tight);
  expect(figuresOf(tight.sessions, runDay(tight, oursSeldom, IDEAL), energyWh).ofBound).toBeGreaterThan(0.8);
});
