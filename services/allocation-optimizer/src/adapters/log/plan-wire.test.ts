import { expect, test } from '@jest/globals';
import { planV1 } from '@headroom/contracts';
import { epochMs, sessionId } from '@headroom/kernel';
import { type KeptPlan, keptOf } from '../../domain/planning/kept-plan.ts';
import type { Plan } from '../../domain/planning/plan.ts';
import { planned, question, session } from '../../domain/planning/test-support/questions.ts';
import { keptPlanOf, keptPlanToWire, planToWire, recordedPlanFromWire } from './plan-wire.ts';

const ONE = sessionId('session-1');
const base = planned(question({ sessions: [session(1)] })).plan;
/** In its first, third and last interval the car gives something back. */
const energies = base.intervals.map((_, t) => (t === 0 || t === 2 ? 100 + t : 0));
const lastOne = (values: readonly number[]) => values.map((wh, t) => (t === values.length - 1 ? 9 : wh));
const giving = (dischargeWh: readonly number[]): Plan => ({
  ...base,
  sessions: new Map([...base.sessions].map(([id, one]) => [id, id === ONE ? { ...one, dischargeWh } : one])),
});
const overTheWire = (plan: Plan, change: Partial<planV1.PlannedSession> = {}) => {
  const made = planToWire(plan, 3n);
  const sessions = made.sessions.map((one) => ({ ...one, ...change }));
  const bytes = planV1.PlanMade.encode({ ...made, sessions }).finish();
  return recordedPlanFromWire(2n, planV1.PlanMade.decode(bytes));
};
const readBack = (plan: Plan, change: Partial<planV1.PlannedSession> = {}) => {
  const read = overTheWire(plan, change);
  if (read.kind === 'err') throw new Error(read.error);
  return read.value;
};

test('what a car is to give back is the same after the log: of each interval, and as budgets of the first hour', () => {
  const read = readBack(giving(lastOne(energies)));
  expect(read.sessions.get(ONE)?.dischargeWh).toEqual(lastOne(energies));
  const { intervals } = base;
  expect(read.discharge?.get(ONE)).toEqual([
    { ...intervals[0], energyWh: 100 },
    { ...intervals[2], energyWh: 102 },
  ]);
});

test('a plan in which nobody gives anything back has no word of it, in its record and after', () => {
  const plain = planV1.PlanMade.encode(planToWire(base, 3n)).finish();
  const zeros = planV1.PlanMade.encode(planToWire(giving(energies.map(() => 0)), 3n)).finish();
  expect(Buffer.from(zeros).equals(Buffer.from(plain))).toBe(true);
  expect('discharge' in readBack(base)).toBe(false);
  expect('dischargeWh' in (readBack(base).sessions.get(ONE) ?? {})).toBe(false);
  expect('discharge' in keptOf(readBack(base))).toBe(false);
});

test.each([
  ['more than any car holds', [10_000_001]],
  ['more intervals than the plan has', [...energies, 0, 0, 5]],
])('what is given back is judged like a charge: of %s the whole plan is not believed', (_, dischargeEnergyWh) => {
  const odd = { kind: 'err', error: expect.stringContaining('an odd session') };
  expect(overTheWire(giving(energies), { dischargeEnergyWh })).toEqual(odd);
  expect(overTheWire(base, { energyWh: dischargeEnergyWh })).toEqual(odd);
});

test('a snapshot keeps a car that only gives, and one that does both', () => {
  const TWO = sessionId('session-2');
  const [a, b] = [0, 300_000, 600_000].map((ms) => epochMs(base.createdAtMs + ms)).entries();
  const [fromMs, middleMs] = [a?.[1] ?? epochMs(0), b?.[1] ?? epochMs(0)];
  const toMs = epochMs(base.createdAtMs + 600_000);
  const first = { fromMs, toMs: middleMs };
  const second = { fromMs: middleMs, toMs };
  const kept: KeptPlan = {
    ...{ epoch: 2n, seq: 3n, siteVersion: 1, createdAtMs: base.createdAtMs, mode: 'cost' },
    validUntilMs: toMs,
    budgets: new Map([[ONE, [{ ...first, energyWh: 50 }]]]),
    discharge: new Map([
      [TWO, [{ ...first, energyWh: 70 }]],
      [ONE, [{ ...second, energyWh: 60 }]],
    ]),
    deliveredWh: new Map([[ONE, 10]]),
    envelope: [
      { ...first, powerW: 900 },
      { ...second, powerW: 800 },
    ],
  };
  const bytes = planV1.PlanMade.encode(keptPlanToWire(kept)).finish();
  expect(keptPlanOf({ ownerEpoch: 2n, plan: planV1.PlanMade.decode(bytes) })).toEqual(kept);
});
