import { expect, test } from '@jest/globals';
import { deciAmps, evseId, stationId } from '@headroom/kernel';
import type { Given } from './control-memory.ts';
import { ConstraintsBuilder } from './flat-constraints.ts';
import type { Contender } from './policies/policy.ts';
import { DEADBAND_DECI_A, INCREASE_EVERY_MS, SMALL_INCREASE_AFTER_MS, steady } from './steady.ts';

const NOW_MS = 1_000_000;

const contender = (index: number, max: number): Contender => ({
  ...{ evseId: evseId(stationId(`ST-${index + 1}`), 1), tier: 1, weight: 1, startedAtMs: index },
  ...{ min: deciAmps(60), max: deciAmps(max), idle: false, gaveUp: false, probes: false },
  need: { departureAtMs: 0, laxityS: 0, meanMilliA: 1, socPermille: 0 },
});

interface Case {
  /** Of each, deci-amps. */
  readonly before: readonly number[];
  readonly targets: readonly number[];
  readonly room: number;
  readonly max?: number;
  /** Since when each has what it has. */
  readonly restedMs?: number;
  /** Since when each was raised last. */
  readonly raisedMs?: number;
}

function given({ before, targets, room, max = 320, restedMs = INCREASE_EVERY_MS, raisedMs }: Case) {
  const contenders = targets.map((_, index) => contender(index, max));
  const builder = new ConstraintsBuilder(contenders.length, 0);
  builder.begin({ rowIndex: 0, room, overfull: false, counts: 'nothing' });
  contenders.forEach((_, index) => builder.add(index, 1, 0));
  const known = before.map(
    (limit): Given => ({
      ...{ limit: deciAmps(limit), changedAtMs: NOW_MS - restedMs },
      ...(raisedMs === undefined ? {} : { raisedAtMs: NOW_MS - raisedMs }),
    }),
  );
  return steady({ contenders, constraints: builder.build(), targets, before: known, nowMs: NOW_MS });
}

const limits = (of: Case): readonly number[] => given(of).map((each) => each.given);

test('OD6: a decrease by less than the deadband that no row needs is left out', () => {
  // The other one is not raised for so little yet, so what it would have stays free.
  expect(limits({ before: [165, 155], targets: [160, 160], room: 320 })).toEqual([165, 155]);
  expect(limits({ before: [165, 155], targets: [160, 160], room: 315 })).toEqual([160, 155]);
  expect(limits({ before: [170, 150], targets: [160, 160], room: 320 })).toEqual([160, 160]);
});

test('OD6: an old value that is no value any more is not kept: above the most of its car, or below the least', () => {
  expect(limits({ before: [165], targets: [160], room: 320, max: 160 })).toEqual([160]);
  expect(limits({ before: [55], targets: [50], room: 320 })).toEqual([50]);
});

test('OD6: an increase by less than the deadband waits for a minute of rest, unless it is the last step of its car', () => {
  const raise = (restedMs: number, max = 320): readonly number[] =>
    limits({ before: [160], targets: [160 + DEADBAND_DECI_A - 1], room: 320, restedMs, max });
  expect([raise(SMALL_INCREASE_AFTER_MS - 1), raise(SMALL_INCREASE_AFTER_MS)]).toEqual([[160], [169]]);
  expect(raise(INCREASE_EVERY_MS, 169)).toEqual([169]);
  expect(limits({ before: [160], targets: [160 + DEADBAND_DECI_A], room: 320 })).toEqual([170]);
});

test('OD5: one that was raised just now waits, and says that it is on its way; a decrease waits for nothing', () => {
  const at = (raisedMs: number) => given({ before: [160, 160], targets: [200, 100], room: 320, raisedMs });
  expect(at(INCREASE_EVERY_MS - 1)).toEqual([
    { given: 160, ramping: true },
    { given: 100, ramping: false },
  ]);
  expect(at(INCREASE_EVERY_MS)[0]).toEqual({ given: 200, ramping: false });
});

test('PT15: what was given is given again while nothing changes outside', () => {
  const targets = [163, 157, 60, 0];
  let before = [160, 165, 0, 60];
  const seen = new Set<string>();
  for (let round = 0; round < 5; round += 1) {
    before = [...limits({ before, targets, room: 400, restedMs: SMALL_INCREASE_AFTER_MS })];
    seen.add(before.join(' '));
  }
  expect(seen.size).toBe(1);
});
