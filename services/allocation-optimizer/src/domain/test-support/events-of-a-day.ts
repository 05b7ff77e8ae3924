import { deciAmps, epochMs, sessionId, stationId, transactionId, wattHours, watts } from '@headroom/kernel';
import { LADDER_STEPS, type SiteModel, type SiteModelInput } from '@headroom/site-model';
import fc from 'fast-check';
import { type EvseSample, type Fact } from '../facts.ts';
import * as given from '../given.fixture.ts';

/** What may come to an owner: a fact, a document, a step of its clock by so many ms, a log that goes or is back. */
export type Event =
  | Fact
  | { readonly kind: 'document'; readonly model: SiteModel }
  | { readonly kind: 'clock'; readonly byMs: number }
  | { readonly kind: 'log'; readonly isAway: boolean };

/** What happens at a small full site, at some instant. */
type Happening = (nowMs: number) => readonly Event[];

/** Four bays on one panel beside a metered building, a limit that somebody set for the first 50 s. */
export const PANEL: SiteModelInput = {
  ...given.panelOf(4),
  otherLoads: given.DEPOT.otherLoads,
  limitOverride: { powerLimitW: 75_000, validUntilMs: given.T0 + 50_000, setBy: 'a test', reason: 'a test' },
};

/** The same with cars that may give back along a plan, some of it out of the site. */
export const GIVING: SiteModelInput = {
  ...{ ...PANEL, share: 'smoothed-laxity', exportLimitW: 4_000 },
  evses: PANEL.evses.map((evse) => ({ ...evse, maxDischarge: 160 })),
};

/** The same without fallbacks, and too small for four minima: cars take turns (RF1), give places up (RF6) and are asked again. */
export const CROWDED: SiteModelInput = {
  ...given.panelOf(4, { fallback: 0 }, 200),
  otherLoads: [],
};

const RULES: readonly Partial<SiteModelInput['evses'][number]>[] = [
  { rules: { stopAtSocPercent: 80, minimumW: 5_000 } },
  { rules: { minimumSocPercent: 50, maximumW: 7_000 } },
  { rules: { stopAtTarget: true } },
  { minimumShare: 90 },
];
/** The same, each bay with a rule of its own. */
export const RULED: SiteModelInput = {
  ...CROWDED,
  evses: CROWDED.evses.map((evse, i) => ({ ...evse, ...RULES[i] })),
};

const bay = fc.integer({ min: 1, max: 4 });
const deciA = fc.constantFrom(0, 5, 9, 60, 62, 100, 160, 170, 320);
/** How long before it is heard of it was so; below 0: by a clock that is ahead. */
const ageMs = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.constantFrom(500, 3_000, 4_900, 5_001, 30_000, 59_000, 61_000, 119_000, 125_000, -900) },
  { weight: 1, arbitrary: fc.constantFrom(-4_900, -5_001, -9_000, -119_000, -125_000) },
);

/** One kind of happening, so many times as likely. */
const happens = <T>(weight: number, drawn: fc.Arbitrary<T>, events: (nowMs: number, drawn: T) => readonly Event[]) => ({
  weight,
  arbitrary: drawn.map(
    (values): Happening =>
      (nowMs) =>
        events(nowMs, values),
  ),
});

const sampled = (fact: Fact, change: Partial<EvseSample>): Fact =>
  fact.kind === 'evse-measured' ? { ...fact, sample: { ...fact.sample, ...change } } : fact;

const metering = [
  happens(8, fc.tuple(bay, deciA, ageMs), (at, [n, value, age]) => [
    sampled(given.measured(n, value, at - age), { receivedAtMs: epochMs(at) }),
  ]),
  happens(4, fc.tuple(bay, deciA, deciA, fc.boolean(), fc.option(fc.constantFrom(700, 9_000))), (at, drawn) => {
    const [n, l1, l2, isGood, power] = drawn;
    return [
      sampled(given.drawing(n, { l1, l2, l3: 0 }, at), { isGood, ...(power === null ? {} : { power: watts(power) }) }),
    ];
  }),
  // What its meter and its battery stand at, while it draws as before.
  happens(3, fc.tuple(bay, fc.constantFrom(0, 40, 400, 5_000, 19_000), fc.constantFrom(20, 80)), (at, [n, wh, soc]) => [
    sampled(given.measured(n, 100, at), { register: wattHours(wh), socPercent: soc }),
  ]),
  // A car on one phase, proven, and borne out again.
  happens(3, fc.tuple(bay, ageMs), (at, [n, age]) => given.proven(n, { l1: 100, l2: 0, l3: 0 }, at - age)),
  happens(3, fc.tuple(bay, ageMs), (at, [n, age]) => [given.drawing(n, { l1: 100, l2: 0, l3: 0 }, at - age)]),
  // Its meter's clock may be ahead, but seldom: until that time is reached no reading counts.
  happens(
    5,
    fc.tuple(
      fc.oneof(fc.nat(1_500), fc.constantFrom(600, 601, 605, 640, -50)),
      fc.constantFrom(0, 0, 0, 0, 500, 3_000, 4_900, -900, -4_900, -5_100, -20_000),
    ),
    (at, [value, age]) => [given.building(value, at - age)],
  ),
  // A building that is read in time, and trembles: nothing but the age of its readings changes.
  happens(4, fc.constantFrom(600, 605), (at, value) => [given.building(value, at)]),
];

