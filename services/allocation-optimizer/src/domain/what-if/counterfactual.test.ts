import { expect, test } from '@jest/globals';
import { circuitId, deciAmps, epochMs, perPhase } from '@headroom/kernel';
import type { SiteModelInput } from '@headroom/site-model';
import type { Fact } from '../facts.ts';
import {
  asked,
  all,
  building,
  car,
  committed,
  DEPOT,
  idOf,
  panelOf,
  ready,
  Scene,
  siteOf,
  T0,
} from '../given.fixture.ts';
import { temperature } from '../temperature.fixture.ts';
import { runToEnd } from '../test-support/run-to-end.ts';
import { counterfactualOf, type Found, Recomputations } from './counterfactual.ts';
import { type DecidedFrom, decideFrom, settled } from './decided-from.ts';
import { explainDecision } from './explain-decision.ts';
import { raised } from './raise.ts';

/** A site with cars in its first bays, as it stands before its first decision. */
function fromOf(input: SiteModelInput, cars: number, ...more: readonly Fact[]): DecidedFrom {
  const scene = new Scene(siteOf(input)).given(
    all(1, input.evses.length, ready),
    all(1, cars, car),
    building(600),
    ...more,
  );
  return { site: scene.site, state: scene.state, memory: scene.memory, nowMs: T0 };
}

const found = (from: DecidedFrom, n: number, most = 20): Found =>
  runToEnd(counterfactualOf(new Recomputations(from, most), idOf(n))).value;

test('of four cars on a panel of 64 A each would have an ampere more with 5 A more on the panel', () => {
  // 4 A more are enough, but what is tried goes from 2 to 5.
  expect(found(fromOf(panelOf(4), 4), 1)).toEqual({
    raises: [{ circuitId: 'panel-a', kind: 'conductors', byDeciA: 50 }],
    limit: 173,
    sentence: 'With 5 A more on Panel A it would have 17.3 A (11.9 kW).',
  });
});

test('who waits is told what would let it charge', () => {
  const from = fromOf(panelOf(3, { fallback: 0 }, 150), 3);
  expect(found(from, 3)).toEqual({
    raises: [{ circuitId: 'panel-a', kind: 'conductors', byDeciA: 50 }],
    limit: 66,
    sentence: 'With 5 A more on Panel A it would charge with 6.6 A (4.6 kW).',
  });
});

test('MD13 who waits for a lower tier is told what would be enough for both: the lower one takes its part of it first', () => {
  const panel = panelOf(2, { fallback: 0 }, 250);
  const evses = panel.evses.map((evse, i) => ({ ...evse, tier: 2 - i }));
  const from = fromOf({ ...panel, evses, tiers: 'strict' }, 2);
  expect(decideFrom(from).decision.allocations.get(idOf(1))?.reason.code).toBe('LOWER_PRIORITY');
  // 13 A more: 7 A until the other one has all that it can take, and 6 A to begin with.
  expect(found(from, 1)).toEqual({
    raises: [{ circuitId: 'panel-a', kind: 'conductors', byDeciA: 200 }],
    limit: 130,
    sentence: 'With 20 A more on Panel A it would charge with 13 A (9.0 kW).',
  });
});

test('C65 who has no more by a rule of its bay is told what it would have without it; asked of a whole site nobody is', () => {
  const panel = panelOf(2);
  const rules = [{ maximumW: 6_900 }, { maximumW: 100_000 }];
  const evses = panel.evses.map((evse, i) => ({ ...evse, rules: rules[i] }));
  const from = fromOf({ ...panel, evses }, 2);
  expect(found(from, 1)).toEqual({
    raises: [],
    limit: 320,
    sentence: 'Without the rules of its bay it would have 32 A (22.1 kW).',
  });
  // It has all that its station can give.
  expect(found(from, 2)).toBe('none');
  expect(found(from, 1, 1)).toBe('left-out');
  const asked = (only?: readonly ReturnType<typeof idOf>[]) =>
    runToEnd(explainDecision(from, only)).value.evses.find(({ evseId }) => evseId === idOf(1))?.counterfactual?.limit;
  expect([asked([idOf(1)]), asked()]).toEqual([320, undefined]);
});

