import { expect, test } from '@jest/globals';
import { deciAmps, evseId, stationId, transactionId } from '@headroom/kernel';
import { changesCount } from './changes-count.ts';
import { type EvseControl, newControl } from './evse-control.ts';
import { type LimitSet, UNKNOWN_SET } from './limit-set.ts';

const CONTROL = newControl(evseId(stationId('A'), 1), stationId('A'), 1);
const CAR = transactionId('t');
const sampleOf = (draw: number, sampledAtMs: number) => ({
  draw: deciAmps(draw),
  offered: undefined,
  transactionId: CAR,
  sampledAtMs,
});
const TOLD = {
  order: { epoch: 1, seq: 1 },
  generation: 1,
  limit: deciAmps(160),
  transactionId: CAR,
  untilMs: 60_000,
  answeredAtMs: 0,
};
const withSet = (set: Partial<LimitSet>): EvseControl => ({
  ...CONTROL,
  set: { ...UNKNOWN_SET, acknowledged: TOLD, ...set },
});
const PHASES = {
  transactionId: CAR,
  carried: [],
  silent: [],
  provenFromMs: 0,
  supportedAtMs: 0,
  lastAtMs: 0,
  mostVoltageV: 0,
};

test('a sample below what the EVSE was told, with the same phases, calls for no pass', () => {
  const [before, after] = [withSet({ sample: sampleOf(100, 1_000) }), withSet({ sample: sampleOf(155, 2_000) })];
  expect(changesCount(before, after)).toBe(false);
});

test('SI6: a draw above what it was told does, and so does the first one below it again', () => {
  const [below, above] = [withSet({ sample: sampleOf(150, 1_000) }), withSet({ sample: sampleOf(170, 2_000) })];
  expect([changesCount(below, above), changesCount(above, below)]).toEqual([true, true]);
  // Of an EVSE that nobody told anything every draw counts.
  const unknown = { ...CONTROL, set: { ...UNKNOWN_SET, sample: sampleOf(1, 2_000) } };
  expect(changesCount(CONTROL, unknown)).toBe(true);
});

test('SI4: a sample that shows a decrease to be obeyed does', () => {
  const unsettled = { limit: deciAmps(320), untilMs: 60_000, transactionId: CAR, provableFromMs: 0 };
  expect(changesCount(withSet({ unsettled }), withSet({ unsettled: undefined }))).toBe(true);
});

test('MD5: a phase that is seen in use, or silent, does; being told the same again does not', () => {
  const at = (phases: Partial<typeof PHASES>): EvseControl => ({ ...withSet({}), phases: { ...PHASES, ...phases } });
  expect(changesCount(at({}), at({ lastAtMs: 5_000, supportedAtMs: 5_000 }))).toBe(false);
  expect(changesCount(at({}), { ...at({}), phases: { ...PHASES, silent: ['l3'] } })).toBe(true);
  expect(changesCount(at({}), { ...at({}), phases: { ...PHASES, carried: ['l1'] } })).toBe(true);
});
