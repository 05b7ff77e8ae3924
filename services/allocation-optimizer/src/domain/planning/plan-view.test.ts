import { expect, test } from '@jest/globals';
import { epochMs } from '@headroom/kernel';
import { all, car, panelOf, ready, Scene, siteOf, T0 } from '../given.fixture.ts';
import { evsePlansOf, riskOf, TIGHT_MS } from './plan-view.ts';
import { NOON_MS, planned as makePlanned, question, session } from './test-support/questions.ts';

const QUARTER_MS = 900_000;
const INTERVALS = [0, 1, 2, 3].map((at) => ({ fromMs: T0 + at * QUARTER_MS, toMs: T0 + (at + 1) * QUARTER_MS }));

/** A car of the first bay with this plan, by quarters of an hour. */
function planned(energyWh: readonly number[], byMs: number, missingWh = 0) {
  const { state } = new Scene(siteOf(panelOf(2))).given(all(1, 2, ready), all(1, 2, car));
  const [evseId, facts] = [...state.evses].find(([, { session }]) => session !== undefined) ?? [];
  const sessionId = facts?.session?.sessionId;
  if (evseId === undefined || sessionId === undefined) throw new Error('no car');
  const session = { deliveredWh: 0, needWh: 4_000, missingWh, byMs, energyWh };
  return { evseId, plans: evsePlansOf({ intervals: INTERVALS, sessions: new Map([[sessionId, session]]) }, state) };
}

const risksOf = (...of: Parameters<typeof planned>): readonly string[] => planned(...of).plans.map(({ risk }) => risk);

test('a plan of a car is told where the car is, in watts of each interval; a car without one has none', () => {
  const { evseId, plans } = planned([1_000, 0, 500, 0], T0 + 4 * QUARTER_MS);
  expect(plans).toMatchObject([{ evseId, powerW: [4_000, 0, 2_000, 0] }]);
});

test('who has what is needed within the last quarter of an hour only is tight, by instants of the plan', () => {
  const byMs = T0 + 3 * QUARTER_MS;
  expect(risksOf([1_000, 1_000, 0, 0], byMs)).toEqual(['none']);
  expect(risksOf([1_000, 0, 1, 0], byMs)).toEqual(['tight']);
  // What comes behind the departure is no concern of it.
  expect(risksOf([1_000, 1_000, 0, 1_000], byMs)).toEqual(['none']);
  // The second quarter ends within the last one of a departure between two.
  expect(risksOf([0, 1_000, 0, 0], byMs - QUARTER_MS / 2)).toEqual(['tight']);
  expect(risksOf([0, 1_000, 0, 0], T0 + 2 * QUARTER_MS + TIGHT_MS)).toEqual(['none']);
});

test('what is missing says more than what is tight', () => {
  expect(risksOf([0, 0, 1_000, 0], T0 + 3 * QUARTER_MS, 1)).toEqual(['misses']);
});

test('TIGHT: a plan that a full site pushes to the last quarter of an hour is tight; with more room, or more time, it is not; with less it misses', () => {
  const HOUR_MS = 3_600_000;
  const risks = (roomKw: number, byMs = NOON_MS + HOUR_MS): readonly string[] => {
    const sessions = [1, 2].map((n) => session(n, { needKwh: 4, maxKw: 8, byMs: epochMs(byMs) }));
    const { plan } = makePlanned(question({ sessions, room: () => roomKw }));
    return [...plan.sessions.values()].map((one) => riskOf({ intervals: plan.intervals }, one)).toSorted();
  };
  expect(risks(8)).toContain('tight');
  expect(risks(8)).not.toContain('misses');
  expect(risks(16)).toEqual(['none', 'none']);
  expect(risks(8, NOON_MS + 2 * HOUR_MS)).toEqual(['none', 'none']);
  expect(risks(4)).toEqual(['misses', 'misses']);
});
