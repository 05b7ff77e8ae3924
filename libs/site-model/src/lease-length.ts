import { GRID_PHASES, type GridPhase } from '@headroom/kernel';
import { amps } from './check-circuits.ts';
import type { OtherLoadModel, SiteModel } from './model.ts';
import { LEASES_S, type RiseHistory, seenRise } from './rise-history.ts';

/** With so much history a choice is made (SI26). */
export const WATCHED_FOR_MS = 7 * 24 * 3_600_000;
/** Until then, and where nothing moves. */
export const LEASE_UNTIL_KNOWN_S = 120;
export const LEASE_WHERE_NOTHING_MOVES_S = 600;
/** A longer lease may cost so much of the rating of its load's circuit, at least 1 A: what is kept for a rise, no car may have. */
const WORTH_PER_RATING = 50;
const LEAST_WORTH_DECI_A = 10;
const DAY_MS = 24 * 3_600_000;

export interface LeaseQuestion {
  readonly site: SiteModel;
  /** By meter. */
  readonly histories: ReadonlyMap<string, RiseHistory>;
  /** What the operator allows, in seconds, both inclusive. */
  readonly bounds: { readonly minS: number; readonly maxS: number };
  /** The document says how long: nothing is chosen. */
  readonly pinnedS?: number;
}

export interface LeaseChoice {
  readonly leaseS: number;
  /** One sentence or two, with the numbers. */
  readonly reason: string;
}

/**
 * How long the leases of a site should be (SI26): the longest allowed one within which its metered loads rise by hardly more than within
 * the shortest. What may rise within a lease is kept free of cars in the row of the dead, so a building that moves a lot wants short
 * leases, and a steady one spares its stations messages and its cars a fall-back when a link is lost for minutes.
 *
 * TODO(#6) nobody asks yet: the document has no word to allow it, and the row of the dead keeps the operator's rise, not the seen one.
 */
export function chooseLease({ site, histories, bounds, pinnedS }: LeaseQuestion): LeaseChoice {
  if (pinnedS !== undefined) return { leaseS: pinnedS, reason: `${pinnedS} s: the site document says so.` };
  const within = (leaseS: number): number => Math.min(bounds.maxS, Math.max(bounds.minS, leaseS));
  const metered = site.otherLoads.filter((load) => load.meterId !== undefined);
  if (metered.length === 0) {
    const leaseS = within(LEASE_WHERE_NOTHING_MOVES_S);
    return {
      leaseS,
      reason: `${leaseS} s: no load of this site has a meter, so each counts with its worst case, however long.`,
    };
  }
  const allowed = LEASES_S.filter((leaseS) => leaseS >= bounds.minS && leaseS <= bounds.maxS);
  const [shortest, ...longer] = allowed;
  if (shortest === undefined) return { leaseS: bounds.minS, reason: `${bounds.minS} s: the bounds leave no choice.` };
  const watched = metered.map((load) => ({ load, history: histories.get(load.meterId ?? '') }));
  const young = watched.find(({ load, history }) => watchedMs(load, history, shortest) < WATCHED_FOR_MS);
  if (young !== undefined) {
    const leaseS = within(LEASE_UNTIL_KNOWN_S);
    const days = (watchedMs(young.load, young.history, shortest) / DAY_MS).toFixed(1);
    return {
      leaseS,
      reason: `${leaseS} s, until ${nameOf(young.load)} has been watched for 7 days: it is ${days} so far.`,
    };
  }
  let chosen = shortest;
  let stopped: Cost | undefined;
  for (const leaseS of longer) {
    stopped = watched
      .map((one) => costOf(site, one, { shortest, leaseS }))
      .find((cost) => cost.deciA > cost.worthDeciA);
    if (stopped !== undefined) break;
    chosen = leaseS;
  }
  return { leaseS: chosen, reason: inWords(chosen, shortest, stopped) };
}

interface Watched {
  readonly load: OtherLoadModel;
  readonly history: RiseHistory | undefined;
}

const watchedMs = (load: OtherLoadModel, history: RiseHistory | undefined, leaseS: number): number =>
  (history && seenRise(history, load, leaseS)?.watchedMs) ?? 0;

/** By how much more a load rises within a longer lease, on the phase on which that is most. */
interface Cost {
  readonly load: OtherLoadModel;
  readonly phase: GridPhase;
  readonly leaseS: number;
  readonly deciA: number;
  readonly worthDeciA: number;
  /** Within the shortest, and within this one. Absent: nothing was seen for long enough. */
  readonly rises?: readonly [number, number];
}

function costOf(
  site: SiteModel,
  { load, history }: Watched,
  of: { readonly shortest: number; readonly leaseS: number },
): Cost {
  const rating = site.circuits.get(load.circuitId)?.rating;
  const short = history && seenRise(history, load, of.shortest);
  const long = history && seenRise(history, load, of.leaseS);
  const costs = GRID_PHASES.map((phase): Cost => {
    const worthDeciA = Math.max(LEAST_WORTH_DECI_A, Math.floor((rating?.[phase] ?? 0) / WORTH_PER_RATING));
    const common = { load, phase, leaseS: of.leaseS, worthDeciA };
    if (short === undefined || long === undefined || long.watchedMs < WATCHED_FOR_MS)
      return { ...common, deciA: Infinity };
    const rises = [short.rise[phase], long.rise[phase]] as const;
    return { ...common, deciA: rises[1] - rises[0], rises };
  });
  return costs.reduce((a, b) => (b.deciA - b.worthDeciA > a.deciA - a.worthDeciA ? b : a));
}

function inWords(chosen: number, shortest: number, stopped: Cost | undefined): string {
  if (stopped === undefined) {
    return `${chosen} s, the longest allowed: within it the metered loads rise by hardly more than within ${shortest} s.`;
  }
  const { load, phase, leaseS, rises, worthDeciA } = stopped;
  const name = nameOf(load);
  if (rises === undefined)
    return `${chosen} s: ${name} has not been watched for long enough to know about ${leaseS} s.`;
  const [short, long] = rises;
  return (
    `${chosen} s: within ${leaseS} s ${name} rises by up to ${amps(long)} on ${phase.toUpperCase()} (in 999 of 1,000 cases), ` +
    `${amps(long - short)} more than within ${shortest} s; more than ${amps(worthDeciA)} is not worth it.`
  );
}

const nameOf = ({ name, meterId }: OtherLoadModel): string => (name === '' ? (meterId ?? '') : name);
