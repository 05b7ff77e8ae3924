import type { Report } from './violation.ts';

/** What the platform says to have found in what a station says of its limits. */
export interface CompositeFound {
  readonly stationId: string;
  readonly evseId: string;
  /** When it was found. */
  readonly atMs: number;
  /** It lets less flow than it was told. */
  readonly isLess: boolean;
  /** It says so once more: it is offered no more than this, A. Absent: whatever is decided. */
  readonly atMostA?: number;
  /** It may let more flow than it was told. */
  readonly isMore: boolean;
  /** Its leases do not end. */
  readonly isEndless: boolean;
}

export interface CompositesChecker {
  stored(nowMs: number, found: CompositeFound): void;
  /** From now on what it holds need not be what it was told: it has lost that, or somebody else has set something. */
  changed(stationId: string): void;
  /** By its own word it may let more flow than it was told: it counts with all that its hardware bears. */
  isHigh(stationId: string): boolean;
  /** By its own word its leases do not end: it has no more than what fits for ever (H89). */
  isEndless(stationId: string): boolean;
}

/**
 * GetCompositeSchedule, as the platform compares it (H87): whoever says and holds what he was told is never found to differ.
 *
 * @param isOdd it says what it does not do, or does what it was not told
 */
export function createCompositesChecker(report: Report, isOdd: (stationId: string) => boolean): CompositesChecker {
  const changed = new Set<string>();
  const high = new Set<string>();
  const endless = new Set<string>();
  const note = (noted: Set<string>, stationId: string, is: boolean): void => {
    if (is) noted.add(stationId);
    else noted.delete(stationId);
  };
  return {
    stored(nowMs, { stationId, isMore, isEndless }) {
      note(high, stationId, isMore);
      note(endless, stationId, isEndless);
      if ((!isMore && !isEndless) || changed.has(stationId) || isOdd(stationId)) return;
      const what = isMore ? 'to let more flow' : 'to keep its lease for ever';
      report({
        checker: 'composites',
        atMs: nowMs,
        detail: `${stationId} is found ${what}, and says what it was told`,
      });
    },
    changed: (stationId) => void changed.add(stationId),
    isHigh: (stationId) => high.has(stationId),
    isEndless: (stationId) => endless.has(stationId),
  };
}
