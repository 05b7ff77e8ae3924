import type { Station } from '@headroom/sim';
import { type LossSiteOrder, panelRatingA, type Phase, type PlannedBay } from './document.ts';
import { createLooks } from './looks.ts';

/** One look at the site, by what really flowed. Per grid phase, A. */
export interface Look {
  readonly atMs: number;
  readonly buildingA: number;
  /** Largest current of the stations on one phase of the grid connection. */
  readonly drawnA: number;
  /** What their limits would let flow at most, on the fullest phase. */
  readonly heldA: number;
}

export interface Breach {
  readonly atMs: number;
  readonly circuit: string;
  readonly phase: Phase;
  readonly flowedA: number;
  readonly ratingA: number;
}

export interface Judge {
  /** Looks are taken ten times a second, from the first to now. Throws where there were more than are kept. */
  looks(): readonly Look[];
  breaches(): readonly Breach[];
  /** Ends the looking. */
  stop(): void;
}

export interface Bench {
  readonly station: Station;
  readonly bay: PlannedBay;
}

const LOOK_EVERY_MS = 100;
/** Rounding of currents in a station's own arithmetic. */
const TOLERANCE_A = 0.05;
const PHASES: readonly Phase[] = ['L1', 'L2', 'L3'];

/**
 * The judge of the loss tests. It knows the site document and the stations' own books, nothing of the platform: which
 * current flowed, and which limit each station obeyed.
 */
export function startJudge(order: LossSiteOrder, benches: readonly Bench[], buildingA: () => number): Judge {
  const looks = createLooks<Look>();
  const breaches: Breach[] = [];
  const circuits = [
    { circuit: 'grid', ratingA: order.ratingA, of: () => true, building: buildingA },
    ...(['panel-a', 'panel-b'] as const).map((panel) => ({
      circuit: panel,
      ratingA: panelRatingA(order),
      of: ({ bay }: Bench) => bay.panel === panel,
      building: () => 0,
    })),
  ];
  const look = (): void => {
    const atMs = Date.now();
    const sums = { drawnA: 0, heldA: 0 };
    for (const { circuit, ratingA, of, building } of circuits) {
      for (const phase of PHASES) {
        const below = benches.filter(of);
        const drawnA = sum(below, (bench) => (carries(bench, phase) ? currentA(bench) : 0));
        const flowedA = drawnA + building();
        if (flowedA > ratingA + TOLERANCE_A) breaches.push({ atMs, circuit, phase, flowedA, ratingA });
        if (circuit !== 'grid') continue;
        sums.drawnA = Math.max(sums.drawnA, drawnA);
        sums.heldA = Math.max(
          sums.heldA,
          sum(below, (bench) => (carries(bench, phase) ? heldA(bench) : 0)),
        );
      }
    }
    looks.add({ atMs, buildingA: buildingA(), ...sums });
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return { looks: looks.all, breaches: () => breaches, stop: () => clearInterval(timer) };
}

const sum = (benches: readonly Bench[], of: (bench: Bench) => number): number =>
  benches.reduce((total, bench) => total + of(bench), 0);

const carries = ({ station, bay }: Bench, phase: Phase): boolean =>
  bay.phases.slice(0, station.bay(1)?.phasesUsed ?? 0).includes(phase);

const currentA = ({ station }: Bench): number => station.bay(1)?.currentA ?? 0;

function heldA({ station }: Bench): number {
  const bay = station.bay(1);
  return bay?.transaction === undefined ? 0 : bay.obeyed.limitA;
}

/** Looks of a span of time. */
export const during = (judge: Judge, fromMs: number, toMs: number): readonly Look[] =>
  judge.looks().filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);

/** Share of `roomA` that flowed on the fullest phase, on average over the looks. */
export const usedShare = (looks: readonly Look[], roomA: number): number =>
  looks.reduce((total, { drawnA }) => total + drawnA, 0) / (looks.length * roomA);
