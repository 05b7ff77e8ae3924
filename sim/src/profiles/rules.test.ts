import { expect, test } from '@jest/globals';
import type { Profile } from './profile.ts';
import { type ProfileLimits, refuse } from './rules.ts';

const LIMITS: ProfileLimits = {
  ...{ evses: 1, hardwareMaxA: 32, wiredPhases: 3, nominalVoltageV: 230 },
  ...{ maxStackLevel: 8, maxPeriods: 2, maxProfiles: 20 },
};
const TX = { key: 'k', startedAtMs: 0 };

interface Told {
  readonly unit?: 'A' | 'W';
  readonly limits?: readonly number[];
  readonly stackLevel?: number;
}

function refusal(limits: Partial<ProfileLimits>, { unit = 'A', limits: told = [16], stackLevel = 1 }: Told = {}) {
  const profile: Profile = {
    ...{ id: 2, stackLevel, purpose: 'tx', kind: 'absolute' },
    schedule: { unit, startMs: 0, periods: told.map((limit, i) => ({ startS: i * 10, limit })) },
  };
  return refuse({ evse: 1, profile, tx: TX, namesThisTransaction: true }, { ...LIMITS, ...limits });
}

test('H82: a station of one unit refuses the other', () => {
  expect(refusal({ units: ['W'] })).toBe('unit-unsupported');
  expect(refusal({ units: ['W'] }, { unit: 'W', limits: [11_040] })).toBeUndefined();
  expect(refusal({ units: ['A'] }, { unit: 'W', limits: [11_040] })).toBe('unit-unsupported');
  expect(refusal({}, { unit: 'W', limits: [11_040] })).toBeUndefined();
});

test('H86: a station of whole amperes refuses tenths in any period, and knows none of watts', () => {
  expect(refusal({ wholeAmps: true }, { limits: [16, 10.5] })).toBe('tenths-of-an-ampere');
  expect(refusal({ wholeAmps: true }, { limits: [16, 10] })).toBeUndefined();
  expect(refusal({ wholeAmps: true }, { unit: 'W', limits: [690.5] })).toBeUndefined();
  expect(refusal({}, { limits: [10.5] })).toBeUndefined();
});

test('H81: a station of one level takes 0 alone, whatever it says; others take what they say', () => {
  expect([0, 1].map((stackLevel) => refusal({ singleLevel: true }, { stackLevel }))).toEqual([
    ...[undefined, 'stack-level-too-high'],
  ]);
  expect([8, 9].map((stackLevel) => refusal({}, { stackLevel }))).toEqual([undefined, 'stack-level-too-high']);
});

test('a schedule with one period more than the station takes is refused', () => {
  expect(refusal({}, { limits: [16, 10] })).toBeUndefined();
  expect(refusal({}, { limits: [16, 10, 8] })).toBe('too-many-periods');
});
