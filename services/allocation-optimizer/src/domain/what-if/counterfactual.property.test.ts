import { expect, test } from '@jest/globals';
import { deciAmps, perPhase, watts } from '@headroom/kernel';
import fc from 'fast-check';
import { EMPTY_MEMORY } from '../control-memory.ts';
import { decide } from '../decide.ts';
import { T0 } from '../given.fixture.ts';
import { RUNS, type Situation, situations } from '../test-support/random-situations.ts';
import { runToEnd } from '../test-support/run-to-end.ts';
import { GAIN_DECI_A, RAISES_A } from './counterfactual.ts';
import { type DecidedFrom, decideFrom, settled } from './decided-from.ts';
import { explainDecision, MOST_FOR_EVSE } from './explain-decision.ts';
import { type Raise, raised } from './raise.ts';

const told = (from: DecidedFrom) => runToEnd(explainDecision(from)).value;

/** As an electrician would: these sites have contracts and ratings alone. */
function byHand({ site, ...from }: DecidedFrom, raises: readonly Raise[]): DecidedFrom {
  const circuits = new Map(site.circuits);
  for (const raise of raises) {
    const circuit = circuits.get(raise.circuitId);
    if (circuit === undefined) throw new Error('of no circuit');
    const { rating, powerLimitW = 0 } = circuit;
    const grown =
      raise.kind === 'power'
        ? { powerLimitW: watts(powerLimitW + raise.byW) }
        : { rating: perPhase((phase) => deciAmps(rating[phase] + raise.byDeciA)) };
    circuits.set(raise.circuitId, { ...circuit, ...grown });
  }
  return { ...from, site: { ...site, circuits } };
}

/** Before its first decision, and after one that left limits which may only just have risen. */
const froms = fc.tuple(situations.map(withTiers), fc.boolean(), fc.integer({ min: 0, max: 15_000 })).map(
  ([{ site, state }, isFirst, laterMs]): DecidedFrom => ({
    ...{ site, state, nowMs: T0 + (isFirst ? 0 : laterMs) },
    memory: isFirst ? EMPTY_MEMORY : decide(site, state, EMPTY_MEMORY, T0).memory,
  }),
);

/** Of every second site the EVSEs are of one to three tiers, in either way of serving them. */
function withTiers({ site, ...situation }: Situation): Situation {
  const count = site.evses.size;
  if (count % 2 === 1) return { ...situation, site };
  const evses = new Map(
    [...site.evses.values()].map((evse, i) => [evse.evseId, { ...evse, tier: 1 + (i % 3), weight: 1 + (i % 2) }]),
  );
  return { ...situation, site: { ...site, evses, ...(count % 4 === 0 ? { tiers: 'strict' } : {}) } };
}

test('the promise is kept: the raise applied, and decided again from the same inputs, the EVSE has the promised limit', () => {
  let promises = 0;
  let ofSeveral = 0;
  fc.assert(
    fc.property(froms, (from) => {
      for (const { evseId, counterfactual } of told(from).evses) {
        if (counterfactual === undefined) continue;
        promises += 1;
        if (counterfactual.raises.length > 1) ofSeveral += 1;
        const now = decideFrom(settled(from)).decision.allocations.get(evseId);
        const then = decideFrom(settled(byHand(from, counterfactual.raises))).decision.allocations.get(evseId);
        expect(then?.limit).toBe(counterfactual.limit);
        expect(counterfactual.limit - (now?.limit ?? 0)).toBeGreaterThanOrEqual(GAIN_DECI_A);
        expect(counterfactual.sentence).toContain(`${counterfactual.limit / 10} A`);
      }
    }),
    { numRuns: RUNS },
  );
  // Else it would show nothing.
  expect(promises).toBeGreaterThan(100);
  expect(ofSeveral).toBeGreaterThan(5);
});

test('nothing smaller that is tried would have been enough, and nobody asks for more decisions than he may', () => {
  fc.assert(
    fc.property(froms, (from) => {
      const { decision, evses } = told(from);
      expect(decision).toEqual(decideFrom(from).decision);
      for (const { evseId, counterfactual } of evses) {
        if (counterfactual === undefined) continue;
        const [raise] = counterfactual.raises;
        if (counterfactual.raises.length > 1 || raise?.kind !== 'conductors') continue;
        const now = decideFrom(settled(from)).decision.allocations.get(evseId)?.limit ?? 0;
        for (const amperes of RAISES_A.filter((each) => each * 10 < raise.byDeciA)) {
          const less = raised(from, [{ ...raise, byDeciA: (amperes * 10) as typeof raise.byDeciA }]);
          const limit = decideFrom(settled(less)).decision.allocations.get(evseId)?.limit ?? 0;
          expect(limit - now).toBeLessThan(GAIN_DECI_A);
        }
        expect(runToEnd(explainDecision(from, [evseId])).pauses).toBeLessThanOrEqual(1 + MOST_FOR_EVSE);
      }
    }),
    { numRuns: Math.min(RUNS, 200) },
  );
});
