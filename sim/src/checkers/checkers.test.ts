import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { createAcknowledgedChecker } from './acknowledged.ts';
import { createCapacityChecker, type Use } from './capacity.ts';
import { createCircuitChecker, type EvseNow, type PhaseTriple } from './circuits.ts';
import { createFencingChecker } from './fencing.ts';
import { type Bounds, fairFill } from './fill.ts';
import { createHandoverCounter } from './handovers.ts';
import { siteFactsOf } from './site-facts.ts';
import type { Violation } from './violation.ts';
import { WireFrame } from './wire-profile.ts';

const SITE = siteFactsOf(demoSite().document);
/** The same site with a building of which its operator says that it rises by so much within one lease. */
const siteRising = (risesAtMostPerPhaseA: number) => {
  const { spec, ...document } = demoSite().document;
  const meters = spec.meters.map((meter) => ({ ...meter, risesAtMostPerPhaseA }));
  return siteFactsOf({ ...document, spec: { ...spec, meters } });
};
const QUIET: PhaseTriple = [20, 20, 20];
const ids = [...SITE.evses.keys()];

function court() {
  const violations: Violation[] = [];
  return { report: (violation: Violation) => void violations.push(violation), violations };
}

const allAt = (obeyedA: number, change: Partial<EvseNow> = {}): ReadonlyMap<string, EvseNow> =>
  new Map(ids.map((id) => [id, { obeyedA, flowA: 0, usedPhases: 3, ...change }]));

