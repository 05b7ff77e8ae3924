import {
  type CircuitId,
  type DeciAmps,
  deciAmps,
  type EpochMs,
  type EvseId,
  GRID_PHASES,
  type GridPhase,
  invariant,
  type PerPhaseDeciAmps,
  type Watts,
} from '@headroom/kernel';
import type { CircuitModel, SiteModel } from './model.ts';

export type RowKind = GridPhase | 'power';

/** One conductor of a circuit (PH8), or its power contract as a sum over the phases (PH13). */
export interface Row {
  readonly circuitId: CircuitId;
  readonly kind: RowKind;
}

export type LimitSource = 'rating' | 'contract' | 'override';

/** A row with what counts as its limit now. */
export interface RowLimit extends Row {
  /** Of `power` rows: summed over the phases, at nominal voltage, floored. */
  readonly limitDeciA: DeciAmps;
  readonly source: LimitSource;
  /** Absent: until the site is configured anew. */
  readonly validUntilMs?: EpochMs;
  /** EVSEs wired to this row, with how many of their phase currents count in it (1 to 3). */
  readonly loads: ReadonlyMap<EvseId, number>;
}

/** The circuit and all above it, root last. */
export function pathToRoot(site: SiteModel, from: CircuitId): readonly CircuitModel[] {
  const known = PATHS.get(site) ?? new Map<CircuitId, readonly CircuitModel[]>();
  PATHS.set(site, known);
  const path = known.get(from) ?? walkToRoot(site, from);
  known.set(from, path);
  return path;
}

/** Asked for at every decision and for every reading; a model is never changed, only replaced. */
const PATHS = new WeakMap<SiteModel, Map<CircuitId, readonly CircuitModel[]>>();

function walkToRoot(site: SiteModel, from: CircuitId): readonly CircuitModel[] {
  const path: CircuitModel[] = [];
  for (let id: CircuitId | undefined = from; id !== undefined; ) {
    const circuit: CircuitModel | undefined = site.circuits.get(id);
    invariant(circuit !== undefined, `circuit ${id} is not in the model of ${site.siteId}`);
    invariant(path.length <= site.circuits.size, `the circuits of ${site.siteId} form a loop`);
    path.push(circuit);
    id = circuit.parentCircuitId;
  }
  return path;
}

/**
 * Every row of the site in document order (l1, l2, l3, power of each circuit), with its limit at `nowMs`. The same model gives
 * the same array again until its override ends: rows are asked for at every decision and in every pass, and their loads never
 * change.
 */
export function rowsOf(site: SiteModel, nowMs: EpochMs): readonly RowLimit[] {
  const known = ROWS.get(site) ?? {};
  ROWS.set(site, known);
  const isOverridden = site.limitOverride !== undefined && nowMs < site.limitOverride.validUntilMs;
  if (isOverridden) return (known.overridden ??= makeRows(site, nowMs));
  return (known.free ??= makeRows(site, nowMs));
}

/** Rows are a function of the model and of whether its override holds; a model is never changed, only replaced. */
const ROWS = new WeakMap<SiteModel, { overridden?: readonly RowLimit[]; free?: readonly RowLimit[] }>();

function makeRows(site: SiteModel, nowMs: EpochMs): readonly RowLimit[] {
  const loads = loadsByRow(site);
  return [...site.circuits.values()].flatMap((circuit) => {
    const loaded = (kind: RowKind): ReadonlyMap<EvseId, number> => loads.get(circuit.circuitId)?.get(kind) ?? new Map();
    const conductors = GRID_PHASES.map(
      (kind): RowLimit => ({
        circuitId: circuit.circuitId,
        kind,
        limitDeciA: circuit.rating[kind],
        source: 'rating',
        loads: loaded(kind),
      }),
    );
    const power = powerLimit(site, circuit, nowMs);
    if (power === undefined) return conductors;
    return [...conductors, { circuitId: circuit.circuitId, kind: 'power', ...power, loads: loaded('power') }];
  });
}

type PowerLimit = Pick<RowLimit, 'limitDeciA' | 'source' | 'validUntilMs'>;

function powerLimit(site: SiteModel, circuit: CircuitModel, nowMs: EpochMs): PowerLimit | undefined {
  const inDeciAmps = (power: Watts): DeciAmps => deciAmps(Math.floor((power * 10) / site.nominalVoltageV));
  const contractW = circuit.powerLimitW;
  const override = circuit.circuitId === site.rootCircuitId ? site.limitOverride : undefined;
  // An override ends by itself: the instant of its end is already free of it.
  if (override !== undefined && nowMs < override.validUntilMs && override.powerLimitW < (contractW ?? Infinity)) {
    return {
      limitDeciA: inDeciAmps(override.powerLimitW),
      source: 'override',
      validUntilMs: override.validUntilMs,
    };
  }
  return contractW === undefined ? undefined : { limitDeciA: inDeciAmps(contractW), source: 'contract' };
}

function loadsByRow(site: SiteModel): ReadonlyMap<CircuitId, ReadonlyMap<RowKind, ReadonlyMap<EvseId, number>>> {
  const result = new Map<CircuitId, Map<RowKind, Map<EvseId, number>>>();
  const rowOf = (circuitId: CircuitId, kind: RowKind): Map<EvseId, number> => {
    const ofCircuit = result.get(circuitId) ?? new Map<RowKind, Map<EvseId, number>>();
    result.set(circuitId, ofCircuit);
    const row = ofCircuit.get(kind) ?? new Map<EvseId, number>();
    ofCircuit.set(kind, row);
    return row;
  };
  for (const evse of site.evses.values()) {
    for (const circuit of pathToRoot(site, evse.circuitId)) {
      for (const phase of evse.phases) rowOf(circuit.circuitId, phase).set(evse.evseId, 1);
      rowOf(circuit.circuitId, 'power').set(evse.evseId, evse.phases.length);
    }
  }
  return result;
}

/** The part of a per-phase load that counts in a row. */
export const inRow = (load: PerPhaseDeciAmps, kind: RowKind): number =>
  kind === 'power' ? load.l1 + load.l2 + load.l3 : load[kind];
