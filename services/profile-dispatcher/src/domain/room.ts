import { type DeciAmps, deciAmps, type EvseId } from '@headroom/kernel';
import {
  contribution,
  type EvseModel,
  gate,
  type GateInput,
  largestIn,
  roomIn,
  type RowLimit,
  rowsOf,
  type RowUse,
  rowUses,
} from '@headroom/site-model';
import { committedOf, type Member } from './committed-set.ts';

/** What the gate needs, beside a proposal. */
export type GateView = Omit<GateInput, 'proposal' | 'committed'>;

export interface Subject {
  readonly evse: EvseModel;
  readonly members: readonly Member[];
}

/** Partial grants come in whole amperes: stations that know no tenths round by themselves, in either direction (H86). */
export const GRANT_STEP_DECI_A = 10;

/** The rows of a site during one pass: what counts in each, with everything that the pass has granted so far. */
export interface Room {
  /** Every row holds with all that counts: now, and with nobody alive. */
  holds(): boolean;
  /** The same of those to which this EVSE is wired. */
  holdsFor(evse: EvseModel): boolean;
  /** Would this limit fit once nothing above it is obeyed any more? */
  fitsAfresh(subject: Subject, limit: DeciAmps): boolean;
  /**
   * The largest limit up to `wanted` with which every row holds: W := max(W, limit) (SI8); where the hardware maximum
   * counts, it is left out: W := max(what else counts, limit) (HO-5). Undefined: none above the fallback.
   */
  largest(subject: Subject, wanted: DeciAmps): DeciAmps | undefined;
  /** From now on this EVSE counts with at least this limit. */
  grant(evse: EvseModel, limit: DeciAmps): void;
}

export function createRoom(asked: GateView, counted: ReadonlyMap<EvseId, DeciAmps>): Room {
  // The rows stay the same during a pass; the gate would walk the whole site for them at every question.
  const view = { ...asked, rows: rowsOf(asked.site, asked.nowMs) };
  const committed = new Map(counted);
  const rows: readonly OpenRow[] = rowUses({ ...view, committed }).map((use) => ({ ...use }));
  const places = placesByEvse(view.rows);
  const ofEvse = (evse: EvseModel): DeciAmps => committed.get(evse.evseId) ?? evse.maxCurrent;

  /** Those in which its limit counts; a mask may leave out some of those to which it is wired. */
  const rowsWith = ({ evseId }: EvseModel): readonly OpenRow[] =>
    (places.get(evseId) ?? []).flatMap((place) => {
      const row = rows[place];
      return row?.loads.has(evseId) === true ? [row] : [];
    });

  /** What is left for this EVSE in its tightest row when it gives back all it counts with. */
  const leftFor = (evse: EvseModel): number =>
    rowsWith(evse).reduce<number>(
      (least, row) => Math.min(least, largestIn(row, evse.evseId, ofEvse(evse))),
      evse.maxCurrent,
    );

  /** The gate has the last word. It is asked as though the EVSE had only its fallback, so that it judges afresh (SI17). */
  const passes = (evse: EvseModel, value: DeciAmps): boolean => {
    const counts = ofEvse(evse);
    // For as long as the gate is asked: a copy for each question cost a sixth of a pass.
    committed.set(evse.evseId, evse.fallback);
    const { kind } = gate({ ...view, committed, proposal: { evseId: evse.evseId, limit: value } });
    committed.set(evse.evseId, counts);
    return kind === 'pass';
  };

  return {
    holds: () => rows.every(isKept),
    // Also on phases that its car does not use: its permanent limit outlives the car.
    holdsFor: ({ evseId }) => (places.get(evseId) ?? []).every((place) => isKept(rows[place])),
    fitsAfresh: ({ evse }, limit) => limit <= evse.fallback || limit <= leftFor(evse),
    largest: ({ evse, members }, wanted) => {
      // SI7, HO-6: the fallback counts at every instant, in whatever row; no more than that raises nothing.
      if (wanted <= evse.fallback) return wanted;
      const standing = committedOf(members.filter(({ kind }) => kind !== 'hardware-maximum'));
      const left = leftFor(evse);
      const counts = deciAmps(Math.max(wanted, standing));
      if (counts <= left) return passes(evse, counts) ? wanted : undefined;
      const step = deciAmps(Math.floor(left / GRANT_STEP_DECI_A) * GRANT_STEP_DECI_A);
      // Below what counts already there is no room at all: the row is broken (SI20).
      if (step < standing || step <= evse.fallback || step >= wanted) return undefined;
      return passes(evse, step) ? step : undefined;
    },
    grant: (evse, limit) => {
      const before = ofEvse(evse);
      if (limit <= before) return;
      committed.set(evse.evseId, limit);
      for (const row of rowsWith(evse)) {
        const growth = contribution(row, evse.evseId, limit) - contribution(row, evse.evseId, before);
        row.usedDeciA = deciAmps(row.usedDeciA + growth);
      }
    },
  };
}

const isKept = (row: OpenRow | undefined): boolean => row === undefined || roomIn(row, 'dead') >= 0;

/** A row that fills up while the pass goes on. */
type OpenRow = Omit<RowUse, 'usedDeciA'> & { usedDeciA: DeciAmps };

/** Where in these rows, and so in their uses, each EVSE is wired: the same in every pass while the site has these rows. */
function placesByEvse(rows: readonly RowLimit[]): ReadonlyMap<EvseId, readonly number[]> {
  const known = PLACES.get(rows);
  if (known !== undefined) return known;
  const places = new Map<EvseId, number[]>();
  for (const [place, { loads }] of rows.entries()) {
    for (const evseId of loads.keys()) {
      const found = places.get(evseId);
      if (found === undefined) places.set(evseId, [place]);
      else found.push(place);
    }
  }
  PLACES.set(rows, places);
  return places;
}

const PLACES = new WeakMap<readonly RowLimit[], ReadonlyMap<EvseId, readonly number[]>>();
