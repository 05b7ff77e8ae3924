import { expect, test } from '@jest/globals';
import { perPhase } from '@headroom/kernel';
import { AHEAD_MS, BEYOND_LEASE_MS, PERIOD_AHEAD_MS } from './announce.ts';
import { differs } from './decision.ts';
import {
  all,
  asked,
  building,
  car,
  committed,
  connected,
  DEPOT,
  disconnected,
  idOf,
  limits,
  panelOf,
  ready,
  reasonOf,
  Scene,
  siteOf,
  T0,
} from './given.fixture.ts';

const S = 1_000;
const START = T0 + 300 * S;
const END = START + 600 * S;
/** Over nine phases: 12 A each. */
const EVENT_W = 24_840;
/** 16 A each. */
const STEP_W = 33_120;
const LEASE_MS = 120 * S;

/** Three cars on 64 A: 21.3 A each, if the grid asks nothing. */
const cars = () => new Scene(siteOf(panelOf(3))).given(all(1, 3, ready), all(1, 3, car));
const laterOf = (decision: ReturnType<Scene['decideAt']>, n: number) => decision.allocations.get(idOf(n))?.later;

test.each([
  ['long before', START - 300 * S, 213, undefined],
  ['just before a lease of now could see it', START - LEASE_MS - BEYOND_LEASE_MS - 1, 213, undefined],
  ['once a lease of now could see it', START - LEASE_MS - BEYOND_LEASE_MS, 213, 120],
  ['as late as can be', START - AHEAD_MS - 1, 213, 120],
  ['when a decrease must leave to be obeyed in time', START - AHEAD_MS, 120, undefined],
  ['at its start', START, 120, undefined],
  ['at its last instant', END - 1, 120, undefined],
  ['at its end', END, 213, undefined],
])('LC3, SI27: of an event of 24.8 kW the limit of a car %s', (_title, atMs, limit, later) => {
  const decision = cars()
    .given(asked([[EVENT_W, START, END]]))
    .decideAt(atMs);
  expect(limits(decision, 2)).toEqual([limit]);
  expect(laterOf(decision, 2)).toEqual(
    later === undefined ? undefined : { fromMs: START - PERIOD_AHEAD_MS, limit: later },
  );
});

test('DR-E22: while the grid connection returns from an event, cars rise with each step of it', () => {
  const scene = cars().given(
    asked([
      [EVENT_W, START, END],
      [EVENT_W, END, END + 45 * S],
      [STEP_W, END + 45 * S, END + 90 * S],
    ]),
  );
  const seen = [0, 44, 45, 89, 90].map((seconds) => limits(scene.decideAt(END + seconds * S), 2)[0]);
  expect(seen).toEqual([120, 120, 160, 160, 213]);
});

test('DR-E10: of events that overlap, on the grid connection and on a circuit, the lowest limit holds at each instant', () => {
  const scene = () =>
    cars().given(
      asked([
        [STEP_W, START, START + 300 * S],
        [EVENT_W, START + 100 * S, START + 200 * S],
      ]),
      asked([[STEP_W, START + 150 * S, START + 400 * S]], { target: 'panel-a' }),
    );
  const at = (seconds: number) => limits(scene().decideAt(START + seconds * S), 2)[0];
  expect([-21, -20, 79, 80, 199, 200, 299, 300, 399, 400].map(at)).toEqual([
    ...[213, 160, 160, 120, 120, 160, 160, 160, 160, 213],
  ]);
});

test('a newer timeline takes the place of the older: changed, cancelled; an older one that comes late changes nothing', () => {
  const scene = cars().given(asked([[EVENT_W, START, END]], { version: 4n }));
  const before = scene.state;
  expect(scene.given(asked([], { version: 3n })).state).toBe(before);
  expect(scene.given(asked([], { version: 4n })).state).toBe(before);
  const at = (version: bigint, told: Parameters<typeof asked>[0]) =>
    limits(
      cars()
        .given(asked([[EVENT_W, START, END]]), asked(told, { version }))
        .decideAt(START),
      2,
    );
  expect(at(2n, [[STEP_W, START, END]])).toEqual([160]);
  expect(at(2n, [[EVENT_W, START + 1 + AHEAD_MS, END]])).toEqual([213]);
  expect(at(2n, [])).toEqual([213]);
  expect(at(0n, [])).toEqual([120]);
});

