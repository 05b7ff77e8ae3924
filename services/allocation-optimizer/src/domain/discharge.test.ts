import { describe, expect, test } from '@jest/globals';
import { deciAmps, epochMs, type EvseId, sessionId, transactionId, wattHours } from '@headroom/kernel';
import type { SiteModelInput } from '@headroom/site-model';
import { EMPTY_MEMORY } from './control-memory.ts';
import { CONTROL_PERIOD_MS, dischargeNow, LAXITY_KEPT_MS, SAMPLE_FRESH_MS } from './discharge.ts';
import { EXPORT_STARTS_WITHIN_MS } from './evolve-draw.ts';
import type { DischargeOffer, Fact } from './facts.ts';
import {
  after,
  asking,
  building,
  car,
  chargingState,
  committed,
  connected,
  DEPOT,
  disconnected,
  evseInput,
  gone,
  idOf,
  measured,
  Scene,
  siteOf,
  stationName,
  status,
  T0,
} from './given.fixture.ts';
import type { KeptPlan } from './planning/kept-plan.ts';

const HOUR_MS = 3_600_000;
const A = (amps: number) => deciAmps(amps * 10);
/** Holds 30 kWh and keeps 5; all that it takes out comes back. */
const OFFER: DischargeOffer = {
  ...{ atPlugIn: wattHours(30_000), keep: wattHours(5_000), efficiencyPercent: 100, wearMicroPerKwh: 0 },
};

const bay = (n: number, circuit = 'panel-a') => evseInput(stationName(n), circuit, { maxDischarge: 160 });
const siteWith = (change: Partial<SiteModelInput> = {}) =>
  siteOf({ ...DEPOT, evses: [bay(1), bay(2), bay(3, 'panel-b')], ...change });
const SITE = siteWith();
/** Where what flows back may flow out, whatever a meter says. */
const OPEN = siteWith({ exportLimitW: 50_000 });

/** Its meter tells what flows back, and so it must from the first sample on. */
const metered = (n: number, energyWh: number, exportedWh: number, atMs = T0): Fact => {
  const fact = measured(n, 0, atMs);
  if (fact.kind !== 'evse-measured') throw new Error('it is a sample');
  return { ...fact, sample: { ...fact.sample, register: wattHours(energyWh), exported: wattHours(exportedWh) } };
};
const offering = (
  n: number,
  energyWh: number,
  departureAtMs: number,
  offer: DischargeOffer | undefined = OFFER,
): Fact => {
  const fact = asking(n, energyWh, departureAtMs);
  return fact.kind === 'charging-requested' && offer !== undefined ? { ...fact, discharge: offer } : fact;
};
/** A car that came with nothing to do but give, and leaves in four hours. */
const giver = (n: number, energyWh = 8_000, departureAtMs = T0 + 4 * HOUR_MS): readonly Fact[] => [
  connected(n),
  committed(n, 60, { commanded: 60 }),
  ...car(n, T0 - 2_000),
  offering(n, energyWh, departureAtMs),
  metered(n, 0, 0, T0 - 1_000),
  metered(n, 0, 0),
];

/** From now on for five minutes, of each car in watts. */
const planOf = (watts: Readonly<Record<number, number>>, change: Partial<KeptPlan> = {}): Fact => ({
  kind: 'plan-made',
  plan: {
    ...{ epoch: 1n, seq: 1n, siteVersion: 1, createdAtMs: T0, validUntilMs: epochMs(T0 + 600_000), mode: 'cost' },
    ...{ budgets: new Map(), deliveredWh: new Map(), envelope: [] },
    discharge: new Map(
      Object.entries(watts).map(([n, power]) => [
        sessionId(`session-${n}`),
        [{ fromMs: T0, toMs: epochMs(T0 + 300_000), energyWh: power / 12 }],
      ]),
    ),
    ...change,
  },
});

