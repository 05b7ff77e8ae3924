import type { Solver } from '@headroom/linear-program/highs';
import type { BareSite } from '../site/topology.ts';
import type { SlottedDay } from '../site/slotted.ts';
import { DayProgram, totalFeasibleWh } from './day-program.ts';
import { type Built, solveCut } from './solve-cut.ts';
import type { Tangents } from './tangents.ts';

/** A day with a limit such that the best anybody can do is a given share of what its cars could take (BG4). */
export interface TightDay extends SlottedDay {
  /** Of each conductor of the root, whole tenths of an ampere. */
  readonly limitA: number;
  /** What its meter reads in each slot, whole tenths of an ampere; undefined: the cars have the site to themselves. */
  readonly buildingA: Float64Array | undefined;
  /** Circuit of each EVSE. */
  readonly circuitOf: readonly string[];
  /** Each EVSE hangs between two conductors. */
  readonly isDelta?: true;
}

/**
 * The least such limit. More limit never means less energy, and the energy is concave in it: so what a bisection over bounds would
 * close in on is the optimum of one program, in which the limit is a column. The share is of what the panels let through and cars
 * could take in their stays: what no limit of the root could deliver is not asked for.
 */
export function tightDay(
  solver: Solver,
  bare: BareSite,
  of: { readonly share: number; readonly building: Float64Array },
): TightDay {
  const { sessions, slots, circuitOf } = bare;
  const wantedWh = of.share * reachableWh(solver, bare);
  const hasBuilding = of.building.some((share) => share > 0);
  const least = leastLimitA(solver, bare, {
    wantedWh,
    building: of.building,
    reserve: hasBuilding ? meanReserve(0) : NONE,
  });
  const limitA = upToTenth(
    hasBuilding && least > SMALL_SITE_A
      ? leastLimitA(solver, bare, { wantedWh, building: of.building, reserve: meanReserve(least) })
      : least,
  );
  const buildingA = hasBuilding ? of.building.map((share) => upToTenth(share * limitA)) : undefined;
  const capacityA = Float64Array.from({ length: slots }, (_, slot) =>
    buildingA === undefined ? limitA : Math.max(0, limitA - countedA(buildingA[slot] ?? 0, limitA)),
  );
  const roots = bare.roots.map((row) => ({ ...row, capacityA }));
  const delta = bare.isDelta === true ? { isDelta: bare.isDelta } : {};
  return { slots, sessions, rows: [...roots, ...bare.panels], limitA, buildingA, circuitOf, ...delta };
}

/** Up to here the reserve is 1 A, beyond it a hundredth. */
const SMALL_SITE_A = 100;
interface Reserve {
  readonly fixedA: number;
  readonly ofLimit: number;
}
const NONE: Reserve = { fixedA: 0, ofLimit: 0 };
/** The reserve, and what rounding up to it comes to on average. */
const meanReserve = (limitA: number): Reserve =>
  limitA > SMALL_SITE_A ? { fixedA: 0, ofLimit: 1.5 / SMALL_SITE_A } : { fixedA: 1.5, ofLimit: 0 };

/**
 * With what a metered load counts (LC7): the reading and a reserve for the error of the meter, up to whole reserves. It is a part of
 * the limit, so it binds bounds and all policies alike.
 */
export function countedA(readA: number, limitA: number): number {
  const reserveDeciA = Math.max(10, Math.ceil(Math.round(limitA * 10) / SMALL_SITE_A));
  return (Math.ceil((Math.round(readA * 10) + reserveDeciA) / reserveDeciA) * reserveDeciA) / 10;
}

/** Limits of the field are whole tenths; the tiny less keeps 12.300000001 from becoming 12.4. */
const upToTenth = (currentA: number): number => Math.ceil(currentA * 10 - 1e-6) / 10;

function leastLimitA(
  solver: Solver,
  { sessions, panels, roots, slots }: BareSite,
  of: { readonly wantedWh: number; readonly building: Float64Array; readonly reserve: Reserve },
): number {
  const capacityA = new Float64Array(slots).fill(-of.reserve.fixedA);
  const open = roots.map((row) => ({ ...row, capacityA }));
  const perSlot = (slot: number): number => (of.building[slot] ?? 0) + of.reserve.ofLimit - 1;
  const build = (tangents: Tangents): Built => {
    const program = new DayProgram(sessions, { worth: () => 0 });
    program.needs(({ needWh }) => needWh);
    for (const row of panels) program.conductor(row, { tangents });
    const shared = { column: program.builder.column({ cost: 1 }), perSlot };
    for (const row of open) program.conductor(row, { shared, tangents });
    const all = program.builder.row({ lower: of.wantedWh });
    sessions.forEach((_, place) => program.addEnergy(place, all));
    return { program, rows: open, shared };
  };
  return solveCut(solver, build, 'tight limit').objective;
}

function reachableWh(solver: Solver, { sessions, panels }: BareSite): number {
  if (panels.length === 0) return totalFeasibleWh(sessions);
  const build = (tangents: Tangents): Built => {
    const program = new DayProgram(sessions, { worth: () => 1 });
    program.needs(({ needWh }) => needWh);
    for (const row of panels) program.conductor(row, { tangents });
    return { program, rows: panels };
  };
  return 0 - solveCut(solver, build, 'reachable energy').objective;
}
