import type { ProgramBuilder } from '@headroom/linear-program';
import { missingFirst } from './first-rows.ts';
import { type Add, place, type PlanColumns } from './plan-columns.ts';
import { firstKwhOf, hoursOf, type PlanQuestion, reachableKwh } from './question.ts';

/** What is made as small as possible, one after the other (5.3). */
export type LevelName =
  | 'excess'
  | `first ${number}`
  | `shortfall ${number}`
  | 'excess after discharge'
  | 'cost'
  | 'carbon'
  | 'smoothness';

/** A level of a program: the column that holds its value. */
export interface Level {
  readonly name: LevelName;
  readonly column: number;
  /** Of a shortfall: the smallest share of its tier, which that column holds with a weight below 0. */
  readonly share?: number;
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

/** In the order in which they are solved: each is held while the next one is made better. */
export function levelsOf(question: PlanQuestion, builder: ProgramBuilder, columns: PlanColumns): readonly Level[] {
  const { intervals, sessions } = question;
  const level = (name: LevelName, terms: (add: Add) => void): Level => {
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
  const lastLevel = lastLevelOf(question);
  return [
    // PO1
    ...(asked
      ? [level('excess', (add) => intervals.forEach((interval, t) => add(columns.excess[t], hoursOf(interval))))]
      : []),
    // PO2, PO3: of all with the least shortfall, to a tenth of a Wh, the one in which the smallest share is the largest.
    // Before it what is to be in a battery first, as early as it can be (C65).
    ...tiers.flatMap((tier): readonly Level[] => {
      const low = inTier(tier).filter(({ session }) => firstKwhOf(session) > 0);
      const first =
        low.length === 0
          ? []
          : [level(`first ${tier}`, (add) => missingFirst(question, builder, columns, { low, add }))];
      const share = builder.column({ upper: 1 });
      const shortfall = level(`shortfall ${tier}`, (add) => {
        for (const { session, n } of inTier(tier)) {
          add(columns.shortfall[n], session.weight);
          shareRow(question, builder, { share, shortfall: columns.shortfall[n], session });
        }
        add(share, -FAIRNESS_KWH);
      });
      return [...first, { ...shortfall, share }];
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

/** In it the early one of all that are as good is chosen. */
function lastLevelOf({ sessions, carbonGPerKwh }: PlanQuestion): 'cost' | 'carbon' | 'smoothness' {
  if (sessions.some(({ lastKw }) => lastKw !== undefined)) return 'smoothness';
  return carbonGPerKwh === undefined ? 'cost' : 'carbon';
}

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
function hashShare(text: string): number {
  let hash = 0x811c9dc5;
  for (let n = 0; n < text.length; n += 1) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  return (hash >>> 0) / 4_294_967_296;
}
