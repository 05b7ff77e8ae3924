import { expect, test } from '@jest/globals';
import type { EvseId } from '@headroom/kernel';
import { loadedRows, otherLoadHorizon, otherLoadNow, rowIndexOf } from '@headroom/site-model';
import { rowsAhead } from './announce.ts';
import { constraintsOf } from './constraints.ts';
import { plannedMasks } from './counted-phases.ts';
import { fill } from './fill.ts';
import { T0 } from './given.fixture.ts';
import { equalShare } from './policies/shares.ts';
import type { Policy } from './policies/policy.ts';
import { type ContenderRole, type Role, roleOf } from './roles.ts';
import { plainConstraintsOf } from './test-support/plain-constraints.ts';
import { plainFill } from './test-support/plain-fill.ts';
import { diceOf, randomSite } from './test-support/random-sites.ts';
import type { Situation } from './test-support/random-situations.ts';

/** In every run; more were run by hand when the fill was written. */
const SITES = 400;

function bothFills({ site, state }: Situation, policy: Policy) {
  const roles = new Map<EvseId, Role>();
  for (const [evseId, evse] of site.evses) {
    roles.set(evseId, roleOf({ site, evse, state, given: new Map(), nowMs: T0 }));
  }
  const contending: readonly ContenderRole[] = [...roles.values()]
    .filter((role) => role.kind === 'contender')
    .toSorted((a, b) => policy.compare(a.contender, b.contender));
  const limits = rowsAhead(site, T0);
  const otherLoad = otherLoadNow(site, state.readings, T0);
  const horizonLoad = otherLoadHorizon(site, state.readings, T0);
  const rows = loadedRows({ site, otherLoad, horizonLoad, nowMs: T0 }, limits);
  const everybody = { roles, contending, masks: plannedMasks(contending) };
  const contenders = contending.map(({ contender }) => contender);
  const fast = fill(contenders, constraintsOf(rows, rowIndexOf(site, limits), everybody), policy);
  const plain = plainFill(contenders, plainConstraintsOf(rows, everybody), policy);
  return { fast, plain };
}

const shown = (shares: ReturnType<typeof fill> | ReturnType<typeof plainFill>) =>
  shares.map(({ given, boundBy, queuePosition }) => ({
    ...{ given, queuePosition },
    ...{ row: boundBy?.rowIndex, room: boundBy?.room, overfull: boundBy?.overfull },
  }));

test('the fill gives what the plain one gives, row for row, on sites of every shape', () => {
  for (let seed = 1; seed <= SITES; seed += 1) {
    const { fast, plain } = bothFills(randomSite(seed), equalShare);
    expect({ seed, shares: shown(fast) }).toEqual({ seed, shares: shown(plain) });
  }
});

test('the same with odd weights, bases and starts', () => {
  for (let seed = 1; seed <= SITES; seed += 1) {
    const dice = diceOf(seed);
    const kernels = new Map<string, ReturnType<Policy['kernelOf']>>();
    const odd: Policy = {
      ...equalShare,
      kernelOf: ({ evseId }) => {
        const kernel = kernels.get(evseId) ?? { base: dice(200) - 100, weight: 1 + dice(400), from: dice(4_000_000) };
        kernels.set(evseId, kernel);
        return kernel;
      },
    };
    const { fast, plain } = bothFills(randomSite(seed), odd);
    expect({ seed, shares: shown(fast) }).toEqual({ seed, shares: shown(plain) });
  }
});
