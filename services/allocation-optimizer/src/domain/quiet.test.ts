import { expect, test } from '@jest/globals';
import { evseId, stationId } from '@headroom/kernel';
import type { Fact } from './facts.ts';
import {
  after,
  asked,
  building,
  car,
  chargingState,
  committed,
  disconnected,
  gone,
  measured,
  ready,
  stationName,
  status,
  T0,
  DEPOT,
  siteOf,
} from './given.fixture.ts';
import { bearsOnDecision } from './quiet.ts';

const ID = evseId(stationId(stationName(1)), 1);
const SITE = siteOf(DEPOT);
const CHARGING = after([
  building(610),
  ...ready(1),
  ...car(1),
  committed(1, 160, { commanded: 160 }),
  measured(1, 158, T0),
]);
const bears = (facts: readonly Fact[], before = CHARGING): boolean =>
  bearsOnDecision({ model: SITE, state: before }, after(facts, before), ID);

const intended: Fact = {
  kind: 'limit-intended',
  stationId: stationId(stationName(1)),
  evse: 1,
  commandId: 'l1-160-0-1-9',
};

test.each<[string, readonly Fact[]]>([
  ['one more sample of a car that takes what it may', [measured(1, 157, T0 + 10_000)]],
  ['a limit on its way', [intended]],
  ['a reading of the building within its step', [building(615, T0 + 1)]],
  ['a repeat', [measured(1, 158, T0)]],
])('%s is only shown', (_, facts) => {
  expect(bears(facts)).toBe(false);
});

test.each<[string, readonly Fact[]]>([
  ['a draw above the limit', [measured(1, 250, T0 + 10_000)]],
  ['a car that takes nothing', [measured(1, 0, T0 + 10_000)]],
  ['a status', [status(1, 'faulted')]],
  ['a state of charging', [chargingState(1, 'suspended-ev')]],
  ['the end of a session', gone(1)],
  ['another committed value', [committed(1, 60, { commanded: 160 })]],
  ['another limit that was sent', [committed(1, 160, { commanded: 100 })]],
  ['a lost connection', [disconnected(1)]],
  ['a timeline of the grid', [asked([[10_000, T0]])]],
  ['a load that rose by a step', [building(650, T0 + 1)]],
  ['a load that fell by a step', [building(300, T0 + 1)]],
])('%s bears on the decision', (_, facts) => {
  expect(bears(facts)).toBe(true);
});

test('a sample bears on it where the car was said to want nothing: it may draw again', () => {
  expect(bears([measured(1, 157, T0 + 10_000)], after([chargingState(1, 'suspended-ev')], CHARGING))).toBe(true);
});
