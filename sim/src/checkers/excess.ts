import { isInKw, type PhaseTriple } from './circuits.ts';
import type { Kept } from './kept-leases.ts';
import { magnitude, type Part, partIn } from './conductors.ts';
import type { SiteFacts, SiteRow } from './site-facts.ts';
import type { Report } from './violation.ts';

/** One EVSE at one instant, by its own book. */
export interface EvseFlow extends Kept {
  readonly flowA: number;
  /** What its station obeys. */
  readonly obeyedA: number;
  /** Phases of its socket that its car takes current from. */
  readonly usedPhases: number;
  /** It has lost what it was told, or is about to be told again. */
  readonly hasForgotten: boolean;
  /** It does not keep to what it is told, and so much of its flow others can have made room for (`Overdraws`). Absent: it keeps to it. */
  readonly knownA?: number;
}

/**
 * Why more than the limit flows, the hardest reason first. `fallbacks`: the limit was lowered below what no limit takes away.
 * `kept`: the same, with a lease that does not end and is over, below a limit in kW.
 * `forgotten`: a station lost what it was told. `disobeying`: one does not keep to it, nobody could know yet, or all others are at their fallbacks. `load`: other load rose beyond its operator's word. `heat`: a temperature did. `limit`: it dropped lately.
 * `following`: a car follows its pilot.
 */
export const EXCESS_CAUSES = [
  'fallbacks',
  'kept',
  'forgotten',
  'disobeying',
  'load',
  'heat',
  'limit',
  'following',
] as const;
export type ExcessCause = (typeof EXCESS_CAUSES)[number];

export interface CausedExcess {
  /** A phase of a circuit, or a limit in kW. */
  readonly of: 'conductor' | 'power';
  readonly cause: ExcessCause;
  readonly times: number;
  /** Of all rows together. */
  readonly seconds: number;
  readonly longestS: number;
  readonly mostA: number;
}

export interface ExcessOptions {
  readonly site: SiteFacts;
  readonly grid?: readonly SiteRow[];
  readonly report: Report;
  /** The limit in force at this instant, for all that was said, A; infinite: none. */
  readonly inForce: (row: SiteRow, nowMs: number) => number;
  /** The same once everybody has had the stated time to react to what was said. */
  readonly reacted: (row: SiteRow, nowMs: number) => number;
  /** The limit in force, had it become no hotter than its operator's word beyond what everybody could react to. Default: it has not. */
  readonly reactedToHeat?: (row: SiteRow, nowMs: number) => number;
}

export interface ExcessChecker {
  /** @param counted what must have been made room for of `load` */
  look(nowMs: number, evses: ReadonlyMap<string, EvseFlow>, load: PhaseTriple, counted: PhaseTriple): void;
  conclude(): readonly CausedExcess[];
}

/** Meters show tenths: one each way for the fullest site. */
const TOLERANCE_A = 0.3;
/** IEC 61851-1: a car follows its pilot within 5 s; the pulse adds one. */
const FOLLOWS_WITHIN_MS = 6_000;

interface Episode {
  readonly cause: ExcessCause;
  readonly sinceMs: number;
  mostA: number;
  /** Since when it is explained by cars that follow, and by nothing else. */
  followsSinceMs: number | undefined;
  isTold: boolean;
}

/**
 * SI24: seconds in which more flows in a row than the limit of this very instant, by cause: the currents of the cars, and the
 * building. What no cause explains is a failure at once. What a cause explains is counted: nobody can undo physics.
 */
export function createExcessChecker(options: ExcessOptions): ExcessChecker {
  const { site, grid = [], report, inForce, reacted, reactedToHeat = inForce } = options;
  const rows = [...site.rows, ...grid].map((row) => ({ row, wired: wiredOf(site, row) }));
  const open = new Map<string, Episode>();
  const sums = new Map<string, CausedExcess>();

  const close = (row: SiteRow, { cause, sinceMs, mostA }: Episode, nowMs: number): void => {
    open.delete(row.name);
    const of = isInKw(row) ? 'power' : 'conductor';
    const seconds = (nowMs - sinceMs) / 1_000;
    const sum = sums.get(`${of} ${cause}`) ?? { of, cause, times: 0, seconds: 0, longestS: 0, mostA: 0 };
    sums.set(`${of} ${cause}`, bothOf(sum, { of, cause, times: 1, seconds, longestS: seconds, mostA }));
  };
  const judge = (row: SiteRow, nowMs: number, { excessA, explained }: Excess): Episode => {
    const known = open.get(row.name);
    const cause = causeOf(excessA - TOLERANCE_A, explained);
    if (known !== undefined && known.cause !== cause) close(row, known, nowMs);
    const fresh = {
      cause,
      sinceMs: nowMs,
      mostA: 0,
      followsSinceMs: known?.followsSinceMs,
      isTold: known?.isTold ?? false,
    };
    const episode: Episode = open.get(row.name) ?? fresh;
    open.set(row.name, episode);
    episode.mostA = Math.max(episode.mostA, excessA);
    return episode;
  };

  return {
    look(nowMs, evses, load, counted) {
      for (const { row, wired } of rows) {
        const limitA = inForce(row, nowMs);
        // Of a circuit of which the grid asks for nothing, as it mostly does.
        if (limitA === Number.POSITIVE_INFINITY && !open.has(row.name)) continue;
        const parts = partsOf(wired, evses);
        const loadA = loadOf(row, load);
        const flowA = magnitude(loadA + parts.flowA, parts.acrossA);
        const excessA = flowA - limitA;
        if (excessA <= TOLERANCE_A) {
          const over = open.get(row.name);
          if (over !== undefined) close(row, over, nowMs);
          continue;
        }
        const explained = {
          fallbacks: limitA < row.limitA ? Math.max(0, loadA + parts.fallbacksA - limitA) : 0,
          kept: isInKw(row) && limitA < row.limitA ? parts.keptA : 0,
          forgotten: parts.forgottenA,
          disobeying: parts.isDisobeyed ? Math.max(parts.unknownA, loadA + parts.leastA - limitA) : 0,
          load: loadA - loadOf(row, counted),
          heat: reactedToHeat(row, nowMs) - limitA,
          limit: reacted(row, nowMs) - limitA,
          following: parts.followingA,
        };
        const episode = judge(row, nowMs, { excessA, explained });
        if (isExplained(episode, excessA - TOLERANCE_A, { explained, nowMs }) || episode.isTold) continue;
        episode.isTold = true;
        const amps = `${flowA.toFixed(1)} A of ${limitA.toFixed(1)} A`;
        report({ checker: 'excess', atMs: nowMs, detail: `${row.name} carries ${amps} for no known reason` });
      }
    },
    conclude: () => [...sums.values()],
  };
}

