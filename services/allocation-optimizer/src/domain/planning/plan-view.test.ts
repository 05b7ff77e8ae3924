import { expect, test } from '@jest/globals';
import { all, car, panelOf, ready, Scene, siteOf, T0 } from '../given.fixture.ts';
import { evsePlansOf, TIGHT_MS } from './plan-view.ts';

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

const riskOf = (...of: Parameters<typeof planned>): readonly string[] => planned(...of).plans.map(({ risk }) => risk);

test('a plan of a car is told where the car is, in watts of each interval; a car without one has none', () => {
  const { evseId, plans } = planned([1_000, 0, 500, 0], T0 + 4 * QUARTER_MS);
  expect(plans).toMatchObject([{ evseId, powerW: [4_000, 0, 2_000, 0] }]);
});

test('who has what is needed within the last quarter of an hour only is tight, by instants of the plan', () => {
  const byMs = T0 + 3 * QUARTER_MS;
  expect(riskOf([1_000, 1_000, 0, 0], byMs)).toEqual(['none']);
  expect(riskOf([1_000, 0, 1, 0], byMs)).toEqual(['tight']);
  // What comes behind the departure is no concern of it.
  expect(riskOf([1_000, 1_000, 0, 1_000], byMs)).toEqual(['none']);
  // The second quarter ends within the last one of a departure between two.
  expect(riskOf([0, 1_000, 0, 0], byMs - QUARTER_MS / 2)).toEqual(['tight']);
  expect(riskOf([0, 1_000, 0, 0], T0 + 2 * QUARTER_MS + TIGHT_MS)).toEqual(['none']);
});

test('what is missing says more than what is tight', () => {
  expect(riskOf([0, 0, 1_000, 0], T0 + 3 * QUARTER_MS, 1)).toEqual(['misses']);
});