test('an event without an end holds for as long as nothing else is said', () => {
  const decision = cars()
    .given(asked([[EVENT_W, START]]))
    .decideAt(START + 86_400_000);
  expect(limits(decision, 2)).toEqual([120]);
  expect(reasonOf(decision, 2)).toMatchObject({ code: 'DR_EVENT', circuitId: 'grid', row: 'power' });
  expect(reasonOf(decision, 2).sentence).toBe(
    '8.3 kW. Grid connection is full (25 of 25 kW), its limit set by the grid until it says otherwise, shared equally with 2 cars.',
  );
  expect(decision.circuits[0]).toMatchObject({ powerLimitW: EVENT_W, limitSource: 'grid' });
});

test('the reason of a car says until when the grid limits it', () => {
  const decision = cars()
    .given(asked([[EVENT_W, START, END]]))
    .decideAt(START);
  expect(reasonOf(decision, 2).sentence).toContain('its limit set by the grid until 08:15 UTC');
  expect(decision.circuits[0]).toMatchObject({ limitValidUntilMs: END });
});

test('A28: a limit of the grid above what the site bears changes nothing, nor does one of a circuit that it does not have', () => {
  const plain = cars().decideAt(START);
  expect(
    cars()
      .given(asked([[999_000, START, END]]))
      .decideAt(START),
  ).toMatchObject({
    allocations: plain.allocations,
  });
  const elsewhere = cars()
    .given(asked([[0, START, END]], { target: 'panel-z' }))
    .decideAt(START);
  expect(elsewhere.allocations).toEqual(plain.allocations);
});

test('a limit of 0 W pauses all cars; what is announced before is 0 A, below their fallbacks', () => {
  const scene = cars().given(asked([[0, START, END]]));
  const before = scene.decideAt(START - 60 * S);
  expect([1, 2, 3].map((n) => laterOf(before, n)?.limit)).toEqual([0, 0, 0]);
  const during = scene.decideAt(START);
  expect(limits(during, 1, 2, 3)).toEqual([0, 0, 0]);
  expect(reasonOf(during, 1).code).toBe('BELOW_MINIMUM_PAUSED');
});

test('SI27: a second drop within the same lease is in the announced limit, and is announced by itself once the first holds', () => {
  const scene = cars().given(
    asked([
      [STEP_W, START, START + 60 * S],
      [EVENT_W, START + 60 * S, END],
    ]),
  );
  const at = (seconds: number) => {
    const decision = scene.decideAt(START + seconds * S);
    return [limits(decision, 2)[0], laterOf(decision, 2)];
  };
  expect(at(-160)).toEqual([213, { fromMs: START - PERIOD_AHEAD_MS, limit: 160 }]);
  expect(at(-120)).toEqual([213, { fromMs: START - PERIOD_AHEAD_MS, limit: 120 }]);
  expect(at(-20)).toEqual([160, { fromMs: START + 60 * S - PERIOD_AHEAD_MS, limit: 120 }]);
});

test('SI27: the drop itself is said too: the lowest limits that a lease of now may see, of circuits that go down', () => {
  const scene = cars().given(
    asked([
      [STEP_W, START, START + 60 * S],
      [EVENT_W, START + 60 * S, END],
    ]),
  );
  const at = (seconds: number) => {
    const { drop } = scene.decideAt(START + seconds * S);
    return drop && [(drop.atMs - START) / S, [...drop.limits]];
  };
  expect(at(-300)).toBeUndefined();
  expect(at(-160)).toEqual([0, [['grid', STEP_W]]]);
  expect(at(-120)).toEqual([0, [['grid', EVENT_W]]]);
  expect(at(-20)).toEqual([60, [['grid', EVENT_W]]]);
  expect(at(60)).toBeUndefined();
});

