import { epochMs } from '@headroom/kernel';
import fc from 'fast-check';
import { QUARTER_MS } from '../horizon.ts';
import type { PlanDischarge, PlanQuestion, PlanSession } from '../question.ts';
import { HOUR_MS, inHour, NOON_MS, question, session } from './questions.ts';

/** Small sites with all that a plan knows. */
export const questions = fc
  .record({
    cars: fc.array(
      fc.record({
        from: fc.integer({ min: 0, max: 10 }),
        stay: fc.integer({ min: 1, max: 16 }),
        needKwh: fc.integer({ min: 0, max: 30 }),
        maxKw: fc.constantFrom(3.7, 7.4, 11, 22),
        tier: fc.integer({ min: 1, max: 2 }),
        weight: fc.constantFrom(1, 2),
        efficiency: fc.constantFrom(1, 0.95),
      }),
      { maxLength: 5 },
    ),
    room: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 4, maxLength: 4 }),
    prices: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 4, maxLength: 4 }),
    pv: fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 4, maxLength: 4 }),
    asked: fc.option(fc.integer({ min: 0, max: 30 })),
    battery: fc.boolean(),
    peak: fc.option(fc.integer({ min: 0, max: 30 })),
  })
  .map(({ cars, room, prices, pv, asked, battery, peak }): PlanQuestion => {
    const byHour = (values: readonly number[], atMs: number): number =>
      values[Math.floor((atMs - NOON_MS) / HOUR_MS)] ?? 0;
    const sessions = cars.map(({ from, stay, ...car }, n) =>
      session(n, {
        ...car,
        fromMs: epochMs(NOON_MS + from * QUARTER_MS),
        byMs: epochMs(NOON_MS + (from + stay) * QUARTER_MS),
      }),
    );
    return question({
      sessions,
      room: ({ fromMs }) => byHour(room, fromMs),
      price: ({ fromMs }) => byHour(prices, fromMs) / 100,
      change: (intervals) => ({
        ...{ buildingKw: intervals.map(({ fromMs }) => 2 + (fromMs % 7) / 10), exportLimitKw: 5, windowSoFarKwh: 0.5 },
        pvKw: intervals.map(({ fromMs }) => byHour(pv, fromMs)),
        exportPerKwh: intervals.map(() => 0.06),
        askedLimitKw: intervals.map(() => asked ?? Infinity),
        battery: battery
          ? { capacityKwh: 10, energyKwh: 4, maxChargeKw: 5, maxDischargeKw: 5, efficiency: 0.95, wearPerKwh: 0.02 }
          : undefined,
        demand:
          peak === null
            ? []
            : [
                {
                  fromMs: NOON_MS,
                  toMs: epochMs(NOON_MS + 9 * HOUR_MS),
                  pricePerKw: 3,
                  peakKw: peak,
                  targetKw: undefined,
                },
              ],
      }),
    });
  });

/** The same with cars that may give back, conductors that bear so much of it, and a limit of what flows out. */
export const givingQuestions = fc
  .record({
    asked: questions,
    giving: fc.array(
      fc.option(
        fc.record({
          maxKw: fc.constantFrom(3.7, 11, 22),
          efficiency: fc.constantFrom(1, 0.9),
          wearPerKwh: fc.constantFrom(0, 0.02, 0.1),
          needKwh: fc.integer({ min: 0, max: 8 }),
          heldKwh: fc.integer({ min: 5, max: 40 }),
          keepKwh: fc.integer({ min: 0, max: 12 }),
          maxChargeKw: fc.constantFrom(11, 22),
        }),
        { nil: undefined, freq: 4 },
      ),
      { minLength: 5, maxLength: 5 },
    ),
    backA: fc.constantFrom(undefined, 0, 8, 40),
    exportLimitKw: fc.constantFrom(0, 5),
    buildingKw: fc.integer({ min: 0, max: 15 }),
    moreRoomA: fc.constantFrom(0, 20),
    dearerInHour: fc.integer({ min: 0, max: 3 }),
  })
  .map(
    ({ asked, giving, backA, exportLimitKw, buildingKw, moreRoomA, dearerInHour }): PlanQuestion => ({
      ...asked,
      ...{ exportLimitKw, buildingKw: asked.buildingKw.map((power) => power + buildingKw) },
      importPerKwh: asked.importPerKwh.map(
        (price, t) => price + (inHour(dearerInHour)(asked.intervals[t] ?? { fromMs: 0 }) ? 0.4 : 0),
      ),
      // More than the building alone, for that would have no plan.
      importLimitKw: asked.importLimitKw.map((_, t) => 20 + (t % 3)),
      sessions: asked.sessions.map((one, n) => givingSession(one, giving[n])),
      rows: asked.rows.map((row) => ({
        ...row,
        ...(backA === undefined ? {} : { backA }),
        roomA: row.roomA.map((roomA) => roomA + moreRoomA),
      })),
    }),
  );

