import { type CircuitId, type DeciAmps, deciAmps, type EvseId, type PerPhaseDeciAmps } from '@headroom/kernel';
import { type BackRow, backRows, type EvseModel, type SiteModel } from '@headroom/site-model';
import type { BackChange } from './back-set.ts';
import { GRANT_STEP_DECI_A } from './room.ts';

/** What may flow back at a site during one pass, with everything that the pass has let flow so far (MD18). */
export interface BackGate {
  /**
   * What a lease may give back: of what is wanted as much as fits beside all that the others may be giving, as though this EVSE gave nothing
   * yet. So a lease that goes on giving fits anew each time, as limits do (SI17). A part comes in whole amperes, and less than a car can give
   * is nothing.
   *
   * @param mayRise false: no more than the lease before it gave
   */
  allowed(evse: EvseModel, change: BackChange, mayRise: boolean): DeciAmps;
  /** From now on this EVSE counts with at least this. */
  grant(evse: EvseModel, discharge: DeciAmps): void;
}

export interface BackView {
  /** The document. */
  readonly site: SiteModel;
  /** Other load that is seen to draw. */
  readonly drawn: ReadonlyMap<CircuitId, PerPhaseDeciAmps>;
  /** What each EVSE may be giving back. */
  readonly giving: ReadonlyMap<EvseId, DeciAmps>;
}

/** The answers are those of `exportGate`, which would walk the whole site for each: the rows are made once for a pass, and filled up as it goes on. */
export function createBackGate(view: BackView): BackGate {
  const giving = new Map(view.giving);
  const rows: readonly OpenRow[] = backRows(view).map((row) => ({ ...row }));
  const places = Map.groupBy(
    rows.flatMap((row) => [...row.loads].map(([evseId, times]) => ({ evseId, row, times }))),
    ({ evseId }) => evseId,
  );
  const counts = (evseId: EvseId): number => giving.get(evseId) ?? 0;

  /** The largest that fits in every row where it counts, once what this EVSE gives already is taken out. */
  const largest = ({ evseId, maxDischarge = NOTHING }: EvseModel): number =>
    (places.get(evseId) ?? []).reduce<number>(
      (least, { row, times }) => Math.min(least, Math.floor((row.limitDeciA - row.usedDeciA) / times) + counts(evseId)),
      maxDischarge,
    );

  return {
    allowed(evse, { wanted, from }, mayRise) {
      const asked = mayRise ? wanted : deciAmps(Math.min(wanted, from));
      const most = largest(evse);
      const part = asked <= most ? asked : Math.floor(most / GRANT_STEP_DECI_A) * GRANT_STEP_DECI_A;
      return part <= 0 || part < evse.minCurrent ? NOTHING : deciAmps(part);
    },
    grant({ evseId }, discharge) {
      const more = discharge - counts(evseId);
      if (more <= 0) return;
      giving.set(evseId, discharge);
      for (const { row, times } of places.get(evseId) ?? []) row.usedDeciA = deciAmps(row.usedDeciA + times * more);
    },
  };
}

/** A row that fills up while the pass goes on. */
type OpenRow = Omit<BackRow, 'usedDeciA'> & { usedDeciA: DeciAmps };

const NOTHING = deciAmps(0);
