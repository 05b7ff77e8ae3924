import { expect, test } from '@jest/globals';
import {
  addPhases,
  type CircuitId,
  circuitId,
  type DeciAmps,
  deciAmps,
  epochMs,
  type EvseId,
  evseId,
  GRID_PHASES,
  type GridPhase,
  perPhase,
  type PerPhaseDeciAmps,
  siteId,
  stationId,
  watts,
  ZERO_PHASES,
} from '@headroom/kernel';
import fc from 'fast-check';
import { gate, type GateInput } from './gate.ts';
import { type PhaseMask, rowUses } from './row-use.ts';
import type { CircuitModel, EvseModel, SiteModel } from './model.ts';
import { rowsOf } from './rows.ts';

/** Random trees of depth 1 to 5, odd minima and phases, zero limits: most of them no site anybody would commission. */
const current = fc.integer({ min: 0, max: 1_200 }).map((value) => deciAmps(value));
const currents: fc.Arbitrary<PerPhaseDeciAmps> = fc.record({ l1: current, l2: current, l3: current });

const circuits = fc.array(fc.record({ parent: fc.nat(), rating: currents, power: fc.option(fc.nat(120_000)) }), {
  minLength: 1,
  maxLength: 6,
});
const evses = fc.array(
  fc.record({
    circuit: fc.nat(),
    phases: fc.shuffledSubarray([...GRID_PHASES], { minLength: 1 }),
    max: fc.integer({ min: 60, max: 640 }),
    fallback: fc.constantFrom(0, 60),
    committed: fc.option(current),
    /** Leaves out this many of its phases; the rest counts with this. */
    mask: fc.option(fc.record({ silent: fc.integer({ min: 1, max: 2 }), elsewhere: current })),
  }),
  { minLength: 1, maxLength: 12 },
);

const situations: fc.Arbitrary<GateInput> = fc
  .record({
    circuits,
    evses,
    loads: fc.array(currents, { maxLength: 3 }),
    /** How much of each may come on top while the leases last. */
    rises: fc.array(fc.oneof(currents, fc.constant(ZERO_PHASES)), { minLength: 3, maxLength: 3 }),
    chosen: fc.nat(),
    limit: fc.nat(700),
  })
  .map((raw) => {
    const circuitModels = raw.circuits.map((circuit, i): CircuitModel => {
      const power = circuit.power === null ? {} : { powerLimitW: watts(circuit.power) };
      const parent = i === 0 ? {} : { parentCircuitId: circuitId(`c${circuit.parent % i}`) };
      return { circuitId: circuitId(`c${i}`), name: '', rating: circuit.rating, ...power, ...parent };
    });
    const evseModels = raw.evses.map((evse, i): EvseModel => {
      const station = stationId(`s${i}`);
      return {
        evseId: evseId(station, 1),
        stationId: station,
        evse: 1,
        circuitId: circuitId(`c${evse.circuit % raw.circuits.length}`),
        name: '',
        phases: evse.phases,
        maxCurrent: deciAmps(evse.max),
        minCurrent: deciAmps(60),
        fallback: deciAmps(evse.fallback),
      };
    });
    const site: SiteModel = {
      siteId: siteId('random'),
      version: 1,
      name: '',
      timezone: 'UTC',
      nominalVoltageV: 230,
      rootCircuitId: circuitId('c0'),
      circuits: new Map(circuitModels.map((circuit) => [circuit.circuitId, circuit])),
      evses: new Map(evseModels.map((evse) => [evse.evseId, evse])),
      otherLoads: [],
      leaseS: 120,
    };
    const committed = new Map<EvseId, DeciAmps>();
    raw.evses.forEach((evse, i) => {
      if (evse.committed !== null) committed.set(evseId(stationId(`s${i}`), 1), evse.committed);
    });
    const masks = new Map<EvseId, PhaseMask>();
    raw.evses.forEach(({ mask, phases }, i) => {
      if (mask === null || mask.silent >= phases.length) return;
      masks.set(evseId(stationId(`s${i}`), 1), { phases: phases.slice(mask.silent), elsewhere: mask.elsewhere });
    });
    const otherLoad = new Map<CircuitId, PerPhaseDeciAmps>(
      raw.loads.map((load, i) => [circuitId(`c${i % raw.circuits.length}`), load]),
    );
    const horizonLoad = new Map(
      [...otherLoad].map(([id, load], i) => [id, addPhases(load, raw.rises[i] ?? ZERO_PHASES)] as const),
    );
    const evse = evseModels[raw.chosen % evseModels.length] as EvseModel;
    return {
      site,
      committed,
      masks,
      otherLoad,
      horizonLoad,
      nowMs: epochMs(0),
      proposal: { evseId: evse.evseId, limit: deciAmps(raw.limit) },
    };
  });

/** Worst case of one EVSE, written anew: an oracle that shares code proves nothing. */
const worst = (input: GateInput, evse: EvseModel): number => {
  const value = input.committed.get(evse.evseId) ?? evse.maxCurrent;
  return value > evse.fallback ? value : evse.fallback;
};