/** It has time enough: who could not have all that it wants gives nothing away. */
function givingSession(
  one: PlanSession,
  giving: (PlanDischarge & { readonly needKwh: number; readonly maxChargeKw: number }) | undefined,
): PlanSession {
  if (giving === undefined) return one;
  const { needKwh, maxChargeKw, ...discharge } = giving;
  return { ...one, needKwh, maxKw: maxChargeKw, byMs: epochMs(one.byMs + HOUR_MS), discharge };
}

/** The same with what a kWh emits, and a plan before that was made for whatever else was known then. */
export const laterQuestions = fc
  .record({
    asked: fc.oneof(questions, givingQuestions),
    // Where all times cost the same, there is a choice.
    isFlat: fc.boolean(),
    carbon: fc.option(fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 4, maxLength: 4 })),
    last: fc.array(fc.option(fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 1, maxLength: 12 })), {
      minLength: 5,
      maxLength: 5,
    }),
  })
  .map(({ asked, isFlat, carbon, last }): PlanQuestion => {
    const gramsAt = ({ fromMs }: { readonly fromMs: number }): number =>
      carbon?.[Math.floor((fromMs - NOON_MS) / HOUR_MS)] ?? 0;
    return {
      ...asked,
      ...(isFlat ? { objective: 'delivery', pvKw: asked.pvKw.map(() => 0), demand: [] } : {}),
      ...(carbon === null ? {} : { carbonGPerKwh: asked.intervals.map(gramsAt) }),
      sessions: asked.sessions.map((one, n) => plannedBefore(one, last[n])),
    };
  });

/** It is there already, and has some choice of when. */
const plannedBefore = (one: PlanSession, lastKw: readonly number[] | null | undefined): PlanSession =>
  lastKw === null || lastKw === undefined
    ? one
    : { ...one, lastKw, fromMs: NOON_MS, byMs: epochMs(one.byMs + HOUR_MS), needKwh: Math.min(one.needKwh, 5) };

/** The same with bays to which something is assured, with boosted cars, with least powers, and with too little in batteries. */
export const ruledQuestions = fc
  .record({
    asked: fc.oneof(questions, givingQuestions, laterQuestions),
    rules: fc.array(
      fc.option(
        fc.record({
          kw: fc.constantFrom(0, 2, 3.7, 11),
          minKw: fc.constantFrom(0, 1.4, 4.1),
          boostedMin: fc.option(fc.integer({ min: 0, max: 100 })),
          isAssured: fc.boolean(),
          leastPart: fc.constantFrom(0, 0, 0.4, 0.8, 1),
          firstKwh: fc.constantFrom(0, 0, 2, 8),
        }),
        { nil: undefined, freq: 3 },
      ),
      { minLength: 5, maxLength: 5 },
    ),
  })
  .map(
    ({ asked, rules }): PlanQuestion => ({
      ...asked,
      sessions: asked.sessions.map((one, n) => {
        const rule = rules[n];
        if (rule === undefined) return one;
        const { kw, boostedMin, isAssured, leastPart, firstKwh } = rule;
        const leastKw = leastPart * one.maxKw;
        const minKw = Math.min(one.maxKw, Math.max(rule.minKw, leastKw));
        const boosted = boostedMin === null ? {} : { boostedUntilMs: epochMs(NOON_MS + boostedMin * 60_000) };
        return {
          ...one,
          ...(isAssured ? { assured: { kw: kw === 0 ? 0 : Math.max(kw, minKw), minKw, ...boosted } } : {}),
          ...(leastKw > 0 ? { leastKw } : {}),
          ...(firstKwh > 0 ? { firstKwh } : {}),
        };
      }),
    }),
  );

/** As it would be asked if no bay had rules. */
export const withoutRules = (asked: PlanQuestion): PlanQuestion => ({
  ...asked,
  sessions: asked.sessions.map(({ assured: _assured, leastKw: _least, firstKwh: _first, ...one }) => one),
});

/** As it would be asked without any plan before. */
export const withoutLast = (asked: PlanQuestion): PlanQuestion => ({
  ...asked,
  sessions: asked.sessions.map(({ lastKw: _, ...one }) => one),
});

/** As it would be asked if no car could give anything back. */
export const withoutGiving = (asked: PlanQuestion): PlanQuestion => ({
  ...asked,
  sessions: asked.sessions.map(({ discharge: _, ...one }) => one),
});
