import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { circuitId as circuit } from '@headroom/kernel';
import type { Solver } from '@headroom/linear-program/highs';
import type { SiteModel } from '@headroom/site-model';
import { readTariff } from '@headroom/site-model';
import type { Tariff } from '@headroom/tariff';
import { parse } from 'yaml';
import { diceOf } from '../../optimum/generate/dice.ts';
import { atMin, DAY_MIN } from '../../optimum/generate/session.ts';
import type { Known } from '../../optimum/policies/day-at-site.ts';
import { oursAt } from '../../optimum/policies/ours.ts';
import { planOfSlot } from '../../optimum/policies/plan-of-slot.ts';
import type { SlotPolicy } from '../../optimum/policies/policy.ts';
import { REFERENCE_POLICIES } from '../../optimum/policies/reference.ts';
import { runDay } from '../../optimum/run/run-day.ts';
import { SLOT_H } from '../../optimum/site/slotted.ts';
import type { Stay } from '../history/stays.ts';
import { billOf } from '../money/bill.ts';
import { type MeterTrace, type ReplayDay, replayDay } from '../run/replay-day.ts';
import { siteConfigOfText, siteWithLimit } from '../site/load-site.ts';
import { ROOT } from './summary.ts';

export const NAME = 'depot-v2g';
export const ABOUT =
  'C111: twenty school buses come back at half past three and later, and must be full at 06:00. The school beside them draws most when energy is dearest.';
/** Monday 2026-12-07, 00:00 in Paris: a winter tariff, whose hours are those of the clock there. */
export const DEPOT_MONDAY_MS = Date.UTC(2026, 11, 6, 23);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const BUSES = 20;
const BATTERY_KWH = 155;
/** The driver's minimum: a way home, whatever happens. */
const KEEP_KWH = 30;
/** Both ways, and a price of wear that a fleet would ask for. */
const ROUND_TRIP_PERCENT = 85;
const WEAR_PER_KWH = 0.03;
const DEPARTS_MIN = DAY_MIN + atMin(6);
/** As old as a plan may become before it is ignored: it takes half of the time of one that is made every five minutes. */
const PLAN_EVERY_MS = 10 * MINUTE_MS;
const KILO = 1_000;
const MICRO = 1e6;
/** Left with all but this (ME4). */
const READY_WITHIN_WH = 100;

export function depotStays(): readonly Stay[] {
  const dice = diceOf(111);
  const instant = (minutes: number): number => DEPOT_MONDAY_MS + Math.round(minutes) * MINUTE_MS;
  return Array.from({ length: BUSES }, (_, evse): Stay => {
    const needKwh = dice.within({ least: 30, most: 100 }, 65, () => dice.normal(65, 18));
    const arriveMin = dice.within({ least: atMin(15, 30), most: atMin(17, 30) }, atMin(16, 15), () =>
      dice.normal(atMin(16, 15), 25),
    );
    return {
      ...{ evse, needKwh, arrivedAtMs: instant(arriveMin), departedAtMs: instant(DEPARTS_MIN) },
      ...{ statedKwh: needKwh, statedDepartureAtMs: instant(DEPARTS_MIN) },
      discharge: {
        ...{ heldWh: (BATTERY_KWH - needKwh) * KILO, keepWh: KEEP_KWH * KILO },
        ...{ efficiencyPercent: ROUND_TRIP_PERCENT, wearMicroPerKwh: WEAR_PER_KWH * MICRO },
      },
    };
  });
}

/** A bell around half past six in the evening. */
function schoolA(atMs: number): number {
  const minutes = ((atMs - DEPOT_MONDAY_MS) / MINUTE_MS) % DAY_MIN;
  return 40 + 210 * Math.exp(-(((minutes - atMin(18, 30)) / 130) ** 2));
}

export const schoolTrace = (): MeterTrace => ({
  meterId: 'school',
  circuitId: circuit('grid'),
  ampsAt: (atMs: number) => ({ l1: schoolA(atMs), l2: schoolA(atMs), l3: schoolA(atMs) }),
});

/** What its document says, with a tariff and the search for the lowest cost. */
function site(): { readonly model: SiteModel; readonly tariff: Tariff } {
  const config = siteConfigOfText(readFileSync(join(ROOT, 'examples/golden', `${NAME}.yaml`), 'utf8'));
  if (config.kind === 'err') throw new Error(config.error.join('\n'));
  const built = siteWithLimit(config.value);
  if (built.kind === 'err') throw new Error(built.error);
  const documentJson = JSON.stringify(parse(readFileSync(join(ROOT, 'examples/tariffs/workplace-tou.yaml'), 'utf8')));
  const tariff = readTariff(documentJson);
  if (tariff.kind === 'err') throw new Error('the tariff of the golden sites cannot be read');
  const { model } = built.value;
  return {
    model: { ...model, objective: 'cost', tariff: { name: 'workplace-tou', documentJson } },
    tariff: tariff.value,
  };
}

