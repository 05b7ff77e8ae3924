import type { DeratingDocument, SiteDocument, SitePlan } from '../documents.ts';
import { between, pick, rngFor } from '../rng.ts';

type Circuit = SiteDocument['spec']['circuits'][number];

/** Of seeds that are hot, those in which one panel is, and those in which each has a sensor of its own; in the others one duct holds all. */
const [ONE_SHARE, OWN_SHARE] = [0.4, 0.3];
/** The first step, C, and the operator's word. From the first to the second it is further than he says that it rises within a lease. */
const FIRST_ABOVE_C = 30;
const WORDS_C: readonly number[] = [4, 8, 12];
const APART_C = 3;
const STALE_S: readonly number[] = [20, 30, 40];
/** A of each EVSE above its permanent limit at the hottest, so that there is something to share. */
const ROOM_A = 2.5;
const WHOLE_PERCENT = 100;
/** At its hottest a circuit bears so much at most: less would not show. */
const MOST_PERCENT = 85;
/** Of the whole site, whose building may come to its worst, hardly anything is left to take away: as much as this, or it is not derated. */
const MOST_OF_ROOT_PERCENT = 96;

/** The same site with circuits that bear less when they are hot, and at the hottest still all permanent limits beside the building (LC2). */
export function withDerating(plan: SitePlan, seed: number): SitePlan {
  const rng = rngFor(seed, 'derating');
  const [which, word, stale, depth] = [rng.next(), pick(rng, WORDS_C) ?? 0, pick(rng, STALE_S) ?? 0, rng.next()];
  const { spec } = plan.document;
  const panels = spec.circuits.filter(
    ({ name, parent }) => parent !== undefined && spec.stations.some(({ circuit }) => circuit === name),
  );
  const one = panels[Math.floor(between(rng, 0, panels.length))];
  const sensorOf = (circuit: Circuit): string | undefined => {
    if (which < ONE_SHARE) return circuit === one ? 'duct' : undefined;
    if (which < ONE_SHARE + OWN_SHARE) return panels.includes(circuit) ? `duct-of-${circuit.name}` : undefined;
    return circuit.parent === undefined || panels.includes(circuit) ? 'duct' : undefined;
  };
  const circuits = spec.circuits.map((circuit): Circuit => {
    const sensor = sensorOf(circuit);
    const steps = sensor === undefined ? undefined : stepsOf(spec, circuit, { depth, word });
    if (sensor === undefined || steps === undefined) return circuit;
    return { ...circuit, derating: { sensor, staleAfter: `${stale}s`, risesAtMostC: word, steps } };
  });
  return { ...plan, document: { ...plan.document, spec: { ...spec, circuits } } };
}

/** Undefined: there is nothing to take away. */
function stepsOf(
  { circuits, stations, meters }: SiteDocument['spec'],
  circuit: Circuit,
  { depth, word }: { readonly depth: number; readonly word: number },
): DeratingDocument['steps'] | undefined {
  const isRoot = circuit.parent === undefined;
  const parents = new Map(circuits.map(({ name, parent }) => [name, parent]));
  const behind = stations.filter(({ circuit: at }) => at === circuit.name || parents.get(at) === circuit.name);
  const evses = behind.flatMap((station) => station.evses);
  const worstA = meters.reduce((sum, { circuit: at, worstCasePerPhaseA }) => {
    return at === circuit.name ? sum + worstCasePerPhaseA : sum;
  }, 0);
  const restA = evses.reduce((sum, { fallbackA }) => sum + fallbackA + (isRoot ? 0 : ROOM_A), worstA);
  const least = Math.ceil((WHOLE_PERCENT * restA) / circuit.ratingPerPhaseA) + 1;
  const most = isRoot ? MOST_OF_ROOT_PERCENT : MOST_PERCENT;
  if (least > most) return undefined;
  const last = Math.floor(least + (most - least) * depth);
  const first = Math.ceil((WHOLE_PERCENT + last) / 2);
  return [
    { aboveC: FIRST_ABOVE_C, percent: first },
    { aboveC: FIRST_ABOVE_C + word + APART_C, percent: last },
  ];
}

/** Between what a duct lies, C: at the coldest no step counts, whatever it may rise to, and at the hottest the last one does. */
export function swingOf({ risesAtMostC, steps }: DeratingDocument): readonly [number, number] {
  const [first = FIRST_ABOVE_C, last = first] = [steps[0]?.aboveC, steps.at(-1)?.aboveC];
  return [first - risesAtMostC - APART_C, last + 1];
}
