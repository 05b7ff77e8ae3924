import { expect, test } from '@jest/globals';
import { deciAmps, type EpochMs, epochMs, type EvseId, sessionId } from '@headroom/kernel';
import { gate, otherLoadHorizon, otherLoadNow, type PhaseMask } from '@headroom/site-model';
import type { Fact } from './facts.ts';
import { after, asking, T0 } from './given.fixture.ts';
import { conductorsOf } from './planning/conductors.ts';
import type { KeptPlan } from './planning/kept-plan.ts';
import { budgetW, deliveredOf } from './planning/usable-plan.ts';
import { diceOf, randomSite } from './test-support/random-sites.ts';
import { decided, isCar, limitOf, type Situation } from './test-support/random-situations.ts';

const SITES = 60;

/** Numbers that no plan of ours holds. Some are none at all. */
const ABSURD = [Number.NaN, -Infinity, Infinity, -1, 0, 1e308, -1e-308, 0.1, 2 ** 53, 4_000, 60_000];

/** Whatever may stand where a plan should: budgets of anything, at any time, with anything for bounds. */
function absurdPlan(seed: number, { site }: Situation): KeptPlan {
  const dice = diceOf(seed + 2_000_000);
  const any = (): number => ABSURD[dice(ABSURD.length)] ?? 0;
  const isSane = dice(3) === 0;
  const wh = (): number => (isSane ? dice(2_000) : any());
  const atMs = (ms: number): EpochMs => (isSane || dice(2) === 0 ? T0 + ms : any());
  const sessions = [...site.evses.values()].map((_, n) => sessionId(`session-${n}`));
  return {
    ...{ epoch: 1n, seq: 1n, siteVersion: site.version, createdAtMs: T0, mode: dice(2) === 0 ? 'energy' : 'cost' },
    validUntilMs: T0 + 600_000,
    budgets: new Map(
      sessions.flatMap((session) =>
        dice(4) === 0
          ? []
          : [
              [
                session,
                [0, 1, 2].map((n) => ({
                  ...{ fromMs: atMs(n * 300_000), toMs: atMs((n + 1) * 300_000), energyWh: wh() },
                })),
              ] as const,
            ],
      ),
    ),
    deliveredWh: new Map(sessions.flatMap((session) => (dice(2) === 0 ? [] : [[session, wh()] as const]))),
    envelope: [0, 1, 2].map((n) => ({ fromMs: atMs(n * 300_000), toMs: atMs((n + 1) * 300_000), powerW: wh() })),
  };
}

function planned(seed: number): Situation {
  const situation = randomSite(seed, 30);
  const dice = diceOf(seed + 1_000_000);
  const asked = [...situation.site.evses.values()].flatMap((_, i): readonly Fact[] =>
    dice(2) === 0 ? [] : [asking(i, dice(60_000), T0 + dice(12 * 3_600_000) - 600_000)],
  );
  // Without a meter: decisions round a reading up, and the gate does not.
  const otherLoads = situation.site.otherLoads.map(({ meterId: _, ...load }) => load);
  const site = { ...situation.site, otherLoads, share: 'smoothed-laxity' as const };
  const plan: Fact = { kind: 'plan-made', plan: absurdPlan(seed, situation) };
  return { ...situation, site, state: after([...asked, plan], situation.state) };
}

const committedOf = ({ site, fixed }: Situation): Map<EvseId, ReturnType<typeof deciAmps>> =>
  new Map([...site.evses.keys()].map((id) => [id, deciAmps(fixed.get(id) ?? 0)]));

const masksOf = ({ site, used }: Situation): ReadonlyMap<EvseId, PhaseMask> =>
  new Map([...used].map(([id, phases]) => [id, { phases, elsewhere: site.evses.get(id)?.fallback ?? deciAmps(0) }]));

/** What the gate says of a limit when everybody else counts with what he was given. */
function gateFor(situation: Situation, committed: ReadonlyMap<EvseId, ReturnType<typeof deciAmps>>) {
  const { site, state } = situation;
  const view = {
    ...{ site, masks: masksOf(situation), nowMs: T0 },
    otherLoad: otherLoadNow(site, state.readings, T0),
    horizonLoad: otherLoadHorizon(site, state.readings, T0),
  };
  return (evseId: EvseId, limit: number) =>
    gate({ ...view, committed, proposal: { evseId, limit: deciAmps(limit) } }).kind;
}

