import {
  addPhases,
  type CircuitId,
  circuitId,
  deciAmps,
  epochMs,
  type EvseId,
  evseId,
  GRID_PHASES,
  type GridPhase,
  type PerPhaseDeciAmps,
  perPhase,
  siteId,
  stationId,
  watts,
  ZERO_PHASES,
} from '@headroom/kernel';
import { type CircuitModel, type EvseModel, type OtherLoadModel, type SiteModel } from '@headroom/site-model';
import fc from 'fast-check';
import { EMPTY_MEMORY } from '../control-memory.ts';
import { decide } from '../decide.ts';
import type { Decision } from '../decision.ts';
import type { Fact } from '../facts.ts';
import { after, car, committed, connected, proven, stationName, T0 } from '../given.fixture.ts';
import type { SiteState } from '../site-state.ts';

export interface Situation {
  readonly site: SiteModel;
  readonly state: SiteState;
  /** Stations without a car, offline, or not proven: what they count with. */
  readonly fixed: ReadonlyMap<EvseId, number>;
  /** Cars that use fewer phases than are wired: which. */
  readonly used: ReadonlyMap<EvseId, readonly GridPhase[]>;
}

export const current = fc.integer({ min: 0, max: 2_000 }).map((value) => deciAmps(value));
export const currents: fc.Arbitrary<PerPhaseDeciAmps> = fc.record({ l1: current, l2: current, l3: current });

