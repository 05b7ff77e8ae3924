import { GRID_PHASES, type GridPhase } from '@headroom/kernel';
import { amps } from './check-circuits.ts';
import type { OtherLoadModel, SiteModel } from './model.ts';
import { LEASES_S, type RiseHistory, seenRise } from './rise-history.ts';

/** With so much history a choice is made (SI26). */
export const WATCHED_FOR_MS = 7 * 24 * 3_600_000;
/** Until then, and where nothing moves. */
export const LEASE_UNTIL_KNOWN_S = 120;
export const LEASE_WHERE_NOTHING_MOVES_S = 600;
/** A longer lease is worth it while its loads rise by so much of the rating of their circuit more within it, at least 1 A. */
const WORTH_PER_RATING = 50;
const LEAST_WORTH_DECI_A = 10;
/** To be made longer than it is, a lease must cost so many quarters of that at most: what lies between moves nothing. */
const QUARTERS_TO_LENGTHEN = 3;
/** Of so many loads it is said how far they rose. */
const LOADS_TOLD = 3;
const DAY_MS = 24 * 3_600_000;

export interface LeaseQuestion {
  /** `leaseS` is the longest allowed; without `leaseAtLeastS` it is the answer. */
  readonly site: SiteModel;
  /** By meter. */
  readonly histories: ReadonlyMap<string, RiseHistory>;
  /** What was chosen last. Absent: nothing was. */
  readonly standingS?: number | undefined;
}

export interface LeaseChoice {
  readonly leaseS: number;
  /** One sentence or two, with the numbers. */
  readonly reason: string;
}

/**
 * How long the leases of a site should be (SI26): the longest allowed one within which its metered loads rise by hardly more than within
 * the shortest, and never by more than the operator says. A building that moves a lot has short leases, so that little of its
 * moving is left to stations that nobody can lower; a steady one spares its stations messages, and its cars a fall-back when a link is
 * lost for minutes. What is kept free in the row of the dead does not hang on it: that goes by the operator's word.
 */
export function chooseLease(question: LeaseQuestion): LeaseChoice {
  const { leaseS, reason } = chosenBy(question);
  return { leaseS, reason: [reason, ...seenWithin(question, leaseS)].join(' ') };
}

/**
 * What each load was seen to rise by within such a lease, beside what its operator says of it. It is for him to state it: the platform
 * takes no word of its own into the row of the dead.
 */
function seenWithin({ site, histories }: LeaseQuestion, leaseS: number): readonly string[] {
  const ofLength = LEASES_S.find((length) => length >= leaseS) ?? leaseS;
  return site.otherLoads
    .flatMap((load): readonly string[] => {
      const history = histories.get(load.meterId ?? '');
      const seen = history && seenRise(history, load, ofLength);
      if (seen === undefined || seen.watchedMs < WATCHED_FOR_MS) return [];
      const phase = GRID_PHASES.reduce((a, b) => (seen.most[b] > seen.most[a] ? b : a));
      const { [phase]: word } = load.risesAtMost ?? {};
      const says = word === undefined ? 'nothing of it' : `${amps(word)} at most`;
      const days = Math.floor(seen.watchedMs / DAY_MS);
      return [
        `In ${days} days ${nameOf(load)} rose by up to ${amps(seen.most[phase])} within it; the site document says ${says}.`,
      ];
    })
    .slice(0, LOADS_TOLD);
}

function chosenBy(question: LeaseQuestion): LeaseChoice {
  const { site, histories } = question;
  const { leaseS: maxS, leaseAtLeastS: minS } = site;
  if (minS === undefined) return { leaseS: maxS, reason: `${maxS} s: the site document says so.` };
  const metered = site.otherLoads.filter((load) => load.meterId !== undefined);
  if (metered.length === 0) {
    const leaseS = Math.min(maxS, Math.max(minS, LEASE_WHERE_NOTHING_MOVES_S));
    const reason = `${leaseS} s: no load of this site has a meter, so each counts with its worst case, however long.`;
    return { leaseS, reason };
  }
  const watched = metered.map((load) => ({ load, history: histories.get(load.meterId ?? '') }));
  const [shortest = minS, ...longer] = lengthsIn(minS, maxS);
  let chosen = shortest;
  let stopped = watched.map((one) => beyondWord(one, shortest)).find((stop) => stop !== undefined);
  if (stopped === undefined) {
    for (const leaseS of longer) {
      stopped = stopAt(question, watched, { shortest, leaseS });
      if (stopped !== undefined) break;
      chosen = leaseS;
    }
  }
  return { leaseS: chosen, reason: inWords({ chosen, shortest, maxS, stopped }) };
}

/** The length that holds where somebody chose one, by another document perhaps: never longer than this one allows, never shorter. */
export function heldLeaseS(
  { leaseS, leaseAtLeastS }: Pick<SiteModel, 'leaseS' | 'leaseAtLeastS'>,
  chosenS: number | undefined,
): number {
  if (leaseAtLeastS === undefined || chosenS === undefined || !Number.isSafeInteger(chosenS)) return leaseS;
  return Math.min(leaseS, Math.max(leaseAtLeastS, chosenS));
}

/** Of a length that is not watched nothing is known: where none of those lies between the bounds, the shorter bound. */
const lengthsIn = (minS: number, maxS: number): readonly number[] => {
  const inside = LEASES_S.filter((leaseS) => leaseS >= minS && leaseS <= maxS);
  return inside.length === 0 ? [minS] : inside;
};

/** In seconds. */
interface Lengths {
  readonly shortest: number;
  readonly leaseS: number;
}

