import { describe, expect, test } from '@jest/globals';
import { wattHours } from '@headroom/kernel';
import type { EvseInput, SharePolicy, TierMode } from '@headroom/site-model';
import { boosted } from './boosted.fixture.ts';
import type { Fact } from './facts.ts';
import {
  after,
  all,
  asked,
  car,
  committed,
  connected,
  evseInput,
  gone,
  idOf,
  limits,
  measured,
  panelOf,
  reasonOf,
  Scene,
  siteOf,
  stationName,
  T0,
} from './given.fixture.ts';
import { evolve } from './evolve.ts';
import { quietUntil } from './quiet.ts';

const MIN = 60_000;
/** At no whole minute, so that nothing else is looked at then. */
const UNTIL = T0 + 30 * MIN + 7_000;

/** It has had something in this session: else whoever was paused does not rest (OD3). */
const charged = (n: number): readonly Fact[] =>
  [0, 900].flatMap((wh, i) => {
    const fact = measured(n, 60, T0 - 20_000 + i * 10_000);
    return fact.kind === 'evse-measured' ? [{ ...fact, sample: { ...fact.sample, register: wattHours(wh) } }] : [];
  });

/** On one panel, a car at each; car 1 came first. */
function sceneOf(
  said: readonly Partial<EvseInput>[],
  { rating, ...of }: { readonly rating: number; readonly share?: SharePolicy; readonly tiers?: TierMode },
): Scene {
  const evses = said.map((one, i) => evseInput(stationName(i + 1), 'panel-a', { fallback: 0, ...one }));
  const site = siteOf({ ...panelOf(0, {}, rating), evses, share: 'equal', ...of });
  return new Scene(site).given(all(1, said.length, (n) => [connected(n), committed(n, 0), ...car(n)]));
}

describe('C70 who is boosted', () => {
  test('has all that it can use before anybody else has anything, of whatever tier; both are told so', () => {
    const scene = sceneOf([{ tier: 1 }, { tier: 1 }, { tier: 9 }], { rating: 400 }).given(boosted(3, UNTIL));
    const decision = scene.decideAt(T0);
    expect(limits(decision, 1, 2, 3)).toEqual([80, 0, 320]);
    expect(reasonOf(decision, 3)).toEqual({
      code: 'BOOSTED',
      sentence: '22.1 kW. The most this station can give (32 A). Boosted until 08:30 UTC by operator.',
    });
    expect(reasonOf(decision, 1).sentence).toContain('A boosted car comes first.');
    expect(reasonOf(decision, 2)).toMatchObject({ code: 'LOWER_PRIORITY' });
  });

  test('never exceeds a row, and is told which; nor its own maximum', () => {
    const decision = sceneOf([{}, {}], { rating: 200 }).given(boosted(2, UNTIL)).decideAt(T0);
    expect(limits(decision, 1, 2)).toEqual([0, 200]);
    expect(reasonOf(decision, 2)).toMatchObject({ code: 'CIRCUIT_LIMIT' });
    expect(reasonOf(decision, 2).sentence).toContain('Boosted until 08:30 UTC by operator.');
    const ruled = [{}, { rules: { maximumW: 6_900 } }];
    expect(limits(sceneOf(ruled, { rating: 400 }).given(boosted(2, UNTIL)).decideAt(T0), 1, 2)).toEqual([300, 100]);
  });

  test('leaves what is assured to an accessible bay', () => {
    const scene = sceneOf([{ minimumShare: 100 }, {}], { rating: 320 }).given(boosted(2, UNTIL));
    expect(limits(scene.decideAt(T0), 1, 2)).toEqual([100, 220]);
  });

  test('shares with whoever else is boosted', () => {
    const scene = sceneOf([{}, {}, {}], { rating: 400 }).given(boosted(1, UNTIL), boosted(3, UNTIL));
    expect(limits(scene.decideAt(T0), 1, 2, 3)).toEqual([200, 0, 200]);
  });

  test('does not wait for a turn, nor for a rest', () => {
    const scene = sceneOf([{}, {}, {}], { rating: 130 });
    expect(limits(scene.decideAt(T0), 1, 2, 3)).toEqual([65, 65, 0]);
    expect(limits(scene.given(boosted(3, UNTIL)).decideAt(T0 + 1_000), 3)).toEqual([130]);
  });

  test('starts again at once after a pause in which it had nothing', () => {
    const paused = (...facts: readonly Fact[]): readonly number[] => {
      const scene = sceneOf([{}, {}], { rating: 320 }).given(charged(1), facts);
      scene.decideAt(T0);
      scene.given(asked([[0, T0 + 20_000, T0 + 50_000]])).decideAt(T0 + 30_000);
      return limits(scene.decideAt(T0 + 60_000), 1);
    };
    expect(paused()).toEqual([0]);
    expect(paused(boosted(1, UNTIL))).toEqual([320]);
  });

  test('shares like the others again at its end, and the decision knows when that is', () => {
    const scene = sceneOf([{}, {}], { rating: 400 }).given(boosted(2, UNTIL));
    expect(limits(scene.decideAt(T0), 1, 2)).toEqual([80, 320]);
    scene.decideAt(UNTIL - 60_000);
    const memory = scene.memory;
    expect(limits(scene.decideAt(UNTIL - 1), 1, 2)).toEqual([80, 320]);
    const { site, state } = scene;
    expect(quietUntil({ site, state, before: memory, memory, nowMs: UNTIL - 1 })).toBe(UNTIL);
    const ended = scene.decideAt(UNTIL);
    expect(limits(ended, 2)).toEqual([200]);
    expect(reasonOf(ended, 2)).toMatchObject({ code: 'CIRCUIT_LIMIT' });
    expect(reasonOf(ended, 2).sentence).not.toContain('Boosted');
  });

  test('and is ended by hand, or is another transaction, is not', () => {
    const shares = (scene: Scene) => limits(scene.decideAt(T0), 1, 2);
    const two = () => sceneOf([{}, {}], { rating: 400 }).given(boosted(2, UNTIL));
    expect(shares(two().given(boosted(2, undefined)))).toEqual([200, 200]);
    expect(shares(two().given(gone(2)))).toEqual([320, 0]);
    expect(shares(sceneOf([{}, {}], { rating: 400 }).given(boosted(2, UNTIL, 'tx-before')))).toEqual([200, 200]);
  });
});

test('C70 a boost ends with its transaction, and a repeat of it changes nothing', () => {
  const state = after([...car(1), boosted(1, UNTIL)]);
  expect(state.evses.get(idOf(1))?.transaction?.boost).toEqual({ untilMs: UNTIL, setBy: 'operator' });
  expect(evolve(state, boosted(1, UNTIL))).toBe(state);
  const later = evolve(state, boosted(1, UNTIL + 1));
  expect(later.evses.get(idOf(1))?.transaction?.boost?.untilMs).toBe(UNTIL + 1);
  const ended = evolve(state, boosted(1, undefined));
  expect(ended.evses.get(idOf(1))?.transaction).not.toHaveProperty('boost');
  expect(evolve(ended, boosted(1, undefined))).toBe(ended);
  const closed = after(gone(1), state);
  expect(evolve(closed, boosted(1, UNTIL))).toBe(closed);
});
