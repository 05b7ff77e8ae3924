import { expect, test } from '@jest/globals';
import { demoSite, type SiteDocument } from '../documents.ts';
import { createKnownHeat } from './known-heat.ts';

function warmDocument(): SiteDocument {
  const { document } = demoSite();
  const steps = [
    { aboveC: 30, percent: 90 },
    { aboveC: 40, percent: 75 },
  ];
  const derating = { sensor: 'duct', staleAfter: '30s', risesAtMostC: 4, steps };
  const circuits = document.spec.circuits.map((each) => (each.name === 'panel-a' ? { ...each, derating } : each));
  return { ...document, spec: { ...document.spec, circuits } };
}
const PANEL = { name: 'panel-a L2' };

/** Readings every ten seconds; `undefined`: none. What must be let have after each. */
function partsOf(degrees: readonly (number | undefined)[], isTaken: (second: number) => boolean = () => true) {
  const heat = createKnownHeat(warmDocument());
  return degrees.map((celsius, n) => {
    const atMs = n * 10_000;
    const reading = { sensor: 'duct', sampledAtMs: atMs, celsius: celsius ?? 0 };
    if (celsius !== undefined) heat.sent(atMs, reading);
    if (celsius !== undefined && isTaken(n * 10)) heat.taken(atMs, reading);
    return heat.allows(PANEL, atMs);
  });
}
const times = <T>(count: number, value: T): readonly T[] => Array.from({ length: count }, () => value);

test('LC2: nothing is asked of a circuit but its last step until a sensor has been read for a while', () => {
  expect(partsOf(times(9, 20))).toEqual([...times(6, 0.75), ...times(3, 1)]);
  expect(createKnownHeat(warmDocument()).allows({ name: 'panel-b L1' }, 0)).toBe(1);
});

test('LC2: what it may rise to by its word, and 2 C for one that falls, are not asked for; nor is what came back a minute ago', () => {
  // 30 C is passed by 23.9 + 0.1 + 2 + 4.
  expect(partsOf([...times(8, 23.9), 24])).toEqual([...times(6, 0.75), 1, 1, 0.9]);
  expect(partsOf([...times(8, 35), ...times(8, 20)]).slice(7)).toEqual([...times(7, 0.75), 1, 1]);
});

test('LC2: a sensor that is silent counts as its last step, from when its reading is stale until a minute after it speaks again', () => {
  const silent = [...times(8, 20), ...times(4, undefined), ...times(8, 20)];
  expect(partsOf(silent).slice(6)).toEqual([...times(5, 1), ...times(7, 0.75), ...times(2, 1)]);
  // Nobody said that it was taken: then it may not be known.
  const lost = (second: number): boolean => second < 80 || second >= 120;
  expect(partsOf(times(20, 20), lost)).toEqual(partsOf(silent));
});

test('LC2: a hotter reading that nobody answered may count all the same', () => {
  const hotter = [...times(8, 20), 38, ...times(8, 20)];
  const parts = partsOf(hotter, (second) => second !== 80);
  expect(parts.slice(6)).toEqual([1, 1, ...times(7, 0.75), 1, 1]);
});