interface Watched {
  readonly load: OtherLoadModel;
  readonly history: RiseHistory | undefined;
}

/** Why a lease is not as long as this. */
type Stop =
  | { readonly kind: 'young'; readonly load: OtherLoadModel; readonly watchedMs: number }
  | { readonly kind: 'unknown'; readonly load: OtherLoadModel; readonly leaseS: number }
  | { readonly kind: 'beyond-word'; readonly load: OtherLoadModel; readonly leaseS: number; readonly phase: GridPhase }
  | ({ readonly kind: 'cost'; readonly load: OtherLoadModel; readonly leaseS: number } & Cost);

interface Cost {
  readonly phase: GridPhase;
  /** Within the shortest, and within this one. */
  readonly rises: readonly [number, number];
  readonly worthDeciA: number;
}

function stopAt({ site, standingS }: LeaseQuestion, watched: readonly Watched[], of: Lengths): Stop | undefined {
  const quarters = standingS !== undefined && of.leaseS > standingS ? QUARTERS_TO_LENGTHEN : 4;
  for (const one of watched) {
    const stop = beyondWord(one, of.leaseS) ?? youngAt(one, of) ?? costAt(site, one, { ...of, quarters });
    if (stop !== undefined) return stop;
  }
  return undefined;
}

/** What was seen once is enough: then the operator's word does not hold for so long a lease. */
function beyondWord({ load, history }: Watched, leaseS: number): Stop | undefined {
  const { risesAtMost } = load;
  const seen = history && seenRise(history, load, leaseS);
  if (risesAtMost === undefined || seen === undefined) return undefined;
  const phase = GRID_PHASES.find((one) => seen.surely[one] > risesAtMost[one]);
  return phase && { kind: 'beyond-word', load, leaseS, phase };
}

/** For a week everything longer than the usual is unknown; afterwards what was not seen for a week in whole windows. */
function youngAt({ load, history }: Watched, { shortest, leaseS }: Lengths): Stop | undefined {
  const watchedMs = (ofS: number): number => (history && seenRise(history, load, ofS)?.watchedMs) ?? 0;
  const sinceMs = watchedMs(shortest);
  if (sinceMs < WATCHED_FOR_MS) {
    return leaseS <= LEASE_UNTIL_KNOWN_S ? undefined : { kind: 'young', load, watchedMs: sinceMs };
  }
  return watchedMs(leaseS) < WATCHED_FOR_MS ? { kind: 'unknown', load, leaseS } : undefined;
}

function costAt(
  site: SiteModel,
  { load, history }: Watched,
  of: Lengths & { readonly quarters: number },
): Stop | undefined {
  const short = history && seenRise(history, load, of.shortest);
  const long = history && seenRise(history, load, of.leaseS);
  // Within the first week the usual length holds, whatever was seen in some hours.
  if (short === undefined || long === undefined || short.watchedMs < WATCHED_FOR_MS) return undefined;
  const rating = site.circuits.get(load.circuitId)?.rating;
  const costs = GRID_PHASES.map((phase): Cost => {
    const worthDeciA = Math.max(LEAST_WORTH_DECI_A, Math.floor((rating?.[phase] ?? 0) / WORTH_PER_RATING));
    return {
      phase,
      rises: [short.rise[phase], long.rise[phase]],
      worthDeciA: Math.floor((worthDeciA * of.quarters) / 4),
    };
  });
  const tooMuch = ({ rises: [least, most], worthDeciA }: Cost): number => most - least - worthDeciA;
  const worst = costs.reduce((a, b) => (tooMuch(b) > tooMuch(a) ? b : a));
  return tooMuch(worst) > 0 ? { kind: 'cost', load, leaseS: of.leaseS, ...worst } : undefined;
}

interface Chosen {
  readonly chosen: number;
  readonly shortest: number;
  readonly maxS: number;
  readonly stopped: Stop | undefined;
}

function inWords({ chosen, shortest, maxS, stopped }: Chosen): string {
  switch (stopped?.kind) {
    case undefined:
      return chosen === shortest
        ? `${chosen} s: between the bounds of the site document there is no choice.`
        : `${chosen} s, the longest up to ${maxS} s: within it the metered loads rise by hardly more than within ${shortest} s.`;
    case 'young':
      return `${chosen} s, until ${nameOf(stopped.load)} has been watched for 7 days: it is ${(stopped.watchedMs / DAY_MS).toFixed(1)} so far.`;
    case 'unknown':
      return `${chosen} s: ${nameOf(stopped.load)} has not been watched for long enough to know about ${stopped.leaseS} s.`;
    case 'beyond-word': {
      const { load, leaseS, phase } = stopped;
      const word = `the ${amps(load.risesAtMost?.[phase] ?? 0)} on ${phase.toUpperCase()} that the site document says it does at most`;
      return `${chosen} s: in a lease of ${leaseS} s ${nameOf(load)} was seen to rise by more than ${word}.`;
    }
    case 'cost': {
      const { load, phase, leaseS, rises, worthDeciA } = stopped;
      const [short, long] = rises;
      return (
        `${chosen} s: within ${leaseS} s ${nameOf(load)} rises by up to ${amps(long)} on ${phase.toUpperCase()} (in 999 of 1,000 cases), ` +
        `${amps(long - short)} more than within ${shortest} s; more than ${amps(worthDeciA)} is not worth it.`
      );
    }
  }
}

const nameOf = ({ name, meterId }: OtherLoadModel): string => (name === '' ? (meterId ?? '') : name);
