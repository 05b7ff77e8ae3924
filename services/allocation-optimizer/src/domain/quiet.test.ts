import { expect, test } from '@jest/globals';
import { deciAmps, type EpochMs, epochMs, evseId, stationId, wattHours } from '@headroom/kernel';
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
import type { ControlMemory } from './control-memory.ts';
import { GIVES_UP_AFTER_MS, IDLE_AFTER_MS, STOPS_AFTER_MS } from './giving-up.ts';
import { PROBED_FOR_MS } from './probing.ts';
import { bearsOnDecision, quietUntil } from './quiet.ts';
import { equalShare } from './policies/shares.ts';
import { MIN_OFF_MS, preferredUntil, STARVES_AFTER_MS, turnEndsAt, turnRulesOf } from './rotation.ts';
import type { SiteState } from './site-state.ts';
import { SMALL_INCREASE_AFTER_MS } from './steady.ts';

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
  ['a station whose leases do not end', [committed(1, 160, { commanded: 160, leaseAtMost: 100 })]],
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

test('OD3: a sample bears on it that shows that the car has charged at all, and then no other', () => {
  const counted = (wh: number, atMs: number): Fact => {
    const fact = measured(1, 157, atMs);
    return fact.kind === 'evse-measured'
      ? { ...fact, sample: { ...fact.sample, register: wattHours(5_000 + wh) } }
      : fact;
  };
  const before = after([counted(0, T0 + 1_000)], CHARGING);
  expect(bears([counted(0, T0 + 2_000)], before)).toBe(false);
  expect(bears([counted(1, T0 + 2_000)], before)).toBe(true);
  expect(bears([counted(2, T0 + 3_000)], after([counted(1, T0 + 2_000)], before))).toBe(false);
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

/** The instants at which a decision may come out otherwise while nothing is learned, one after the other from `T0` on. */
function instantsOf(state: SiteState, given: ControlMemory['given'] = new Map()): readonly number[] {
  const memory: ControlMemory = { given, envelopes: new Map() };
  const all: number[] = [];
  for (let nowMs: EpochMs = T0; ; nowMs = epochMs(all.at(-1) ?? 0)) {
    const nextMs = quietUntil({ site: SITE, state, before: memory, memory, nowMs });
    if (nextMs === Infinity) return all;
    all.push(nextMs);
  }
}

test('a decision stands until a limit of the grid comes into sight, begins or ends', () => {
  const [startMs, endMs] = [T0 + 3_600_000, T0 + 7_200_000];
  const seen = instantsOf(after([asked([[10_000, startMs, endMs]])]));
  expect(seen.slice(-2)).toEqual([startMs, endMs]);
  expect(seen).toHaveLength(4);
});

test('a decision stands until the car has had its place for as long as each rule says, or is taken for one that wants nothing', () => {
  const onSinceMs = T0;
  const changedAtMs = epochMs(T0 + 1);
  const given = new Map([[ID, { limit: deciAmps(160), onSinceMs, changedAtMs }]]);
  const seen = instantsOf(after([]), given);
  for (const atMs of [turnEndsAt(onSinceMs, T0, turnRulesOf(equalShare)), preferredUntil(onSinceMs)])
    expect(seen).toContain(atMs);
  for (const afterMs of [PROBED_FOR_MS, STOPS_AFTER_MS, IDLE_AFTER_MS, GIVES_UP_AFTER_MS])
    expect(seen).toContain(T0 + afterMs);
  expect(seen).toContain(changedAtMs + SMALL_INCREASE_AFTER_MS);
});

test('OD3, RF4: a decision stands until a car that was paused may start again, and until one that has nothing starves', () => {
  const changedAtMs = epochMs(T0 - 1);
  const seen = instantsOf(after([], CHARGING), new Map([[ID, { limit: deciAmps(0), changedAtMs }]]));
  expect(seen).toContain(changedAtMs + MIN_OFF_MS);
  // From the next whole minute on.
  expect(seen).toContain(T0 + STARVES_AFTER_MS);
  expect(seen).not.toContain(changedAtMs + STARVES_AFTER_MS);
});

test('OD2: while somebody is owed something each turn ends, and its next one begins after a minute', () => {
  const onSinceMs = epochMs(T0 - 5 * 1_800_000 - 7);
  const credit = { amount: 0, asOfMs: T0, perS: -1 };
  const memory: ControlMemory = {
    given: new Map([[ID, { limit: deciAmps(160), onSinceMs, credit }]]),
    envelopes: new Map(),
  };
  const next = (nowMs: number) => quietUntil({ site: SITE, state: CHARGING, before: memory, memory, nowMs });
  const endMs = onSinceMs + 6 * 1_800_000;
  expect(next(endMs - 20_000)).toBe(endMs);
  expect(next(endMs)).toBe(endMs + 7);
  expect(next(endMs + 7)).toBe(endMs + 60_000);
});

test('a decision stands until a car that is said to want nothing has said so for long enough', () => {
  const state = after([chargingState(1, 'suspended-ev')], CHARGING);
  const sinceMs = state.evses.get(ID)?.chargingState?.sinceMs ?? Number.NaN;
  expect(instantsOf(state)).toContain(sinceMs + IDLE_AFTER_MS);
  expect(instantsOf(state)).toContain(sinceMs + GIVES_UP_AFTER_MS);
});
