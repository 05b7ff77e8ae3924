import {
  addPhases,
  type CircuitId,
  circuitId,
  deciAmps,
  epochMs,
  type EvseId,
  evseId,
  type DeciAmps,
  type GridPhase,
  type PerPhaseDeciAmps,
  perPhase,
  siteId,
  stationId,
  watts,
} from '@headroom/kernel';
import type { GateInput } from '../gate.ts';
import type { CircuitModel, EvseModel, ImposedLimitModel } from '../model.ts';
import type { PhaseMask } from '../row-use.ts';

/** Numbers out of a seed: many cases a second, and each of them again by its number. */
export interface Draw {
  /** 0 to `below` - 1. */
  below(below: number): number;
  chance(percent: number): boolean;
  of<T>(choices: readonly [T, ...T[]]): T;
}

export function drawOf(seed: number): Draw {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x85ebca6b) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => next() % limit;
  return {
    below,
    chance: (percent) => below(100) < percent,
    of: (choices) => choices[below(choices.length)] ?? choices[0],
  };
}

/** Ratings, limits and loads of this order: so that about every second increase is refused. */
const MOST_DECI_A = 1_200;
const currents = (draw: Draw, most: number): PerPhaseDeciAmps => perPhase(() => deciAmps(draw.below(most + 1)));

const CIRCUITS: readonly [CircuitId, ...CircuitId[]] = [
  circuitId('c0'),
  ...Array.from({ length: 4 }, (_, i) => circuitId(`c${i + 1}`)),
];
const EVSES: readonly EvseId[] = Array.from({ length: 8 }, (_, i) => evseId(stationId(`s${i}`), 1));
const ORDERS: readonly [readonly GridPhase[], ...(readonly GridPhase[])[]] = [
  ['l1', 'l2', 'l3'],
  ['l2', 'l3', 'l1'],
  ['l3', 'l2', 'l1'],
  ['l1'],
  ['l2'],
  ['l3'],
  ['l1', 'l2'],
  ['l3', 'l1'],
];

/** A site as there were before the model grew, with whatever may stand against a proposal. Most of them nobody would build. */
export function plainCase(seed: number): GateInput {
  const draw = drawOf(seed);
  const circuits = circuitsOf(draw);
  const evses = evsesOf(draw, circuits.length);
  const at = (): CircuitId => CIRCUITS[draw.below(circuits.length)] ?? CIRCUITS[0];
  const committed = new Map<EvseId, DeciAmps>();
  const masks = new Map<EvseId, PhaseMask>();
  for (const { evseId: id, phases } of evses) {
    if (draw.chance(85)) committed.set(id, deciAmps(draw.below(340)));
    const silent = 1 + draw.below(2);
    const elsewhere = deciAmps(draw.below(130));
    if (draw.chance(25) && silent < phases.length) masks.set(id, { phases: phases.slice(0, -silent), elsewhere });
  }
  const loads = Array.from({ length: draw.below(4) }, () => [at(), currents(draw, 400)] as const);
  const otherLoad = new Map(loads);
  const rise = draw.chance(70) ? 200 : 0;
  const horizonLoad = new Map([...otherLoad].map(([id, load]) => [id, addPhases(load, currents(draw, rise))] as const));
  const imposed = Array.from(
    { length: draw.chance(30) ? 2 : 0 },
    (): ImposedLimitModel => ({ circuitId: at(), powerLimitW: watts(draw.below(90_000)), startMs: draw.below(2) }),
  );
  return {
    site: {
      siteId: siteId('seeded'),
      version: 1,
      name: '',
      timezone: 'UTC',
      nominalVoltageV: draw.of([230, 120, 277]),
      rootCircuitId: CIRCUITS[0],
      circuits: new Map(circuits.map((circuit) => [circuit.circuitId, circuit])),
      evses: new Map(evses.map((evse) => [evse.evseId, evse])),
      otherLoads: [],
      leaseS: 120,
      ...(imposed.length === 0 ? {} : { imposed }),
    },
    ...{ committed, masks, otherLoad, horizonLoad, nowMs: epochMs(0) },
    proposal: {
      evseId: EVSES[draw.below(evses.length)] ?? EVSES[0] ?? evseId(stationId('s0'), 1),
      limit: deciAmps(draw.below(341)),
    },
  };
}

function circuitsOf(draw: Draw): readonly CircuitModel[] {
  return Array.from({ length: 1 + draw.below(5) }, (_, i): CircuitModel => {
    const parentCircuitId = CIRCUITS[draw.below(Math.max(1, i))] ?? CIRCUITS[0];
    return {
      circuitId: CIRCUITS[i] ?? CIRCUITS[0],
      ...(i === 0 ? {} : { parentCircuitId }),
      name: '',
      rating: currents(draw, MOST_DECI_A),
      ...(draw.chance(40) ? { powerLimitW: watts(draw.below(120_000)) } : {}),
    };
  });
}

function evsesOf(draw: Draw, circuits: number): readonly EvseModel[] {
  return EVSES.slice(0, 1 + draw.below(EVSES.length)).map(
    (id, i): EvseModel => ({
      evseId: id,
      ...{ stationId: stationId(`s${i}`), evse: 1, name: '', phases: draw.of(ORDERS) },
      circuitId: CIRCUITS[draw.below(circuits)] ?? CIRCUITS[0],
      ...{ maxCurrent: deciAmps(60 + draw.below(280)), minCurrent: deciAmps(60), fallback: deciAmps(draw.of([0, 60])) },
    }),
  );
}
