import { expect, test } from '@jest/globals';
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
import {
  type CircuitModel,
  type EvseModel,
  gate,
  otherLoadHorizon,
  otherLoadNow,
  type OtherLoadModel,
  type SiteModel,
} from '@headroom/site-model';
import fc from 'fast-check';
import { EMPTY_MEMORY } from './control-memory.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import type { Fact } from './facts.ts';
import { after, car, committed, connected, proven, stationName, T0 } from './given.fixture.ts';
import type { SiteState } from './site-state.ts';

interface Situation {
  readonly site: SiteModel;
  readonly state: SiteState;
  /** Stations without a car, offline, or not proven: what they count with. */
  readonly fixed: ReadonlyMap<EvseId, number>;
  /** Cars that use fewer phases than are wired: which. */
  readonly used: ReadonlyMap<EvseId, readonly GridPhase[]>;
}

const current = fc.integer({ min: 0, max: 2_000 }).map((value) => deciAmps(value));
const currents: fc.Arbitrary<PerPhaseDeciAmps> = fc.record({ l1: current, l2: current, l3: current });

const raws = fc.record({
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
type Raw = typeof raws extends fc.Arbitrary<infer T> ? T : never;

/** Most of these no commissioning would pass: the decision must be safe all the same. */
const situations = raws.map(situationOf);

function situationOf(raw: Raw): Situation {
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

const readingOf = (amps: PerPhaseDeciAmps): Fact => ({
  kind: 'site-meter-read',
  reading: { meterId: 'building', current: amps, sampledAtMs: T0, receivedAtMs: T0 },
});

const decided = ({ site, state }: Situation, memory = EMPTY_MEMORY, nowMs = T0) =>
  decide(site, state, memory, epochMs(nowMs));

/** The decision once the rules of section 4 hold nothing back any more. */
function settled(situation: Situation): Decision {
  const first = decided(situation);
  const second = decided(situation, first.memory, T0 + 61_000);
  return decided(situation, second.memory, T0 + 122_000).decision;
}

const isBelow = (site: SiteModel, from: CircuitId, top: CircuitId): boolean => {
  if (from === top) return true;
  const parent = site.circuits.get(from)?.parentCircuitId;
  return parent !== undefined && isBelow(site, parent, top);
};

interface OracleRow {
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
function countedNow({ site, state }: Situation, load: OtherLoadModel): PerPhaseDeciAmps {
  const reading = state.readings.get(load.meterId ?? '');
  if (load.meterId === undefined || reading === undefined) return load.worstCase;
  const rating = site.circuits.get(load.circuitId)?.rating ?? ZERO_PHASES;
  return perPhase((phase) => {
    const step = Math.max(10, Math.ceil(rating[phase] / 100));
    return deciAmps(Math.ceil((reading.current[phase] + step) / step) * step);
  });
}

const risen = (load: OtherLoadModel, now: PerPhaseDeciAmps): PerPhaseDeciAmps =>
  perPhase((p) => {
    const most = load.risesAtMost === undefined ? load.worstCase[p] : now[p] + load.risesAtMost[p];
    return deciAmps(Math.max(now[p], Math.min(most, load.worstCase[p])));
  });

/** The rows, written anew from the text: an oracle that shares code proves nothing. */
function oracleRows(situation: Situation): readonly OracleRow[] {
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

const limitOf = (decision: Decision, evse: EvseModel): number => decision.allocations.get(evse.evseId)?.limit ?? 0;
const isCar = ({ fixed }: Situation, evse: EvseModel): boolean => !fixed.has(evse.evseId);

/** Worst case of the row if the cars were given `limits`, and we died now (7.2b): the row that is never the wider one. */
function worstOf(situation: Situation, row: OracleRow, limit: (evse: EvseModel) => number): number {
  let sum = row.horizon;
  for (const evse of situation.site.evses.values()) {
    const counts = situation.fixed.get(evse.evseId) ?? Math.max(limit(evse), evse.fallback);
    // One socket has one car: this one, or the next under its fallback.
    sum += Math.max(row.coefficient(evse) * counts, row.wired(evse) * evse.fallback);
  }
  return sum;
}

const RUNS = 300;

test('PT1, dead row: neither row is exceeded, or it was lost already: then nobody below it may have more than its fallback', () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const { decision } = decided(situation);
      for (const row of oracleRows(situation)) {
        if (worstOf(situation, row, (evse) => limitOf(decision, evse)) <= row.limit) continue;
        let drawn = row.other;
        for (const evse of situation.site.evses.values()) {
          if (row.coefficient(evse) === 0) continue;
          if (isCar(situation, evse)) {
            expect(limitOf(decision, evse)).toBeLessThanOrEqual(evse.fallback);
            drawn += row.coefficient(evse) * limitOf(decision, evse);
          } else if (situation.state.evses.get(evse.evseId)?.dispatch.committed !== evse.fallback) {
            drawn += row.coefficient(evse) * (situation.fixed.get(evse.evseId) ?? 0);
          }
        }
        const cars = [...situation.site.evses.values()].filter((e) => isCar(situation, e) && row.coefficient(e) > 0);
        // What is really given fits, unless the rest alone is too much: then all are at 0.
        expect(drawn <= row.limit || cars.every((evse) => limitOf(decision, evse) === 0)).toBe(true);
      }
    }),
    { numRuns: RUNS },
  );
});

test('MD5 no row is exceeded by what may flow: cars on the phases they use, or the next car anywhere under its fallback', () => {
  fc.assert(
    fc.property(situations, fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }), (situation, replaced) => {
      const { decision } = decided(situation);
      for (const row of oracleRows(situation)) {
        if (worstOf(situation, row, () => 0) > row.limit) continue;
        let flows = row.other;
        [...situation.site.evses.values()].forEach((evse, i) => {
          const other = situation.fixed.get(evse.evseId);
          if (other !== undefined) flows += row.wired(evse) * other;
          else if (replaced[i] === true) flows += row.wired(evse) * evse.fallback;
          else flows += row.coefficient(evse) * limitOf(decision, evse);
        });
        expect(flows).toBeLessThanOrEqual(row.limit);
      }
    }),
    { numRuns: RUNS },
  );
});

