import { expect, test } from '@jest/globals';
import { deciAmps, evseId, stationId } from '@headroom/kernel';
import type { Fact } from './facts.ts';
import {
  after,
  asked,
  building,
  car,
  chargingState,
  committed,
  drawing,
  disconnected,
  gone,
  measured,
  proven,
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
  bearsOnDecision({ model: SITE, state: before, decidedAtMs: T0 }, after(facts, before), ID);

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
  ['a station that keeps no lease', [committed(1, 160, { commanded: 160, fallbackOnly: true })]],
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

/** At a time of which a bay's car is proven to use one phase, the last sample 120 s old by then, or older. */
test.each<[string, { readonly sampledAtMs: number; readonly decidedAtMs: number; readonly expected: boolean }]>([
  ['in time', { sampledAtMs: T0 + 110_000, decidedAtMs: T0 + 100_000, expected: false }],
  ['late, of phases that were forgotten', { sampledAtMs: T0 + 30_000, decidedAtMs: T0 + 120_001, expected: true }],
  ['just before they were forgotten', { sampledAtMs: T0 + 30_000, decidedAtMs: T0 + 120_000, expected: false }],
  ['of a time to come', { sampledAtMs: T0 + 220_001, decidedAtMs: T0 + 100_000, expected: true }],
  ['as far ahead as it is trusted', { sampledAtMs: T0 + 220_000, decidedAtMs: T0 + 100_000, expected: false }],
])(
  'a sample %s that bears out the phases of a car bears on the decision only where they are trusted by it',
  (_, of) => {
    const { sampledAtMs, decidedAtMs, expected } = of;
    const before = after(
      [...ready(1), ...car(1), committed(1, 160, { commanded: 160 }), ...proven(1, { l1: 155, l2: 0, l3: 0 }, T0)],
      after([building(610)]),
    );
    const next = after([drawing(1, { l1: 155, l2: 0, l3: 0 }, sampledAtMs)], before);
    expect(before.evses.get(ID)?.phases?.silent).toEqual(['l2', 'l3']);
    expect(bearsOnDecision({ model: SITE, state: before, decidedAtMs }, next, ID)).toBe(expected);
  },
);

test('refused, and counted on other phases: each bears on it alone', () => {
  const at320 = after([committed(1, 320, { commanded: 60 })], CHARGING);
  const refused: Fact = {
    kind: 'limit-resolved',
    stationId: stationId(stationName(1)),
    evse: 1,
    commandId: 'l1-60-0-1-9',
    outcome: 'rejected',
  };
  expect(bears([refused], at320)).toBe(true);
  expect(bears([committed(1, 320, { commanded: 60, mask: { phases: ['l1'], elsewhere: deciAmps(60) } })], at320)).toBe(
    true,
  );
  expect(bears([committed(1, 320, { commanded: 60 })], at320)).toBe(false);
});
