import { type CircuitId, type DeciAmps, deciAmps, type EvseId, GRID_PHASES, type GridPhase } from '@headroom/kernel';
import { coefficient, ONE_FOLD, weighed, WHOLE_PERCENT } from './coefficient.ts';
import { dcInputDeciA } from './dc-input.ts';
import { LOWEST_VOLTAGE_PERCENT } from './lowest-voltage.ts';
import type { CircuitModel, EvseModel, SiteModel } from './model.ts';
import { pathToRoot } from './path-to-root.ts';

export type RowKind = GridPhase | 'power';

/** EVSEs wired to a row, and with what coefficient their limits count in it. */
export type RowLoads = ReadonlyMap<EvseId, number>;

/** EVSEs of one cabinet in a row at or above it: together they count with no more than this (MD14). */
export interface SharedOutput {
  readonly evses: ReadonlySet<EvseId>;
  readonly atMostDeciA: DeciAmps;
}

/**
 * What a conductor carries of EVSEs between two conductors (PH9), without a cosine.
 *
 * Let p be the current of all EVSEs between this conductor and the next one, q between it and the one before, l all the rest. Between the
 * phasors of p and q lies an angle of 60 degrees, more or less by what their power factors differ. With c its cosine
 *
 *     |p + q|^2 = p^2 + q^2 + 2 c p q,   and for p >= q:   (p + 7/8 q)^2 = p^2 + 7/4 p q + 49/64 q^2
 *
 * and the second is the larger one while 2 c <= 7/4 - 15/64 q/p, for which 2 c <= 97/64 is enough: c <= 0.757, that is 41 degrees and
 * more. So l + max(p + 7/8 q, q + 7/8 p) is never too small as long as the power factors of two pairs lie less than 19 degrees apart
 * (one at 0.98 inductive, the other at 0.99 capacitive); whatever phase l has, since |l + x| <= l + |x|. With equal power factors it
 * is at most 9.0 % too large (q = 2/3 p); p + q would be by up to 15.5 %. Both halves of the maximum are rows of their own: linear, without a
 * negative coefficient, so that a car which draws less than it may makes no row fuller.
 */
const OF_THE_OTHER_PAIR = (ONE_FOLD * 7) / 8;
/** sqrt(3), rounded up to the next part: a current between two conductors takes so much power for each volt from line to neutral. */
const POWER_BETWEEN_LINES = 1_774;

/** Its currents are those at the lowest voltage: the power of all its phases is so much less of them at the nominal one. */
const powerOfDc = (phases: number): number => coefficient((ONE_FOLD * phases * LOWEST_VOLTAGE_PERCENT) / WHOLE_PERCENT);

const powerOf = ({ dc, wiring, phases }: EvseModel): number => {
  if (dc !== undefined) return powerOfDc(phases.length);
  return wiring === 'line-to-line' ? coefficient(POWER_BETWEEN_LINES) : phases.length;
};

const NEXT: Readonly<Record<GridPhase, GridPhase>> = { l1: 'l2', l2: 'l3', l3: 'l1' };

/** The rows of one conductor while they are made: they differ only in which of two pairs counts in full. */
interface Conductor {
  readonly nextInFull: Map<EvseId, number>;
  /** Absent until an EVSE between two conductors is met. */
  previousInFull?: Map<EvseId, number>;
  hasNext: boolean;
  hasPrevious: boolean;
}

interface Cabinet {
  readonly evses: ReadonlySet<EvseId>;
  /** Itself, and the circuits that feed it. */
  readonly above: ReadonlySet<CircuitId>;
  /** What each phase of it carries at most. */
  readonly inputDeciA: DeciAmps;
}

