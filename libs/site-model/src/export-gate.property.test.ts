import { expect, test } from '@jest/globals';
import {
  type CircuitId,
  type DeciAmps,
  deciAmps,
  type EvseId,
  GRID_PHASES,
  mapPhases,
  type PerPhaseDeciAmps,
  watts,
} from '@headroom/kernel';
import fc from 'fast-check';
import { exportGate, type ExportQuestion } from './export-gate.ts';
import type { SiteModel } from './model.ts';
import { current, currents, situations } from './test-support/random-gates.ts';

const questions: fc.Arbitrary<ExportQuestion> = fc
  .record({
    of: situations,
    discharge: fc.array(fc.option(fc.integer({ min: 60, max: 640 }), { nil: undefined }), {
      minLength: 12,
      maxLength: 12,
    }),
    giving: fc.array(
      fc.option(
        fc.oneof(
          current,
          fc.nat(100).map((value) => deciAmps(value)),
        ),
      ),
      { minLength: 12, maxLength: 12 },
    ),
    exportLimitW: fc.option(fc.nat(1_000_000), { nil: undefined }),
    scale: fc.constantFrom(1, 5),
    sources: fc.array(fc.record({ circuit: fc.nat(), atMost: currents }), { maxLength: 1 }),
    asked: fc.nat(700),
  })
  .map(({ of, discharge, giving, exportLimitW, sources, asked, scale }): ExportQuestion => {
    const evses = [...of.site.evses.values()].map((evse, n) => {
      const most = discharge[n];
      return [evse.evseId, most === undefined ? evse : { ...evse, maxDischarge: deciAmps(most) }] as const;
    });
    const circuits = [...of.site.circuits.keys()];
    const wide = [...of.site.circuits].map(
      ([id, one]) => [id, { ...one, rating: mapPhases(one.rating, (deciA) => deciAmps(deciA * scale)) }] as const,
    );
    const site: SiteModel = {
      ...of.site,
      ...{ evses: new Map(evses), circuits: new Map(wide) },
      ...(exportLimitW === undefined ? {} : { exportLimitW: watts(exportLimitW) }),
      sources: sources.map(({ circuit, atMost }, n) => ({
        ...{ circuitId: circuits[circuit % circuits.length] ?? of.site.rootCircuitId, name: `source ${n}` },
        ...{ meterId: `source-${n}`, staleAfterMs: 5_000, atMost },
      })),
    };
    return {
      site,
      giving: new Map<EvseId, DeciAmps>(
        evses.flatMap(([evseId], n) => {
          const given = giving[n];
          return given === undefined || given === null ? [] : [[evseId, given] as const];
        }),
      ),
      drawn: of.otherLoad,
      proposal: { evseId: of.proposal.evseId, discharge: deciAmps(asked) },
    };
  });

/** By walking down the tree from each circuit, phase by phase; it knows no rows. */
function flowsBack(
  site: SiteModel,
  of: CircuitId,
  giving: ReadonlyMap<EvseId, number>,
  phase: 'l1' | 'l2' | 'l3',
): number {
  let sum = 0;
  for (const source of site.sources ?? []) if (source.circuitId === of) sum += source.atMost[phase];
  for (const evse of site.evses.values())
    if (evse.circuitId === of && evse.phases.includes(phase)) sum += giving.get(evse.evseId) ?? 0;
  for (const circuit of site.circuits.values())
    if (circuit.parentCircuitId === of) sum += flowsBack(site, circuit.circuitId, giving, phase);
  return sum;
}

/** Does all hold that the second invariant asks of a proposal? Only of what its EVSE uses: the rest it does not touch. */
function holds({ site, drawn }: ExportQuestion, giving: ReadonlyMap<EvseId, number>, evseId: EvseId): boolean {
  const evse = site.evses.get(evseId);
  if (evse === undefined) return false;
  for (let at: CircuitId | undefined = evse.circuitId; at !== undefined; at = site.circuits.get(at)?.parentCircuitId)
    for (const phase of evse.phases)
      if (flowsBack(site, at, giving, phase) > (site.circuits.get(at)?.rating[phase] ?? 0)) return false;
  const out = GRID_PHASES.reduce((sum, phase) => sum + flowsBack(site, site.rootCircuitId, giving, phase), 0);
  const load = [...drawn.values()].reduce((sum, one: PerPhaseDeciAmps) => sum + one.l1 + one.l2 + one.l3, 0);
  return ((out - load) * site.nominalVoltageV) / 10 <= (site.exportLimitW ?? 0);
}

test('MD18: what is passed holds by an oracle that walks the tree, what is refused does not, and the largest is the largest', () => {
  const seen = { more: 0, refused: 0 };
  fc.assert(
    fc.property(questions, (asked) => {
      const { site, giving, proposal } = asked;
      const evse = site.evses.get(proposal.evseId);
      if (evse === undefined) return;
      const before = giving.get(evse.evseId) ?? 0;
      const at = (amps: number): boolean =>
        amps <= before ||
        (amps <= (evse.maxDischarge ?? 0) && holds(asked, new Map([...giving, [evse.evseId, amps]]), evse.evseId));
      const verdict = exportGate(asked);
      expect(verdict.kind === 'pass').toBe(at(proposal.discharge));
      if (verdict.kind === 'pass') {
        seen.more += Number(!verdict.decrease);
        return;
      }
      seen.refused += 1;
      expect(verdict.largest).toBeGreaterThanOrEqual(before);
      expect(at(verdict.largest)).toBe(true);
      expect(at(verdict.largest + 1)).toBe(false);
    }),
    { numRuns: 2_000 },
  );
  expect(seen.more).toBeGreaterThan(50);
  expect(seen.refused).toBeGreaterThan(200);
});

test('MD18: whatever is asked in whatever order and answered by nobody, no conductor carries back more than it bears', () => {
  fc.assert(
    fc.property(
      questions,
      fc.array(fc.record({ evse: fc.nat(), amps: fc.nat(700) }), { maxLength: 20 }),
      (asked, steps) => {
        const { site } = asked;
        const ids = [...site.evses.keys()];
        const broken = (giving: ReadonlyMap<EvseId, number>): boolean =>
          [...site.circuits.values()].some(({ circuitId, rating }) =>
            GRID_PHASES.some((phase) => flowsBack(site, circuitId, giving, phase) > rating[phase]),
          );
        // Nobody gives yet, and what generates fits alone, as the document is checked for.
        const giving = new Map<EvseId, ReturnType<typeof deciAmps>>();
        if (broken(giving)) return;
        for (const { evse, amps } of steps) {
          const evseId = ids[evse % ids.length];
          if (evseId === undefined) continue;
          const verdict = exportGate({ ...asked, giving, proposal: { evseId, discharge: deciAmps(amps) } });
          // Sent, and never answered: it counts with the largest that it was ever told.
          if (verdict.kind === 'pass') giving.set(evseId, deciAmps(Math.max(amps, giving.get(evseId) ?? 0)));
          expect(broken(giving)).toBe(false);
        }
      },
    ),
    { numRuns: 500 },
  );
});
