import { type CircuitId, GRID_PHASES, type GridPhase, type PerPhase } from '@headroom/kernel';
import { type EvseModel, LOWEST_VOLTAGE_PERCENT, pathToRoot, type SiteModel } from '@headroom/site-model';
import type { Car } from '../../optimum/generate/session.ts';
import { IN_LINE, type Phasor, type SlotRow } from '../../optimum/site/slotted.ts';

/** What the other loads of a circuit draw in a slot, in amperes; below 0 while a source of it supplies more than they draw. */
export type OtherLoad = (circuitId: CircuitId, slot: number) => PerPhase<number>;

const HALF_TURN = 30 * (Math.PI / 180);
const NEXT: Readonly<Record<GridPhase, GridPhase>> = { l1: 'l2', l2: 'l3', l3: 'l1' };
const LINE_TO_LINE = Math.sqrt(3);
const SPLIT_PHASE = 2;
/** Currents of a DC EVSE are those at its lowest voltage. */
const PERCENT_SQUARED = 10_000;
const DC_SHARE = LOWEST_VOLTAGE_PERCENT / 100;

/** How an ampere of the limit of an EVSE flows in a conductor, as physics has it: the models of the gate round to the safe side of it. */
function phasorIn({ phases, wiring }: EvseModel, phase: GridPhase): Phasor | undefined {
  if (!phases.includes(phase)) return undefined;
  if (wiring !== 'line-to-line') return IN_LINE;
  const turn = phases.includes(NEXT[phase]) ? HALF_TURN : -HALF_TURN;
  return { x: Math.cos(turn), y: Math.sin(turn) };
}

/** Volts that a limit of one ampere comes to, per volt from line to neutral. */
function powerFolds({ phases, wiring, dc }: EvseModel): number {
  if (dc !== undefined) return phases.length * DC_SHARE;
  if (wiring === 'line-to-line') return LINE_TO_LINE;
  return wiring === 'split-phase' ? SPLIT_PHASE : phases.length;
}

/** The car that uses all that its EVSE has: a file of sessions knows no cars. `maxA`: what it takes at most, if less. */
export function carAt(evse: EvseModel, nominalVoltageV: number, maxA = Infinity): Car {
  const supplied = powerFolds(evse) * nominalVoltageV;
  const efficiency =
    evse.dc === undefined ? 1 : (evse.dc.efficiencyPercent * evse.dc.powerFactorPercent) / PERCENT_SQUARED;
  return {
    phases: evse.wiring === undefined && evse.phases.length === 3 ? 3 : 1,
    maxCurrentA: Math.min(maxA, evse.maxCurrent / 10),
    wattsPerAmp: supplied * efficiency,
    efficiency,
    leastA: evse.minCurrent / 10,
  };
}

/** Rows of a site for sessions at its EVSEs (by place), and what is left in each of them. */
export function physicalRows(
  site: SiteModel,
  of: { readonly evses: readonly EvseModel[]; readonly slots: number; readonly otherLoad: OtherLoad },
): readonly SlotRow[] {
  const members = new Map<CircuitId, number[]>();
  of.evses.forEach(({ circuitId }, place) => {
    for (const circuit of pathToRoot(site, circuitId))
      members.set(circuit.circuitId, [...(members.get(circuit.circuitId) ?? []), place]);
  });
  const below = (circuitId: CircuitId): readonly CircuitId[] =>
    [...site.circuits.keys()].filter((other) =>
      pathToRoot(site, other).some((circuit) => circuit.circuitId === circuitId),
    );
  return [...site.circuits.values()].flatMap((circuit) => {
    const { circuitId, rating, powerLimitW, continuousPercent = 100 } = circuit;
    const there = members.get(circuitId) ?? [];
    const loads = below(circuitId);
    const loadIn = (phase: GridPhase, slot: number): number =>
      loads.reduce((sum, one) => sum + of.otherLoad(one, slot)[phase], 0);
    const conductors = GRID_PHASES.map((phase): SlotRow => {
      const counted = there.flatMap((place) => {
        const evse = of.evses[place];
        const phasor = evse && phasorIn(evse, phase);
        return phasor === undefined ? [] : [{ place, phasor }];
      });
      const capacityA = Float64Array.from({ length: of.slots }, (_, slot) =>
        Math.max(0, ((rating[phase] / 10 - loadIn(phase, slot)) * continuousPercent) / 100),
      );
      return { ...{ name: `${circuitId} ${phase}`, circuit: circuitId, capacityA }, ...columnsOf(counted) };
    });
    if (powerLimitW === undefined) return conductors;
    const limitA = powerLimitW / site.nominalVoltageV;
    const capacityA = Float64Array.from({ length: of.slots }, (_, slot) =>
      Math.max(0, limitA - GRID_PHASES.reduce((sum, phase) => sum + loadIn(phase, slot), 0)),
    );
    const counted = there.flatMap((place) => {
      const evse = of.evses[place];
      return evse === undefined ? [] : [{ place, phasor: { x: powerFolds(evse), y: 0 } }];
    });
    return [...conductors, { name: `${circuitId} power`, circuit: circuitId, capacityA, ...columnsOf(counted) }];
  });
}

const columnsOf = (counted: readonly { readonly place: number; readonly phasor: Phasor }[]) => ({
  members: counted.map(({ place }) => place),
  phasors: counted.map(({ phasor }) => phasor),
});