/** Somebody beside us limits a station: from now on, from later on, for a while. */
const outside = [
  happens(2, fc.tuple(bay, deciA, fc.constantFrom(0, 900, 12_000), fc.boolean()), (at, [n, limit, inMs, ends]) => [
    given.limited(n, limit, at, {
      steps: [{ fromMs: epochMs(at + inMs), limit }],
      ...(ends ? { untilMs: epochMs(at + inMs + 20_000) } : {}),
    }),
  ]),
  happens(1, bay, (at, n) => [given.limitCleared(n, at)]),
];

const dispatch = [
  happens(4, fc.tuple(bay, deciA, deciA), (at, [n, value, commanded]) => [
    given.committed(n, value, { commanded, atMs: at }),
  ]),
  happens(1, fc.tuple(bay, deciA, fc.constantFrom('hardware-maximum', 'measured')), (at, [n, value, member]) => [
    given.committed(n, value, { member, atMs: at }),
  ]),
  happens(1, fc.tuple(bay, fc.constantFrom(undefined, ...LADDER_STEPS)), (_, [n, step]) => [
    { kind: 'evse-disobeys', stationId: stationId(given.stationName(n)), evse: 1, step },
  ]),
  happens(1, fc.tuple(bay, deciA), (at, [n, value]) => [
    given.committed(n, value, { atMs: at }),
    given.committed(n, value, { atMs: at, mask: { phases: ['l1'], elsewhere: deciAmps(60) } }),
  ]),
  happens(
    1,
    fc.tuple(bay, fc.constantFrom('accepted', 'rejected', 'unanswered', 'never-written'), fc.boolean(), fc.boolean()),
    (at, [n, outcome, isTold, isHigh]) => {
      const of = { stationId: stationId(given.stationName(n)), evse: 1, commandId: `l1-${n}` } as const;
      const resolved: Fact = { kind: 'limit-resolved', ...of, outcome };
      // Above what it was given: who refuses to come down keeps that.
      const before = isHigh ? [given.committed(n, 320, { commanded: 60, atMs: at })] : [];
      return isTold ? [...before, { kind: 'limit-intended', ...of }, resolved] : [...before, resolved];
    },
  ),
];

/** Of the session with which a day begins, and of those that follow. */
const visit = (n: number, count: number, at: number) => ({
  ...({ stationId: stationId(given.stationName(n)), evse: 1, atMs: epochMs(at) } as const),
  sessionId: sessionId(`session-${n}${count === 0 ? '' : `-${count}`}`),
});
const count = fc.integer({ min: 0, max: 2 });
const txOf = (n: number, visits: number) => transactionId(`tx-${n}${visits === 0 ? '' : `-${visits}`}`);

const sessions = [
  happens(1, fc.tuple(bay, count), (at, [n, c]) => [
    { kind: 'transaction-closed', ...visit(n, c, at), transactionId: txOf(n, c) },
    { kind: 'session-ended', ...visit(n, c, at) },
  ]),
  happens(1, fc.tuple(bay, count), (at, [n, c]) => [
    { kind: 'transaction-closed', ...visit(n, c, at), transactionId: txOf(n, c) },
  ]),
  happens(2, fc.tuple(bay, count, fc.boolean(), ageMs), (at, [n, c, authorized, age]) => [
    { kind: 'transaction-opened', ...visit(n, c, at - age), transactionId: txOf(n, c), authorized },
  ]),
  happens(1, fc.tuple(bay, count), (at, [n, c]) => [{ kind: 'session-started', ...visit(n, c, at) }]),
  happens(1, fc.tuple(bay, count), (at, [n, c]) => [
    { kind: 'charging-requested', ...visit(n, c, at), energy: wattHours(9_000) },
  ]),
  happens(1, fc.tuple(bay, count, fc.constantFrom(undefined, -1, 1, 40_000, 1_800_000)), (at, [n, c, forMs]) => {
    const until = forMs === undefined ? {} : { untilMs: epochMs(at + forMs) };
    return [{ kind: 'boost-set', ...visit(n, c, at), transactionId: txOf(n, c), ...until, setBy: 'operator' }];
  }),
];