const frame = (text: string): WireFrame => new WireFrame(text);
const profileFrame = (limit: number, start?: string): WireFrame => frame(profileText(limit, start));
const profileText = (limit: number, start?: string, id = 12): string =>
  JSON.stringify([
    2,
    `m-${limit}-${start}`,
    'SetChargingProfile',
    {
      connectorId: 1,
      csChargingProfiles: {
        chargingProfileId: id,
        chargingProfilePurpose: 'TxProfile',
        chargingSchedule: { startSchedule: start, chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
      },
    },
  ]);

test('circuit: the power contract binds before the conductors; one tenth of an ampere each over it is told once', () => {
  const { report, violations } = court();
  const checker = createCircuitChecker({ site: SITE, report });
  // 200 kW are 869.5 A over three phases: 24 x 3 x 11.2 + 60 = 866.4.
  checker.look(1_000, allAt(11.2), QUIET);
  expect(violations).toEqual([]);
  checker.look(2_000, allAt(11.3), QUIET);
  checker.look(3_000, allAt(11.3), QUIET);
  expect(violations.map(({ checker: name, detail }) => [name, detail.split(' at ')[0]])).toEqual([
    ['circuit', 'grid power'],
  ]);
});

test('circuit: a panel is a row of its own, and an empty bay counts on every phase it is wired to', () => {
  const { report, violations } = court();
  const checker = createCircuitChecker({ site: SITE, report });
  const evses = new Map([...allAt(0)].map(([id, now], index) => [id, index < 12 ? { ...now, obeyedA: 14 } : now]));
  checker.look(1_000, evses, [0, 0, 0]);
  expect(violations.map(({ detail }) => detail)).toEqual([
    'panel-a L1 at 168.0 A of 160.0 A',
    'panel-a L2 at 168.0 A of 160.0 A',
    'panel-a L3 at 168.0 A of 160.0 A',
  ]);
});

test('circuit: a single-phase car counts where its bay is wired to, not on the other two', () => {
  const { report, violations } = court();
  const checker = createCircuitChecker({ site: SITE, report });
  checker.look(1_000, allAt(32, { usedPhases: 1 }), [0, 0, 0]);
  // 12 bays of a panel, in turn on L1, L2, L3: 4 x 32 A on each.
  expect(violations).toEqual([]);
});

test('SI26 circuit: a rise of the building counts at once', () => {
  const { report, violations } = court();
  const checker = createCircuitChecker({ site: SITE, report });
  checker.look(0, allAt(11), QUIET);
  expect(violations).toEqual([]);
  checker.look(1, allAt(11), [30, 30, 30]);
  expect(violations).toHaveLength(1);
});

test('flow: what flows has the time a car may take to follow its pilot', () => {
  const { report, violations } = court();
  const checker = createCircuitChecker({ site: SITE, report });
  for (const second of [0, 1, 2, 3, 4, 5, 6]) checker.look(second * 1_000, allAt(6, { flowA: 16 }), QUIET);
  expect(violations).toEqual([]);
  checker.look(7_000, allAt(6, { flowA: 16 }), QUIET);
  expect(new Set(violations.map(({ checker: name }) => name))).toEqual(new Set(['flow']));
});

const START = frame('[2,"s-1","StartTransaction",{"connectorId":1}]');

test('acknowledged: an answer to what is in no log is told, an answer to what is there, or the same content, is not', () => {
  const { report, violations } = court();
  const checker = createAcknowledgedChecker(report);
  checker.sent('ST-001', START);
  checker.sent('ST-002', START);
  checker.sent('ST-001', frame('[2,"h-1","Heartbeat",{}]'));
  checker.stored('ST-001', START, 'e-1');
  checker.written(1, 'ST-001', frame('[3,"s-1",{}]'));
  checker.written(1, 'ST-001', frame('[3,"h-1",{}]'));
  checker.sent('ST-001', frame(START.text.replace('s-1', 's-2')));
  checker.written(2, 'ST-001', frame('[3,"s-2",{}]'));
  expect(violations).toEqual([]);
  checker.written(3, 'ST-002', frame('[3,"s-1",{}]'));
  expect(violations.map(({ detail }) => detail)).toEqual(['StartTransaction s-1 of ST-002 is in no log']);
  expect(checker.count()).toBe(3);
});

test('acknowledged: a message that is sent again because its answer was lost stands in the log once, without its card', () => {
  const { report, violations } = court();
  const checker = createAcknowledgedChecker(report);
  const withCard = (card: string): WireFrame =>
    frame(`[2,"s-1","StartTransaction",{"connectorId":1,"idTag":"${card}"}]`);
  checker.stored('ST-001', withCard('a hash'), 'e-1');
  for (const atMs of [1, 2]) {
    checker.sent('ST-001', withCard('CARD-1'));
    checker.written(atMs, 'ST-001', frame('[3,"s-1",{}]'));
  }
  expect(violations).toEqual([]);
});

test('acknowledged: a message that is sent again after its answer was lost is in the log already, with its token hashed', () => {
  const { report, violations } = court();
  const checker = createAcknowledgedChecker(report);
  const stop = (id: string, tag: string): WireFrame =>
    frame(JSON.stringify([2, id, 'StopTransaction', { idTag: tag, meterStop: 7 }]));
  checker.sent('ST-001', stop('s-1', 'CARD'));
  checker.stored('ST-001', stop('s-1', '9c9fcd'), 'e-1');
  checker.written(1, 'ST-001', frame('[3,"s-1",{}]'));
  for (const id of ['s-1', 's-2']) {
    checker.sent('ST-001', stop(id, 'CARD'));
    checker.written(2, 'ST-001', frame(`[3,"${id}",{}]`));
  }
  expect(violations).toEqual([]);
});

test('acknowledged: what stands in for the log suffices for the answer, and is owed to the log at the end', () => {
  const { report, violations } = court();
  const checker = createAcknowledgedChecker(report);
  for (const station of ['ST-001', 'ST-002']) {
    checker.sent(station, START);
    checker.kept(station, START, `e of ${station}`);
    checker.written(1, station, frame('[3,"s-1",{}]'));
  }
  // The same words of another event do not bring that one to the log.
  checker.stored('ST-002', START, 'another');
  checker.stored('ST-001', START, 'e of ST-001');
  // Its relay was under way when it was put aside once more.
  checker.kept('ST-001', START, 'e of ST-001');
  expect(violations).toEqual([]);
  checker.conclude(9);
  expect(violations.map(({ detail }) => detail)).toEqual([
    '1 frames that were kept aside never came to the log, the first: ST-002 "StartTransaction",{"connectorId":1}]',
  ]);
});

const AT = '2026-01-12T09:00:00.000Z';
const signed = (epoch: number, limit: number): WireFrame =>
  frame(profileText(limit, AT).replace(/"m-[^"]*"/, `"l1-${limit * 10}-3-${epoch}-1"`));

test('DS-14 fencing: nothing of an older epoch through a gateway that has written a newer one', () => {
  const { report, violations } = court();
  const checker = createFencingChecker(SITE, report);
  checker.written(1, { gateway: 'g1', stationId: 'ST-001' }, signed(1, 20));
  checker.written(2, { gateway: 'g1', stationId: 'ST-001' }, signed(2, 10));
  checker.written(3, { gateway: 'g2', stationId: 'ST-002' }, signed(1, 20));
  expect(violations).toEqual([]);
  checker.written(4, { gateway: 'g1', stationId: 'ST-002' }, signed(1, 10));
  expect(violations.map(({ atMs }) => atMs)).toEqual([4]);
});

test('HO-9, DS-14 fencing: nothing of an older epoch anywhere once a newer one has raised; up to the fallback it is free (HO-4)', () => {
  const { report, violations } = court();
  const checker = createFencingChecker(SITE, report);
  checker.written(1, { gateway: 'g2', stationId: 'ST-002' }, signed(1, 20));
  checker.written(2, { gateway: 'g1', stationId: 'ST-001' }, signed(2, 10));
  checker.written(3, { gateway: 'g1', stationId: 'ST-001' }, signed(2, 8));
  checker.written(4, { gateway: 'g2', stationId: 'ST-002' }, signed(1, 6));
  expect(violations).toEqual([]);
  checker.written(5, { gateway: 'g2', stationId: 'ST-002' }, signed(1, 10));
  expect(violations.map(({ atMs }) => atMs)).toEqual([5]);
});

test('SI3, SI7 fencing: whoever is told no more than an earlier owner was about to tell it is not raised, for as long as that may arrive', () => {
  const story = (intended: { readonly epoch: number; readonly atMs: number; readonly evse: string }) => {
    const { report, violations } = court();
    const checker = createFencingChecker(SITE, report);
    checker.written(1, { gateway: 'g1', stationId: 'ST-001' }, signed(1, 8));
    checker.intended(intended.epoch, { evseId: `ST-001/${intended.evse}`, limitA: 10, atMs: intended.atMs });
    checker.written(20_000, { gateway: 'g1', stationId: 'ST-001' }, signed(2, 10));
    checker.written(20_001, { gateway: 'g2', stationId: 'ST-002' }, signed(1, 10));
    return violations.length;
  };
  expect(story({ epoch: 1, atMs: 10_000, evse: '1' })).toBe(0);
  expect(story({ epoch: 1, atMs: 9_999, evse: '1' })).toBe(1);
  expect(story({ epoch: 2, atMs: 19_000, evse: '1' })).toBe(1);
  expect(story({ epoch: 1, atMs: 19_000, evse: '2' })).toBe(1);
});

test('fencing: a profile that nobody signed is told', () => {
  const { report, violations } = court();
  createFencingChecker(SITE, report).written(1, { gateway: 'g1', stationId: 'ST-001' }, profileFrame(20, AT));
  expect(violations).toHaveLength(1);
});

const BOUNDS: Bounds = { limitA: ({ limitA }) => limitA, otherLoadA: () => 0 };

test('DS-13 fill: all rise together, the satisfied stop, then the row is full', () => {
  const demands = ids.map((evseId, index) => ({ evseId, wantsA: index === 0 ? 8 : 32, floorA: 6, usedPhases: 3 }));
  const given = fairFill(SITE, demands, BOUNDS);
  expect(given.get(ids[0] ?? '')).toBe(8);
  // 869.57 A = 3 x (8 + 23 x a); each panel could have given 13.3.
  expect(given.get(ids[1] ?? '')).toBeCloseTo((200_000 / 230 / 3 - 8) / 23, 6);
});

test('DS-13 fill: who begins with more waits until the others have as much', () => {
  const [first = ''] = ids;
  const floorOf = (evseId: string): number => (evseId === first ? 10 : 6);
  const demands = ids.map((evseId) => ({ evseId, wantsA: 32, floorA: floorOf(evseId), usedPhases: 3 }));
  const given = fairFill(SITE, demands, BOUNDS);
  for (const amps of given.values()) expect(amps).toBeCloseTo(200_000 / 230 / 3 / 24, 6);
});

test('DS-13, ADR 20 fill: of a car on one phase the other conductors hold the fallback, and a contract the larger of the two', () => {
  const one = ids.map((evseId) => ({ evseId, wantsA: 32, floorA: 6, usedPhases: 1 }));
  // 160 A of a conductor of a panel are 4 shares, and 6 A for each of 8 that are wired to it with another phase.
  for (const amps of fairFill(SITE, one, BOUNDS).values()) expect(amps).toBeCloseTo((160 - 8 * 6) / 4, 6);
  const [first = '', ...others] = ids;
  const mixed = [first, ...others].map((evseId) => ({
    evseId,
    wantsA: 32,
    floorA: 6,
    usedPhases: evseId === first ? 1 : 3,
  }));
  const given = fairFill(SITE, mixed, BOUNDS);
  // The 18 A for the next car are more than its share, and nobody else can have them meanwhile.
  expect(given.get(first)).toBeCloseTo(18, 6);
  expect(given.get(others[0] ?? '')).toBeCloseTo((200_000 / 230 - 18) / 69, 6);
});

/** What two minutes come to, and how often that is a violation. */
function capacityOf(
  use: (second: number) => Omit<Use, 'evseId' | 'usedPhases'>,
  { risesA = 0, seconds = 120, usedPhases = 3 } = {},
) {
  const { report, violations } = court();
  const checker = createCapacityChecker(siteRising(risesA), report);
  for (let second = 0; second < seconds; second += 1) {
    checker.look(
      second * 1_000,
      ids.map((evseId) => ({ evseId, usedPhases, ...use(second) })),
      QUIET,
    );
  }
  return { verdict: checker.conclude(0), violations: violations.length };
}
// 60 A of building, 2 % of 869.57 A aside: 792.2 A for 24 x 3.
const FAIR_A = 792.2 / 72;

test('capacity: below 95 % of what a fair fill allows fails, at it passes, and two minutes are the least', () => {
  const of = (share: number, seconds = 120) =>
    capacityOf(() => ({ wantsA: 32, offeredA: FAIR_A * share, flowA: FAIR_A * share }), { seconds });
  expect([of(0.94), of(0.96)].map(({ violations }) => violations)).toEqual([1, 0]);
  expect(of(0.5, 119)).toEqual({ verdict: { kind: 'unjudged', why: 'wanted too shortly' }, violations: 0 });
  expect(of(0.96, 0).verdict).toEqual({ kind: 'unjudged', why: 'ended before' });
  expect(capacityOf(() => ({ wantsA: 8, offeredA: 8, flowA: 8 })).verdict).toEqual({
    kind: 'unjudged',
    why: 'nobody wanted more',
  });
});

test('capacity: the room of who just came is being handed over, and nobody else’s to take; after that he is owed his share', () => {
  const of = (servedAfter: number) => {
    const { report, violations } = court();
    const checker = createCapacityChecker(siteRising(0), report);
    for (let second = 0; second < 160; second += 1) {
      const since = second - 10;
      // Every other bay has the room of two until a hand-over has taken its time.
      const hadA = since < 24 ? 2 * FAIR_A : FAIR_A;
      const newA = since < servedAfter ? 0 : FAIR_A;
      const uses = ids.map((evseId, i): Use => {
        const amps = i % 2 === 0 ? hadA : newA;
        return { evseId, usedPhases: 3, wantsA: i % 2 === 1 && since < 0 ? 0 : 32, offeredA: amps, flowA: amps };
      });
      checker.look(second * 1_000, uses, QUIET);
    }
    checker.conclude(0);
    return violations.length;
  };
  expect([of(24), of(60)]).toEqual([0, 1]);
});

test('capacity: who wanted it when nobody looked yet has long wanted it', () => {
  const of = (servedAfter: number) =>
    capacityOf(
      (second) => {
        const amps = second < servedAfter ? 0 : FAIR_A;
        return { wantsA: 32, offeredA: amps, flowA: amps };
      },
      { seconds: 160 },
    ).violations;
  expect([of(4), of(9)]).toEqual([0, 1]);
});

test('capacity: room that nobody has is not handed over: who comes to it is owed it at once', () => {
  const of = (servedAfter: number) => {
    const { report, violations } = court();
    const checker = createCapacityChecker(siteRising(0), report);
    for (let second = 0; second < 1_000; second += 1) {
      const since = second % 90;
      const amps = since >= 30 + servedAfter ? 32 : 0;
      const comes = since < 30 ? { wantsA: 0, offeredA: 0, flowA: 0 } : { wantsA: 32, offeredA: amps, flowA: amps };
      const empty = { wantsA: 0, offeredA: 0, flowA: 0 };
      checker.look(
        second * 1_000,
        ids.map((evseId, i): Use => ({ evseId, usedPhases: 3, ...(i === 0 ? comes : empty) })),
        QUIET,
      );
    }
    return { verdict: checker.conclude(0), violations: violations.length };
  };
  expect(of(24)).toMatchObject({ verdict: { share: expect.any(Number) }, violations: 1 });
  const { verdict, violations } = of(8);
  expect([verdict.kind, violations]).toEqual(['unjudged', 0]);
});

test('capacity: what a bay of cars that come and go cannot have yet is for the others', () => {
  const { report, violations } = court();
  const checker = createCapacityChecker(siteRising(0), report);
  const others = { wantsA: 32, offeredA: 0.96 * FAIR_A, flowA: 0.96 * FAIR_A };
  for (let second = 0; second < 300; second += 1) {
    const comesAndGoes = { wantsA: second % 25 < 5 ? 0 : 32, offeredA: 0, flowA: 0 };
    const uses = ids.map((evseId, i): Use => ({ evseId, usedPhases: 3, ...(i === 0 ? comesAndGoes : others) }));
    checker.look(second * 1_000, uses, QUIET);
  }
  checker.conclude(0);
  expect(violations).toHaveLength(1);
});

test('SI5 capacity: where what a station may draw by a stranger’s profile leaves no room for the fallbacks of all, nothing is said of those behind it', () => {
  const { spec, ...document } = demoSite().document;
  const half = ids.length / 2;
  const of = (ratingA: number, elsewhereA = 6) => {
    const circuits = spec.circuits.map((circuit) =>
      circuit.parent === undefined ? circuit : { ...circuit, ratingPerPhaseA: ratingA },
    );
    const { report, violations } = court();
    const site = siteFactsOf({ ...document, spec: { ...spec, circuits } });
    const checker = createCapacityChecker(site, report, undefined, { isHeldBack: (id) => id === 'ST-001' });
    const uses = ids.map((evseId, index): Use => {
      const amps = index < half ? 0 : elsewhereA;
      return { evseId, usedPhases: 3, wantsA: index < half ? 32 : 8, offeredA: amps, flowA: amps };
    });
    for (let second = 0; second < 300; second += 1) checker.look(second * 1_000, uses, QUIET);
    return { verdict: checker.conclude(0), violations: violations.length };
  };
  // 32 A of it, and 6 A of each of the 11 others of its panel.
  const leastA = 32 + 11 * 6;
  expect(of(leastA - 1, 8)).toEqual({ verdict: { kind: 'unjudged', why: 'no room for all' }, violations: 0 });
  expect(of(leastA, 8)).toMatchObject({ verdict: { kind: 'judged' }, violations: 1 });
  // The other panel has room for all of its own.
  expect(of(leastA - 1, 0)).toMatchObject({ verdict: { kind: 'judged' }, violations: 1 });
});

test('capacity: what is offered and does not flow is not used, but for the time that a car may take to follow', () => {
  const dry = capacityOf(() => ({ wantsA: 32, offeredA: FAIR_A, flowA: FAIR_A * 0.9 }));
  expect(dry).toMatchObject({ verdict: { kind: 'judged' }, violations: 1 });
  const following = (followsInS: number): number =>
    capacityOf((second) => ({
      wantsA: 32,
      offeredA: second === 0 ? 6 : FAIR_A,
      flowA: second < followsInS ? 6 : FAIR_A,
    })).violations;
  expect([following(16), following(36)]).toEqual([0, 1]);
});

test('UD2 capacity: what a car does not take is kept for it for a while, and then it is others who could have it', () => {
  const idle = (seconds: number) => {
    const { report, violations } = court();
    const checker = createCapacityChecker(siteRising(0), report);
    for (let second = 0; second < seconds; second += 1) {
      const uses = ids.map((evseId, index) =>
        index % 2 === 0
          ? { evseId, usedPhases: 3, wantsA: 6, offeredA: 11, flowA: 6 }
          : { evseId, usedPhases: 3, wantsA: 32, offeredA: 11, flowA: 11 },
      );
      checker.look(second * 1_000, uses, QUIET);
    }
    checker.conclude(0);
    return violations.length;
  };
  expect([idle(120), idle(300)]).toEqual([0, 1]);
});

test('7.2b capacity: what the building may rise to while leases run is not there to be used', () => {
  const amps = ((792.2 - 30) / 72) * 0.96;
  const verdictOf = (risesA: number): number =>
    capacityOf(() => ({ wantsA: 32, offeredA: amps, flowA: amps }), { risesA }).violations;
  // 10 A on each phase are 30 A of the contract.
  expect([verdictOf(10), verdictOf(0)]).toEqual([0, 1]);
});

test('ADR 20 capacity: a car that has shown one phase for long enough counts on one, and until then on all', () => {
  const of = (seconds: number, amps: number) =>
    capacityOf(() => ({ wantsA: 32, offeredA: amps, flowA: amps }), { seconds, usedPhases: 1 }).violations;
  // 85 s at 11 A, for nothing is shown; then each could have 28 A.
  expect([of(120, 15.5), of(300, 15.5), of(300, 27)]).toEqual([0, 1, 0]);
  // Too little to show anything by.
  expect(of(300, 3)).toBe(1);
});

test('capacity: who does not share equally promises that nothing is left over, whoever has it', () => {
  const of = (first: number, others: number, sharesEqually: boolean) => {
    const { report, violations } = court();
    const checker = createCapacityChecker(siteRising(0), report, undefined, { sharesEqually });
    const uses = ids.map((evseId, index): Use => {
      const amps = index < 8 ? first : others;
      return { evseId, usedPhases: 3, wantsA: index < 8 ? 16 : 32, offeredA: amps, flowA: Math.min(amps, 16) };
    });
    for (let second = 0; second < 300; second += 1) checker.look(second * 1_000, uses, QUIET);
    const verdict = checker.conclude(0);
    return { failed: violations.length, isIdealTold: verdict.kind === 'judged' && verdict.ofIdeal !== undefined };
  };
  // 8 have 16 A and 16 share what is left of 264 A for each phase: 8.5 A.
  expect(of(16, 8.5, false)).toEqual({ failed: 0, isIdealTold: false });
  expect([of(16, 7, false).failed, of(16, 6, false).failed]).toEqual([0, 1]);
  // Of equal shares each of the 16 could have 11 A.
  expect(of(16, 8.5, true)).toEqual({ failed: 16, isIdealTold: true });
});

test('handovers: an increase after a confirmed decrease elsewhere counts once', () => {
  const counter = createHandoverCounter();
  const hear = (stationId: string, limit: number, nowMs: number) =>
    counter.received(nowMs, stationId, profileFrame(limit, AT));
  hear('ST-001', 20, 0);
  hear('ST-002', 10, 0);
  hear('ST-002', 12, 1);
  hear('ST-001', 16, 2);
  hear('ST-002', 13, 3);
  expect(counter.count()).toBe(0);
  counter.sent(4, 'ST-001', frame(JSON.stringify([3, `m-16-${AT}`, { status: 'Accepted' }])));
  hear('ST-002', 14, 5);
  hear('ST-002', 15, 6);
  expect(counter.count()).toBe(1);
});
