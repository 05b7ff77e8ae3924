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
  type PerPhaseDeciAmps,
  siteId,
  stationId,
  watts,
  ZERO_PHASES,
} from '@headroom/kernel';
import fc from 'fast-check';
import { type GateInput } from '../gate.ts';
import { type PhaseMask } from '../row-use.ts';
import type { CircuitModel, EvseModel, SiteModel } from '../model.ts';

/** Random trees of depth 1 to 5, odd minima and phases, zero limits: most of them no site anybody would commission. */
export const current = fc.integer({ min: 0, max: 1_200 }).map((value) => deciAmps(value));
export const currents: fc.Arbitrary<PerPhaseDeciAmps> = fc.record({ l1: current, l2: current, l3: current });

const circuits = fc.array(
  fc.record({
    parent: fc.nat(),
    rating: currents,
    power: fc.option(fc.nat(120_000)),
    continuous: fc.option(fc.integer({ min: 10, max: 100 })),
  }),
  { minLength: 1, maxLength: 6 },
);
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

export const situations: fc.Arbitrary<GateInput> = fc
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
      const continuous = circuit.continuous === null ? {} : { continuousPercent: circuit.continuous };
      return { circuitId: circuitId(`c${i}`), name: '', rating: circuit.rating, ...power, ...parent, ...continuous };
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
export const worst = (input: GateInput, evse: EvseModel): number => {
  const value = input.committed.get(evse.evseId) ?? evse.maxCurrent;
  return value > evse.fallback ? value : evse.fallback;
};

/** The same on one phase: where its car uses no current, only what is not bound to that car. */
export const worstOn = (input: GateInput, evse: EvseModel, phase: GridPhase, value = worst(input, evse)): number => {
  if (!evse.phases.includes(phase)) return 0;
  const mask = input.masks?.get(evse.evseId);
  if (mask === undefined || mask.phases.includes(phase)) return value;
  return mask.elsewhere > evse.fallback ? mask.elsewhere : evse.fallback;
};

/** What a current counts with on a conductor of which charging may take a part only, in whole numbers from end to end. */
export function chargedTo({ continuousPercent = 100 }: CircuitModel, current: number): number {
  const part = (102_400n + BigInt(continuousPercent) - 1n) / BigInt(continuousPercent);
  return Number((BigInt(current) * part + 1_023n) / 1_024n);
}

/** The same summed over the phases: this car on its phases, or the next one on all of them; one socket has one car. */
export const worstOfAll = (input: GateInput, evse: EvseModel, value = worst(input, evse)): number => {
  const mask = input.masks?.get(evse.evseId);
  const rest = mask === undefined ? 0 : Math.max(mask.elsewhere, evse.fallback);
  return Math.max((mask?.phases ?? evse.phases).length * value, evse.phases.length * rest);
};

/** Do both rows hold, were this EVSE's worst case `limit`: now, and when the loads have risen? */
export const holds = (input: GateInput, limit: number): boolean =>
  holdsUnder(input, limit, input.otherLoad) && holdsUnder(input, limit, input.horizonLoad);

/** Is every row that the EVSE uses within its limit under these loads? */
export function holdsUnder(input: GateInput, limit: number, otherLoad: GateInput['otherLoad']): boolean {
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
      for (const phase of evse.phases) sums[phase] += chargedTo(circuit, worstOn(input, evse, phase, counts));
      all += worstOfAll(input, evse, counts);
    }
    const power = circuit.powerLimitW === undefined ? Infinity : Math.floor((circuit.powerLimitW * 10) / 230);
    const used = input.masks?.get(chosen.evseId)?.phases ?? chosen.phases;
    return used.every((phase) => sums[phase] <= circuit.rating[phase]) && all <= power;
  });
}

export const isBelow = (input: GateInput, from: CircuitId, top: CircuitId): boolean => {
  const parent = input.site.circuits.get(from)?.parentCircuitId;
  return from === top || (parent !== undefined && isBelow(input, parent, top));
};
