import { expect, test } from '@jest/globals';
import { circuitId } from '@headroom/kernel';
import { type DeratedCircuitSpec, deratingView } from './derating-view.ts';
import type { DeratingSnapshot } from './site-snapshot.ts';

const NOW = 1_780_000_000_000;
const PANEL = circuitId('panel');
const SPEC: DeratedCircuitSpec = {
  rating: { l1A: 100, l2A: 100, l3A: 63.5 },
  derating: {
    ...{ sensor: 'duct', staleAfterMs: 60_000, risesAtMostC: 2.5 },
    steps: [
      { aboveC: 30, percent: 90 },
      { aboveC: 40, percent: 75 },
    ],
  },
};
const OWNER: DeratingSnapshot = {
  ...{ sensorId: 'duct', countedDeciC: 280, atMs: NOW, silent: false, nowPercent: 100, deadPercent: 90 },
};

function seen(
  owner: Partial<DeratingSnapshot>,
  shown?: { readonly deciC: number; readonly atMs: number },
  nowMs = NOW,
) {
  const sensors =
    shown === undefined
      ? []
      : [
          { sensorId: 'other', deciC: 990, atMs: NOW + 9 },
          { sensorId: 'duct', ...shown },
        ];
  const draw = { evses: new Map(), meters: [], sensors };
  const of = { circuitId: PANEL, derating: { ...OWNER, ...owner } };
  return deratingView(of, { draw, nowMs, deratings: new Map([['panel', SPEC]]) });
}

test('LC2: a circuit shows its temperature with its age, and what it bears at it', () => {
  expect(seen({}, { deciC: 281, atMs: NOW }, NOW + 12_000)).toMatchObject({
    ...{ temperatureC: 28.1, measuredAtMs: NOW, ageMs: 12_000, silent: false, countsAsC: 28 },
    ...{ bearsPercent: 100, keepsToPercent: 90, bears: { l1A: 100, l2A: 100, l3A: 63.5 } },
    sentence: 'Up to 30 C it bears its rating. Leases keep to 90 %: it may rise by 2.5 C within one.',
  });
  const hot = seen({ countedDeciC: 401, nowPercent: 75, deadPercent: 75 });
  // Amperes of a limit round down.
  expect(hot).toMatchObject({ bears: { l1A: 75, l2A: 75, l3A: 47.6 } });
  expect(seen({ countedDeciC: 350, nowPercent: 90, deadPercent: 90 })?.bears?.l3A).toBe(57.1);
  expect(hot?.sentence).toBe('Above 40 C it bears 75 % of its rating.');
});

test('LC2: while it falls the page says what it counts as', () => {
  const falls = seen({ countedDeciC: 312, nowPercent: 90, deadPercent: 90 }, { deciC: 292, atMs: NOW });
  expect(falls).toMatchObject({ temperatureC: 29.2, countsAsC: 31.2 });
  expect(falls?.sentence).toBe('While it falls it counts as 31.2 C. Above 30 C it bears 90 % of its rating.');
});

test('LC2: the newer of what the owner counted and what was read since is shown', () => {
  expect(seen({ atMs: NOW - 1 }, { deciC: 300, atMs: NOW })).toMatchObject({ temperatureC: 30, measuredAtMs: NOW });
  expect(seen({ countedDeciC: 305 }, { deciC: 300, atMs: NOW - 1 })).toMatchObject({ temperatureC: 30.5 });
});

test('LC2: a sensor is silent once its last reading is older than the document allows', () => {
  const silent = { silent: true, nowPercent: 75, deadPercent: 75 };
  const told = seen({ ...silent, atMs: NOW - 90_000 }, { deciC: 280, atMs: NOW - 90_000 });
  expect(told).toMatchObject({ silent: true, temperatureC: 28, ageMs: 90_000, countsAsC: null, bearsPercent: 75 });
  expect(told?.sentence).toBe('Its sensor "duct" is silent: 75 % counts, as at its hottest, until it speaks.');
  expect(seen({}, undefined, NOW + 60_000)?.silent).toBe(false);
  // Its owner has not said so yet: it counts as at its hottest from that instant on.
  expect(seen({}, undefined, NOW + 60_001)).toMatchObject({
    ...{ silent: true, bearsPercent: 75, keepsToPercent: 75, bears: { l1A: 75, l2A: 75, l3A: 47.6 } },
    sentence: 'Its sensor "duct" is silent: 75 % counts, as at its hottest, until it speaks.',
  });
});

test('LC2: a sensor that speaks again is not called silent while its owner has not decided on that yet', () => {
  const told = seen({ silent: true, nowPercent: 75, deadPercent: 75, atMs: NOW - 90_000 }, { deciC: 280, atMs: NOW });
  expect(told).toMatchObject({ silent: false, temperatureC: 28, ageMs: 0, countsAsC: null, bearsPercent: 75 });
  expect(told?.sentence).toBe('Its sensor has just spoken: 75 % counts, as at its hottest, until that is decided on.');
  // Without its document only the owner can say.
  const derating = { ...OWNER, silent: true, nowPercent: 75 };
  expect(deratingView({ circuitId: PANEL, derating }, { draw: undefined, nowMs: NOW })?.silent).toBe(true);
});

test('LC2: of a sensor that never spoke nothing is shown, and that is said', () => {
  const { countedDeciC: _, atMs: __, ...never } = { ...OWNER, silent: true, nowPercent: 75, deadPercent: 75 };
  const view = deratingView({ circuitId: PANEL, derating: never }, { draw: undefined, nowMs: NOW });
  expect(view).toMatchObject({ temperatureC: null, measuredAtMs: null, ageMs: null, silent: true, bears: null });
  expect(view?.sentence).toMatch(/^Its sensor "duct" has said nothing yet: 75 % counts/);
});

test('LC2: a circuit that follows no temperature shows none', () => {
  expect(deratingView({ circuitId: PANEL }, { draw: undefined, nowMs: NOW })).toBeNull();
});
