import { type LinearProgram, ProgramBuilder } from '@headroom/linear-program';
import { backwards, inBattery, withoutDischarge } from './discharge-rows.ts';
import { QUARTER_MS, windowOf } from './horizon.ts';
import { columnsOf, NOWHERE, place, type PlanColumns } from './plan-columns.ts';
import { countsIn, hoursOf, type Interval, type PlanQuestion, presenceIn, reachableKwh } from './question.ts';

/** What is made as small as possible, one after the other (5.3). */
export type LevelName = 'excess' | `shortfall ${number}` | 'excess after discharge' | 'cost' | 'carbon' | 'smoothness';

/** A level of a program: the column that holds its value. */
export interface Level {
  readonly name: LevelName;
  readonly column: number;
  /** Of a shortfall: the smallest share of its tier, which that column holds with a weight below 0. */
  readonly share?: number;
}

/** What a level came to. Those after it make it no worse. */
export interface Held {
  readonly level: Level;
  readonly atMost: number;
  /** Of its smallest share, if it has one. */
  readonly shareAtLeast: number;
}

/** What the smallest share of a tier may cost of its energy, from nothing to all: so little that no shortfall is worth less. */
export const FAIRNESS_KWH = 1e-4;
/**
 * What a kWh is dearer for each hour that it comes later: a day of it is less than what a tariff tells apart, and than a gram or a kWh that is
 * moved (PO5).
 */
const EARLY_PER_KWH_H = 1e-5;
/** And one that a car gives back: of plans that cost the same the one that turns no battery in circles. */
const LEAST_WEAR_PER_KWH = 1e-5;
const HOUR_MS = 3_600_000;
const GRAMS_PER_KG = 1_000;

/** By row of the question, then by interval: the row of the program; -1: it cannot bind and was left out. */
export type PlanLines = readonly Int32Array[];

export interface PlanProgram {
  readonly program: LinearProgram;
  readonly columns: PlanColumns;
  readonly lines: PlanLines;
  readonly levels: readonly Level[];
}

/** The model of a plan as arrays (5.1, 5.2). Which level is minimised, and which are held, is said to its copy: see `atLevel`. */
export function planProgram(question: PlanQuestion): PlanProgram {
  const builder = new ProgramBuilder();
  const columns = columnsOf(question, builder);
  needs(question, builder, columns);
  const lines = conductors(question, builder, columns);
  backwards(question, builder, columns);
  balance(question, builder, columns);
  withoutDischarge(question, builder, columns);
  storage(question, builder, columns);
  demand(question, builder, columns);
  deviations(question, builder, columns);
  const levels = levelsOf(question, builder, columns);
  return { program: builder.build(), columns, lines, levels };
}

/** PC1. More than it needs is of no use to a car. */
function needs(question: PlanQuestion, builder: ProgramBuilder, columns: PlanColumns): void {
  const { intervals, sessions } = question;
  const { charge, shortfall } = columns;
  sessions.forEach(({ needKwh, efficiency }, n) => {
    if (columns.held[n]?.some((column) => column !== NOWHERE) === true) {
      inBattery(question, builder, columns, n);
      return;
    }
    const row = builder.row({ lower: needKwh, upper: needKwh });
    intervals.forEach((interval, t) => place(builder, row, charge[n]?.[t], efficiency * hoursOf(interval)));
    place(builder, row, shortfall[n], 1);
  });
}

/** PC4. */
function conductors(
  { rows, intervals, sessions, battery }: PlanQuestion,
  builder: ProgramBuilder,
  { charge, batteryIn }: PlanColumns,
): PlanLines {
  return rows.map(({ roomA, members, batteryAmpsPerKw }) =>
    Int32Array.from(intervals, (interval, t) => {
      const mostA = members.reduce(
        (sum, member) => {
          const session = sessions[member.place];
          return sum + (session === undefined ? 0 : session.maxKw * presenceIn(session, interval) * member.ampsPerKw);
        },
        batteryAmpsPerKw * (battery?.maxChargeKw ?? 0),
      );
      const room = Math.max(0, roomA[t] ?? 0);
      if (mostA <= room) return NOWHERE;
      const row = builder.row({ upper: room });
      for (const member of members) place(builder, row, charge[member.place]?.[t], member.ampsPerKw);
      place(builder, row, batteryIn[t], batteryAmpsPerKw);
      return row;
    }),
  );
}