const connectedRef = connected(1) as Extract<Fact, { readonly kind: 'station-connected' | 'station-disconnected' }>;
const NONE: ReadonlyMap<EvseId, ReturnType<typeof deciAmps>> = new Map();
interface Asked {
  readonly site?: typeof SITE;
  readonly nowMs?: number;
  readonly giving?: typeof NONE;
}
const given = (facts: readonly Fact[], of: Asked = {}) => {
  const { site = SITE, nowMs = T0, giving = NONE } = of;
  return dischargeNow({ site, state: after(facts), memory: EMPTY_MEMORY, nowMs: epochMs(nowMs) }, giving);
};
const amps = (facts: readonly Fact[], of: Asked = {}): readonly number[] =>
  [1, 2, 3].map((n) => (given(facts, of).get(idOf(n))?.current ?? 0) / 10);

/** 6.9 kW on three phases are 10 A. */
const ONE = [...giver(1), building(500), planOf({ 1: 6_900 })];

describe('MD17: a car gives back', () => {
  test('what the plan says, and is told why', () => {
    expect(given(ONE).get(idOf(1))).toEqual({
      ...{ evseId: idOf(1), current: A(10) },
      reason: {
        code: 'V2X_DISCHARGE',
        sentence: '6.9 kW back, as planned. The car has what it needs in time all the same.',
      },
    });
  });

  test('no more than its EVSE can', () => {
    expect(amps([...giver(1), building(500), planOf({ 1: 20_000 })])).toEqual([16, 0, 0]);
  });

  test.each([
    ['without a plan', ONE.slice(0, -1), {}],
    ['after its interval', ONE, { nowMs: T0 + 300_000 }],
    ['with a plan that has ended', [...ONE.slice(0, -1), planOf({ 1: 6_900 }, { validUntilMs: T0 })], {}],
    ['with one of another document', [...ONE.slice(0, -1), planOf({ 1: 6_900 }, { siteVersion: 2 })], {}],
    ['with one that says nothing of it', [...ONE.slice(0, -1), planOf({})], {}],
    ['of less than a car can', [...ONE.slice(0, -1), planOf({ 1: 4_000 })], {}],
    ['while its station is away', [...ONE, disconnected(1)], {}],
    ['while its station has shown nothing', [...ONE, committed(1, 320, { member: 'hardware-maximum' })], {}],
    ['at an EVSE with a fault', [...ONE, status(1, 'faulted')], {}],
    ['when it has gone', [...ONE, ...gone(1)], {}],
    ['where its EVSE only takes', ONE, { site: siteWith({ evses: [evseInput(stationName(1), 'panel-a')] }) }],
    ['while its driver allows nothing', [...ONE, asking(1, 8_000, T0 + 4 * HOUR_MS)], {}],
    ['when nobody knows when it leaves', [...ONE, { ...asking(1, 8_000), discharge: OFFER } as Fact], {}],
    ['with a sample that is old', ONE, { nowMs: T0 + SAMPLE_FRESH_MS + 1, site: OPEN }],
    ['with a sample of a later time', [...ONE, metered(1, 0, 0, epochMs(T0 + 1_000))], { site: OPEN }],
    ['with nobody who draws it', [...giver(1), building(0), planOf({ 1: 6_900 })], {}],
    ['beside a meter that is silent', [...giver(1), planOf({ 1: 6_900 })], {}],
  ] as const)('nothing %s', (_, facts, of) => {
    expect(amps(facts, of)).toEqual([0, 0, 0]);
  });

  test('nothing where its meter does not tell what flows back', () => {
    const blind = [
      connected(1),
      committed(1, 60, { commanded: 60 }),
      ...car(1, T0 - 2_000),
      offering(1, 8_000, T0 + 4 * HOUR_MS),
    ];
    const shows = measured(1, 0, T0);
    if (shows.kind !== 'evse-measured') throw new Error('it is a sample');
    const charged = { ...shows, sample: { ...shows.sample, register: wattHours(0) } };
    expect(amps([...blind, charged, building(500), planOf({ 1: 6_900 })])).toEqual([0, 0, 0]);
  });
});