test('of power that the grid limits the limit of the grid is meant, and the contract beside it', () => {
  const from = fromOf({ ...DEPOT, evses: DEPOT.evses.slice(0, 4) }, 4, asked([[70_000, T0 - 1_000, T0 + 600_000]]));
  expect(found(from, 1)).toMatchObject({
    raises: [{ circuitId: 'grid', kind: 'power', byW: 4_000 }],
    sentence: expect.stringMatching(/^With 4 kW more on Grid connection it would have /u),
  });
});

test('where another limit binds right behind the first one both are named, and both are needed', () => {
  const [grid, panel] = panelOf(4).circuits;
  if (grid === undefined || panel === undefined) throw new Error('no circuits');
  const tight = { ...panelOf(4), circuits: [{ ...grid, rating: perPhase(() => 640) }, panel] };
  const from = fromOf(tight, 4);
  const both = found(from, 1);
  expect(both).toMatchObject({
    raises: [
      { circuitId: 'grid', byDeciA: 50 },
      { circuitId: 'panel-a', byDeciA: 50 },
    ],
    sentence: 'With 5 A more on Grid connection and 5 A more on Panel A it would have 17.3 A (11.9 kW).',
  });
  if (typeof both === 'string') return;
  for (const one of both.raises) {
    const { decision } = runToEnd(explainDecision(raised(from, [one]), [idOf(1)])).value;
    expect(decision.allocations.get(idOf(1))?.limit).toBe(160);
  }
});

test('who has all that its station can give, and who is alone in a bay without a car, is promised nothing', () => {
  expect(found(fromOf(panelOf(2), 1), 1)).toBe('none');
  expect(found(fromOf(panelOf(2), 1), 2)).toBe('none');
});

test('a question makes no more decisions than it may, and says how many EVSEs it left out', () => {
  const from = fromOf(panelOf(4), 4);
  expect(found(from, 1, 0)).toBe('left-out');
  expect(found(from, 1, 2)).toBe('left-out');
  expect(runToEnd(counterfactualOf(new Recomputations(from, 20), idOf(1))).pauses).toBe(5);
  const whole = runToEnd(explainDecision(from));
  // One decision of its own; those of the raises are the same for all four.
  expect(whole.pauses).toBe(1 + 5);
  expect(whole.value).toMatchObject({ leftOut: 0 });
  expect(whole.value.evses.map(({ counterfactual }) => counterfactual?.limit)).toEqual([173, 173, 172, 172]);
});

test('the row that binds is told with its load, and every word on its limit, the lowest first', () => {
  const from = fromOf({ ...DEPOT, evses: DEPOT.evses.slice(0, 4) }, 4, asked([[70_000, T0 - 1_000, T0 + 600_000]]));
  const [first] = runToEnd(explainDecision(from, [idOf(1)])).value.evses;
  expect(first?.allocation.reason).toMatchObject({ code: 'DR_EVENT', circuitId: 'grid', row: 'power' });
  expect(first?.row).toMatchObject({
    circuitName: 'Grid connection',
    row: { kind: 'power', source: 'grid', limitDeciA: 3_043, otherLoadDeciA: 1_920 },
    terms: [
      { source: 'grid', limitDeciA: 3_043, limitW: 70_000, validUntilMs: T0 + 600_000 },
      { source: 'contract', limitDeciA: 8_695, limitW: 200_000 },
    ],
  });
});

