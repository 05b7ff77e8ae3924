import { GRID_PHASES, type GridPhase } from '@headroom/kernel';
import { amps, areCurrents, isId } from './check-circuits.ts';
import { leastOf } from './check-derating.ts';
import { MAX_STALE_AFTER_MS } from './check-equipment.ts';
import { problem, type SiteModelInput, type SiteProblem, type SourceInput } from './input.ts';

/** Can each source be what it says, and do the conductors above it bear all that flows back? */
export function checkSources(input: SiteModelInput): readonly SiteProblem[] {
  const { sources = [] } = input;
  const unsound = [...checkHidden(input), ...sources.flatMap((source, index) => checkSource(input, source, index))];
  return unsound.length > 0 ? unsound : checkBackflow(input);
}

function checkSource(
  { circuits, sources = [] }: SiteModelInput,
  source: SourceInput,
  index: number,
): readonly SiteProblem[] {
  const { name, circuitId, meterId, staleAfterMs, atMost } = source;
  const refuse = (field: string, detail: string): readonly SiteProblem[] => [
    problem('bad-source', detail, `/spec/sources/${index}${field}`),
  ];
  if (circuits.every((circuit) => circuit.circuitId !== circuitId)) {
    return refuse('/circuit', `"${name}" hangs on circuit "${circuitId}", which is not in the document.`);
  }
  if (!isId(meterId)) return refuse('/name', `"${meterId}" is no name: 1 to 64 of A-Z a-z 0-9 . _ : -`);
  if (sources.findIndex((other) => other.meterId === meterId) < index) {
    return refuse('/name', `Source "${meterId}" stands in the document twice.`);
  }
  if (!areCurrents(atMost)) {
    return refuse('/atMostPerPhaseA', `"${name}" needs the most that it supplies, from 0 A upward.`);
  }
  if (Number.isSafeInteger(staleAfterMs) && staleAfterMs >= 1 && staleAfterMs <= MAX_STALE_AFTER_MS) return [];
  const detail = `"${name}" counts as stale after ${staleAfterMs} ms; that must be from 1 ms to ${MAX_STALE_AFTER_MS} ms.`;
  return refuse('/staleAfter', detail);
}

/** Metered loads are `spec.meters` of the document, the others `spec.loads`, each in its own order. */
function checkHidden({ otherLoads }: SiteModelInput): readonly SiteProblem[] {
  let meters = 0;
  let loads = 0;
  return otherLoads.flatMap(({ name, meterId, hides }) => {
    const pointer = meterId === undefined ? `/spec/loads/${loads++}` : `/spec/meters/${meters++}`;
    if (hides === undefined || (meterId !== undefined && areCurrents(hides))) return [];
    const detail =
      meterId === undefined
        ? `"${name}" has no meter: there is no reading that generation could hide in. Its worst case counts always.`
        : `"${name}" hides generation; how much must be from 0 A upward on each phase.`;
    return [problem('bad-source', detail, `${pointer}/hidesPerPhaseA`)];
  });
}

/** With nobody drawing, everything that is generated flows back: also that must fit, on every conductor above. */
function checkBackflow({ circuits, sources = [], otherLoads }: SiteModelInput): readonly SiteProblem[] {
  const feeding = [
    ...sources.map(({ circuitId, atMost }) => ({ circuitId, most: atMost })),
    ...otherLoads.flatMap(({ circuitId, hides }) => (hides === undefined ? [] : [{ circuitId, most: hides }])),
  ];
  if (feeding.length === 0) return [];
  const parents = new Map(circuits.map((circuit) => [circuit.circuitId, circuit.parentCircuitId]));
  const isBelow = (from: string, top: string): boolean => {
    const seen = new Set<string>();
    for (let here: string | undefined = from; here !== undefined && !seen.has(here); here = parents.get(here)) {
      if (here === top) return true;
      seen.add(here);
    }
    return false;
  };
  return circuits.flatMap(({ circuitId, rating, derating }, index) => {
    // A conductor that is hot bears less, whichever way it flows.
    const bears = (phase: GridPhase): number => leastOf(rating[phase], derating);
    const flowsBack = (phase: GridPhase): number =>
      feeding.reduce((sum, { circuitId: at, most }) => sum + (isBelow(at, circuitId) ? most[phase] : 0), 0);
    const over = GRID_PHASES.find((phase) => flowsBack(phase) > bears(phase));
    if (over === undefined) return [];
    const detail = `Circuit "${circuitId}", on ${over.toUpperCase()}: ${amps(flowsBack(over))} may flow back from the sources below it, above the ${derating === undefined ? 'rating' : 'rating at its hottest'} of ${amps(bears(over))}.`;
    return [problem('sources-do-not-fit', detail, `/spec/circuits/${index}`)];
  });
}
