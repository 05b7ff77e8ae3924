import { ProgramBuilder } from '@headroom/linear-program';
import { feasibleWh, IN_LINE, isCone, type SlotRow, type SlotSession, slotWh } from '../site/slotted.ts';
import type { Tangents } from './tangents.ts';

/** Slots that are one to a program: nobody comes or goes in them, and no capacity changes. Half-open. */
export interface Span {
  readonly fromSlot: number;
  readonly untilSlot: number;
}

/** What else counts in a row: so much of a column that is not a session's. */
export interface SharedColumn {
  readonly column: number;
  readonly perSlot: (slot: number) => number;
}

/** A row of a program that holds a row of the day to its capacity in one direction, in one span. */
export interface Held {
  /** Index in the program. */
  readonly row: number;
  readonly name: string;
  readonly fromSlot: number;
  readonly x: number;
  readonly y: number;
}

/** A program whose columns are the currents of sessions in slots, in amperes. */
export class DayProgram {
  readonly builder = new ProgramBuilder();
  readonly held: Held[] = [];
  /** Rows of what sessions need, by place. */
  readonly needRows = new Map<number, number>();
  readonly #columns: readonly Int32Array[];
  readonly #sessions: readonly SlotSession[];
  readonly #fromSlot: number;
  readonly #spans: readonly Span[];
  /** Of each slot, its span. */
  readonly #spanOf: Int32Array;

  /**
   * `worth`: of each watt-hour in a slot, to be made as large as possible. Slots before `fromSlot` are over: they have no columns.
   * `spans`: slots that share their columns, all of them in order; absent: none do. No minimum and no steps: a session may have
   * anything up to its maximum (YS1).
   */
  constructor(
    sessions: readonly SlotSession[],
    {
      fromSlot = 0,
      worth,
      spans,
    }: {
      readonly fromSlot?: number;
      readonly worth: (session: SlotSession, slot: number) => number;
      readonly spans?: readonly Span[];
    },
  ) {
    this.#sessions = sessions;
    this.#fromSlot = fromSlot;
    const slots = sessions.reduce((most, { end }) => Math.max(most, end), 0);
    this.#spans = spans ?? Array.from({ length: slots }, (_, slot) => ({ fromSlot: slot, untilSlot: slot + 1 }));
    this.#spanOf = new Int32Array(slots).fill(-1);
    this.#spans.forEach((span, n) => this.#spanOf.fill(n, span.fromSlot, span.untilSlot));
    this.#columns = sessions.map((session) =>
      Int32Array.from(this.#spansOf(session), (span) =>
        this.builder.column({
          upper: session.car.maxCurrentA,
          cost: -worth(session, span.fromSlot) * slotWh(session, 1) * (span.untilSlot - span.fromSlot),
        }),
      ),
    );
  }

  /** The column of a session in a slot; undefined while it is not there. */
  column(place: number, slot: number): number | undefined {
    const session = this.#sessions[place];
    if (session === undefined || slot < this.#first(session) || slot >= session.end) return undefined;
    return this.#columns[place]?.[(this.#spanOf[slot] ?? 0) - (this.#spanOf[this.#first(session)] ?? 0)];
  }

  /** The row of what a session gets, in watt-hours. */
  energyRow(place: number, bounds: { readonly lower?: number; readonly upper?: number }): number {
    const row = this.builder.row(bounds);
    this.addEnergy(place, row);
    return row;
  }

  addEnergy(place: number, row: number): void {
    const session = this.#sessions[place];
    if (session === undefined) return;
    for (const [n, { fromSlot, untilSlot }] of this.#spansOf(session).entries())
      this.builder.add(row, this.#columns[place]?.[n] ?? -1, slotWh(session, 1) * (untilSlot - fromSlot));
  }

  /** Nobody gets more than it needs. Rows that cannot bind are left out. */
  needs(remainingWh: (session: SlotSession) => number): void {
    this.#sessions.forEach((session, place) => {
      const upper = remainingWh(session);
      const slots = session.end - this.#first(session);
      if (slots > 0 && slotWh(session) * slots > upper) this.needRows.set(place, this.energyRow(place, { upper }));
    });
  }

  /**
   * A row of the day in every span in which its cars could break it; `shared` is what else counts in it. `only`: first slots of the spans
   * in which it is held; absent: in all.
   */
  conductor(
    of: SlotRow,
    {
      shared,
      tangents,
      only,
    }: { readonly shared?: SharedColumn; readonly tangents?: Tangents; readonly only?: ReadonlySet<number> } = {},
  ): void {
    const { name, members, phasors, capacityA } = of;
    for (const { fromSlot } of this.#spans) {
      if (fromSlot < this.#fromSlot || fromSlot >= capacityA.length || only?.has(fromSlot) === false) continue;
      const there = members.flatMap((place, n) => {
        const column = this.column(place, fromSlot);
        return column === undefined ? [] : [{ column, place, phasor: phasors?.[n] ?? IN_LINE }];
      });
      const upper = capacityA[fromSlot] ?? 0;
      const mostA = there.reduce(
        (sum, { place, phasor }) => sum + this.#maxA(place) * Math.hypot(phasor.x, phasor.y),
        0,
      );
      if (there.length === 0 || (shared === undefined && mostA <= upper)) continue;
      const directions = isCone(of) && tangents !== undefined ? tangents.of(name, fromSlot) : [IN_LINE];
      for (const { x, y } of directions) {
        const row = this.builder.row({ upper });
        for (const { column, phasor } of there) this.builder.add(row, column, phasor.x * x + phasor.y * y);
        if (shared !== undefined) this.builder.add(row, shared.column, shared.perSlot(fromSlot));
        this.held.push({ row, name, fromSlot, x, y });
      }
    }
  }

  #maxA(place: number): number {
    return this.#sessions[place]?.car.maxCurrentA ?? 0;
  }

  #first({ first }: SlotSession): number {
    return Math.max(first, this.#fromSlot);
  }

  #spansOf(session: SlotSession): readonly Span[] {
    const first = this.#first(session);
    if (first >= session.end) return [];
    return this.#spans.slice(this.#spanOf[first], (this.#spanOf[session.end - 1] ?? 0) + 1);
  }
}

export const totalFeasibleWh = (sessions: readonly SlotSession[]): number =>
  sessions.reduce((sum, session) => sum + feasibleWh(session), 0);
