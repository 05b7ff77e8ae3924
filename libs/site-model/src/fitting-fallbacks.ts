import { type DeciAmps, deciAmps, type EvseId } from '@headroom/kernel';
import type { EvseModel, SiteModel } from './model.ts';
import { contribution, type RowUse } from './row-use.ts';

/** A fallback that would have to be lower, and to what. */
export interface LowerFallback {
  readonly evseId: EvseId;
  readonly from: DeciAmps;
  readonly to: DeciAmps;
}

/**
 * Which fallbacks to lower so that the site fits (7.4): first to the least that a car can take, then to 0 A, from the end of the
 * document on, and only where a row that does not fit is helped. None of them could keep what it has. Undefined: the other load alone
 * is too large.
 *
 * @param rows all of the site, with every EVSE at its fallback and every other load at its worst
 */
export function fittingFallbacks(site: SiteModel, rows: readonly RowUse[]): readonly LowerFallback[] | undefined {
  const ledger = new Fallbacks(rows, site.evses);
  const evses = [...site.evses.values()];
  for (const least of [(evse: EvseModel) => Math.min(evse.minCurrent, evse.fallback), () => 0]) {
    for (const evse of evses.toReversed()) if (ledger.isInNeed(evse)) ledger.set(evse, least(evse));
  }
  if (ledger.isAnyRowOver()) return undefined;
  for (const evse of evses) {
    // What helped one row may be more than it needed once others had gone down for another.
    for (const value of [evse.fallback, Math.min(evse.minCurrent, evse.fallback)]) {
      if (ledger.valueOf(evse) < value && ledger.fits(evse, value)) ledger.set(evse, value);
    }
  }
  return evses.flatMap((evse) => {
    const to = ledger.valueOf(evse);
    return to === evse.fallback ? [] : [{ evseId: evse.evseId, from: evse.fallback, to: deciAmps(to) }];
  });
}

/** Fallbacks while they are being chosen, and the room that they leave. */
class Fallbacks {
  readonly #rows: readonly RowUse[];
  readonly #room: number[];
  /** What the EVSEs of each cabinet come to in each row, before it holds them down (MD14). */
  readonly #behind: number[][];
  readonly #places = new Map<EvseId, number[]>();
  readonly #values = new Map<EvseId, number>();

  constructor(rows: readonly RowUse[], known: SiteModel['evses']) {
    this.#rows = rows;
    this.#room = rows.map((row) => row.limitDeciA - row.usedDeciA);
    this.#behind = rows.map((row) =>
      (row.shared ?? []).map(({ evses }) =>
        [...evses].reduce((sum, evseId) => sum + contribution(row, evseId, known.get(evseId)?.fallback ?? 0), 0),
      ),
    );
    for (const [place, { loads }] of rows.entries()) {
      for (const evseId of loads.keys()) {
        const places = this.#places.get(evseId);
        if (places === undefined) this.#places.set(evseId, [place]);
        else places.push(place);
      }
    }
  }

  valueOf({ evseId, fallback }: EvseModel): number {
    return this.#values.get(evseId) ?? fallback;
  }

  isInNeed({ evseId }: EvseModel): boolean {
    return this.#placesOf(evseId).some((place) => this.#roomAt(place) < 0);
  }

  isAnyRowOver(): boolean {
    return this.#room.some((room) => room < 0);
  }

  fits(evse: EvseModel, value: number): boolean {
    return this.#placesOf(evse.evseId).every((place) => this.#roomAt(place) >= this.#growth(place, evse, value));
  }

  set(evse: EvseModel, value: number): void {
    for (const place of this.#placesOf(evse.evseId)) {
      this.#room[place] = this.#roomAt(place) - this.#growth(place, evse, value);
      const cabinet = this.#cabinetAt(place, evse);
      const behind = this.#behind[place];
      if (behind !== undefined && cabinet !== undefined) {
        behind[cabinet.index] = cabinet.sum + this.#rise(place, evse, value);
      }
    }
    this.#values.set(evse.evseId, value);
  }

  /** By how much more, or less, the row is used: what its cabinet does not give anyway changes nothing. */
  #growth(place: number, evse: EvseModel, value: number): number {
    const rise = this.#rise(place, evse, value);
    const cabinet = this.#cabinetAt(place, evse);
    if (cabinet === undefined) return rise;
    const { sum, atMost } = cabinet;
    return Math.min(atMost, sum + rise) - Math.min(atMost, sum);
  }

  #rise(place: number, evse: EvseModel, value: number): number {
    const row = this.#rows[place];
    if (row === undefined) return 0;
    return contribution(row, evse.evseId, value) - contribution(row, evse.evseId, this.valueOf(evse));
  }

  #cabinetAt(place: number, { evseId }: EvseModel) {
    const shared = this.#rows[place]?.shared ?? [];
    const index = shared.findIndex(({ evses }) => evses.has(evseId));
    const found = shared[index];
    return found && { index, atMost: found.atMostDeciA, sum: this.#behind[place]?.[index] ?? 0 };
  }

  #placesOf(evseId: EvseId): readonly number[] {
    return this.#places.get(evseId) ?? [];
  }

  #roomAt(place: number): number {
    return this.#room[place] ?? 0;
  }
}
