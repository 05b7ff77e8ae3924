import { ProgramBuilder } from '@headroom/linear-program';
import { feasibleWh, type SlotRow, type SlotSession, slotWh } from '../site/slotted.ts';

/** A program whose columns are the currents of sessions in slots, in amperes. */
export class DayProgram {
  readonly builder = new ProgramBuilder();
  readonly #columns: readonly Int32Array[];
  readonly #sessions: readonly SlotSession[];
  readonly #fromSlot: number;

  /**
   * `worth`: of each watt-hour in a slot, to be made as large as possible. Slots before `fromSlot` are over: they have no columns.
   * No minimum and no steps: a session may have anything up to its maximum (YS1).
   */
  constructor(
    sessions: readonly SlotSession[],
    {
      fromSlot = 0,
      worth,
    }: { readonly fromSlot?: number; readonly worth: (session: SlotSession, slot: number) => number },
  ) {
    this.#sessions = sessions;
    this.#fromSlot = fromSlot;
    this.#columns = sessions.map((session) =>
      Int32Array.from({ length: Math.max(0, session.end - this.#first(session)) }, (_, n) =>
        this.builder.column({
          upper: session.car.maxCurrentA,
          cost: -worth(session, this.#first(session) + n) * slotWh(session, 1),
        }),
      ),
    );
  }

  /** The column of a session in a slot; undefined while it is not there. */
  column(place: number, slot: number): number | undefined {
    const session = this.#sessions[place];
    return session === undefined || slot < this.#first(session)
      ? undefined
      : this.#columns[place]?.[slot - this.#first(session)];
  }

  /** The row of what a session gets, in watt-hours. */
  energyRow(place: number, bounds: { readonly lower?: number; readonly upper?: number }): number {
    const row = this.builder.row(bounds);
    const session = this.#sessions[place];
    for (const column of this.#columns[place] ?? [])
      if (session !== undefined) this.builder.add(row, column, slotWh(session, 1));
    return row;
  }

  /** Nobody gets more than it needs. Rows that cannot bind are left out. */
  needs(remainingWh: (session: SlotSession) => number): void {
    this.#sessions.forEach((session, place) => {
      const upper = remainingWh(session);
      const slots = this.#columns[place]?.length ?? 0;
      if (slots > 0 && slotWh(session) * slots > upper) this.energyRow(place, { upper });
    });
  }

  /** A conductor in every slot in which its cars could overload it; `perRow` adds what else counts in it. */
  conductor({ members, capacityA }: SlotRow, perRow?: (row: number, slot: number) => void): void {
    const shared = perRow !== undefined;
    for (let slot = this.#fromSlot; slot < capacityA.length; slot += 1) {
      const columns = members.flatMap((place) => {
        const column = this.column(place, slot);
        return column === undefined ? [] : [{ column, maxA: this.#sessions[place]?.car.maxCurrentA ?? 0 }];
      });
      const upper = capacityA[slot] ?? 0;
      if (columns.length === 0 || (!shared && columns.reduce((sum, { maxA }) => sum + maxA, 0) <= upper)) continue;
      const row = this.builder.row({ upper });
      for (const { column } of columns) this.builder.add(row, column, 1);
      perRow?.(row, slot);
    }
  }

  #first({ first }: SlotSession): number {
    return Math.max(first, this.#fromSlot);
  }
}

export const totalFeasibleWh = (sessions: readonly SlotSession[]): number =>
  sessions.reduce((sum, session) => sum + feasibleWh(session), 0);
