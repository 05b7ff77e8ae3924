import {
  type CircuitId,
  type DeciAmps,
  deciAmps,
  type EvseId,
  GRID_PHASES,
  type GridPhase,
  type PerPhaseDeciAmps,
} from '@headroom/kernel';
import { leastRating } from './derating.ts';
import { isCurrent } from './loaded-rows.ts';
import type { EvseModel, SiteModel } from './model.ts';
import { pathToRoot } from './path-to-root.ts';
import type { Row } from './rows.ts';

/** What cars give back, as it stands when one of them is to give more (MD18). */
export interface ExportInput {
  readonly site: SiteModel;
  /**
   * The most that the car at an EVSE may be giving back on each phase: the largest of all that it was told and is not proven to have left.
   * Missing: nothing, for nothing gives back by itself. No current: all that it can.
   */
  readonly giving: ReadonlyMap<EvseId, DeciAmps>;
  /**
   * What other load is seen to draw now, by the circuit on which it sits. It keeps what is given back from flowing out of the site; no
   * conductor is protected by it, for it may end at any moment. Missing: nothing.
   */
  readonly drawn: ReadonlyMap<CircuitId, PerPhaseDeciAmps>;
}

export interface ExportQuestion extends ExportInput {
  readonly proposal: { readonly evseId: EvseId; readonly discharge: DeciAmps };
}

/** A conductor of a circuit, or `power`: what flows out through the grid connection, summed over its phases. */
export interface BackRow extends Row {
  readonly limitDeciA: DeciAmps;
  /** Sources at their most, and every car that may be giving back; nothing that draws is taken off a conductor. */
  readonly usedDeciA: DeciAmps;
  /** EVSEs that count in it, and how often their discharge does. */
  readonly loads: ReadonlyMap<EvseId, number>;
}

export type ExportVerdict =
  | { readonly kind: 'pass'; readonly decrease: boolean }
  | {
      readonly kind: 'refuse';
      readonly why: 'does-not-fit' | 'above-hardware-maximum' | 'not-a-current' | 'unknown-evse';
      /** The row that leaves the least room. Absent: the EVSE itself is the reason. */
      readonly row?: Row;
      /** The largest discharge of this EVSE that fits; what it may be giving already where nothing above it does. */
      readonly largest: DeciAmps;
    };

/** What an EVSE counts with. */
export function countsBack({ evseId, maxDischarge }: EvseModel, giving: ExportInput['giving']): DeciAmps {
  const counted = giving.get(evseId) ?? ZERO;
  return isCurrent(counted) ? counted : (maxDischarge ?? ZERO);
}

/**
 * The gate of what flows back, beside that of what is drawn: they share no row, so that nobody who gives makes room for one who takes, nor
 * the other way round. Less is passed always; more only if every row holds with it. Total: whatever comes in, a verdict comes out.
 */
export function exportGate(input: ExportQuestion): ExportVerdict {
  const { site, proposal, giving } = input;
  const evse = site.evses.get(proposal.evseId);
  if (evse === undefined) return { kind: 'refuse', why: 'unknown-evse', largest: ZERO };
  const counted = countsBack(evse, giving);
  if (!isCurrent(proposal.discharge)) return { kind: 'refuse', why: 'not-a-current', largest: counted };
  if (proposal.discharge <= counted) return { kind: 'pass', decrease: true };
  const most = evse.maxDischarge ?? ZERO;
  let [largest, tightest]: [number, BackRow | undefined] = [most, undefined];
  for (const row of backRows(input)) {
    const times = row.loads.get(evse.evseId);
    if (times === undefined) continue;
    const fits = Math.floor((row.limitDeciA - row.usedDeciA) / times) + counted;
    if (fits < largest) [largest, tightest] = [fits, row];
  }
  if (proposal.discharge <= largest) return { kind: 'pass', decrease: false };
  return {
    kind: 'refuse',
    why: tightest === undefined ? 'above-hardware-maximum' : 'does-not-fit',
    ...(tightest === undefined ? {} : { row: { circuitId: tightest.circuitId, kind: tightest.kind } }),
    largest: deciAmps(Math.max(counted, largest)),
  };
}

/** Every conductor through which something may flow back, and what flows out of the site. */
export function backRows({ site, giving, drawn }: ExportInput): readonly BackRow[] {
  const givers = [...site.evses.values()].filter(
    (evse) => evse.maxDischarge !== undefined || countsBack(evse, giving) > 0,
  );
  const conductors = [...site.circuits.values()].flatMap((circuit) =>
    GRID_PHASES.map((phase): BackRow => {
      const { circuitId } = circuit;
      const below = givers.filter((evse) => evse.phases.includes(phase) && isBelow(site, evse.circuitId, circuitId));
      return {
        ...{ circuitId, kind: phase, limitDeciA: leastRating(circuit, phase) },
        loads: new Map(below.map(({ evseId }) => [evseId, 1])),
        usedDeciA: deciAmps(
          sourcesBelow(site, circuitId, phase) + below.reduce((sum, evse) => sum + countsBack(evse, giving), 0),
        ),
      };
    }),
  );
  return [...conductors, outflow(site, givers, { giving, drawn })];
}

/** The contract of what flows out. Other load that is seen to draw counts against it: when that ends cars give less a moment later. */
function outflow(
  site: SiteModel,
  givers: readonly EvseModel[],
  { giving, drawn }: Pick<ExportInput, 'giving' | 'drawn'>,
): BackRow {
  const allowed = Math.floor(((site.exportLimitW ?? 0) * DECI) / site.nominalVoltageV);
  const sources = GRID_PHASES.reduce((sum, phase) => sum + sourcesBelow(site, site.rootCircuitId, phase), 0);
  const taken = [...drawn.values()].reduce(
    (sum, load) => sum + (GRID_PHASES.every((phase) => isCurrent(load[phase])) ? load.l1 + load.l2 + load.l3 : 0),
    0,
  );
  return {
    ...{ circuitId: site.rootCircuitId, kind: 'power' },
    limitDeciA: deciAmps(allowed + taken),
    usedDeciA: deciAmps(givers.reduce((sum, evse) => sum + evse.phases.length * countsBack(evse, giving), sources)),
    loads: new Map(givers.map(({ evseId, phases }) => [evseId, phases.length])),
  };
}

const isBelow = (site: SiteModel, from: CircuitId, top: CircuitId): boolean =>
  pathToRoot(site, from).some(({ circuitId }) => circuitId === top);

/** What generates below a circuit, at its most: metered sources, and what hides behind a meter. */
const sourcesBelow = (site: SiteModel, top: CircuitId, phase: GridPhase): number =>
  (site.sources ?? []).reduce(
    (sum, { circuitId, atMost }) => sum + (isBelow(site, circuitId, top) ? atMost[phase] : 0),
    site.otherLoads.reduce(
      (sum, { circuitId, hides }) => sum + (isBelow(site, circuitId, top) ? (hides?.[phase] ?? 0) : 0),
      0,
    ),
  );

const ZERO = deciAmps(0);
const DECI = 10;
