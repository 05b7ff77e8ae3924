import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import { all, car, committed, connected, evseInput, idOf, panelOf, siteOf, stationName, T0 } from './given.fixture.ts';
import { after } from './given.fixture.ts';
import { probing } from './probing.ts';
import { type ContenderRole, roleOf } from './roles.ts';

/** Cars of three phases that have had nothing yet; car 1 came first. */
function rolesOf(tiers: readonly number[]): readonly ContenderRole[] {
  const evses = tiers.map((tier, i) => evseInput(stationName(i + 1), 'panel-a', { fallback: 0, tier }));
  const site = siteOf({ ...panelOf(0), evses });
  const state = after(all(1, tiers.length, (n) => [connected(n), committed(n, 0), ...car(n)]));
  return [...site.evses.values()].flatMap((evse) => {
    const role = roleOf({ site, evse, state, given: new Map(), nowMs: T0 });
    return role.kind === 'contender' ? [{ ...role, before: { limit: role.before.limit } }] : [];
  });
}

test('MD5 of those who have yet to show what their cars take the one who has waited longest is let in', () => {
  expect([...probing(rolesOf([1, 1, 1]), T0)]).toEqual([idOf(1)]);
});

test('MD13 of several tiers it is one of the lowest: a higher one may never have the place that it would wait for', () => {
  expect([...probing(rolesOf([2, 1, 1]), T0)]).toEqual([idOf(2)]);
});

test('C65 who has enough by the rules of its bay is not let in, and keeps nobody else from it', () => {
  const [first, second] = rolesOf([1, 1]);
  if (first === undefined || second === undefined) throw new Error('there are two');
  const enough = { ...first, contender: { ...first.contender, max: deciAmps(0) } };
  expect([...probing([enough, second], T0)]).toEqual([idOf(2)]);
});