/** The same on one phase: where its car uses no current, only what is not bound to that car. */
const worstOn = (input: GateInput, evse: EvseModel, phase: GridPhase, value = worst(input, evse)): number => {
  if (!evse.phases.includes(phase)) return 0;
  const mask = input.masks?.get(evse.evseId);
  if (mask === undefined || mask.phases.includes(phase)) return value;
  return mask.elsewhere > evse.fallback ? mask.elsewhere : evse.fallback;
};

/** The same summed over the phases: this car on its phases, or the next one on all of them; one socket has one car. */
const worstOfAll = (input: GateInput, evse: EvseModel, value = worst(input, evse)): number => {
  const mask = input.masks?.get(evse.evseId);
  const rest = mask === undefined ? 0 : Math.max(mask.elsewhere, evse.fallback);
  return Math.max((mask?.phases ?? evse.phases).length * value, evse.phases.length * rest);
};

/** Do both rows hold, were this EVSE's worst case `limit`: now, and when the loads have risen? */
const holds = (input: GateInput, limit: number): boolean =>
  holdsUnder(input, limit, input.otherLoad) && holdsUnder(input, limit, input.horizonLoad);

/** Is every row that the EVSE uses within its limit under these loads? */
function holdsUnder(input: GateInput, limit: number, otherLoad: GateInput['otherLoad']): boolean {
  const { site, proposal } = input;
  const above = (from: CircuitId): readonly CircuitId[] => {
    const parent = site.circuits.get(from)?.parentCircuitId;
    return parent === undefined ? [from] : [from, ...above(parent)];
  };
  const chosen = site.evses.get(proposal.evseId) as EvseModel;
  return above(chosen.circuitId).every((id) => {
    const circuit = site.circuits.get(id) as CircuitModel;
    const sums = { l1: 0, l2: 0, l3: 0 };
    let all = 0;
    for (const [where, load] of otherLoad) {
      if (!above(where).includes(id)) continue;
      for (const phase of GRID_PHASES) sums[phase] += load[phase];
      all += load.l1 + load.l2 + load.l3;
    }
    for (const evse of site.evses.values()) {
      if (!above(evse.circuitId).includes(id)) continue;
      const counts = evse === chosen ? Math.max(limit, worst(input, evse)) : worst(input, evse);
      for (const phase of evse.phases) sums[phase] += worstOn(input, evse, phase, counts);
      all += worstOfAll(input, evse, counts);
    }
    const power = circuit.powerLimitW === undefined ? Infinity : Math.floor((circuit.powerLimitW * 10) / 230);
    const used = input.masks?.get(chosen.evseId)?.phases ?? chosen.phases;
    return used.every((phase) => sums[phase] <= circuit.rating[phase]) && all <= power;
  });
}

const isBelow = (input: GateInput, from: CircuitId, top: CircuitId): boolean => {
  const parent = input.site.circuits.get(from)?.parentCircuitId;
  return from === top || (parent !== undefined && isBelow(input, parent, top));
};

