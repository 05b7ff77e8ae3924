import { type OverloadInput, problem, type SiteModelInput, type SiteProblem } from './input.ts';
import { LEASE_MARGIN_MS } from './rise-history.ts';

/**
 * A breaker must bear 1.13 of its rating for an hour without tripping (IEC 60898-1, conventional non-tripping current): no more than
 * that may be allowed, and not for more than half of that hour (SI29).
 */
export const MAX_OVERLOAD_PERCENT = 13;
export const MAX_OVERLOAD_S = 1_800;

/** Can each allowance be borne, and is it long enough for what it is there for? */
export function checkOverloads(input: SiteModelInput): readonly SiteProblem[] {
  return input.circuits.flatMap(({ circuitId, overload }, index) => {
    if (overload === undefined) return [];
    const detail = whyNot(input, circuitId, overload);
    return detail === undefined ? [] : [problem('bad-overload', detail, `/spec/circuits/${index}/overloadAllowance`)];
  });
}

function whyNot(input: SiteModelInput, circuitId: string, { percent, seconds }: OverloadInput): string | undefined {
  if (!Number.isSafeInteger(percent) || percent < 1 || percent > MAX_OVERLOAD_PERCENT) {
    return `Circuit "${circuitId}" allows ${percent} % above its rating; it must be from 1 % to ${MAX_OVERLOAD_PERCENT} %, in whole ones: more may trip its breaker.`;
  }
  if (!Number.isSafeInteger(seconds) || seconds < 1 || seconds > MAX_OVERLOAD_S) {
    return `Circuit "${circuitId}" allows an overload for ${seconds} s; it must be from 1 s to ${MAX_OVERLOAD_S} s: half of what a breaker must bear.`;
  }
  const staleMs = oldestReadingMs(input, circuitId);
  const lastsS = input.leaseS + Math.ceil((LEASE_MARGIN_MS + staleMs) / 1_000);
  if (seconds >= lastsS) return undefined;
  return `Circuit "${circuitId}" allows an overload for ${seconds} s, but it may last for ${lastsS} s: the lease of ${input.leaseS} s, ${LEASE_MARGIN_MS / 1_000} s for clocks, and ${staleMs / 1_000} s, the age that a reading may have.`;
}

/** Of the meters on the circuit and below it, how old a reading may be that still counts. */
function oldestReadingMs({ circuits, otherLoads }: SiteModelInput, top: string): number {
  const parents = new Map(circuits.map((circuit) => [circuit.circuitId, circuit.parentCircuitId]));
  const isBelow = (from: string): boolean => {
    const seen = new Set<string>();
    for (let here: string | undefined = from; here !== undefined && !seen.has(here); here = parents.get(here)) {
      if (here === top) return true;
      seen.add(here);
    }
    return false;
  };
  return otherLoads
    .filter(({ meterId, circuitId }) => meterId !== undefined && isBelow(circuitId))
    .reduce((oldest, { staleAfterMs }) => Math.max(oldest, staleAfterMs), 0);
}