const statuses = fc.constantFrom('suspended-ev', 'suspended-ev', 'occupied', 'charging', 'faulted', 'available');
const stations = [
  happens(1, fc.tuple(bay, fc.bigInt(1n, 3n), ageMs), (at, [n, generation, age]) => [
    given.disconnected(n, generation, epochMs(at - age)),
  ]),
  happens(2, fc.tuple(bay, fc.bigInt(1n, 4n)), (at, [n, generation]) => [given.connected(n, generation, epochMs(at))]),
  happens(1, fc.tuple(bay, ageMs), (at, [n, age]) => [given.booted(n, at - age)]),
  happens(
    2,
    fc.tuple(bay, fc.constantFrom('suspended-ev', 'suspended-ev', 'charging'), ageMs),
    (at, [n, value, age]) => [given.chargingState(n, value, epochMs(at - age))],
  ),
  happens(2, fc.tuple(bay, statuses, ageMs), (at, [n, value, age]) => [given.status(n, value, epochMs(at - age))]),
];

let plans = 0n;
/** Of some cars of the first visit, for some time. What stands in it may be nonsense. */
const planned = [
  happens(
    2,
    fc.tuple(
      fc.array(fc.tuple(bay, fc.constantFrom(0, 40, 400, 2_000, -1, Number.NaN)), { maxLength: 4 }),
      fc.constantFrom(-700_000, -50_000, 0, 0, 4_000),
      fc.constantFrom(9_500, 47_300, 600_000),
    ),
    (at, [cars, madeMs, forMs]) => {
      plans += 1n;
      const createdAtMs = epochMs(at + madeMs);
      const endMs = epochMs(createdAtMs + 90_000);
      return [
        {
          kind: 'plan-made',
          plan: {
            ...{ epoch: 1n, seq: plans, siteVersion: versions, createdAtMs, mode: 'energy', envelope: [] },
            validUntilMs: epochMs(createdAtMs + forMs),
            budgets: new Map(
              cars.map(([n, energyWh]) => [
                sessionId(`session-${n}`),
                [
                  { fromMs: createdAtMs, toMs: endMs, energyWh },
                  { fromMs: endMs, toMs: epochMs(endMs + 60_000), energyWh: 300 },
                ],
              ]),
            ),
            deliveredWh: new Map(cars.slice(1).map(([n, wh]) => [sessionId(`session-${n}`), wh])),
          },
        },
      ];
    },
  ),
];

/** What only a site hears whose cars may give back. */
const givenBack = [
  happens(6, fc.tuple(bay, fc.constantFrom(0, 0, 0, 20, 900), ageMs), (at, [n, wh, age]) => [
    sampled(given.measured(n, 0, at - age), {
      ...{ register: wattHours(0), exported: wattHours(wh), receivedAtMs: epochMs(at) },
    }),
  ]),
  happens(
    4,
    fc.tuple(bay, fc.constantFrom(4_000, 29_000), fc.constantFrom(900_000, 1_200_000, 14_400_000), fc.boolean()),
    (at, [n, keep, inMs, offers]) => [offering(n, at, { keep, inMs, offers })],
  ),
  happens(6, fc.tuple(bay, bay, fc.constantFrom(0, 200, 300, 2_000, -5, Number.NaN)), (at, [a, b, energyWh]) => {
    plans += 1n;
    return [givesPlan(at, [a, b], energyWh)];
  }),
  happens(3, fc.tuple(bay, fc.constantFrom(undefined, 0, 60, 100, -3)), (at, [n, deciA]) => {
    const fact = given.committed(n, 60, { commanded: 60, atMs: at });
    return [fact.kind === 'committed-changed' && deciA !== undefined ? { ...fact, discharge: deciAmps(deciA) } : fact];
  }),
];

interface Offering {
  readonly keep: number;
  readonly inMs: number;
  readonly offers: boolean;
}

