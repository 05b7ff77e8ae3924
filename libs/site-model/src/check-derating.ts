import { COLDEST_DECI_C, HOTTEST_DECI_C } from '@headroom/kernel';
import { isId } from './check-circuits.ts';
import { MAX_STALE_AFTER_MS } from './check-equipment.ts';
import { WHOLE_PERCENT } from './coefficient.ts';
import { type DeratingInput, problem, type SiteModelInput, type SiteProblem } from './input.ts';

/** Of one circuit; tables of cable makers have about as many. */
export const MAX_DERATING_STEPS = 16;
/** Different ones of one site: each is a reading that owners keep. */
export const MAX_SENSORS = 100;
const MIN_PERCENT = 10;

/** Can each table be true, and is its sensor one of its own? (LC2) */
export function checkDeratings(input: SiteModelInput): readonly SiteProblem[] {
  const sensors = new Set(input.circuits.flatMap(({ derating }) => derating?.sensorId ?? []));
  if (sensors.size > MAX_SENSORS) {
    const detail = `The site has ${sensors.size} sensors of temperature; at most ${MAX_SENSORS} are possible.`;
    return [problem('too-large', detail, '/spec/circuits')];
  }
  return input.circuits.flatMap(({ circuitId, derating }, index) => {
    if (derating === undefined) return [];
    const [field, detail] = whyNot(input, circuitId, derating) ?? [];
    return detail === undefined ? [] : [problem('bad-derating', detail, `/spec/circuits/${index}/derating/${field}`)];
  });
}

/** The field that is wrong, and a sentence. */
function whyNot(
  { otherLoads, sources = [] }: SiteModelInput,
  circuitId: string,
  { sensorId, staleAfterMs, risesAtMostDeciC, steps }: DeratingInput,
): readonly [string, string] | undefined {
  if (!isId(sensorId)) return ['sensor', `"${sensorId}" is no name: 1 to 64 of A-Z a-z 0-9 . _ : -`];
  if ([...otherLoads, ...sources].some(({ meterId }) => meterId === sensorId)) {
    return ['sensor', `"${sensorId}" is the name of a meter already; a sensor of temperature needs one of its own.`];
  }
  if (!Number.isSafeInteger(staleAfterMs) || staleAfterMs < 1 || staleAfterMs > MAX_STALE_AFTER_MS) {
    const detail = `Sensor "${sensorId}" counts as stale after ${staleAfterMs} ms; that must be from 1 ms to ${MAX_STALE_AFTER_MS} ms.`;
    return ['staleAfter', detail];
  }
  if (!Number.isSafeInteger(risesAtMostDeciC) || risesAtMostDeciC < 0 || risesAtMostDeciC > HOTTEST_DECI_C) {
    const detail = `Circuit "${circuitId}" gets hotter by at most ${degrees(risesAtMostDeciC)} within one lease; that must be from 0 C to ${degrees(HOTTEST_DECI_C)}.`;
    return ['risesAtMostC', detail];
  }
  return whyNotSteps(circuitId, steps);
}

function whyNotSteps(circuitId: string, steps: DeratingInput['steps']): readonly [string, string] | undefined {
  if (steps.length < 1 || steps.length > MAX_DERATING_STEPS) {
    return ['steps', `Circuit "${circuitId}" has ${steps.length} steps; 1 to ${MAX_DERATING_STEPS} are possible.`];
  }
  for (const [index, { aboveDeciC, percent }] of steps.entries()) {
    const before = steps[index - 1];
    if (!Number.isSafeInteger(aboveDeciC) || aboveDeciC < COLDEST_DECI_C || aboveDeciC > HOTTEST_DECI_C) {
      const detail = `Circuit "${circuitId}": a step begins above ${degrees(aboveDeciC)}; that must be from ${degrees(COLDEST_DECI_C)} to ${degrees(HOTTEST_DECI_C)}.`;
      return [`steps/${index}/aboveC`, detail];
    }
    if (!Number.isSafeInteger(percent) || percent < MIN_PERCENT || percent >= WHOLE_PERCENT) {
      const detail = `Circuit "${circuitId}" bears ${percent} % above ${degrees(aboveDeciC)}; that must be from ${MIN_PERCENT} % to ${WHOLE_PERCENT - 1} %, in whole ones.`;
      return [`steps/${index}/percent`, detail];
    }
    if (before !== undefined && (aboveDeciC <= before.aboveDeciC || percent >= before.percent)) {
      const detail = `Circuit "${circuitId}": each step must begin at a higher temperature than the one before and bear less; ${percent} % above ${degrees(aboveDeciC)} follows ${before.percent} % above ${degrees(before.aboveDeciC)}.`;
      return [`steps/${index}`, detail];
    }
  }
  return undefined;
}

/** What is left of a rating at the hottest, in deci-amps, rounded down. */
export const leastOf = (ratingDeciA: number, derating: DeratingInput | undefined): number =>
  Math.floor((ratingDeciA * (derating?.steps.at(-1)?.percent ?? WHOLE_PERCENT)) / WHOLE_PERCENT);

const degrees = (deciC: number): string => `${deciC / 10} C`;
