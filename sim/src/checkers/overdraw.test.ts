import { expect, test } from '@jest/globals';
import { asItIsKnown, createOverdraws, type Drawing } from './overdraw.ts';

const REACTS_MS = 5_000;
const TOLD: Drawing = { toldA: 10, doesA: undefined, flowA: 10, isOnline: true };
const OVER: Drawing = { ...TOLD, doesA: 16, flowA: 16 };

/** A look a second; what is known of it then. */
function looks(...each: readonly Drawing[]): readonly (number | undefined)[] {
  const overdraws = createOverdraws(REACTS_MS);
  return each.map((now, second) => overdraws.look(second * 1_000, 'ST/1', now));
}
const times = (count: number, now: Drawing): readonly Drawing[] => Array.from({ length: count }, () => now);

test('SI6: one that keeps to what it is told is none of its business', () => {
  expect(looks(...times(9, TOLD))).toEqual(times(9, TOLD).map(() => undefined));
});

test('SI6, H78: what flows beyond a limit is excused for the time of a reaction, and counts from then on', () => {
  expect(looks(...times(7, OVER))).toEqual([10, 10, 10, 10, 10, 16, 16]);
});

test('SI6, H80: of a current that goes up and down the least of that time counts, and all that it was told', () => {
  expect(looks(...times(6, OVER), { ...OVER, flowA: 12 }, { ...OVER, flowA: 20 }).at(-1)).toBe(12);
  expect(looks(...times(6, OVER), { ...OVER, flowA: 4 }).at(-1)).toBe(4);
  expect(looks(...times(6, OVER), { ...OVER, toldA: 18, flowA: 20 }).at(-1)).toBe(18);
});

test('SI6: what flows with the line away is measured by nobody', () => {
  expect(looks(...times(7, OVER), { ...OVER, isOnline: false }, OVER).slice(-3)).toEqual([16, 10, 10]);
});

test('what it draws beyond its limit no limit takes away; within it, it is one as any other', () => {
  const now = { obeyedA: 16, flowA: 16, usedPhases: 3 };
  expect(asItIsKnown(now, 10, 16)).toEqual({ ...now, hasForgotten: true });
  expect(asItIsKnown(now, 10, 10)).toEqual({ ...now, obeyedA: 10, flowA: 10, hasForgotten: false });
});
