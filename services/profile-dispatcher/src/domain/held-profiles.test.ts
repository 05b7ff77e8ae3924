import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import { profileIdOf } from './plan-of.ts';
import { type ExpectedEvse, findingsOf, type HeldProfile } from './held-profiles.ts';

const EXPECTED: ExpectedEvse = {
  ...{ evse: 1, fallback: deciAmps(100), installed: undefined, leased: deciAmps(0), wiredPhases: 3, voltageV: 230 },
  isDc: false,
};
const FOREIGN: HeldProfile = {
  ...{ evse: 1, profileId: 77, stackLevel: 3, purpose: 'TxDefaultProfile', unit: 'A', most: 50 },
};
const allowsMore = (expected: Partial<ExpectedEvse>, held: Partial<HeldProfile>) =>
  findingsOf([{ ...EXPECTED, ...expected }], [{ ...FOREIGN, ...held }], true).map((finding) => finding.allowsMore);

test('MD12: of a DC station 5 A are those of a battery, whatever its voltage: nobody knows what its supply carries', () => {
  expect(allowsMore({}, {})).toEqual([false]);
  expect(allowsMore({ isDc: true }, {})).toEqual([true]);
  expect(allowsMore({ isDc: true }, { purpose: 'ChargingStationMaxProfile' })).toEqual([false]);
  // 2 kW of its output take no more than 10 A of one phase, nor of three.
  expect(allowsMore({ isDc: true }, { unit: 'W', most: 2_000 })).toEqual([false]);
});

test('2.1 SC.01: local generation is added to ours, also where it bears the id of our lease', () => {
  const generation = { purpose: 'LocalGeneration', most: 10 };
  expect(allowsMore({}, generation)).toEqual([true]);
  expect(allowsMore({}, { ...generation, profileId: profileIdOf(1, 'lease') })).toEqual([true]);
});