describe('MD17: the departure energy stays reachable', () => {
  // 8 kWh at 22.08 kW take 1304 s; a step of 300 s with 6.9 kW takes 575 Wh more, 94 s. Two periods of 300 s are kept.
  const lastMs = (1_305 + 300 + 94 + LAXITY_KEPT_MS / 1_000) * 1_000;

  test('by charging with all it takes from the end of the step on, with two control periods to spare', () => {
    const leaving = (inMs: number) => [...giver(1, 8_000, T0 + inMs), building(500), planOf({ 1: 6_900 })];
    expect(CONTROL_PERIOD_MS).toBe(300_000);
    expect(amps(leaving(lastMs))).toEqual([10, 0, 0]);
    // A little less: what leaves it time is not all of the plan any more, and soon less than a car can.
    expect(amps(leaving(lastMs - 15_000))[0]).toBeLessThan(10);
    expect(amps(leaving(lastMs - 60_000))).toEqual([0, 0, 0]);
  });

  test('for as long as a lease lasts, where that is longer than a control period', () => {
    const facts = [...giver(1, 8_000, T0 + lastMs), building(500), planOf({ 1: 6_900 })];
    expect(amps(facts, { site: siteWith({ leaseS: 600 }) })).toEqual([0, 0, 0]);
  });

  test('what it gave back is wanted again: 10 kWh less, and 10 kWh in its battery are missing', () => {
    const leaving = [...giver(1, 8_000, T0 + lastMs), building(500), planOf({ 1: 6_900 })];
    expect(amps([...leaving, metered(1, 0, 10_000, T0 + 1_000)], { nowMs: T0 + 1_000 })).toEqual([0, 0, 0]);
  });

  test('to what its driver keeps in it, and what it loses on the way out counts', () => {
    const offer = { ...OFFER, atPlugIn: wattHours(6_000), efficiencyPercent: 50 };
    const facts = [...giver(1), offering(1, 8_000, T0 + 20 * HOUR_MS, offer), building(500)];
    // 1 kWh over what it keeps: 500 Wh of it reach the supply in a step of five minutes, 6 kW.
    expect(amps([...facts, planOf({ 1: 11_000 })])).toEqual([8.6, 0, 0]);
    // A hundred seconds after its last sample it may have given for as long already: 4.5 kW.
    expect(amps([...facts, planOf({ 1: 11_000 })], { nowMs: T0 + 100_000, site: OPEN })).toEqual([6.5, 0, 0]);
  });

  test('by the least that a DC station gives for its current', () => {
    // 32 A of three phases at 90 % of the voltage, of which 0.9 x 0.95 come out: 17.0 kW in place of 22.1.
    const dc = { outputMaxW: 16_000, efficiencyPercent: 90, powerFactorPercent: 95 };
    const site = siteWith({ evses: [{ ...bay(1), dc }] });
    const leaving = (inMs: number) => [...giver(1, 8_000, T0 + inMs), building(500), planOf({ 1: 6_900 })];
    expect(amps(leaving(lastMs), { site })).toEqual([0, 0, 0]);
    expect(amps(leaving(lastMs + 10 * 60_000), { site })).toEqual([10, 0, 0]);
  });

  test('by what it really takes, where that has been learned', () => {
    const slow = [0, 20, 40, 60, 80, 100].map((s) => measured(1, 60, T0 - 200_000 + s * 1_000));
    const facts = [
      connected(1),
      committed(1, 320, { commanded: 320, atMs: T0 - 400_000 }),
      ...car(1, T0 - 2_000),
      ...slow,
      offering(1, 8_000, T0 + lastMs),
      metered(1, 0, 0, T0 - 500),
      metered(1, 0, 0),
      building(500),
      planOf({ 1: 6_900 }),
    ];
    expect(amps(facts)).toEqual([0, 0, 0]);
  });
});

