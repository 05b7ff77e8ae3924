import type { DeciAmps, EpochMs, Watts } from '@headroom/kernel';
import { deciAmps, watts } from '@headroom/kernel';
import type { LimitSource, UsedRow } from '@headroom/site-model';
import { AHEAD_MS } from '../announce.ts';
import type { Reason } from '../decision.ts';
import { limitedSite } from '../limited-site.ts';
import { circuitName } from '../sentences.ts';
import type { DecidedFrom } from './decided-from.ts';

/** Terms of one limit that are told at most, the lowest ones. */
export const TERMS_MAX = 8;

/** Somebody's word on a limit. Of all that hold the lowest counts. */
export interface LimitTerm {
  readonly source: LimitSource;
  readonly limitDeciA: DeciAmps;
  /** Of power. */
  readonly limitW?: Watts;
  /** Absent: until the site is configured anew, or until the grid says otherwise. */
  readonly validUntilMs?: EpochMs;
}

/** A row that binds somebody, with all that counts in it. */
export interface ExplainedRow {
  readonly row: UsedRow;
  readonly circuitName: string;
  /** The lowest first. */
  readonly terms: readonly LimitTerm[];
}

/** The row that a reason names, as the decision left it; undefined where it names none. */
export function explainedRow(
  from: DecidedFrom,
  planned: readonly UsedRow[],
  { circuitId, row: kind }: Reason,
): ExplainedRow | undefined {
  const rows = planned.filter((each) => each.circuitId === circuitId && each.kind === kind);
  // EVSEs between two pairs of conductors may meet in one: the fuller sum is what binds.
  const row = rows.reduce<UsedRow | undefined>(
    (a, b) => (a !== undefined && roomOf(a) <= roomOf(b) ? a : b),
    undefined,
  );
  if (row === undefined) return undefined;
  return { row, circuitName: circuitName(from.site, row), terms: termsOf(from, row) };
}

const roomOf = ({ limitDeciA, usedDeciA, riseDeciA }: UsedRow): number => limitDeciA - usedDeciA - riseDeciA;

/** Whatever holds now, or within the time that a decrease needs. */
function termsOf(from: DecidedFrom, { circuitId, kind, source, limitDeciA }: UsedRow): readonly LimitTerm[] {
  const { nowMs, state } = from;
  const { demandGuard } = from.memory;
  const site = limitedSite(from.site, state, nowMs);
  const circuit = site.circuits.get(circuitId);
  if (circuit === undefined) return [];
  if (kind !== 'power') {
    const rating: LimitTerm = { source: 'rating', limitDeciA: circuit.rating[kind] };
    return source === 'derating' ? [{ source, limitDeciA }, rating] : [rating];
  }
  const term = (source: LimitSource, limitW: Watts, validUntilMs?: EpochMs): LimitTerm => ({
    source,
    limitDeciA: deciAmps(Math.floor((limitW * 10) / site.nominalVoltageV)),
    limitW,
    ...(validUntilMs === undefined ? {} : { validUntilMs }),
  });
  const override = circuitId === site.rootCircuitId ? site.limitOverride : undefined;
  const terms = [
    ...(circuit.powerLimitW === undefined ? [] : [term('contract', circuit.powerLimitW)]),
    ...(override === undefined || nowMs >= override.validUntilMs
      ? []
      : [term('override', override.powerLimitW, override.validUntilMs)]),
    ...(demandGuard === undefined || circuitId !== site.rootCircuitId || nowMs >= demandGuard.untilMs
      ? []
      : [term('demand-target', watts(demandGuard.limitW), demandGuard.untilMs)]),
    ...(site.imposed ?? [])
      .filter(
        (each) => each.circuitId === circuitId && each.startMs <= nowMs + AHEAD_MS && nowMs < (each.endMs ?? Infinity),
      )
      .map(({ powerLimitW, endMs }) => term('grid', powerLimitW, endMs)),
  ];
  return terms.toSorted((a, b) => a.limitDeciA - b.limitDeciA).slice(0, TERMS_MAX);
}
