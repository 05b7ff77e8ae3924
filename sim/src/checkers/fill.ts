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
  readonly of: ReadonlyMap<string, Part>;
  readonly limitA: number;
  readonly otherA: number;
}

/** All conductors of the row that the socket is wired to hold the fallback; a contract counts the larger of the two. */
function partOf({ phases }: SiteRow, usedPhases: number, evse: SiteEvse): Part {
  const wired = evse.gridPhases.filter((phase) => phases.includes(phase)).length;
  const perAmp = evse.gridPhases.slice(0, usedPhases).filter((phase) => phases.includes(phase)).length;
  return { perAmp, heldA: perAmp === wired ? 0 : evse.fallbackA * wired };
}

/** What bounds a row at one moment, A. */
export interface Bounds {
  limitA(row: SiteRow): number;
  otherLoadA(row: SiteRow): number;
}

/** The share of each: all rise together until a row is full, then those behind it stop (DS-13, no code of the platform). */
export function fairFill(
  site: SiteFacts,
  demands: readonly Demand[],
  { limitA, otherLoadA }: Bounds,
): ReadonlyMap<string, number> {
  const rows = site.rows.map((row): RowFill => {
    const of = new Map<string, Part>();
    for (const { evseId, usedPhases } of demands) {
      const evse = site.evses.get(evseId);
      if (evse !== undefined && row.evses.has(evseId)) of.set(evseId, partOf(row, usedPhases, evse));
    }
    return { of, limitA: limitA(row), otherA: otherLoadA(row) };
  });
  const given = new Map(demands.map(({ evseId, floorA }) => [evseId, floorA]));
  const wants = new Map(demands.map(({ evseId, wantsA }) => [evseId, wantsA]));
  const rising = new Set(demands.filter(({ wantsA, floorA }) => wantsA > floorA).map(({ evseId }) => evseId));
  while (rising.size > 0) {
    const step = Math.min(
      ...[...rising].map((evseId) => (wants.get(evseId) ?? 0) - (given.get(evseId) ?? 0)),
      ...rows.map((row) => stepOf(row, given, rising)),
    );
    for (const evseId of rising) given.set(evseId, (given.get(evseId) ?? 0) + step);
    for (const row of rows) if (roomOf(row, given) <= EPSILON_A) stopBehind(row, given, rising);
    for (const evseId of rising)
      if ((given.get(evseId) ?? 0) >= (wants.get(evseId) ?? 0) - EPSILON_A) rising.delete(evseId);
  }
  return given;
}

const takes = ({ perAmp, heldA }: Part, amps: number): number => Math.max(perAmp * amps, heldA);

function roomOf({ of, limitA, otherA }: RowFill, given: ReadonlyMap<string, number>): number {
  let used = otherA;
  for (const [evseId, part] of of) used += takes(part, given.get(evseId) ?? 0);
  return limitA - used;
}

const isRisingIn = ({ perAmp, heldA }: Part, amps: number): boolean => perAmp > 0 && perAmp * amps >= heldA - EPSILON_A;

/** How far all may rise together by this row: until it is full, or until one of them takes more than was held for the next car. */
function stepOf(row: RowFill, given: ReadonlyMap<string, number>, rising: ReadonlySet<string>): number {
  let [sum, most] = [0, Infinity];
  for (const evseId of rising) {
    const part = row.of.get(evseId);
    if (part === undefined || part.perAmp === 0) continue;
    const amps = given.get(evseId) ?? 0;
    if (isRisingIn(part, amps)) sum += part.perAmp;
    else most = Math.min(most, part.heldA / part.perAmp - amps);
  }
  return sum === 0 ? most : Math.min(most, Math.max(0, roomOf(row, given)) / sum);
}

function stopBehind(row: RowFill, given: ReadonlyMap<string, number>, rising: Set<string>): void {
  for (const evseId of rising) {
    const part = row.of.get(evseId);
    if (part !== undefined && isRisingIn(part, given.get(evseId) ?? 0)) rising.delete(evseId);
  }
}