function cabinetsOf(site: SiteModel): readonly Cabinet[] {
  return [...site.circuits.values()].flatMap(({ circuitId, cabinet }) => {
    if (cabinet === undefined) return [];
    const isMember = (evse: EvseModel): boolean =>
      pathToRoot(site, evse.circuitId).some((circuit) => circuit.circuitId === circuitId);
    const { nominalVoltageV } = site;
    return [
      {
        evses: new Set([...site.evses.values()].filter(isMember).map(({ evseId }) => evseId)),
        above: new Set(pathToRoot(site, circuitId).map((circuit) => circuit.circuitId)),
        inputDeciA: dcInputDeciA(cabinet, cabinet.outputMaxW, { nominalVoltageV, phases: GRID_PHASES.length }),
      },
    ];
  });
}

export class LoadsOfSite {
  readonly #conductors = new Map<CircuitId, Map<GridPhase, Conductor>>();
  readonly #power = new Map<CircuitId, Map<EvseId, number>>();
  #cabinets: readonly Cabinet[] | undefined;

  constructor(site: SiteModel) {
    for (const evse of site.evses.values()) {
      for (const circuit of pathToRoot(site, evse.circuitId)) this.#add(circuit, evse);
    }
  }

  /** One for each row of this kind that the circuit has: two on conductors where two pairs meet, else one. */
  of(circuitId: CircuitId, kind: RowKind): readonly RowLoads[] {
    if (kind === 'power') return [this.#power.get(circuitId) ?? NOBODY];
    const conductor = this.#conductors.get(circuitId)?.get(kind);
    if (conductor === undefined) return [NOBODY];
    const { nextInFull, previousInFull, hasNext, hasPrevious } = conductor;
    if (previousInFull === undefined || !hasPrevious) return [nextInFull];
    return hasNext ? [nextInFull, previousInFull] : [previousInFull];
  }

  /** Cabinets at the circuit or below it, as they count in a row of this kind. */
  shared(site: SiteModel, { circuitId, continuousPercent }: CircuitModel, kind: RowKind): readonly SharedOutput[] {
    return this.#cabinetsOf(site).flatMap(({ evses, above, inputDeciA }) => {
      if (!above.has(circuitId)) return [];
      const atMost =
        kind === 'power'
          ? weighed(powerOfDc(GRID_PHASES.length), inputDeciA)
          : weighed(coefficient(ONE_FOLD, continuousPercent), inputDeciA);
      return [{ evses, atMostDeciA: deciAmps(atMost) }];
    });
  }

  #cabinetsOf(site: SiteModel): readonly Cabinet[] {
    this.#cabinets ??= cabinetsOf(site);
    return this.#cabinets;
  }

  #add(circuit: CircuitModel, evse: EvseModel): void {
    const { evseId, phases } = evse;
    const { circuitId, continuousPercent } = circuit;
    const inFull = coefficient(ONE_FOLD, continuousPercent);
    for (const phase of phases) {
      const conductor = this.#conductorOf(circuitId, phase);
      if (evse.wiring !== 'line-to-line') {
        conductor.nextInFull.set(evseId, inFull);
        conductor.previousInFull?.set(evseId, inFull);
        continue;
      }
      const inPart = coefficient(OF_THE_OTHER_PAIR, continuousPercent);
      const isNext = phases.includes(NEXT[phase]);
      conductor.previousInFull ??= new Map(conductor.nextInFull);
      conductor.nextInFull.set(evseId, isNext ? inFull : inPart);
      conductor.previousInFull.set(evseId, isNext ? inPart : inFull);
      if (isNext) conductor.hasNext = true;
      else conductor.hasPrevious = true;
    }
    const power = this.#power.get(circuitId) ?? new Map<EvseId, number>();
    this.#power.set(circuitId, power);
    power.set(evseId, powerOf(evse));
  }

  #conductorOf(circuitId: CircuitId, phase: GridPhase): Conductor {
    const ofCircuit = this.#conductors.get(circuitId) ?? new Map<GridPhase, Conductor>();
    this.#conductors.set(circuitId, ofCircuit);
    const conductor = ofCircuit.get(phase) ?? { nextInFull: new Map(), hasNext: false, hasPrevious: false };
    ofCircuit.set(phase, conductor);
    return conductor;
  }
}

const NOBODY: RowLoads = new Map();