export const raws = fc.record({
  circuits: fc.array(fc.record({ parent: fc.nat(), rating: currents, power: fc.option(fc.nat(150_000)) }), {
    minLength: 1,
    maxLength: 5,
  }),
  evses: fc.array(
    fc.record({
      circuit: fc.nat(),
      phases: fc.shuffledSubarray([...GRID_PHASES], { minLength: 1 }),
      min: fc.integer({ min: 60, max: 80 }),
      span: fc.nat(300),
      withFallback: fc.boolean(),
      kind: fc.constantFrom('car', 'car', 'car', 'free', 'offline', 'unproven'),
      startedS: fc.nat(5),
      committed: fc.nat(400),
      uses: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 14 },
  ),
  load: fc.record({
    circuit: fc.nat(),
    worst: currents,
    /** Absent: nobody measures it. */
    reading: fc.option(currents),
    /** What its operator says of it. Absent: nothing. */
    rise: fc.option(currents),
  }),
});
export type Raw = typeof raws extends fc.Arbitrary<infer T> ? T : never;

/** Most of these no commissioning would pass: the decision must be safe all the same. */
export const situations = raws.map(situationOf);

export function situationOf(raw: Raw): Situation {
  const circuits = raw.circuits.map((circuit, i): CircuitModel => {
    const power = circuit.power === null ? {} : { powerLimitW: watts(circuit.power) };
    const parent = i === 0 ? {} : { parentCircuitId: circuitId(`c${circuit.parent % i}`) };
    return { circuitId: circuitId(`c${i}`), name: `Circuit ${i}`, rating: circuit.rating, ...power, ...parent };
  });
  const evses = raw.evses.map((evse, i): EvseModel => {
    const station = stationId(stationName(i));
    return {
      evseId: evseId(station, 1),
      stationId: station,
      evse: 1,
      circuitId: circuitId(`c${evse.circuit % raw.circuits.length}`),
      name: '',
      phases: evse.phases,
      maxCurrent: deciAmps(evse.min + evse.span),
      minCurrent: deciAmps(evse.min),
      fallback: deciAmps(evse.withFallback ? evse.min : 0),
    };
  });
  const site: SiteModel = {
    siteId: siteId('random'),
    version: 1,
    name: '',
    timezone: 'UTC',
    nominalVoltageV: 230,
    rootCircuitId: circuitId('c0'),
    circuits: new Map(circuits.map((circuit) => [circuit.circuitId, circuit])),
    evses: new Map(evses.map((evse) => [evse.evseId, evse])),
    otherLoads: [
      {
        circuitId: circuitId(`c${raw.load.circuit % raw.circuits.length}`),
        name: 'load',
        worstCase: raw.load.worst,
        staleAfterMs: 3_600_000,
        ...(raw.load.reading === null ? {} : { meterId: 'building' }),
        ...(raw.load.reading === null || raw.load.rise === null ? {} : { risesAtMost: raw.load.rise }),
      },
    ],
    leaseS: 120,
  };
  const fixed = new Map<EvseId, number>();
  const used = new Map<EvseId, readonly GridPhase[]>();
  const facts = raw.evses.flatMap((one, i): readonly Fact[] => {
    const evse = evses[i] as EvseModel;
    switch (one.kind) {
      case 'car':
        if (one.uses < evse.phases.length) used.set(evse.evseId, evse.phases.slice(0, one.uses));
        return [
          ...[connected(i), committed(i, evse.fallback), ...car(i, T0 - 1_000 * one.startedS)],
          // Dated so that it is worth something over all the instants at which these tests decide.
          ...proven(
            i,
            perPhase((phase) => (GRID_PHASES.indexOf(phase) < one.uses ? 60 : 0)),
            T0 + 61_000,
          ),
        ];
      case 'free':
        fixed.set(evse.evseId, evse.fallback);
        return [connected(i), committed(i, evse.fallback)];
      case 'offline':
        fixed.set(evse.evseId, Math.max(one.committed, evse.fallback));
        return [committed(i, one.committed)];
      case 'unproven':
        fixed.set(evse.evseId, evse.maxCurrent);
        return [connected(i), ...car(i)];
    }
  });
  const reading = raw.load.reading === null ? [] : [readingOf(raw.load.reading)];
  return { site, state: after([...facts, ...reading]), fixed, used };
}

export const readingOf = (amps: PerPhaseDeciAmps): Fact => ({
  kind: 'site-meter-read',
  reading: { meterId: 'building', current: amps, sampledAtMs: T0, receivedAtMs: T0 },
});

export const decided = ({ site, state }: Situation, memory = EMPTY_MEMORY, nowMs = T0) =>
  decide(site, state, memory, epochMs(nowMs));

/** The decision once the rules of section 4 hold nothing back any more. */
export function settled(situation: Situation): Decision {
  const first = decided(situation);
  const second = decided(situation, first.memory, T0 + 61_000);
  return decided(situation, second.memory, T0 + 122_000).decision;
}

export const isBelow = (site: SiteModel, from: CircuitId, top: CircuitId): boolean => {
  if (from === top) return true;
  const parent = site.circuits.get(from)?.parentCircuitId;
  return parent !== undefined && isBelow(site, parent, top);
};

export interface OracleRow {
  readonly name: string;
  readonly limit: number;
  /** How many of its phase currents follow its limit here. */
  readonly coefficient: (evse: EvseModel) => number;
  /** How many of its phases are wired here: its next car may use them all. */
  readonly wired: (evse: EvseModel) => number;
  /** Other load as it counts now, and as high as it may come while leases last. */
  readonly other: number;
  readonly horizon: number;
}

/** What a load counts with now: a reading with its reserve in whole steps, else the worst. */
export function countedNow({ site, state }: Situation, load: OtherLoadModel): PerPhaseDeciAmps {
  const reading = state.readings.get(load.meterId ?? '');
  if (load.meterId === undefined || reading === undefined) return load.worstCase;
  const rating = site.circuits.get(load.circuitId)?.rating ?? ZERO_PHASES;
  return perPhase((phase) => {
    const step = Math.max(10, Math.ceil(rating[phase] / 100));
    return deciAmps(Math.ceil((reading.current[phase] + step) / step) * step);
  });
}

export const risen = (load: OtherLoadModel, now: PerPhaseDeciAmps): PerPhaseDeciAmps =>
  perPhase((p) => {
    const most = load.risesAtMost === undefined ? load.worstCase[p] : now[p] + load.risesAtMost[p];
    return deciAmps(Math.max(now[p], Math.min(most, load.worstCase[p])));
  });

/** The rows, written anew from the text: an oracle that shares code proves nothing. */
export function oracleRows(situation: Situation): readonly OracleRow[] {
  const { site, used } = situation;
  const phasesOf = (evse: EvseModel): readonly GridPhase[] => used.get(evse.evseId) ?? evse.phases;
  return [...site.circuits.values()].flatMap((circuit) => {
    const loads = site.otherLoads.filter((load) => isBelow(site, load.circuitId, circuit.circuitId));
    const other = loads.reduce((sum, load) => addPhases(sum, countedNow(situation, load)), ZERO_PHASES);
    const horizon = loads.reduce((sum, load) => addPhases(sum, risen(load, countedNow(situation, load))), ZERO_PHASES);
    const below = (evse: EvseModel): boolean => isBelow(site, evse.circuitId, circuit.circuitId);
    const phases = GRID_PHASES.map(
      (phase): OracleRow => ({
        name: `${circuit.circuitId} ${phase}`,
        limit: circuit.rating[phase],
        coefficient: (evse) => Number(below(evse) && phasesOf(evse).includes(phase)),
        wired: (evse) => Number(below(evse) && evse.phases.includes(phase)),
        other: other[phase],
        horizon: horizon[phase],
      }),
    );
    if (circuit.powerLimitW === undefined) return phases;
    const power: OracleRow = {
      name: `${circuit.circuitId} power`,
      limit: Math.floor((circuit.powerLimitW * 10) / 230),
      coefficient: (evse) => (below(evse) ? phasesOf(evse).length : 0),
      wired: (evse) => (below(evse) ? evse.phases.length : 0),
      other: other.l1 + other.l2 + other.l3,
      horizon: horizon.l1 + horizon.l2 + horizon.l3,
    };
    return [...phases, power];
  });
}

export const limitOf = (decision: Decision, evse: EvseModel): number =>
  decision.allocations.get(evse.evseId)?.limit ?? 0;
export const isCar = ({ fixed }: Situation, evse: EvseModel): boolean => !fixed.has(evse.evseId);

/** Worst case of the row if the cars were given `limits`, and we died now (7.2b): the row that is never the wider one. */
export function worstOf(situation: Situation, row: OracleRow, limit: (evse: EvseModel) => number): number {
  let sum = row.horizon;
  for (const evse of situation.site.evses.values()) {
    const counts = situation.fixed.get(evse.evseId) ?? Math.max(limit(evse), evse.fallback);
    // One socket has one car: this one, or the next under its fallback.
    sum += Math.max(row.coefficient(evse) * counts, row.wired(evse) * evse.fallback);
  }
  return sum;
}

export const RUNS = 300;
