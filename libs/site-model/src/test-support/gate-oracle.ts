import type { CircuitId, GridPhase } from '@headroom/kernel';
import type { GateInput } from '../gate.ts';
import type { CircuitModel, EvseModel } from '../model.ts';

/**
 * What really flows, in real numbers and phasors, and whether a conductor and a contract bear it. It shares no code with the rows and the
 * gate, and none of their roundings: what they pass must hold here.
 */
export interface Sum {
  readonly circuit: CircuitModel;
  readonly kind: GridPhase | 'power';
  /** Deci-amps that are too much, now or while nobody is alive; below 0: so much room is left. */
  readonly excess: number;
  /** By how much the rows may count more than flows here: roundings, and the bound of currents between conductors. */
  readonly slack: number;
}

const PHASES: readonly GridPhase[] = ['l1', 'l2', 'l3'];
const AFTER: Readonly<Record<GridPhase, GridPhase>> = { l1: 'l2', l2: 'l3', l3: 'l1' };

/** Of all conductors and contracts that this EVSE loads, were its limit `limit`. */
export function sumsOf(input: GateInput, limit: number): readonly Sum[] {
  const { site, proposal } = input;
  const chosen = site.evses.get(proposal.evseId);
  if (chosen === undefined) return [];
  const used = maskOf(input, chosen)?.phases ?? chosen.phases;
  return [...site.circuits.values()]
    .filter(({ circuitId }) => hangsOn(input, chosen.circuitId, circuitId))
    .flatMap((circuit) => [
      ...used.map((phase) => onConductor(input, circuit, phase, limit)),
      ...(ceilingOf(input, circuit) === Infinity ? [] : [inContract(input, circuit, limit)]),
    ]);
}

function hangsOn({ site }: GateInput, from: CircuitId, top: CircuitId): boolean {
  for (let here: CircuitId | undefined = from; here !== undefined; here = site.circuits.get(here)?.parentCircuitId) {
    if (here === top) return true;
  }
  return false;
}

const maskOf = ({ masks }: GateInput, evse: EvseModel) =>
  evse.wiring === undefined && evse.dc === undefined ? masks?.get(evse.evseId) : undefined;

/** What an EVSE may draw by its limits: never below its fallback, and by ignorance its maximum. */
function drawnBy({ committed, proposal }: GateInput, evse: EvseModel, limit: number): number {
  const stands = Math.max(committed.get(evse.evseId) ?? evse.maxCurrent, evse.fallback);
  return evse.evseId === proposal.evseId ? Math.max(stands, limit) : stands;
}

function onConductor(input: GateInput, circuit: CircuitModel, phase: GridPhase, limit: number): Sum {
  let inPhase = 0;
  let forward = 0;
  let backward = 0;
  let loads = 0;
  let inCabinet = 0;
  let cabinet: CircuitModel | undefined;
  for (const evse of input.site.evses.values()) {
    if (!evse.phases.includes(phase) || !hangsOn(input, evse.circuitId, circuit.circuitId)) continue;
    loads += 1;
    const drawn = drawnBy(input, evse, limit);
    const mask = maskOf(input, evse);
    if (evse.wiring === 'line-to-line') {
      if (evse.phases.includes(AFTER[phase])) forward += drawn;
      else backward += drawn;
    } else if (evse.dc !== undefined) {
      inCabinet += drawn;
      cabinet = input.site.circuits.get(evse.circuitId);
    } else if (mask === undefined || mask.phases.includes(phase)) inPhase += drawn;
    else inPhase += Math.max(mask.elsewhere, evse.fallback);
  }
  const shared = Math.min(inCabinet, ceilingOfCabinet(input, cabinet));
  // 60 degrees lie between the currents of two pairs in the conductor that they share.
  const between = Math.sqrt(forward * forward + backward * backward + forward * backward);
  const factor = 100 / (circuit.continuousPercent ?? 100);
  const charging = (inPhase + shared + between) * factor;
  const { now, drawn, later } = otherIn(input, circuit, phase);
  const rating = circuit.rating[phase];
  const allowed = (rating * (circuit.overload?.percent ?? 0)) / 100;
  return {
    circuit,
    kind: phase,
    // What a source may stop to supply is no rise of other load, so no part of what is allowed.
    excess: Math.max(now, later - allowed, drawn) + charging - rating,
    slack: between * 0.09 * factor + loads * 1.5 + charging * 0.01 + (inCabinet - shared) * factor + 2,
  };
}

function inContract(input: GateInput, circuit: CircuitModel, limit: number): Sum {
  let sum = 0;
  let inCabinet = 0;
  let between = 0;
  let cabinet: CircuitModel | undefined;
  for (const evse of input.site.evses.values()) {
    if (!hangsOn(input, evse.circuitId, circuit.circuitId)) continue;
    const drawn = drawnBy(input, evse, limit);
    const mask = maskOf(input, evse);
    if (evse.wiring === 'line-to-line') between += drawn * Math.sqrt(3);
    else if (evse.dc !== undefined) {
      inCabinet += 3 * LOW * drawn;
      cabinet = input.site.circuits.get(evse.circuitId);
    } else {
      const next = mask === undefined ? 0 : Math.max(mask.elsewhere, evse.fallback) * evse.phases.length;
      sum += Math.max(drawn * (mask?.phases ?? evse.phases).length, next);
    }
  }
  const shared = Math.min(inCabinet, 3 * LOW * ceilingOfCabinet(input, cabinet));
  const charging = sum + between + shared;
  const others = PHASES.map((phase) => otherIn(input, circuit, phase));
  const now = others.reduce((all, other) => all + other.now, 0);
  const later = others.reduce((all, other) => all + other.later, 0);
  return {
    circuit,
    kind: 'power',
    excess: Math.max(now, later) + charging - ceilingOf(input, circuit),
    slack: between * 0.011 + (inCabinet - shared) + input.site.evses.size + 4,
  };
}

/** A rectifier is counted at nine tenths of the voltage. */
const LOW = 0.9;

function ceilingOfCabinet({ site }: GateInput, cabinet: CircuitModel | undefined): number {
  if (cabinet?.cabinet === undefined) return Infinity;
  const { outputMaxW, efficiencyPercent, powerFactorPercent } = cabinet.cabinet;
  return (
    ((outputMaxW / (efficiencyPercent / 100) / (powerFactorPercent / 100)) * 10) / (3 * LOW * site.nominalVoltageV)
  );
}

/** The contract and whatever is imposed at this instant, deci-amps summed over the phases. */
function ceilingOf({ site, nowMs }: GateInput, circuit: CircuitModel): number {
  const imposed = (site.imposed ?? [])
    .filter((limit) => limit.circuitId === circuit.circuitId && limit.startMs <= nowMs)
    .map(({ powerLimitW }) => powerLimitW);
  return (Math.min(circuit.powerLimitW ?? Infinity, ...imposed) * 10) / site.nominalVoltageV;
}

function otherIn(
  input: GateInput,
  circuit: CircuitModel,
  phase: GridPhase,
): { readonly now: number; readonly drawn: number; readonly later: number } {
  let drawn = 0;
  let later = 0;
  for (const [at, load] of input.otherLoad) {
    if (!hangsOn(input, at, circuit.circuitId)) continue;
    drawn += load[phase];
    later += Math.max(load[phase], input.horizonLoad.get(at)?.[phase] ?? 0);
  }
  let supplied = 0;
  for (const [at, source] of input.supplied ?? []) {
    if (hangsOn(input, at, circuit.circuitId)) supplied += source[phase];
  }
  return { now: Math.max(0, drawn - supplied), drawn, later };
}