test('SI8, dead row: a pass is a decrease, or both rows of all that the EVSE uses hold with W := max(W, new)', () => {
  fc.assert(
    fc.property(situations, (input) => {
      const verdict = gate(input);
      const chosen = input.site.evses.get(input.proposal.evseId) as EvseModel;
      if (verdict.kind !== 'pass') return;
      expect(verdict.decrease).toBe(input.proposal.limit <= worst(input, chosen));
      expect(verdict.decrease || holds(input, input.proposal.limit)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('SI7 every decrease passes', () => {
  fc.assert(
    fc.property(situations, fc.double({ min: 0, max: 1, noNaN: true }), (input, share) => {
      const chosen = input.site.evses.get(input.proposal.evseId) as EvseModel;
      const limit = deciAmps(Math.floor(worst(input, chosen) * share));
      expect(gate({ ...input, proposal: { ...input.proposal, limit } })).toEqual({ kind: 'pass', decrease: true });
    }),
    { numRuns: 1_000 },
  );
});

test('SI9 the largest of a refusal passes, and one deci-amp more does not', () => {
  fc.assert(
    fc.property(situations, (input) => {
      const verdict = gate(input);
      if (verdict.kind !== 'refuse') return;
      const chosen = input.site.evses.get(input.proposal.evseId) as EvseModel;
      const ask = (limit: number) => gate({ ...input, proposal: { ...input.proposal, limit: deciAmps(limit) } }).kind;
      expect(ask(verdict.largest)).toBe('pass');
      expect(ask(verdict.largest + 1)).toBe('refuse');
      expect(verdict.largest < chosen.maxCurrent && holds(input, verdict.largest + 1)).toBe(
        verdict.largest < worst(input, chosen),
      );
    }),
    { numRuns: 2_000 },
  );
});

test('the gate is monotone: what passes still passes with larger limits', () => {
  fc.assert(
    fc.property(situations, fc.integer({ min: 0, max: 500 }), (input, more) => {
      const enlarged = new Map(
        [...input.site.circuits].map(([id, circuit]) => {
          const rating = { l1: circuit.rating.l1 + more, l2: circuit.rating.l2 + more, l3: circuit.rating.l3 + more };
          const power = circuit.powerLimitW === undefined ? {} : { powerLimitW: watts(circuit.powerLimitW + more) };
          return [id, { ...circuit, ...power, rating: rating as PerPhaseDeciAmps }] as const;
        }),
      );
      if (gate(input).kind !== 'pass') return;
      expect(gate({ ...input, site: { ...input.site, circuits: enlarged } }).kind).toBe('pass');
    }),
    { numRuns: 1_000 },
  );
});

test('dead row: where nothing can rise both rows are the same, and the verdict names the first', () => {
  fc.assert(
    fc.property(situations, (input) => {
      const verdict = gate({ ...input, horizonLoad: input.otherLoad });
      if (verdict.kind === 'refuse') expect(verdict.gateRow).toBe('now');
      const chosen = input.site.evses.get(input.proposal.evseId) as EvseModel;
      const fits = holdsUnder(input, input.proposal.limit, input.otherLoad);
      const decrease = input.proposal.limit <= worst(input, chosen);
      const possible = input.proposal.limit <= Math.max(worst(input, chosen), chosen.maxCurrent);
      expect(verdict.kind === 'pass').toBe(decrease || (fits && possible));
    }),
    { numRuns: 1_000 },
  );
});

test('dead row: a refusal names it only where the first row alone would have granted more', () => {
  fc.assert(
    fc.property(situations, (input) => {
      const verdict = gate(input);
      const first = gate({ ...input, horizonLoad: input.otherLoad });
      if (verdict.kind !== 'refuse') {
        expect(first.kind).toBe('pass');
        return;
      }
      if (first.kind === 'refuse') expect(first.largest).toBeGreaterThanOrEqual(verdict.largest);
      if (verdict.gateRow === 'now' && first.kind === 'refuse') expect(first.largest).toBe(verdict.largest);
    }),
    { numRuns: 1_000 },
  );
});

test('SI26 the gate is monotone in the rise: what passes still passes where less can come on top', () => {
  fc.assert(
    fc.property(situations, fc.integer({ min: 0, max: 100 }), (input, percent) => {
      const lower = new Map(
        [...input.horizonLoad].map(([id, load]) => {
          const now = input.otherLoad.get(id) ?? ZERO_PHASES;
          return [id, perPhase((p) => deciAmps(now[p] + Math.floor(((load[p] - now[p]) * percent) / 100)))] as const;
        }),
      );
      if (gate(input).kind === 'pass') expect(gate({ ...input, horizonLoad: lower }).kind).toBe('pass');
    }),
    { numRuns: 1_000 },
  );
});

test('MD5 a mask never makes a row fuller than it is without: what passes on all wired phases passes on fewer', () => {
  fc.assert(
    fc.property(situations, (input) => {
      const { masks: _, ...wide } = input;
      // What is bound to no car counts for every car.
      const most = new Map(
        [...input.site.evses.values()].map((evse) => {
          const elsewhere = input.masks?.get(evse.evseId)?.elsewhere ?? 0;
          return [evse.evseId, deciAmps(Math.max(worst(input, evse), elsewhere))] as const;
        }),
      );
      if (gate({ ...wide, committed: most }).kind === 'pass') {
        expect(gate({ ...input, committed: most }).kind).toBe('pass');
      }
    }),
    { numRuns: 1_000 },
  );
});

test('rows that the caller has already change nothing', () => {
  fc.assert(
    fc.property(situations, (input) => {
      expect(gate({ ...input, rows: rowsOf(input.site, input.nowMs) })).toEqual(gate(input));
    }),
    { numRuns: 300 },
  );
});

test('the gate is total: whatever is not a number of amperes, a verdict comes out', () => {
  const absurd = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, -1, 1e308, 0.1));
  fc.assert(
    fc.property(situations, absurd, absurd, absurd, (input, limit, committed, load) => {
      const verdict = gate({
        ...input,
        committed: new Map([[input.proposal.evseId, committed as DeciAmps]]),
        masks: new Map([[input.proposal.evseId, { phases: ['l1', 'l1'], elsewhere: load as DeciAmps }]]),
        otherLoad: new Map([[input.site.rootCircuitId, { l1: load, l2: load, l3: load } as PerPhaseDeciAmps]]),
        horizonLoad: new Map([[input.site.rootCircuitId, { l1: load, l2: limit, l3: load } as PerPhaseDeciAmps]]),
        proposal: { evseId: input.proposal.evseId, limit: limit as DeciAmps },
      });
      expect(['pass', 'refuse']).toContain(verdict.kind);
    }),
    { numRuns: 1_000 },
  );
});

test('the use of a row is its other load plus the worst cases below it, for every row', () => {
  fc.assert(
    fc.property(situations, (input) => {
      for (const row of rowUses(input)) {
        let expected: number = row.otherLoadDeciA;
        for (const evse of input.site.evses.values()) {
          if (!isBelow(input, evse.circuitId, row.circuitId)) continue;
          expected += row.kind === 'power' ? worstOfAll(input, evse) : worstOn(input, evse, row.kind);
        }
        expect(row.usedDeciA).toBe(expected);
      }
    }),
    { numRuns: 300 },
  );
});