test('LC2: of a circuit that is hot what it bears is told before its rating, and a promise counts what is borne of more', () => {
  const [grid, panel] = panelOf(4).circuits;
  const steps = [{ aboveDeciC: 300, percent: 75 }];
  const derating = { ...{ sensorId: 'duct', staleAfterMs: 60_000, risesAtMostDeciC: 0 }, steps };
  const circuits = grid && panel ? [grid, { ...panel, derating }] : [];
  const from = fromOf({ ...panelOf(4), circuits }, 4, temperature(41));
  const [first] = runToEnd(explainDecision(from, [idOf(1)])).value.evses;
  expect(first?.row).toMatchObject({
    row: { kind: 'l1', source: 'derating', limitDeciA: 480 },
    terms: [
      { source: 'derating', limitDeciA: 480 },
      { source: 'rating', limitDeciA: 640 },
    ],
  });
  // 75 % of 69 A are 51.7 A, of which the first of four cars has 13 A; before it had 12 A.
  expect(found(from, 1)).toMatchObject({ raises: [{ circuitId: 'panel-a', byDeciA: 50 }], limit: 130 });
});

test('a promise made while a limit has only just risen is what it comes to, and the site gets there by itself', () => {
  const scene = new Scene(siteOf(panelOf(4))).given(all(1, 4, ready), all(1, 4, car));
  const risesAtMs = epochMs(T0 + 1_000);
  scene.decideAt(risesAtMs);
  const from = { site: scene.site, state: scene.state, memory: scene.memory, nowMs: epochMs(risesAtMs + 2_000) };
  const promise = found(from, 1);
  if (typeof promise === 'string') throw new Error(promise);
  const grown = raised(from, promise.raises);
  const later = new Scene(grown.site);
  later.state = grown.state;
  later.memory = from.memory;
  const limitAt = (afterMs: number) => later.decideAt(from.nowMs + afterMs).allocations.get(idOf(1))?.limit;
  // It rose two seconds ago: the next step is not for now.
  expect(limitAt(0)).toBe(160);
  expect(limitAt(12_000)).toBe(promise.limit);
});

test('a small rise that only waits for its time is no gain of the raise: what is told is what the raise adds', () => {
  const scene = new Scene(siteOf(panelOf(4))).given(all(1, 4, ready), all(1, 4, car));
  scene.decideAt(T0);
  // By 0.5 A each the panel grew, and nobody is told of so little for a minute.
  const from = raised({ site: scene.site, state: scene.state, memory: scene.memory, nowMs: epochMs(T0 + 15_000) }, [
    { circuitId: circuitId('panel-a'), kind: 'conductors', byDeciA: deciAmps(20) },
  ]);
  expect(decideFrom(from).decision.allocations.get(idOf(1))?.limit).toBe(160);
  // From 16.5 A on, not from the 16 A of now: with 2 A more it would have 17 A.
  expect(found(from, 1)).toMatchObject({ raises: [{ byDeciA: 50 }], limit: 178 });
});

test('who is still coming down does not become one who disobeys because his time was set back', () => {
  const scene = new Scene(siteOf(panelOf(4))).given(all(1, 4, ready), all(1, 2, car));
  scene.decideAt(T0);
  scene.given(committed(1, 320, { commanded: 320 }), all(3, 4, car));
  scene.decideAt(T0 + 1_000);
  const from = { site: scene.site, state: scene.state, memory: scene.memory, nowMs: epochMs(T0 + 3_000) };
  const codes = (of: DecidedFrom) =>
    [...decideFrom(of).decision.allocations.values()].map(({ reason: { code } }) => code);
  expect(codes(from)).not.toContain('PROFILE_NOT_ENFORCED');
  expect(codes(settled(from))).toEqual(codes(from));
});

test('where a demand target binds it is raised beside the grid connection, and the sentence says so: the connection alone would give nothing', () => {
  const from = fromOf({ ...panelOf(2, { fallback: 0 }), demandLimitW: 12_000 }, 2);
  const demandGuard = { limitW: 12_000, untilMs: epochMs(T0 + 900_000) };
  const guarded = { ...from, memory: { ...from.memory, demandGuard } };
  expect(found(guarded, 1)).toMatchObject({
    sentence: 'With 2 kW more on Grid connection and in what its demand is kept at it would have 10.1 A (7.0 kW).',
  });
});
