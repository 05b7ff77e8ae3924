import type { SiteFacts, SiteRow } from './site-facts.ts';
import type { Report } from './violation.ts';

/** What is to come to pass with nobody alive, of stations whose leases do not end (SI28). */
export interface AtRest {
  /** It hangs there. What it obeys now is a lease; undefined: it is not. */
  look(evseId: string, leasedA: number | undefined): void;
  /** It was taken off the wall. */
  gone(evseId: string): void;
  /** All have been looked at. */
  conclude(nowMs: number): void;
}

/** Decimals of a site document. */
const ROUNDING_A = 1e-6;

/**
 * Whatever dies now: a lease that does not end is obeyed for ever, all other stations come back to their permanent limits, and the building may come to
 * its worst. So it must fit, at each moment, in each row as it is built. A station counts from when it is hung up until it is taken off the wall.
 */
export function createAtRest({ rows, evses }: SiteFacts, report: Report): AtRest {
  const leased = new Map<string, number>();
  const hanging = new Set<string>();
  /** The amperes of a rectifier are more than its watts: of a contract with one behind it this judge would ask too much. */
  const judged = rows.filter(
    (row) => row.phases.length === 1 || [...row.evses].every((evseId) => evses.get(evseId)?.dc === undefined),
  );
  const restA = (row: SiteRow): number => {
    let sumA = row.hasBuilding ? row.worstA : 0;
    for (const evseId of row.evses) {
      if (!hanging.has(evseId)) continue;
      const { gridPhases = [], fallbackA = 0 } = evses.get(evseId) ?? {};
      const keepsA = Math.max(fallbackA, leased.get(evseId) ?? 0);
      sumA += keepsA * gridPhases.filter((phase) => row.phases.includes(phase)).length;
    }
    return sumA;
  };
  return {
    look(evseId, leasedA) {
      hanging.add(evseId);
      if (leasedA === undefined) leased.delete(evseId);
      else leased.set(evseId, leasedA);
    },
    gone(evseId) {
      hanging.delete(evseId);
      leased.delete(evseId);
    },
    conclude(nowMs) {
      if (leased.size === 0) return;
      for (const row of judged) {
        const sumA = restA(row);
        if (sumA <= row.limitA + ROUNDING_A) continue;
        const detail = `${row.name} comes to ${sumA.toFixed(1)} A of ${row.limitA.toFixed(1)} A with nobody alive: leases that do not end, permanent limits, and the building at its worst`;
        report({ checker: 'circuit', atMs: nowMs, detail });
      }
    },
  };
}
