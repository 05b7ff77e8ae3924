import type { PhaseTriple } from './circuits.ts';
import type { ControlFact } from './decisions.ts';
import type { SiteFacts, SiteRow } from './site-facts.ts';
import type { OwnedRecord } from './tenures.ts';
import type { Report } from './violation.ts';

/** What one EVSE lets flow back, at one instant, by its own book. A of each phase that its car uses. */
export interface GivesNow {
  readonly evseId: string;
  /** What its profiles ask of it. */
  readonly toldA: number;
  readonly flowA: number;
  readonly usedPhases: number;
  /** Of its car. Absent: it has none, or one that only takes. */
  readonly battery?: { readonly heldWh: number; readonly keepWh: number };
}

export interface GivenDeps {
  readonly site: SiteFacts;
  /** What may flow out of the site, A summed over the phases. */
  readonly exportA: number;
  readonly report: Report;
}

export interface GivenChecker {
  /** What an owner says of limits stands in the log. */
  stored(by: OwnedRecord, fact: ControlFact): void;
  look(nowMs: number, gives: readonly GivesNow[], building: PhaseTriple): void;
  conclude(): Given;
}

/** Of one run. */
export interface Given {
  /** What cars gave back. */
  readonly wh: number;
  /** Seconds in which more flowed out of the site than it may send; what was told then was told while the building drew more. */
  readonly overS: number;
  readonly longestS: number;
}

const TOLERANCE_A = 0.3;
const COUNTED_TOLERANCE_A = 0.05;
/** Meters tell whole Wh, and samples are seconds apart. */
const KEEP_TOLERANCE_WH = 30;
/** Beside the lease that was given before the building drew less: its margin, the error of a bad clock, and a car that follows. */
const BESIDE_LEASE_MS = 40_000;

interface Claim {
  readonly countsA: number;
  intendedA: number;
  /** The last lease that lets it give ends then. Undefined: there was none. */
  untilMs: number | undefined;
}

/**
 * What flows back (ADR 37), each by the books of the stations: no EVSE is asked for more than the log says that it counts with (SI3); no conductor carries more than its
 * rating with all that is asked for at once, whatever draws beside it; what flows out of the site is no more than it may send beside what the building draws, or is over within the lease
 * in which the building came to draw less; nothing flows back once the lease that let it is over; and no battery comes below what its driver keeps.
 */
export function createGivenChecker({ site, exportA, report }: GivenDeps): GivenChecker {
  const claims = new Map<string, Claim>();
  const newestEpoch = new Map<number, number>();
  const told = new Set<string>();
  const conductors = site.rows.filter(({ phases }) => phases.length === 1);
  const tally = { wh: 0, overS: 0, longestS: 0 };
  let lastMs: number | undefined;
  let overSinceMs: number | undefined;

  const tell = (key: string, atMs: number, detail: string): void => {
    if (told.has(key)) return;
    told.add(key);
    report({ checker: 'given', atMs, detail });
  };
  const phasesIn = (row: SiteRow, { evseId, usedPhases }: GivesNow): number =>
    row.evses.has(evseId)
      ? (site.evses.get(evseId)?.gridPhases ?? []).slice(0, usedPhases).filter((phase) => row.phases.includes(phase))
          .length
      : 0;
  const judgeEvse = (nowMs: number, { evseId, toldA, battery }: GivesNow): void => {
    const claim = claims.get(evseId);
    const countsA = Math.max(claim?.countsA ?? 0, claim?.intendedA ?? 0);
    if (toldA > countsA + COUNTED_TOLERANCE_A)
      tell(
        `counts ${evseId}`,
        nowMs,
        `${evseId} is to give ${toldA.toFixed(1)} A, and counts with ${countsA.toFixed(1)} A`,
      );
    const lateMs = nowMs - (claim?.untilMs ?? nowMs);
    if (toldA > 0 && lateMs > BESIDE_LEASE_MS)
      tell(
        `end ${evseId}`,
        nowMs,
        `${evseId} is to give ${toldA.toFixed(1)} A, ${lateMs / 1_000} s after the end of its lease`,
      );
    if (battery !== undefined && battery.heldWh < battery.keepWh - KEEP_TOLERANCE_WH && toldA > 0)
      tell(
        `keeps ${evseId}`,
        nowMs,
        `${evseId} is to give, and its battery is at ${battery.heldWh.toFixed(0)} Wh of ${battery.keepWh}`,
      );
  };
  const judgeExport = (nowMs: number, sinceMs: number, outA: number, mayA: number): void => {
    if (outA <= mayA + TOLERANCE_A) return void (overSinceMs = undefined);
    overSinceMs ??= sinceMs;
    const overMs = nowMs - overSinceMs;
    tally.overS += (nowMs - sinceMs) / 1_000;
    tally.longestS = Math.max(tally.longestS, overMs / 1_000);
    if (overMs > site.leaseS * 1_000 + BESIDE_LEASE_MS)
      tell('export', nowMs, `${outA.toFixed(1)} A flow out, where ${mayA.toFixed(1)} A may, for ${overMs / 1_000} s`);
  };

  return {
    stored({ role, shard, epoch }, fact) {
      if (role !== 'dispatcher') return;
      const newest = Math.max(epoch, newestEpoch.get(shard) ?? epoch);
      newestEpoch.set(shard, newest);
      if (fact.kind !== 'counted' && fact.kind !== 'intended') return;
      const claim = claims.get(fact.evseId) ?? { countsA: 0, intendedA: 0, untilMs: undefined };
      claims.set(fact.evseId, claim);
      if (fact.kind === 'counted') {
        if (epoch === newest) claims.set(fact.evseId, { ...claim, countsA: fact.countsBackA ?? 0, intendedA: 0 });
      } else if (fact.backA !== undefined) {
        claim.intendedA = Math.max(claim.intendedA, fact.backA);
        claim.untilMs = Math.max(claim.untilMs ?? fact.untilMs, fact.untilMs);
      }
    },
    look(nowMs, gives, building) {
      const sinceMs = lastMs ?? nowMs;
      lastMs = nowMs;
      for (const give of gives) judgeEvse(nowMs, give);
      for (const row of conductors) {
        const sumA = gives.reduce((sum, give) => sum + phasesIn(row, give) * give.toldA, 0);
        if (sumA > row.limitA + TOLERANCE_A)
          tell(
            `row ${row.name}`,
            nowMs,
            `${row.name} may carry ${sumA.toFixed(1)} A back, of ${row.limitA.toFixed(1)} A`,
          );
      }
      const outA = gives.reduce((sum, { flowA, usedPhases }) => sum + flowA * usedPhases, 0);
      tally.wh += (outA * site.nominalVoltageV * (nowMs - sinceMs)) / 3_600_000;
      judgeExport(nowMs, sinceMs, outA, exportA + building.reduce((sum, amps) => sum + amps, 0));
    },
    conclude: () => tally,
  };
}
