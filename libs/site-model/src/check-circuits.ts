import { compareText, GRID_PHASES, type PerPhase } from '@headroom/kernel';
import { MIN_CONTINUOUS_PERCENT, WHOLE_PERCENT } from './coefficient.ts';
import { type CircuitInput, problem, type SiteModelInput, type SiteProblem } from './input.ts';

/** 100 kA per conductor: a number beyond it is a slip of the pen. */
export const MAX_CURRENT_DECI_A = 1_000_000;
/** 1 GW, for the same reason. */
export const MAX_POWER_W = 1_000_000_000;
/** Ids travel in keys, paths and headers. */
const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

export const amps = (deciAmps: number): string => `${deciAmps / 10} A`;
export const isId = (text: string): boolean => ID_PATTERN.test(text);
export const isCurrent = (value: number): boolean =>
  Number.isSafeInteger(value) && value >= 0 && value <= MAX_CURRENT_DECI_A;
export const areCurrents = (currents: PerPhase<number>): boolean => GRID_PHASES.every((p) => isCurrent(currents[p]));
export const isPower = (value: number): boolean => Number.isSafeInteger(value) && value >= 0 && value <= MAX_POWER_W;

const isContinuousPercent = (value: number): boolean =>
  Number.isSafeInteger(value) && value >= MIN_CONTINUOUS_PERCENT && value <= WHOLE_PERCENT;

const at = (index: number, field = ''): string => `/spec/circuits/${index}${field}`;

/** Is the list a tree with one root, and can each of its numbers be true? */
export function checkCircuits({ circuits }: SiteModelInput): readonly SiteProblem[] {
  return [...checkRoots(circuits), ...checkIds(circuits), ...checkParents(circuits), ...checkRatings(circuits)];
}

function checkRoots(circuits: readonly CircuitInput[]): readonly SiteProblem[] {
  const roots = circuits.flatMap((circuit, index) =>
    circuit.parentCircuitId === undefined ? [{ circuit, index }] : [],
  );
  if (roots.length === 0) {
    return [problem('no-root', 'No circuit is without a parent: the grid connection is missing.', '/spec/circuits')];
  }
  const first = roots[0]?.circuit.circuitId ?? '';
  return roots
    .slice(1)
    .map(({ circuit, index }) =>
      problem(
        'two-roots',
        `Circuits "${first}" and "${circuit.circuitId}" both have no parent; a site has one grid connection.`,
        at(index),
      ),
    );
}

function checkIds(circuits: readonly CircuitInput[]): readonly SiteProblem[] {
  const seen = new Set<string>();
  return circuits.flatMap(({ circuitId }, index) => {
    if (!isId(circuitId)) {
      return [problem('bad-id', `"${circuitId}" is no name: 1 to 64 of A-Z a-z 0-9 . _ : -`, at(index, '/name'))];
    }
    if (seen.has(circuitId)) {
      return [problem('duplicate-id', `Circuit "${circuitId}" stands in the document twice.`, at(index, '/name'))];
    }
    seen.add(circuitId);
    return [];
  });
}

function checkParents(circuits: readonly CircuitInput[]): readonly SiteProblem[] {
  const parents = new Map(circuits.map((circuit) => [circuit.circuitId, circuit.parentCircuitId]));
  const reported = new Set<string>();
  return circuits.flatMap(({ circuitId, parentCircuitId }, index) => {
    if (parentCircuitId === undefined) return [];
    if (!parents.has(parentCircuitId)) {
      const detail = `Circuit "${circuitId}" names the parent "${parentCircuitId}", which is not in the document.`;
      return [problem('unknown-parent', detail, at(index, '/parent'))];
    }
    const loop = loopThrough(circuitId, parents);
    if (loop === undefined) return [];
    const key = loop.toSorted(compareText).join('\n');
    if (reported.has(key)) return [];
    reported.add(key);
    return [
      problem('circuit-loop', `Circuits feed each other: ${[...loop, circuitId].join(' -> ')}.`, at(index, '/parent')),
    ];
  });
}

/** The circuits from `start` up its parents and back to `start`; undefined where that way ends elsewhere. */
function loopThrough(start: string, parents: ReadonlyMap<string, string | undefined>): readonly string[] | undefined {
  const path: string[] = [];
  const seen = new Set<string>();
  for (let here: string | undefined = start; here !== undefined; here = parents.get(here)) {
    if (seen.has(here)) return here === start ? path : undefined;
    seen.add(here);
    path.push(here);
  }
  return undefined;
}

function checkRatings(circuits: readonly CircuitInput[]): readonly SiteProblem[] {
  return circuits.flatMap(({ circuitId, rating, powerLimitW, continuousPercent }, index) => {
    const problems: SiteProblem[] = [];
    for (const phase of GRID_PHASES) {
      if (isCurrent(rating[phase])) continue;
      const detail = `Circuit "${circuitId}" has a rating of ${amps(rating[phase])} on ${phase.toUpperCase()}; it must be from 0 to ${amps(MAX_CURRENT_DECI_A)}.`;
      problems.push(problem('negative-rating', detail, at(index, '/ratingPerPhaseA')));
      break;
    }
    if (powerLimitW !== undefined && !isPower(powerLimitW)) {
      const detail = `Circuit "${circuitId}" has a power limit of ${powerLimitW / 1000} kW; it must be from 0 to ${MAX_POWER_W / 1000} kW.`;
      problems.push(problem('bad-power-limit', detail, at(index, '/limitKw')));
    }
    if (continuousPercent !== undefined && !isContinuousPercent(continuousPercent)) {
      const detail = `Circuit "${circuitId}" has a continuous factor of ${continuousPercent / 100}; it must be from ${MIN_CONTINUOUS_PERCENT / 100} to 1, in hundredths.`;
      problems.push(problem('bad-continuous-factor', detail, at(index, '/continuousFactor')));
    }
    return problems;
  });
}