test.each([
  ['before it, though the decision looks ahead', -1, false],
  ['from its first instant on', 0, true],
])('a station that does not come down is over the limit of an event %s', (_title, atMs, power) => {
  const scene = cars().given(
    ...[1, 2, 3].map((n) => committed(n, 200, { member: 'acknowledged', commanded: 200 })),
    asked([[EVENT_W, START, END]]),
  );
  expect(scene.decideAt(START + atMs).over).toEqual({ rating: false, power });
});

test('SI27: a station that is away counts with all it may obey: the others are announced what that leaves', () => {
  const scene = cars().given(
    connected(3),
    committed(3, 213, { member: 'acknowledged', commanded: 213 }),
    disconnected(3, 1n, T0),
    asked([[EVENT_W, START, END]]),
  );
  const decision = scene.decideAt(START - 60 * S);
  // 1080 - 3 x 213 = 441, over six phases: 73.5.
  expect([1, 2, 3].map((n) => laterOf(decision, n)?.limit)).toEqual([74, 73, undefined]);
});

test('a building that trembles changes no announcement; a step of it lowers it at once', () => {
  const scene = new Scene(siteOf({ ...DEPOT, evses: DEPOT.evses.slice(0, 4) })).given(
    all(1, 4, ready),
    all(1, 4, car),
    asked([[40_000, START, END]]),
  );
  const announced = (deciA: number, seconds: number) => {
    const atMs = START - (200 - seconds) * S;
    return laterOf(scene.given(building(deciA, atMs)).decideAt(atMs), 1)?.limit ?? -1;
  };
  // 40 kW: 1739 - 3 x 224 (the building in steps of its reserve) = 1067, over twelve phases: 88.9.
  expect(announced(190, 0)).toBe(89);
  expect(announced(185, 1)).toBe(89);
  // Two steps more: 16 dA less for each.
  expect(announced(225, 2)).toBe(73);
  // One step less, and time for the fall: a rise of 0.8 A is no message.
  for (let seconds = 3; seconds < 50; seconds += 1) expect(announced(222, seconds)).toBe(73);
  for (let seconds = 50; seconds < 90; seconds += 1) announced(120, seconds);
  expect(announced(120, 90)).toBeGreaterThan(89);
});

test('an announcement that changes makes another decision, which is written', () => {
  const at = (limitW: number) =>
    cars()
      .given(asked([[limitW, START, END]]))
      .decideAt(START - 60 * S);
  expect(limits(at(EVENT_W), 1, 2, 3)).toEqual(limits(at(STEP_W), 1, 2, 3));
  expect(differs(at(EVENT_W), at(STEP_W))).toBe(true);
  expect(differs(at(EVENT_W), at(EVENT_W))).toBe(false);
  const [one, other] = [at(EVENT_W), at(STEP_W)];
  expect(differs(one, { ...one, ...(other.drop && { drop: other.drop }) })).toBe(true);
  expect(differs(at(EVENT_W), cars().decideAt(START - 60 * S))).toBe(true);
});

test('the rise that is kept for the building is kept under the grid’s limit as well', () => {
  const otherLoads = DEPOT.otherLoads.map((load) => ({ ...load, risesAtMost: perPhase(() => 100) }));
  const scene = (loads: typeof otherLoads) =>
    new Scene(siteOf({ ...DEPOT, evses: DEPOT.evses.slice(0, 3), otherLoads: loads }))
      .given(all(1, 3, ready), all(1, 3, car), asked([[40_000, START, END]]), building(190, START))
      .decideAt(START);
  expect(limits(scene(DEPOT.otherLoads as typeof otherLoads), 1)).toEqual([119]);
  // 300 less of 1067: 767 over nine phases.
  expect(limits(scene(otherLoads), 1)).toEqual([85]);
});