/** PC6, and what the grid asks without a contract (PC10). */
function balance(question: PlanQuestion, builder: ProgramBuilder, columns: PlanColumns): void {
  question.intervals.forEach((_, t) => {
    const net = (question.buildingKw[t] ?? 0) - (question.pvKw[t] ?? 0);
    const row = builder.row({ lower: net, upper: net });
    place(builder, row, columns.imported[t], 1);
    place(builder, row, columns.exported[t], -1);
    for (const charge of columns.charge) place(builder, row, charge[t], -1);
    for (const discharge of columns.discharge) place(builder, row, discharge[t], 1);
    place(builder, row, columns.batteryIn[t], -1);
    place(builder, row, columns.batteryOut[t], 1);
    place(builder, row, columns.curtailed[t], -1);
    const asked = question.askedLimitKw[t] ?? Infinity;
    if (!Number.isFinite(asked)) return;
    const soft = builder.row({ upper: asked });
    place(builder, soft, columns.imported[t], 1);
    place(builder, soft, (columns.excessLeft ?? columns.excess)[t], -1);
  });
}

/** PC7: from interval to interval, never as a sum from the beginning. */
function storage({ intervals, battery }: PlanQuestion, builder: ProgramBuilder, columns: PlanColumns): void {
  if (battery === undefined) return;
  intervals.forEach((interval, t) => {
    const hours = hoursOf(interval);
    const before = t === 0 ? battery.energyKwh : 0;
    const row = builder.row({ lower: before, upper: before });
    place(builder, row, columns.stored[t], 1);
    if (t > 0) place(builder, row, columns.stored[t - 1], -1);
    place(builder, row, columns.batteryIn[t], -battery.efficiency * hours);
    place(builder, row, columns.batteryOut[t], hours / battery.efficiency);
  });
  // What is in it is worth something tomorrow: it ends with no less than it began with.
  const last = builder.row({ lower: battery.energyKwh });
  place(builder, last, columns.stored.at(-1), 1);
}

/** PC9: the mean of each window that begins in a billing period. */
function demand(question: PlanQuestion, builder: ProgramBuilder, { imported, peak }: PlanColumns): void {
  const { intervals, windowSoFarKwh } = question;
  const first = windowOf(question.intervals[0] ?? { fromMs: 0, toMs: 0 });
  question.demand.forEach((period, k) => {
    const windows = new Map<number, number[]>();
    intervals.forEach((interval, t) => {
      const window = windowOf(interval);
      const beginsMs = window * QUARTER_MS;
      if (!countsIn(period, beginsMs)) return;
      windows.set(window, [...(windows.get(window) ?? []), t]);
    });
    for (const [window, places] of windows) {
      const row = builder.row({ lower: window === first ? windowSoFarKwh : 0 });
      place(builder, row, peak[k], QUARTER_MS / 3_600_000);
      for (const t of places) place(builder, row, imported[t], -hoursOf(intervals[t] ?? { fromMs: 0, toMs: 0 }));
      if (period.isEven !== true) continue;
      for (const t of places) {
        const even = builder.row({ lower: 0 });
        place(builder, even, peak[k], 1);
        place(builder, even, imported[t], -1);
      }
    }
  });
}

/** PO5: `charged - above + below = what the plan before gave`. */
function deviations({ sessions, intervals }: PlanQuestion, builder: ProgramBuilder, columns: PlanColumns): void {
  sessions.forEach(({ lastKw }, n) =>
    intervals.forEach((_, t) => {
      const above = columns.above[n]?.[t] ?? NOWHERE;
      if (above === NOWHERE) return;
      const last = lastKw?.[t] ?? 0;
      const row = builder.row({ lower: last, upper: last });
      place(builder, row, columns.charge[n]?.[t], 1);
      place(builder, row, above, -1);
      place(builder, row, columns.below[n]?.[t], 1);
    }),
  );
}