test('PT1, PT2: along any plan, however absurd, all that is asked for passes the gate, and is 0 or within bounds', () => {
  let followed = 0;
  for (let seed = 1; seed <= SITES; seed += 1) {
    const situation = planned(seed);
    const { decision } = decided(situation);
    followed += decision.plan?.kind === 'followed' ? 1 : 0;
    const committed = committedOf(situation);
    const pass = gateFor(situation, committed);
    for (const evse of situation.site.evses.values()) {
      if (!isCar(situation, evse)) continue;
      const limit = limitOf(decision, evse);
      expect(limit === 0 || (limit >= evse.minCurrent && limit <= evse.maxCurrent)).toBe(true);
      expect({ seed, verdict: pass(evse.evseId, limit) }).toEqual({ seed, verdict: 'pass' });
      committed.set(evse.evseId, deciAmps(Math.max(limit, evse.fallback)));
    }
  }
  // Else it would show nothing.
  expect(followed).toBeGreaterThan(SITES / 2);
});

test('PT3, PT12: along any plan that holds nothing back nothing is left over, and to decide again changes nothing', () => {
  let judged = 0;
  for (let seed = 1; seed <= SITES; seed += 1) {
    const made = planned(seed);
    const { plan } = made.state;
    const state = plan === undefined ? made.state : { ...made.state, plan: { ...plan, mode: 'energy' as const } };
    const situation: Situation = { ...made, state };
    const first = decided(situation);
    const later = decided(situation, decided(situation, first.memory, T0 + 61_000).memory, T0 + 119_000);
    expect(decided(situation, later.memory, T0 + 119_000).decision).toEqual(later.decision);
    const committed = committedOf(situation);
    for (const evse of situation.site.evses.values()) {
      if (isCar(situation, evse))
        committed.set(evse.evseId, deciAmps(Math.max(limitOf(later.decision, evse), evse.fallback)));
    }
    const pass = gateFor(situation, committed);
    for (const evse of situation.site.evses.values()) {
      const limit = limitOf(later.decision, evse);
      if (!isCar(situation, evse) || limit === evse.maxCurrent) continue;
      const more = Math.max(evse.minCurrent, limit + 1);
      if (more <= evse.fallback) continue;
      judged += 1;
      expect({ seed, evse: evse.evseId, verdict: pass(evse.evseId, more) }).toEqual({
        ...{ seed, evse: evse.evseId, verdict: 'refuse' },
      });
    }
  }
  expect(judged).toBeGreaterThan(100);
});

test('LC6: whatever stands in an envelope, nobody has less than his budget says, where that would fit with none at all', () => {
  let [judged, waiting] = [0, 0];
  for (let seed = 1; seed <= SITES; seed += 1) {
    const made = planned(seed);
    const { plan: absurd } = made.state;
    if (absurd === undefined) continue;
    // Budgets that mean something, and an envelope that may not.
    const dice = diceOf(seed + 3_000_000);
    const budgets = [...made.site.evses.values()].flatMap((_, n) => {
      const energyWh = dice(2) === 0 ? 0 : 200 + dice(900);
      const span = { fromMs: epochMs(T0), toMs: epochMs(T0 + 600_000), energyWh };
      return energyWh === 0 ? [] : [[sessionId(`session-${n}`), [span]] as const];
    });
    const plan = { ...absurd, deliveredWh: new Map(), budgets: new Map(budgets) };
    const inMode = (mode: 'energy' | 'cost', envelope = plan.envelope): Situation => ({
      ...made,
      state: { ...made.state, plan: { ...plan, mode, envelope } },
    });
    const rested = (situation: Situation) => {
      const { memory } = decided(situation, decided(situation).memory, T0 + 61_000);
      return decided(situation, memory, T0 + 122_000).decision;
    };
    const [free, held, none] = [rested(inMode('energy')), rested(inMode('cost')), rested(inMode('cost', []))];
    for (const evse of made.site.evses.values()) {
      if (!isCar(made, evse)) continue;
      const facts = made.state.evses.get(evse.evseId);
      const id = facts?.session?.sessionId;
      const nowMs = epochMs(T0 + 122_000);
      const watts =
        id === undefined || facts === undefined ? 0 : budgetW(plan, id, { delivered: deliveredOf(facts), nowMs });
      const volts = made.site.nominalVoltageV * conductorsOf(evse, evse.phases.length);
      const budget = Math.min(evse.maxCurrent, Math.floor((watts * 10) / volts));
      // Of whom the rows keep from his budget nobody speaks here.
      for (const decision of [held, none]) {
        const least = Math.min(budget, limitOf(free, evse));
        if (limitOf(free, evse) >= budget && budget >= evse.minCurrent) {
          judged += 1;
          expect({ seed, evse: evse.evseId, isLess: limitOf(decision, evse) < least }).toEqual({
            seed,
            evse: evse.evseId,
            isLess: false,
          });
        }
      }
      waiting += none.allocations.get(evse.evseId)?.reason.code === 'TARIFF_WAIT' ? 1 : 0;
    }
  }
  expect(judged).toBeGreaterThan(4);
  expect(waiting).toBeGreaterThan(30);
});
