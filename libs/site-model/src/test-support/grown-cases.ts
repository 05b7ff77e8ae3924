import {
  type CircuitId,
  circuitId,
  deciAmps,
  type DeciAmps,
  type EvseId,
  type GridPhase,
  mapPhases,
  type PerPhaseDeciAmps,
  perPhase,
  watts,
} from '@headroom/kernel';
import type { DcInput } from '../dc-input.ts';
import type { GateInput } from '../gate.ts';
import type { CircuitModel, EvseModel, SiteModel } from '../model.ts';
import { type Draw, drawOf, plainCase } from './seeded-cases.ts';

/** A case of its own numbers for what is new, so that what was there before stays as it was for each seed. */
const NEW_PART = 0x51ed270b;
const PAIRS: readonly [readonly GridPhase[], ...(readonly GridPhase[])[]] = [
  ['l1', 'l2'],
  ['l2', 'l3'],
  ['l1', 'l3'],
  ['l3', 'l2'],
];

/** So many cases have one site: its rows are made once. */
const CASES_PER_SITE = 10;

/** Cases from `from` on, up to `to` not included, each with its number; a case is the same whichever others are made. */
export function* grownCases(from: number, to: number): Generator<readonly [number, GateInput], void> {
  for (let seed = from; seed < to; ) {
    const ofSite = Math.floor(seed / CASES_PER_SITE);
    const base = grownSite(ofSite);
    for (; seed < to && Math.floor(seed / CASES_PER_SITE) === ofSite; seed += 1) yield [seed, situationOf(base, seed)];
  }
}

/** Who counts with what, what flows beside the stations, and who asks for how much. */
function situationOf(base: GateInput, seed: number): GateInput {
  const draw = drawOf(seed ^ NEW_PART);
  const evses = [...base.site.evses.values()];
  const committed = new Map<EvseId, DeciAmps>();
  for (const { evseId, dc } of evses) {
    const value = deciAmps(draw.below(draw.chance(50) ? 340 : 120));
    // In a cabinet are those that nobody steers: they count with their maximum.
    if (dc === undefined && draw.chance(90)) committed.set(evseId, value);
  }
  const percent = draw.below(101);
  const scaled = (loads: GateInput['otherLoad']): GateInput['otherLoad'] =>
    new Map(
      [...loads].map(([id, load]) => [id, mapPhases(load, (value) => deciAmps(Math.floor((value * percent) / 100)))]),
    );
  const asking = evses[draw.below(evses.length)]?.evseId ?? base.proposal.evseId;
  return {
    ...base,
    committed,
    ...{ otherLoad: scaled(base.otherLoad), horizonLoad: scaled(base.horizonLoad) },
    proposal: { evseId: asking, limit: deciAmps(draw.below(341)) },
  };
}

/** A plain site with factors, allowances, EVSEs between two conductors, a cabinet and sources strewn over it; some stay plain. */
function grownSite(seed: number): GateInput {
  const plain = plainCase(seed);
  const draw = drawOf(seed ^ NEW_PART);
  if (draw.chance(10)) return plain;
  const times = 1 + draw.below(5);
  const circuits = [...plain.site.circuits.values()].map((circuit) => grownCircuit(draw, circuit, times));
  const cabinet = draw.chance(30) ? cabinetOf(draw) : undefined;
  const evses = [...plain.site.evses.values()].map((evse) => grownEvse(draw, evse, cabinet));
  const site: SiteModel = {
    ...plain.site,
    circuits: new Map(
      [...circuits, ...(cabinet === undefined ? [] : [cabinet])].map((circuit) => [circuit.circuitId, circuit]),
    ),
    evses: new Map(evses.map((evse) => [evse.evseId, evse])),
  };
  const supplied = new Map<CircuitId, PerPhaseDeciAmps>();
  if (draw.chance(40)) {
    const at = circuits[draw.below(circuits.length)]?.circuitId ?? site.rootCircuitId;
    supplied.set(
      at,
      perPhase(() => deciAmps(draw.below(500))),
    );
  }
  return { ...plain, site, ...(supplied.size === 0 ? {} : { supplied }) };
}

function grownCircuit(draw: Draw, circuit: CircuitModel, times: number): CircuitModel {
  const { powerLimitW } = circuit;
  return {
    ...circuit,
    rating: mapPhases(circuit.rating, (rating) => deciAmps(rating * times)),
    ...(powerLimitW === undefined ? {} : { powerLimitW: watts(powerLimitW * times) }),
    ...(draw.chance(40) ? { continuousPercent: draw.of([80, 100, 50, 10 + draw.below(91)]) } : {}),
    ...(draw.chance(30) ? { overload: { percent: 1 + draw.below(13), seconds: 300 } } : {}),
  };
}

const cabinetOf = (draw: Draw): CircuitModel => ({
  circuitId: circuitId('cabinet'),
  parentCircuitId: circuitId('c0'),
  name: '',
  rating: perPhase(() => deciAmps(draw.below(3_000))),
  cabinet: dcOf(draw, 5_000 + draw.below(60_000)),
});

const dcOf = (draw: Draw, outputMaxW: number): DcInput => ({
  outputMaxW,
  efficiencyPercent: 80 + draw.below(21),
  powerFactorPercent: 90 + draw.below(11),
});

function grownEvse(draw: Draw, evse: EvseModel, cabinet: CircuitModel | undefined): EvseModel {
  if (cabinet !== undefined && draw.chance(35)) {
    const dc = dcOf(draw, 20_000);
    return { ...evse, circuitId: cabinet.circuitId, phases: ['l1', 'l2', 'l3'], dc };
  }
  if (draw.chance(40)) {
    return { ...evse, phases: draw.of(PAIRS), wiring: draw.chance(85) ? 'line-to-line' : 'split-phase' };
  }
  return evse;
}