test('SI11, dead row: what is asked for the gate lets pass, whole, once everybody has come down to what he was given', () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const { site, state, fixed } = situation;
      const { decision } = decided(situation);
      const committed = new Map([...site.evses.keys()].map((id) => [id, deciAmps(fixed.get(id) ?? 0)] as const));
      const otherLoad = otherLoadNow(site, state.readings, T0);
      const horizonLoad = otherLoadHorizon(site, state.readings, T0);
      for (const evse of site.evses.values()) {
        if (!isCar(situation, evse)) continue;
        const limit = deciAmps(limitOf(decision, evse));
        const masks = new Map(
          [...situation.used].map(([id, phases]) => [
            id,
            { phases, elsewhere: site.evses.get(id)?.fallback ?? deciAmps(0) },
          ]),
        );
        const proposal = { evseId: evse.evseId, limit };
        const verdict = gate({ site, committed, masks, otherLoad, horizonLoad, nowMs: T0, proposal });
        expect(verdict.kind).toBe('pass');
        committed.set(evse.evseId, deciAmps(Math.max(limit, evse.fallback)));
      }
    }),
    { numRuns: RUNS },
  );
});

test('PT2 every limit is 0, or lies between the minimum and the maximum of its EVSE', () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const { decision } = decided(situation);
      for (const evse of situation.site.evses.values()) {
        const limit = limitOf(decision, evse);
        expect(limit === 0 || (limit >= evse.minCurrent && limit <= evse.maxCurrent)).toBe(true);
      }
    }),
    { numRuns: RUNS },
  );
});

test('PT3 maximal once it has settled: no car could have 0.1 A more, and no waiting car its minimum', () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const rows = oracleRows(situation);
      const decision = settled(situation);
      const lost = new Set(rows.filter((row) => worstOf(situation, row, () => 0) > row.limit));
      for (const evse of situation.site.evses.values()) {
        if (!isCar(situation, evse) || limitOf(decision, evse) === evse.maxCurrent) continue;
        // Where a row is lost by itself, PT1 says what is left to do.
        if (rows.some((row) => row.coefficient(evse) > 0 && lost.has(row))) continue;
        const more = limitOf(decision, evse) === 0 ? evse.minCurrent : limitOf(decision, evse) + 1;
        const fits = rows.every(
          (row) =>
            row.coefficient(evse) === 0 ||
            worstOf(situation, row, (one) => (one === evse ? more : limitOf(decision, one))) <= row.limit,
        );
        expect(fits).toBe(false);
      }
    }),
    { numRuns: RUNS },
  );
});