/** Along a plan that is made anew again and again, with cars that give back or without. `isPlanned` false: nobody plans. */
export const alongPlan = (
  solver: Solver,
  { gives, isPlanned = true }: { readonly gives: boolean; readonly isPlanned?: boolean },
): SlotPolicy<ReplayDay> =>
  oursAt(gives ? 'with V2G' : 'without V2G', (day: ReplayDay) => ({
    ...{ site: day.site, startsAtMs: day.startsAtMs, readings: day.readings },
    ...(gives ? { gives: true as const } : {}),
    plan: (known: Known) => (isPlanned && known.nowMs % PLAN_EVERY_MS === 0 ? planOfSlot(solver, known) : undefined),
  }));

export interface Played {
  readonly deliveredKwh: number;
  readonly givenKwh: number;
  /** Of 1: left at 06:00 with all that they came for. */
  readonly ready: number;
  readonly peakKw: number;
  readonly peakHoursKwh: number;
  /** The highest mean of five minutes that left the site. */
  readonly outKw: number;
  readonly energyCost: number;
  readonly wearCost: number;
  readonly demandCost: number;
  readonly startsPerSession: number;
}

export function depotDay(): { readonly day: ReplayDay; readonly tariff: Tariff } {
  const { model, tariff } = site();
  return { day: replayDay(model, depotStays(), { traces: [schoolTrace()] }), tariff };
}

export function played(day: ReplayDay, tariff: Tariff, policy: SlotPolicy<ReplayDay>): Played {
  const { outcomes, suppliedWh } = runDay(day, policy, { knows: 'claims', cars: 'ideal' });
  const bill = billOf({ startsAtMs: day.startsAtMs, carsWh: suppliedWh, restW: day.restW }, { tariff });
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const netKw = [...suppliedWh].map((wh, slot) => (wh / SLOT_H + day.restW(slot)) / KILO);
  const hourOf = (slot: number): number => (day.startsAtMs - DEPOT_MONDAY_MS) / HOUR_MS + slot * SLOT_H;
  const isPeakHour = (slot: number): boolean => hourOf(slot) >= 17 && hourOf(slot) < 20;
  const givenKwh = sum(outcomes.map(({ exportedWh }) => exportedWh)) / KILO;
  return {
    deliveredKwh: sum(outcomes.map(({ deliveredWh }) => deliveredWh)) / KILO,
    givenKwh,
    ready:
      outcomes.filter(({ deliveredWh }, n) => deliveredWh >= (day.sessions[n]?.needWh ?? 0) - READY_WITHIN_WH).length /
      outcomes.length,
    peakKw: bill.peakKw,
    peakHoursKwh: sum(netKw.filter((_, slot) => isPeakHour(slot)).map((kw) => Math.max(0, kw) * SLOT_H)),
    outKw: netKw.reduce((most, kw) => Math.max(most, 0 - kw), 0),
    energyCost: bill.energyCost ?? 0,
    wearCost: givenKwh * WEAR_PER_KWH,
    demandCost: bill.demandCost ?? 0,
    startsPerSession: sum(outcomes.map(({ starts }) => starts)) / outcomes.length,
  };
}

/** In lines that are read like code when they move. */
export function depotSummary(solver: Solver): string {
  const { day, tariff } = depotDay();
  const uncontrolled = REFERENCE_POLICIES.find(({ name }) => name === 'uncontrolled');
  if (uncontrolled === undefined) throw new Error('there is a policy that is none');
  const columns = [
    played(day, tariff, alongPlan(solver, { gives: true })),
    played(day, tariff, alongPlan(solver, { gives: false })),
    played(day, tariff, uncontrolled),
  ];
  const line = (what: string, of: (one: Played) => string): string =>
    `${what.padEnd(34)}${columns.map((one) => of(one).padStart(16)).join('')}`;
  const asked = day.sessions.reduce((sum, { needWh }) => sum + needWh, 0) / KILO;
  return [
    `${day.site.name}: ${ABOUT}`,
    `${day.sessions.length} buses want ${asked.toFixed(0)} kWh. Each keeps ${KEEP_KWH} kWh; of what leaves a battery ${ROUND_TRIP_PERCENT} % come back, both ways together.`,
    '',
    `${''.padEnd(34)}${['with V2G', 'without V2G', 'without control'].map((name) => name.padStart(16)).join('')}`,
    line('given back, kWh', ({ givenKwh }) => givenKwh.toFixed(0)),
    line('in the batteries at 06:00, kWh', ({ deliveredKwh }) => deliveredKwh.toFixed(0)),
    line('ready by 06:00, %', ({ ready }) => (ready * 100).toFixed(1)),
    line('bought from 17 to 20 h, kWh', ({ peakHoursKwh }) => peakHoursKwh.toFixed(0)),
    line('most that flows out, kW', ({ outKw }) => outKw.toFixed(1)),
    line('peak of the site, kW', ({ peakKw }) => peakKw.toFixed(0)),
    line('energy of the buses, EUR', ({ energyCost }) => energyCost.toFixed(0)),
    line('wear of the batteries, EUR', ({ wearCost }) => wearCost.toFixed(0)),
    line('demand charge of a month, EUR', ({ demandCost }) => demandCost.toFixed(0)),
    line('starts per session', ({ startsPerSession }) => startsPerSession.toFixed(1)),
    '',
  ].join('\n');
}
