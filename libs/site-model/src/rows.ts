import {
  type CircuitId,
  type DeciAmps,
  deciAmps,
  type EpochMs,
  GRID_PHASES,
  type GridPhase,
  type PerPhaseDeciAmps,
  type Watts,
} from '@headroom/kernel';
import { WHOLE_PERCENT } from './coefficient.ts';
import { bearsOf, percentOf } from './derating.ts';
import type { CircuitModel, ImposedLimitModel, SiteModel } from './model.ts';
import { LoadsOfSite, type RowKind, type RowLoads, type SharedOutput } from './row-loads.ts';

/** One conductor of a circuit (PH8), or its power contract as a sum over the phases (PH13). */
export interface Row {
  readonly circuitId: CircuitId;
  readonly kind: RowKind;
}

/** `demand-target`: a wish of the allocator (LC5). It is a row of no gate: `rowsOf` never gives one. */
export type LimitSource = 'rating' | 'derating' | 'contract' | 'override' | 'grid' | 'demand-target';

/** A row with what counts as its limit now. */
export interface RowLimit extends Row {
  /** Of `power` rows: summed over the phases, at nominal voltage, floored. */
  readonly limitDeciA: DeciAmps;
  readonly source: LimitSource;
  /** Of `power` rows: what `limitDeciA` was rounded from. */
  readonly limitW?: Watts;
  /** Of conductors: by so much a rise of other load may exceed `limitDeciA` while nobody lives (SI29). Absent: by nothing. */
  readonly overloadDeciA?: DeciAmps;
  /** Of conductors: by so much it may come down, as it gets hotter, while nobody lives (LC2). Absent: by nothing. */
  readonly deratesByDeciA?: DeciAmps;
  /** Absent: until the site is configured anew. */
  readonly validUntilMs?: EpochMs;
  /** EVSEs wired to this row, and with what coefficient their limits count in it: `weighed`. Of plain wiring 1 to 3. */
  readonly loads: RowLoads;
  /** Of these, such as count with no more than a cabinet gives them together. Absent: none. */
  readonly shared?: readonly SharedOutput[];
}

/**
 * Every row of the site in document order (l1, l2, l3, power of each circuit; two of a conductor where EVSEs between two pairs of
 * conductors meet, see `LoadsOfSite`), with its limit at `nowMs`; of imposed limits the lowest
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
    const { circuitId } = circuit;
    const sharedIn = (kind: RowKind): Pick<RowLimit, 'shared'> => {
      const shared = loads.shared(site, circuit, kind);
      return shared.length === 0 ? {} : { shared };
    };
    const conductors = GRID_PHASES.flatMap((kind) => {
      const limit = {
        circuitId,
        kind,
        ...conductorLimit(site, circuit, kind),
        ...sharedIn(kind),
      };
      return loads.of(circuitId, kind).map((ofRow) => ({ ...limit, loads: ofRow }) as const);
    });
    const power = powerLimit(site, circuit, { nowMs, imposed: imposed.get(circuit.circuitId) });
    if (power === undefined) return conductors;
    return [
      ...conductors,
      ...loads
        .of(circuitId, 'power')
        .map((ofRow) => ({ circuitId, kind: 'power', ...power, ...sharedIn('power'), loads: ofRow }) as const),
    ];
  });
}

type ConductorLimit = Pick<RowLimit, 'limitDeciA' | 'source' | 'overloadDeciA' | 'deratesByDeciA'>;

function conductorLimit(site: SiteModel, circuit: CircuitModel, kind: GridPhase): ConductorLimit {
  const { rating, overload } = circuit;
  const bears = bearsOf(site, circuit);
  const nowPercent = bears?.nowPercent ?? WHOLE_PERCENT;
  const limitDeciA = percentOf(rating[kind], nowPercent);
  const least = percentOf(rating[kind], bears?.deadPercent ?? nowPercent);
  return {
    limitDeciA,
    source: nowPercent < WHOLE_PERCENT ? 'derating' : 'rating',
    // SI29: of what it bears at its hottest of that time.
    ...(overload === undefined ? {} : { overloadDeciA: percentOf(least, overload.percent) }),
    ...(least < limitDeciA ? { deratesByDeciA: deciAmps(limitDeciA - least) } : {}),
  };
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

/** Who is wired where does not change with limits: models that differ only in these share it. */
const LOADS = new WeakMap<
  SiteModel['evses'],
  { readonly circuits: SiteModel['circuits']; readonly loads: LoadsOfSite }
>();

function loadsOf(site: SiteModel): LoadsOfSite {
  const known = LOADS.get(site.evses);
  if (known?.circuits === site.circuits) return known.loads;
  const loads = new LoadsOfSite(site);
  LOADS.set(site.evses, { circuits: site.circuits, loads });
  return loads;
}

/** The part of a per-phase load that counts in a row. */
export const inRow = (load: PerPhaseDeciAmps, kind: RowKind): number =>
  kind === 'power' ? load.l1 + load.l2 + load.l3 : load[kind];
