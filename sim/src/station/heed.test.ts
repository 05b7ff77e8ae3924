import { expect, test } from '@jest/globals';
import { createHeed, type HeedConfig } from './heed.ts';

const heed = (how: Partial<HeedConfig>) =>
  createHeed({
    ...{ forgetsWhenPaused: false, holdsOn: 'never', overdrawsPercent: 0, hardwareMaxA: 32, ignores: () => {} },
    ...how,
  });

test('one that keeps to its limits does what it is told', () => {
  const { does } = heed({});
  expect([16, 6, 0, 32].map((limitA) => does(limitA, true))).toEqual([16, 6, 0, 32]);
});

test('H78: it follows its limit up, and goes on with the highest once it is told less, until its transaction ends', () => {
  const { does, restarted } = heed({ holdsOn: 'to-the-end' });
  expect([6, 16, 10, 0, 20].map((limitA) => does(limitA, true))).toEqual([6, 16, 16, 16, 16]);
  restarted();
  expect(does(10, true)).toBe(10);
  expect(does(8, true)).toBe(10);
  expect(does(6, false)).toBe(6);
  expect(does(8, true)).toBe(8);
});

test('H78: one that is stuck does so in the next transaction too, until it restarts; what falls between two is no limit of either', () => {
  const { does, restarted } = heed({ holdsOn: 'to-a-restart' });
  expect([does(16, true), does(6, false), does(8, true), does(6, true)]).toEqual([16, 6, 8, 8]);
  expect([does(6, false), does(6, true)]).toEqual([6, 8]);
  restarted();
  expect(does(6, true)).toBe(6);
});

test('H80: a quarter more flows than it was told, and never more than its hardware bears', () => {
  const { does } = heed({ overdrawsPercent: 25 });
  expect([0, 8, 16, 30].map((limitA) => does(limitA, true))).toEqual([0, 10, 20, 32]);
});