test('PT4 bottleneck: a car below its maximum has a full row in which nobody above its minimum has more', () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const rows = oracleRows(situation);
      const decision = settled(situation);
      const lost = new Set(rows.filter((row) => worstOf(situation, row, () => 0) > row.limit));
      const cars = [...situation.site.evses.values()].filter((evse) => isCar(situation, evse));
      for (const evse of cars) {
        const limit = limitOf(decision, evse);
        if (limit === 0 || limit === evse.maxCurrent) continue;
        if (rows.some((row) => row.coefficient(evse) > 0 && lost.has(row))) continue;
        // Below what the next car counts with, a car on few phases takes nothing of a power row (MD5).
        const takes = (row: OracleRow, one: EvseModel, current: number): boolean =>
          row.coefficient(one) * current > row.wired(one) * one.fallback;
        const certificate = rows.some((row) => {
          if (!takes(row, evse, limit + 1)) return false;
          const room = row.limit - worstOf(situation, row, (one) => limitOf(decision, one));
          // One deci-amp is rounding; two more may be left that are enough for a single-phase car only.
          const isRaised = (one: EvseModel): boolean =>
            limitOf(decision, one) > one.minCurrent + 3 && takes(row, one, limitOf(decision, one) - 3);
          const peers = cars.filter(isRaised);
          return room < row.coefficient(evse) && peers.every((one) => limitOf(decision, one) <= limit + 3);
        });
        expect(certificate).toBe(true);
      }
    }),
    { numRuns: RUNS },
  );
});

test('PT9 the order of the input changes nothing', () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const { site, state } = situation;
      const turned: SiteModel = { ...site, evses: new Map([...site.evses].toReversed()) };
      const turnedState: SiteState = { ...state, evses: new Map([...state.evses].toReversed()) };
      const other = decided({ ...situation, site: turned, state: turnedState }).decision;
      for (const [evseId, allocation] of decided(situation).decision.allocations) {
        expect(other.allocations.get(evseId)).toEqual(allocation);
      }
    }),
    { numRuns: RUNS },
  );
});

test('PT10 relabelling the phases permutes nothing but the phases', () => {
  const turn = { l1: 'l2', l2: 'l3', l3: 'l1' } as const;
  const turnCurrents = (p: PerPhaseDeciAmps): PerPhaseDeciAmps => ({ l1: p.l3, l2: p.l1, l3: p.l2 });
  fc.assert(
    fc.property(situations, (situation) => {
      const { site } = situation;
      const turned: SiteModel = {
        ...site,
        circuits: new Map([...site.circuits].map(([id, c]) => [id, { ...c, rating: turnCurrents(c.rating) }])),
        evses: new Map([...site.evses].map(([id, e]) => [id, { ...e, phases: e.phases.map((phase) => turn[phase]) }])),
        otherLoads: site.otherLoads.map((load) => ({
          ...load,
          worstCase: turnCurrents(load.worstCase),
          ...(load.risesAtMost === undefined ? {} : { risesAtMost: turnCurrents(load.risesAtMost) }),
        })),
      };
      const reading = situation.state.readings.get('building');
      const state = { ...situation.state, readings: new Map() };
      const turnedState = reading === undefined ? state : after([readingOf(turnCurrents(reading.current))], state);
      const limits = (decision: Decision) => [...decision.allocations.values()].map(({ limit }) => limit);
      expect(limits(decided({ ...situation, site: turned, state: turnedState }).decision)).toEqual(
        limits(decided(situation).decision),
      );
    }),
    { numRuns: RUNS },
  );
});

test('PT12 deciding again, on what was decided, changes nothing', () => {
  fc.assert(
    fc.property(situations, (situation) => {
      const first = decided(situation);
      const second = decided(situation, first.memory);
      expect(second.decision).toEqual(first.decision);
      expect(second.memory).toEqual(first.memory);
    }),
    { numRuns: RUNS },
  );
});

test('PT15 after a step in the limits the loop is silent within two minutes, and stays so', () => {
  fc.assert(
    fc.property(situations, fc.integer({ min: 10, max: 100 }), (situation, percent) => {
      const { site } = situation;
      const scaled: SiteModel = {
        ...site,
        circuits: new Map(
          [...site.circuits].map(([id, c]) => {
            const rating = {
              l1: c.rating.l1,
              l2: c.rating.l2,
              l3: deciAmps(Math.floor((c.rating.l3 * percent) / 100)),
            };
            return [id, { ...c, rating }];
          }),
        ),
      };
      let memory = decided({ ...situation, site: scaled }).memory;
      const limitsAt: string[] = [];
      for (let s = 1; s <= 180; s += 3) {
        const next = decided(situation, memory, T0 + s * 1_000);
        memory = next.memory;
        limitsAt.push([...next.decision.allocations.values()].map(({ limit }) => limit).join());
      }
      expect(new Set(limitsAt.slice(-20)).size).toBe(1);
      // Nobody moves more than up once and, where a small increase came late, once more.
      expect(new Set(limitsAt).size).toBeLessThanOrEqual(4);
    }),
    { numRuns: 60 },
  );
});