describe('MD18: what flows back', () => {
  test('is all together no more than the site draws; the first of the document come first', () => {
    const facts = [...giver(1), ...giver(2), ...giver(3), building(200), planOf({ 1: 9_660, 2: 6_900, 3: 6_900 })];
    // 20 A on each phase: 14 A of the first, and 6 A of the second.
    expect(amps(facts)).toEqual([14, 6, 0]);
  });

  test('is no more beside what was told before and may be flowing still', () => {
    const facts = [...giver(1), ...giver(2), building(200), planOf({ 2: 11_040 })];
    const giving = new Map([[idOf(1), A(10)]]);
    expect(amps(facts, { giving })).toEqual([0, 10, 0]);
    // It gives more than fits: it is told less at once, whatever it gave before.
    expect(amps([...facts, building(80, epochMs(T0 + 1))], { giving: new Map([[idOf(2), A(16)]]) })).toEqual([0, 8, 0]);
  });

  test('may leave the site as far as its document says', () => {
    const facts = [...giver(1), building(0), planOf({ 1: 6_900 })];
    expect(amps(facts, { site: siteWith({ exportLimitW: 5_000 }) })).toEqual([7.2, 0, 0]);
  });

  test('makes no room for anybody: the decision is what it is without', () => {
    const facts = [...giver(1), ...giver(2), building(500)];
    const decided = (more: readonly Fact[]) => {
      const scene = new Scene(SITE).given(facts, more);
      return [...scene.decideAt(T0 + 1_000).allocations].map(([id, { limit }]) => [id, limit]);
    };
    expect(decided([planOf({ 1: 6_900 })])).toEqual(decided([planOf({})]));
  });
});

test('a car that gives back is not taken for one that wants nothing, nor for a slow one', () => {
  const minutes = [1, 2, 3, 4, 5, 6, 7];
  const facts = [
    ...giver(1),
    ...minutes.map((n) => metered(1, 0, n * 100, T0 + n * 60_000)),
    chargingState(1, 'charging', T0 + 1),
  ];
  const { draw, sample } = after(facts).evses.get(idOf(1)) ?? { draw: {} };
  expect(sample?.exported).toBe(700);
  expect(draw).toEqual({});
});

test('what it gave back in an earlier transaction of its session is not forgotten', () => {
  const of = { stationId: connectedRef.stationId, evse: 1 as const, sessionId: sessionId('session-1') };
  const facts: readonly Fact[] = [
    ...giver(1),
    metered(1, 0, 2_000, T0 + 1_000),
    { kind: 'transaction-closed', ...of, atMs: epochMs(T0 + 2_000), transactionId: transactionId('tx-1') },
  ];
  expect(after(facts).evses.get(idOf(1))?.session?.exportedBefore).toBe(2_000);
});

test('what was given back before anybody looked is not guessed: a first sample that comes late tells of nothing, in this transaction and after', () => {
  const offered = [connected(1), committed(1, 60, { commanded: 60 }), ...car(1, T0 - EXPORT_STARTS_WITHIN_MS)];
  const facts = (firstMs: number) => [...offered, offering(1, 8_000, T0 + 4 * HOUR_MS), metered(1, 0, 3_000, firstMs)];
  const plan = [building(500), planOf({ 1: 6_900 })];
  expect(amps([...facts(T0), ...plan])).toEqual([10, 0, 0]);
  const late = [...facts(T0 + 1), ...plan];
  expect(amps(late, { nowMs: T0 + 1, site: OPEN })).toEqual([0, 0, 0]);
  const of = { stationId: connectedRef.stationId, evse: 1 as const, sessionId: sessionId('session-1') };
  const anew = (before: readonly Fact[]): readonly Fact[] => [
    ...before,
    { kind: 'transaction-closed', ...of, atMs: epochMs(T0 + 2_000), transactionId: transactionId('tx-1') },
    {
      ...{ kind: 'transaction-opened', ...of, atMs: epochMs(T0 + 3_000), authorized: true },
      ...{ transactionId: transactionId('tx-2'), meterStart: wattHours(0) },
    },
    metered(1, 0, 3_000, T0 + 4_000),
  ];
  expect(amps(anew([...facts(T0), ...plan]), { nowMs: T0 + 4_000, site: OPEN })).toEqual([10, 0, 0]);
  expect(amps(anew(late), { nowMs: T0 + 4_000, site: OPEN })).toEqual([0, 0, 0]);
  // Nor does a new word of its driver tell.
  const said = offering(1, 8_000, T0 + 4 * HOUR_MS);
  expect(amps([...anew([...facts(T0), ...plan]), said], { nowMs: T0 + 4_000, site: OPEN })).toEqual([10, 0, 0]);
  expect(amps([...anew(late), said], { nowMs: T0 + 4_000, site: OPEN })).toEqual([0, 0, 0]);
});
