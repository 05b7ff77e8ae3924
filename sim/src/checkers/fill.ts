import type { SiteEvse, SiteFacts, SiteRow } from './site-facts.ts';

/** What the checkers' own idea of a fair share needs of one EVSE. */
export interface Demand {
  readonly evseId: string;
  /** A per phase that it would take; 0 for none. */
  readonly wantsA: number;
  /** A per phase that stay reserved for it whatever it wants. */
  readonly floorA: number;
  /** Phases of its socket that carry its share; the others hold its fallback, for the next car (ADR 20). */
  readonly usedPhases: number;
}

const EPSILON_A = 1e-9;

/** What one EVSE takes of one row: so much for each ampere of its share, and never less than what is held for the next car. */
interface Part {
  readonly perAmp: number;
  readonly heldA: number;
}

interface RowFill {
  /** By the place of the demand; undefined: it is not behind this row. */
  readonly of: readonly (Part | undefined)[];
  readonly limitA: number;
  readonly otherA: number;
}

/** All conductors of the row that the socket is wired to hold the fallback; a contract counts the larger of the two. */
function partOf({ phases }: SiteRow, usedPhases: number, evse: SiteEvse): Part {
  const wired = evse.gridPhases.filter((phase) => phases.includes(phase)).length;
  const perAmp = evse.gridPhases.slice(0, usedPhases).filter((phase) => phases.includes(phase)).length;
  return { perAmp, heldA: perAmp === wired ? 0 : evse.fallbackA * wired };
}

/** A site is judged at every look, and its rows and EVSEs stay what they are: by the phases that are used. */
const PARTS = new WeakMap<SiteRow, Map<SiteEvse, (Part | undefined)[]>>();

function knownPart(row: SiteRow, usedPhases: number, evse: SiteEvse): Part {
  const ofRow = PARTS.get(row) ?? new Map<SiteEvse, (Part | undefined)[]>();
  PARTS.set(row, ofRow);
  const byPhases = ofRow.get(evse) ?? [];
  ofRow.set(evse, byPhases);
  const part = byPhases[usedPhases] ?? partOf(row, usedPhases, evse);
  byPhases[usedPhases] = part;
  return part;
}

/** What bounds a row at one moment, A. */
export interface Bounds {
  limitA(row: SiteRow): number;
  otherLoadA(row: SiteRow): number;
}

/**
 * The share of each: who has least rises until he has as much as the next, then both do, until a row is full and those behind it stop (DS-13, no code of
 * the platform).
 */
export function fairFill(
  site: SiteFacts,
  demands: readonly Demand[],
  { limitA, otherLoadA }: Bounds,
): ReadonlyMap<string, number> {
  const rows = site.rows.map((row): RowFill => {
    const of = demands.map(({ evseId, usedPhases }) => {
      const evse = site.evses.get(evseId);
      return evse !== undefined && row.evses.has(evseId) ? knownPart(row, usedPhases, evse) : undefined;
    });
    return { of, limitA: limitA(row), otherA: otherLoadA(row) };
  });
  const wantsA = demands.map((demand) => demand.wantsA);
  const givenA = demands.map(({ floorA }) => floorA);
  const given = (n: number): number => givenA[n] ?? 0;
  let rising = demands.flatMap((demand, n) => (demand.wantsA > demand.floorA ? [n] : []));
  while (rising.length > 0) {
    const { lowest, nextA } = lowestOf(rising, given);
    let step = Infinity;
    for (const n of lowest) step = Math.min(step, Math.min(nextA, wantsA[n] ?? 0) - given(n));
    for (const row of rows) step = Math.min(step, stepOf(row, given, lowest));
    for (const n of lowest) givenA[n] = given(n) + step;
    for (const row of rows) if (roomOf(row, given) <= EPSILON_A) rising = stillBehind(row, given, rising);
    rising = rising.filter((n) => given(n) < (wantsA[n] ?? 0) - EPSILON_A);
  }
  return new Map(demands.map(({ evseId }, n) => [evseId, given(n)]));
}

/** A, by the place of the demand. */
type Given = (n: number) => number;

/** Who has least, and what the next has, A; Infinity where nobody has more. */
function lowestOf(rising: readonly number[], given: Given): { readonly lowest: readonly number[]; nextA: number } {
  const leastA = Math.min(...rising.map(given));
  const above = rising.filter((n) => given(n) > leastA + EPSILON_A);
  const nextA = Math.min(Infinity, ...above.map(given));
  return { lowest: above.length === 0 ? rising : rising.filter((n) => !above.includes(n)), nextA };
}

const takes = ({ perAmp, heldA }: Part, amps: number): number => Math.max(perAmp * amps, heldA);

function roomOf({ of, limitA, otherA }: RowFill, given: Given): number {
  let used = otherA;
  for (let n = 0; n < of.length; n += 1) {
    const part = of[n];
    if (part !== undefined) used += takes(part, given(n));
  }
  return limitA - used;
}

const isRisingIn = ({ perAmp, heldA }: Part, amps: number): boolean => perAmp > 0 && perAmp * amps >= heldA - EPSILON_A;

/** How far all may rise together by this row: until it is full, or until one of them takes more than was held for the next car. */
function stepOf(row: RowFill, given: Given, rising: readonly number[]): number {
  let [sum, most] = [0, Infinity];
  for (const n of rising) {
    const part = row.of[n];
    if (part === undefined || part.perAmp === 0) continue;
    const amps = given(n);
    if (isRisingIn(part, amps)) sum += part.perAmp;
    else most = Math.min(most, part.heldA / part.perAmp - amps);
  }
  return sum === 0 ? most : Math.min(most, Math.max(0, roomOf(row, given)) / sum);
}

/** A full row stops whoever would take more of it. */
const stillBehind = ({ of }: RowFill, given: Given, rising: readonly number[]): number[] =>
  rising.filter((n) => {
    const part = of[n];
    return part === undefined || !isRisingIn(part, given(n));
  });
