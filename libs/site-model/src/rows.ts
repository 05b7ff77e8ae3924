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
import { coefficient, ONE_FOLD } from './coefficient.ts';
import type { CircuitModel, ImposedLimitModel, SiteModel } from './model.ts';

export type RowKind = GridPhase | 'power';

/** One conductor of a circuit (PH8), or its power contract as a sum over the phases (PH13). */
export interface Row {
  readonly circuitId: CircuitId;
  readonly kind: RowKind;
}

export type LimitSource = 'rating' | 'contract' | 'override' | 'grid';

/** A row with what counts as its limit now. */
export interface RowLimit extends Row {
  /** Of `power` rows: summed over the phases, at nominal voltage, floored. */
  readonly limitDeciA: DeciAmps;
  readonly source: LimitSource;
  /** Of `power` rows: what `limitDeciA` was rounded from. */
  readonly limitW?: Watts;
  /** Of conductors: by so much a rise of other load may exceed `limitDeciA` while nobody lives (SI29). Absent: by nothing. */
  readonly overloadDeciA?: DeciAmps;
  /** Absent: until the site is configured anew. */
  readonly validUntilMs?: EpochMs;
  /** EVSEs wired to this row, and with what coefficient their limits count in it: `weighed`. Of plain wiring 1 to 3. */
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
 * Every row of the site in document order (l1, l2, l3, power of each circuit), with its limit at `nowMs`; of imposed limits the lowest
 * that holds at any instant from `nowMs` to `untilMs`, both inclusive. The same model gives the same array again while the same limits
 * hold: rows are asked for at every decision and in every pass, and their loads never change.
 */
export function rowsOf(site: SiteModel, nowMs: EpochMs, untilMs = nowMs): readonly RowLimit[] {
  const known = ROWS.get(site) ?? new Map<string, readonly RowLimit[]>();
  ROWS.set(site, known);
  const lowest = lowestImposed(site, nowMs, untilMs);
  const isOverridden = site.limitOverride !== undefined && nowMs < site.limitOverride.validUntilMs;
  const which = keyOf(isOverridden, lowest);
  const found = known.get(which);
  if (found !== undefined) return found;
  if (known.size >= ROWS_KEPT_MAX) known.clear();
  const rows = makeRows(site, nowMs, lowest);
  known.set(which, rows);
  return rows;
}

/** Rows are a function of the model and of which of its limits hold; a model is never changed, only replaced. */
const ROWS = new WeakMap<SiteModel, Map<string, readonly RowLimit[]>>();
/** Of one model: now and later, with and without its override. */
export const ROWS_KEPT_MAX = 8;

type Imposed = ReadonlyMap<CircuitId, ImposedLimitModel>;
const NOTHING_IMPOSED: Imposed = new Map();

function lowestImposed({ imposed }: SiteModel, fromMs: EpochMs, untilMs: EpochMs): Imposed {
  if (imposed === undefined || imposed.length === 0) return NOTHING_IMPOSED;
  const lowest = new Map<CircuitId, ImposedLimitModel>();
  for (const limit of imposed) {
    if (limit.startMs > untilMs || (limit.endMs ?? Infinity) <= fromMs) continue;
    const known = lowest.get(limit.circuitId);
    if (known === undefined || limit.powerLimitW < known.powerLimitW) lowest.set(limit.circuitId, limit);
  }
  return lowest;
}

const keyOf = (isOverridden: boolean, imposed: Imposed): string =>
  [isOverridden, ...[...imposed].flatMap(([id, { powerLimitW, endMs }]) => [id, powerLimitW, endMs])].join('\n');

function makeRows(site: SiteModel, nowMs: EpochMs, imposed: Imposed): readonly RowLimit[] {
  const loads = loadsOf(site);
  return [...site.circuits.values()].flatMap((circuit) => {
    const loaded = (kind: RowKind): ReadonlyMap<EvseId, number> => loads.get(circuit.circuitId)?.get(kind) ?? new Map();
    const conductors = GRID_PHASES.map(
      (kind): RowLimit => ({
        circuitId: circuit.circuitId,
        kind,
        limitDeciA: circuit.rating[kind],
        source: 'rating',
        ...overloadOf(circuit, kind),
        loads: loaded(kind),
      }),
    );
    const power = powerLimit(site, circuit, { nowMs, imposed: imposed.get(circuit.circuitId) });
    if (power === undefined) return conductors;
    return [...conductors, { circuitId: circuit.circuitId, kind: 'power', ...power, loads: loaded('power') }];
  });
}

function overloadOf({ overload, rating }: CircuitModel, kind: GridPhase): Pick<RowLimit, 'overloadDeciA'> {
  if (overload === undefined) return {};
  return { overloadDeciA: deciAmps(Math.floor((rating[kind] * overload.percent) / 100)) };
}

type PowerLimit = Pick<RowLimit, 'limitDeciA' | 'limitW' | 'source' | 'validUntilMs'>;

function powerLimit(
  site: SiteModel,
  circuit: CircuitModel,
  { nowMs, imposed }: { readonly nowMs: EpochMs; readonly imposed: ImposedLimitModel | undefined },
): PowerLimit | undefined {
  const limited = (limitW: Watts, source: LimitSource, validUntilMs?: EpochMs): PowerLimit => ({
    limitDeciA: deciAmps(Math.floor((limitW * 10) / site.nominalVoltageV)),
    limitW,
    source,
    ...(validUntilMs === undefined ? {} : { validUntilMs }),
  });
  const contractW = circuit.powerLimitW;
  let power = contractW === undefined ? undefined : limited(contractW, 'contract');
  const override = circuit.circuitId === site.rootCircuitId ? site.limitOverride : undefined;
  // An override ends by itself: the instant of its end is already free of it.
  if (override !== undefined && nowMs < override.validUntilMs && override.powerLimitW < (power?.limitW ?? Infinity)) {
    power = limited(override.powerLimitW, 'override', override.validUntilMs);
  }
  if (imposed !== undefined && imposed.powerLimitW < (power?.limitW ?? Infinity)) {
    power = limited(imposed.powerLimitW, 'grid', imposed.endMs);
  }
  return power;
}

type LoadsByRow = ReadonlyMap<CircuitId, ReadonlyMap<RowKind, ReadonlyMap<EvseId, number>>>;

/** Who is wired where does not change with limits: models that differ only in these share it. */
const LOADS = new WeakMap<
  SiteModel['evses'],
  { readonly circuits: SiteModel['circuits']; readonly loads: LoadsByRow }
>();

function loadsOf(site: SiteModel): LoadsByRow {
  const known = LOADS.get(site.evses);
  if (known?.circuits === site.circuits) return known.loads;
  const loads = loadsByRow(site);
  LOADS.set(site.evses, { circuits: site.circuits, loads });
  return loads;
}

function loadsByRow(site: SiteModel): LoadsByRow {
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
      const inConductor = coefficient(ONE_FOLD, circuit.continuousPercent);
      for (const phase of evse.phases) rowOf(circuit.circuitId, phase).set(evse.evseId, inConductor);
      rowOf(circuit.circuitId, 'power').set(evse.evseId, evse.phases.length);
    }
  }
  return result;
}

/** The part of a per-phase load that counts in a row. */
export const inRow = (load: PerPhaseDeciAmps, kind: RowKind): number =>
  kind === 'power' ? load.l1 + load.l2 + load.l3 : load[kind];
