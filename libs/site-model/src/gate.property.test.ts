import { expect, test } from '@jest/globals';
import { type DeciAmps, deciAmps, perPhase, type PerPhaseDeciAmps, watts, ZERO_PHASES } from '@headroom/kernel';
import fc from 'fast-check';
import { gate } from './gate.ts';
import { rowUses } from './row-use.ts';
import type { CircuitModel, EvseModel } from './model.ts';
import { rowsOf } from './rows.ts';
import {
  chargedTo,
  holds,
  holdsUnder,
  isBelow,
  situations,
  worst,
  worstOfAll,
  worstOn,
} from './test-support/random-gates.ts';

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
          const circuit = input.site.circuits.get(row.circuitId) as CircuitModel;
          expected +=
            row.kind === 'power' ? worstOfAll(input, evse) : chargedTo(circuit, worstOn(input, evse, row.kind));
        }
        expect(row.usedDeciA).toBe(expected);
      }
    }),
    { numRuns: 300 },
  );
});