export const bothOf = (a: CausedExcess, b: CausedExcess): CausedExcess => ({
  ...a,
  times: a.times + b.times,
  seconds: a.seconds + b.seconds,
  longestS: Math.max(a.longestS, b.longestS),
  mostA: Math.max(a.mostA, b.mostA),
});

type Explained = Readonly<Record<ExcessCause, number>>;

interface Excess {
  readonly excessA: number;
  /** As much of it as each cause can explain. */
  readonly explained: Explained;
}

/** The first that explains all of it; else the one that explains most. */
const causeOf = (excessA: number, explained: Explained): ExcessCause =>
  EXCESS_CAUSES.find((cause) => explained[cause] >= excessA) ??
  EXCESS_CAUSES.reduce((most, cause) => (explained[cause] > explained[most] ? cause : most));

interface Explaining {
  readonly explained: Explained;
  readonly nowMs: number;
}

function isExplained(episode: Episode, excessA: number, { explained, nowMs }: Explaining): boolean {
  const { following, ...standing } = explained;
  const standingA = Object.values(standing).reduce((sum, amps) => sum + amps, 0);
  if (excessA <= standingA) episode.followsSinceMs = undefined;
  else episode.followsSinceMs ??= nowMs;
  const hasTime = nowMs - (episode.followsSinceMs ?? nowMs) <= FOLLOWS_WITHIN_MS;
  return excessA <= standingA + (hasTime ? following : 0);
}

/** What stations have in a row, A summed over its phases. */
interface Parts {
  readonly flowA: number;
  /** Of what hangs between two phases, the part that stands across the voltage of the conductor. */
  readonly acrossA: number;
  /** Of those who have forgotten, above their fallbacks. */
  readonly forgottenA: number;
  readonly fallbacksA: number;
  /** Above their fallbacks, of leases that are over and do not end. */
  readonly keptA: number;
  /** The same as their fallbacks; of those who do not keep to a limit all that flows. */
  readonly leastA: number;
  /** Above what their stations obey. */
  readonly followingA: number;
  /** Of those who do not keep to what they are told, what nobody could know of. */
  readonly unknownA: number;
  /** There is such a one. */
  readonly isDisobeyed: boolean;
}

/** An EVSE of a row; `partsIn[n]`: what the first n phases of its socket come to there. */
interface Wired {
  readonly evseId: string;
  readonly fallbackA: number;
  readonly partsIn: readonly Part[];
}

const wiredOf = ({ evses }: SiteFacts, row: SiteRow): readonly Wired[] =>
  [...row.evses].flatMap((evseId) => {
    const evse = evses.get(evseId);
    if (evse === undefined) return [];
    const partsIn = Array.from({ length: evse.gridPhases.length + 1 }, (_, n) => partIn(row, evse, n));
    return [{ evseId, fallbackA: evse.fallbackA, partsIn }];
  });

const NO_PART: Part = { along: 0, across: 0 };

function partsOf(wired: readonly Wired[], evses: ReadonlyMap<string, EvseFlow>): Parts {
  let [flowA, acrossA, forgottenA, fallbacksA, keptA, leastA, followingA, unknownA] = [0, 0, 0, 0, 0, 0, 0, 0];
  let isDisobeyed = false;
  for (const { evseId, fallbackA, partsIn } of wired) {
    const now = evses.get(evseId);
    if (now === undefined || now.flowA === 0) continue;
    const { along, across } = partsIn[Math.min(now.usedPhases, partsIn.length - 1)] ?? NO_PART;
    flowA += along * now.flowA;
    acrossA += across * now.flowA;
    // What explains it counts whole: more than it comes to, where it hangs between two phases.
    const phases = magnitude(along, across);
    const { knownA } = now;
    isDisobeyed ||= knownA !== undefined && phases > 0;
    fallbacksA += phases * Math.min(now.flowA, fallbackA);
    if (now.isKept === true) keptA += phases * Math.max(0, Math.min(now.flowA, now.obeyedA) - fallbackA);
    leastA += phases * (knownA === undefined ? Math.min(now.flowA, fallbackA) : now.flowA);
    unknownA += phases * Math.max(0, now.flowA - (knownA ?? now.flowA));
    if (now.hasForgotten) forgottenA += phases * Math.max(0, now.flowA - fallbackA);
    else followingA += phases * Math.max(0, now.flowA - now.obeyedA);
  }
  return { flowA, acrossA, forgottenA, fallbacksA, keptA, leastA, followingA, unknownA, isDisobeyed };
}

const loadOf = ({ hasBuilding, phases }: SiteRow, load: PhaseTriple): number =>
  hasBuilding ? phases.reduce((sum, phase) => sum + (load[phase] ?? 0), 0) : 0;
