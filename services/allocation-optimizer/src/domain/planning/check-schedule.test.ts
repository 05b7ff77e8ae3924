import { expect, test } from '@jest/globals';
import { epochMs } from '@headroom/kernel';
import { objectionTo } from './check-schedule.ts';
import type { Schedule } from './schedule.ts';
import { HOUR_MS, lineOf, NOON_MS, planned, question, session } from './test-support/questions.ts';

const every = (change: number) => (values: readonly number[]) => values.map((value) => value + change);
const wrong: readonly (readonly [what: string, change: (schedule: Schedule) => Partial<Schedule>, says: RegExp])[] = [
  ['a car beyond its maximum', (s) => ({ chargeKw: s.chargeKw.map(every(9)) }), /more than it can take/u],
  ['a need that is not met', (s) => ({ shortfallKwh: every(1)(s.shortfallKwh) }), /session-1 needs 4 kWh and gets/u],
  [
    'a site that does not balance',
    (s) => ({ importKw: every(1)(s.importKw), excessKw: every(9)(s.excessKw) }),
    /does not balance/u,
  ],
  ['more import than the limit', (s) => ({ importKw: every(5_000)(s.importKw) }), /kW are imported in interval 0$/u],
  ['more export than the limit', (s) => ({ exportKw: every(9)(s.exportKw) }), /kW are exported in interval 0$/u],
  [
    'import beyond what is asked',
    (s) => ({ excessKw: every(0)(s.excessKw.map(() => 0)) }),
    /against what the grid asks/u,
  ],
  [
    'curtailment of PV that is not there',
    (s) => ({ curtailedKw: every(9)(s.curtailedKw), importKw: every(9)(s.importKw), excessKw: every(9)(s.excessKw) }),
    /more than the PV is curtailed/u,
  ],
  [
    'a battery that does both',
    (s) => ({
      batteryInKw: s.batteryInKw.map(() => 1),
      batteryOutKw: s.batteryOutKw.map(() => 1),
      importKw: balanced(s),
      excessKw: every(9)(s.excessKw),
    }),
    /charges and discharges/u,
  ],
  ['a battery that is told wrong', (s) => ({ storedKwh: every(1)(s.storedKwh) }), /holds other than it is told/u],
  ['a peak that is too low', (s) => ({ peakKw: s.peakKw.map(() => 0.1) }), /whose peak is said to be 0.1 kW/u],
  ['a power below 0', (s) => ({ curtailedKw: s.curtailedKw.map(() => -1) }), /below 0/u],
  ['a power that is no number', (s) => ({ exportKw: s.exportKw.map(() => Number.NaN) }), /no number/u],
];

/** What would be imported without what the battery did, which cancels out where it does both alike. */
const balanced = (s: Schedule): readonly number[] =>
  s.importKw.map((power, t) => power - (s.batteryInKw[t] ?? 0) + (s.batteryOutKw[t] ?? 0));

test.each(wrong)('VF4: the checker refuses %s', (_, change, says) => {
  const asked = question({
    sessions: [session(1, { maxKw: 8 })],
    room: () => 8.5,
    change: (intervals) => ({
      ...{
        buildingKw: intervals.map(() => 3),
        pvKw: intervals.map(() => 1),
        exportLimitKw: 5,
        askedLimitKw: intervals.map(() => 1),
      },
      battery: { capacityKwh: 10, energyKwh: 4, maxChargeKw: 5, maxDischargeKw: 5, efficiency: 0.9, wearPerKwh: 0.3 },
      demand: [
        { fromMs: NOON_MS, toMs: epochMs(NOON_MS + 9 * HOUR_MS), pricePerKw: 3, peakKw: 0, targetKw: undefined },
      ],
    }),
  });
  const { schedule } = planned(asked);
  expect(objectionTo(asked, schedule)).toBeUndefined();
  expect(objectionTo(asked, { ...schedule, ...change(schedule) })).toMatch(says);
});

test.each([
  ['too much in', { batteryInKw: 9 }, /overloaded/u],
  ['too much out', { batteryOutKw: 9 }, /overloaded/u],
  ['more than it holds', { batteryInKw: 5 }, /holds 1\d\.?\d* kWh/u],
] as const)('VF4: the checker refuses a battery with %s', (_, powers, says) => {
  const asked = question({
    sessions: [],
    change: (intervals) => ({
      exportLimitKw: 100,
      battery: { capacityKwh: 10, energyKwh: 4, maxChargeKw: 5, maxDischargeKw: 5, efficiency: 1, wearPerKwh: 0 },
      importLimitKw: intervals.map(() => 100),
    }),
  });
  const { schedule } = planned(asked);
  const { batteryInKw, batteryOutKw } = { batteryInKw: 0, batteryOutKw: 0, ...powers };
  const changed = {
    ...schedule,
    ...{ batteryInKw: asked.intervals.map(() => batteryInKw), batteryOutKw: asked.intervals.map(() => batteryOutKw) },
    ...{ importKw: asked.intervals.map(() => batteryInKw), exportKw: asked.intervals.map(() => batteryOutKw) },
    storedKwh: asked.intervals.map(({ toMs }) =>
      Math.max(0, 4 + ((batteryInKw - batteryOutKw) * (toMs - NOON_MS)) / HOUR_MS),
    ),
  };
  expect(objectionTo(asked, changed)).toMatch(says);
});

test('VF4: the checker refuses a conductor that carries too much', () => {
  const asked = question({ sessions: [session(1), session(2)], room: () => 16 });
  const { schedule } = planned(asked);
  expect(
    objectionTo(
      {
        ...asked,
        rows: [
          lineOf(
            asked.sessions,
            asked.intervals.map(() => 15),
          ),
        ],
      },
      schedule,
    ),
  ).toMatch(/^grid l1 carries/u);
});
