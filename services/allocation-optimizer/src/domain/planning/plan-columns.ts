import type { ProgramBuilder } from '@headroom/linear-program';
import { lastOf } from './assured.ts';
import { dischargeOf, type PlanQuestion, presenceIn } from './question.ts';
import type { Ruled } from './ruled.ts';

/** Where things stand in the program; -1: nowhere. */
export interface PlanColumns {
  /** By session, then by interval. */
  readonly charge: readonly Int32Array[];
  /** The same, of who may give back; empty: it may not. */
  readonly discharge: readonly Int32Array[];
  /** What is then in its battery, at the end of each interval in which it is there. */
  readonly held: readonly Int32Array[];
  /** By session, then by interval: above and below what the plan before gave it; empty: there was none, or it may give back. */
  readonly above: readonly Int32Array[];
  readonly below: readonly Int32Array[];
  /** By session. */
  readonly shortfall: readonly number[];
  /** By interval. */
  readonly imported: Int32Array;
  readonly exported: Int32Array;
  readonly curtailed: Int32Array;
  /** Where cars give back: as if they did not. */
  readonly excess: Int32Array;
  /** With what they give back. Absent: no car may. */
  readonly excessLeft?: Int32Array;
  readonly batteryIn: Int32Array;
  readonly batteryOut: Int32Array;
  /** At the end of each interval. */
  readonly stored: Int32Array;
  /** By billing period. */
  readonly peak: readonly number[];
}

export const NOWHERE = -1;
/** Of who gives nothing back. */
const NONE = new Int32Array(0);

export function columnsOf(question: PlanQuestion, builder: ProgramBuilder, { assuredKw, turns }: Ruled): PlanColumns {
  const { intervals, sessions, battery } = question;
  const each = (make: (n: number) => number): Int32Array => Int32Array.from(intervals, (_, n) => make(n));
  const gives = sessions.map((session) => dischargeOf(session, question));
  return {
    charge: sessions.map((session, n) =>
      Int32Array.from(intervals, (interval, t) => {
        const presence = presenceIn(session, interval);
        const { fromKw, toKw } = turns?.[n]?.[t] ?? { fromKw: 0, toKw: session.maxKw * presence };
        return presence > 0 ? builder.column({ lower: fromKw, upper: toKw }) : NOWHERE;
      }),
    ),
    discharge: sessions.map((session, n) => {
      const of = gives[n];
      return of === undefined
        ? NONE
        : Int32Array.from(intervals, (interval, t) => {
            const presence = t > lastOf(assuredKw[n]) ? presenceIn(session, interval) : 0;
            return presence > 0 ? builder.column({ upper: of.maxKw * presence }) : NOWHERE;
          });
    }),
    held: sessions.map((session, n) => {
      const of = gives[n];
      const most = (of?.heldKwh ?? 0) + session.needKwh;
      return of === undefined
        ? NONE
        : Int32Array.from(intervals, (interval) =>
            presenceIn(session, interval) > 0 ? builder.column({ lower: of.keepKwh, upper: most }) : NOWHERE,
          );
    }),
    ...deviationsOf(question, builder),
    shortfall: sessions.map(({ needKwh }) => builder.column({ upper: needKwh })),
    imported: each((n) => builder.column({ upper: Math.max(0, question.importLimitKw[n] ?? 0) })),
    exported: each(() => builder.column({ upper: Math.max(0, question.exportLimitKw) })),
    curtailed: each((n) => builder.column({ upper: Math.max(0, question.pvKw[n] ?? 0) })),
    excess: each((n) => (Number.isFinite(question.askedLimitKw[n]) ? builder.column() : NOWHERE)),
    ...(gives.every((of) => of === undefined)
      ? {}
      : { excessLeft: each((n) => (Number.isFinite(question.askedLimitKw[n]) ? builder.column() : NOWHERE)) }),
    batteryIn: each(() => (battery === undefined ? NOWHERE : builder.column({ upper: battery.maxChargeKw }))),
    batteryOut: each(() => (battery === undefined ? NOWHERE : builder.column({ upper: battery.maxDischargeKw }))),
    stored: each(() => (battery === undefined ? NOWHERE : builder.column({ upper: battery.capacityKwh }))),
    peak: question.demand.map(({ peakKw, targetKw }) => builder.column({ lower: Math.max(0, peakKw, targetKw ?? 0) })),
  };
}

/** A car that may give back is moved by no plan before: to be near it, it would take and give at once for the slack of a cost. */
function deviationsOf(question: PlanQuestion, builder: ProgramBuilder): Pick<PlanColumns, 'above' | 'below'> {
  const { sessions, intervals } = question;
  const each = (upperOf: (lastKw: number, mostKw: number) => number) =>
    sessions.map((session) => {
      const { lastKw } = session;
      if (lastKw === undefined || dischargeOf(session, question) !== undefined) return NONE;
      return Int32Array.from(intervals, (interval, t) => {
        const mostKw = session.maxKw * presenceIn(session, interval);
        const last = lastKw[t];
        return last === undefined || mostKw <= 0 ? NOWHERE : builder.column({ upper: upperOf(last, mostKw) });
      });
    });
  return { above: each((_, mostKw) => mostKw), below: each((lastKw) => lastKw) };
}

/** Adds to the coefficient of a column in what is made small. */
export type Add = (column: number | undefined, value: number) => void;

export const place = (builder: ProgramBuilder, row: number, column: number | undefined, value: number): void => {
  if (column !== undefined && column !== NOWHERE) builder.add(row, column, value);
};