function levelsOf(question: PlanQuestion, builder: ProgramBuilder, columns: PlanColumns): readonly Level[] {
  const { intervals, sessions } = question;
  const level = (name: LevelName, terms: (add: (column: number | undefined, value: number) => void) => void): Level => {
    const column = builder.column({ lower: -Infinity });
    const row = builder.row({ lower: 0, upper: 0 });
    builder.add(row, column, -1);
    terms((of, value) => place(builder, row, of, value));
    return { name, column };
  };
  const tiers = [...new Set(sessions.map(({ tier }) => tier))].toSorted((a, b) => a - b);
  const inTier = (tier: number) => sessions.flatMap((session, n) => (session.tier === tier ? [{ session, n }] : []));
  const asked = question.askedLimitKw.some(Number.isFinite);
  const { carbonGPerKwh } = question;
  const isNear = sessions.some(({ lastKw }) => lastKw !== undefined);
  const lastLevel = isNear ? 'smoothness' : carbonGPerKwh === undefined ? 'cost' : 'carbon';
  return [
    // PO1
    ...(asked
      ? [level('excess', (add) => intervals.forEach((interval, t) => add(columns.excess[t], hoursOf(interval))))]
      : []),
    // PO2, PO3: of all with the least shortfall, to a tenth of a Wh, the one in which the smallest share is the largest.
    ...tiers.map((tier): Level => {
      const share = builder.column({ upper: 1 });
      const shortfall = level(`shortfall ${tier}`, (add) => {
        for (const { session, n } of inTier(tier)) {
          add(columns.shortfall[n], session.weight);
          shareRow(question, builder, { share, shortfall: columns.shortfall[n], session });
        }
        add(share, -FAIRNESS_KWH);
      });
      return { ...shortfall, share };
    }),
    // What is above it all the same cars may make less, once nobody goes short for it.
    ...(asked && columns.excessLeft !== undefined
      ? [
          level('excess after discharge', (add) =>
            intervals.forEach((interval, t) => add(columns.excessLeft?.[t], hoursOf(interval))),
          ),
        ]
      : []),
    // PO4.
    level('cost', (add) => {
      const seeksCost = question.objective !== 'delivery';
      intervals.forEach((interval, t) => {
        const hours = hoursOf(interval);
        const price = seeksCost ? (question.importPerKwh[t] ?? 0) : 1;
        add(columns.imported[t], price * hours);
        // Never more than a kWh costs at the same time, or a plan would turn the meter in circles.
        const earns = Math.min(question.exportPerKwh[t] ?? 0, price);
        add(columns.exported[t], -earns * hours);
        add(columns.batteryOut[t], (question.battery?.wearPerKwh ?? 0) * hours);
        sessions.forEach(({ discharge }, n) =>
          add(columns.discharge[n]?.[t], ((discharge?.wearPerKwh ?? 0) + LEAST_WEAR_PER_KWH) * hours),
        );
      });
      question.demand.forEach(({ pricePerKw }, k) => add(columns.peak[k], pricePerKw));
      if (lastLevel === 'cost') early(question, columns, add);
    }),
    ...(carbonGPerKwh === undefined
      ? []
      : [
          level('carbon', (add) => {
            intervals.forEach((interval, t) =>
              add(columns.imported[t], (hoursOf(interval) * (carbonGPerKwh[t] ?? 0)) / GRAMS_PER_KG),
            );
            calm(question, columns, add);
            if (lastLevel === 'carbon') early(question, columns, add);
          }),
        ]),
    // PO5: of all that are as good the one that is nearest to the plan before.
    ...(lastLevel === 'smoothness'
      ? [
          level('smoothness', (add) => {
            intervals.forEach((interval, t) =>
              sessions.forEach((_, n) => {
                add(columns.above[n]?.[t], hoursOf(interval));
                add(columns.below[n]?.[t], hoursOf(interval));
              }),
            );
            calm(question, columns, add);
            early(question, columns, add);
          }),
        ]
      : []),
  ];
}

type Add = (column: number | undefined, value: number) => void;

/** What is held has a little slack, and for that no battery is to take and give at once. */
function calm({ intervals }: PlanQuestion, columns: PlanColumns, add: Add): void {
  intervals.forEach((interval, t) => {
    add(columns.batteryOut[t], LEAST_WEAR_PER_KWH * hoursOf(interval));
    for (const discharge of columns.discharge) add(discharge[t], LEAST_WEAR_PER_KWH * hoursOf(interval));
  });
}

/** PO5, PO6: in the last level, and as far as they cost nothing. */
function early({ intervals, sessions, nowMs }: PlanQuestion, columns: PlanColumns, add: Add): void {
  intervals.forEach((interval, t) => {
    const late = ((interval.fromMs - nowMs) / HOUR_MS) * hoursOf(interval) * EARLY_PER_KWH_H;
    sessions.forEach(({ sessionId }, n) => add(columns.charge[n]?.[t], late * (1 + hashShare(sessionId) / 10)));
    add(columns.batteryIn[t], late);
    add(columns.curtailed[t], late);
  });
}

/** `shortfall <= (1 - share) * reachable`, counted from what nothing could reach. */
function shareRow(
  { intervals }: PlanQuestion,
  builder: ProgramBuilder,
  of: {
    readonly share: number;
    readonly shortfall: number | undefined;
    readonly session: PlanQuestion['sessions'][number];
  },
): void {
  const reachable = reachableKwh(of.session, intervals);
  if (reachable <= 0) return;
  const row = builder.row({ upper: of.session.needKwh });
  place(builder, row, of.shortfall, 1);
  builder.add(row, of.share, reachable);
}

/** FNV-1a of 32 bits, as a share of 1: an order among sessions that nothing else tells apart. */
export function hashShare(text: string): number {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n += 1) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  return (hash >>> 0) / 4_294_967_296;
}

/** The program that minimises one level while those before it stay as good as they were. */
export function atLevel(program: LinearProgram, level: Level, held: readonly Held[]): LinearProgram {
  const colCost = new Float64Array(program.columns);
  colCost[level.column] = 1;
  const colUpper = Float64Array.from(program.colUpper);
  const colLower = Float64Array.from(program.colLower);
  for (const { level: before, atMost, shareAtLeast } of held) {
    colUpper[before.column] = atMost;
    if (before.share !== undefined) colLower[before.share] = shareAtLeast;
  }
  return { ...program, colCost, colLower, colUpper };
}