const offering = (n: number, at: number, { keep, inMs, offers }: Offering): Fact => {
  const offer = { atPlugIn: wattHours(30_000), keep: wattHours(keep), efficiencyPercent: 90, wearMicroPerKwh: 0 };
  return {
    ...{ kind: 'charging-requested', ...visit(n, 0, at), energy: wattHours(500), departureAtMs: epochMs(at + inMs) },
    ...(offers ? { discharge: offer } : {}),
    ...(keep % 2 === 0 ? { battery: { size: wattHours(40_000), atPlugIn: wattHours(30_000) } } : {}),
  };
};

const givesPlan = (at: number, cars: readonly number[], energyWh: number): Fact => {
  const [createdAtMs, middleMs] = [epochMs(at), epochMs(at + 90_000)];
  const energies = [
    { fromMs: createdAtMs, toMs: middleMs, energyWh },
    { fromMs: middleMs, toMs: epochMs(at + 150_000), energyWh: 200 },
  ];
  return {
    kind: 'plan-made',
    plan: {
      ...{ epoch: 1n, seq: plans, siteVersion: versions, createdAtMs, mode: 'energy', envelope: [] },
      ...{ validUntilMs: epochMs(at + 600_000), budgets: new Map(), deliveredWh: new Map() },
      discharge: new Map(cars.map((n) => [sessionId(`session-${n}`), energies])),
    },
  };
};

let versions = 1;
const surroundingsOf = ({ limitOverride: _, ...panel }: SiteModelInput) => [
  happens(
    1,
    fc.option(fc.tuple(fc.constantFrom(40_000, 60_000, 80_000), fc.integer({ min: 1, max: 90 }))),
    (at, drawn) => {
      versions += 1;
      const model = { ...panel, version: versions };
      if (drawn === null) return [{ kind: 'document', model: given.siteOf(model) }];
      const [powerLimitW, seconds] = drawn;
      const limitOverride = { powerLimitW, validUntilMs: at + seconds * 1_000, setBy: 'a test', reason: 'a test' };
      return [{ kind: 'document', model: given.siteOf({ ...model, limitOverride }) }];
    },
  ),
  happens(1, fc.constantFrom(-20_000, -9_000, -600, -300, 300, 700, 9_000, 70_000), (_, byMs) => [
    { kind: 'clock', byMs },
  ]),
  // Of the grid: some limits are in sight already. What is said later has the higher version, unless the clock went back.
  happens(
    2,
    fc.tuple(
      fc.constantFrom('', 'panel-a'),
      fc.integer({ min: 0, max: 240_000 }),
      fc.integer({ min: 500, max: 60_000 }),
      fc.array(fc.integer({ min: 10_000, max: 120_000 }), { minLength: 1, maxLength: 3 }),
    ),
    (at, [target, inMs, eachMs, limits]) => {
      const startMs = (n: number): number => at + inMs + n * eachMs;
      const parts = limits.map((limitW, n) => [limitW, startMs(n), startMs(n + 1)] as const);
      return [given.asked(parts, { target, version: BigInt(at) })];
    },
  ),
  happens(1, fc.boolean(), (_, isAway) => [{ kind: 'log', isAway }]),
  happens(8, fc.constant(undefined), () => []),
];

/** Something that happens. */
export const happening = fc.oneof(
  ...metering,
  ...outside,
  ...dispatch,
  ...sessions,
  ...stations,
  ...planned,
  ...surroundingsOf(PANEL),
);

/** The same where cars may give back: most of it bears on that. */
export const happeningOfGivers = fc.oneof(
  { weight: 2, arbitrary: happening },
  { weight: 1, arbitrary: fc.oneof(...surroundingsOf(GIVING)) },
  { weight: 3, arbitrary: fc.oneof(...givenBack) },
);

/** What its building is read to take from then on; `null`: it is not read, and soon counts with its worst case. */
export const reading = fc.constantFrom(600, 600, 600, 600, 600, 600, 600, 605, 605, null);

/** With four cars that may charge. */
export const OPENED: readonly Event[] = [
  ...given.all(1, 4, (n) => [...given.ready(n), ...given.car(n)]),
  given.building(600),
];

/** Four cars that came a moment ago and offer what they have, and a plan that takes some of it. */
export const openedByGivers = (): readonly Event[] => {
  plans += 1n;
  versions = GIVING.version;
  return [
    ...given.all(1, 4, (n) => [...given.ready(n), ...given.car(n, given.T0 - 1_000)]),
    ...given.all(1, 4, (n) => [
      offering(n, given.T0, { keep: 4_000, inMs: 14_400_000, offers: true }),
      sampled(given.measured(n, 0, given.T0), { register: wattHours(0), exported: wattHours(0) }),
    ]),
    given.building(600),
    givesPlan(given.T0, [1, 2], 300),
  ];
};
