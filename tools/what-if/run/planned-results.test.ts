import { expect, test } from '@jest/globals';
import { DEFAULT_PLANNER_CONFIG, openInlinePlanner, type Planner, WorkerPlanner } from '@headroom/allocation-optimizer';
import { openHighs } from '@headroom/linear-program/highs';
import { parseTariff } from '@headroom/tariff';
import { manualTime } from '@headroom/testing';
import type { Stay } from '../history/stays.ts';
import { siteConfigOfText, siteWithLimit } from '../site/load-site.ts';
import { CANDIDATES, compareOnSite, OURS, yardsticksOf } from './compare-on-site.ts';
import { OURS_PLANNED, plannedResults } from './planned-results.ts';
import { type ReplayDay, replayDay } from './replay-day.ts';
import type { Money, Result } from './result.ts';

const solver = await openHighs();
const BAYS = 4;
const STARTS_MS = Date.UTC(2026, 2, 2, 8);
const HOUR_MS = 3_600_000;

function dayOf(stays: readonly Stay[], limitKw: number): ReplayDay {
  const config = siteConfigOfText(`
apiVersion: headroom/v1
kind: Site
metadata: { name: four }
spec:
  timezone: UTC
  circuits: [{ name: grid, ratingPerPhaseA: 63, limitKw: 40 }]
  stations:
${Array.from({ length: BAYS }, (_, n) => `    - { id: bay-${n + 1}, circuit: grid, evses: [{ evse: 1, phases: [L1], maxA: 32 }] }`).join('\n')}
  policy: { share: smoothed-laxity }
`);
  if (config.kind === 'err') throw new Error(config.error.join());
  const site = siteWithLimit(config.value, limitKw);
  if (site.kind === 'err') throw new Error(site.error);
  return replayDay(site.value.model, stays);
}

const stay = (evse: number, [fromH, untilH]: readonly [number, number], needKwh: number): Stay => ({
  ...{ evse, needKwh, arrivedAtMs: STARTS_MS + fromH * HOUR_MS, departedAtMs: STARTS_MS + untilH * HOUR_MS },
  ...{ statedKwh: needKwh, statedDepartureAtMs: STARTS_MS + untilH * HOUR_MS },
});

/** Dear until 12:00, cheap from then on. */
function moneyOf(): Money {
  const read = parseTariff({
    ...{ apiVersion: 'headroom/v1', kind: 'Tariff', metadata: { name: 'noon' } },
    spec: {
      ...{ currency: 'EUR', timezone: 'UTC', demandCharges: [] },
      seasons: [
        {
          ...{ name: 'all', firstDay: '01-01', lastDay: '12-31' },
          periods: [
            { name: 'dear', perKwh: 0.5 },
            { name: 'cheap', perKwh: 0.1 },
          ],
          days: {
            weekday: [
              { from: '00:00', to: '12:00', period: 'dear' },
              { from: '12:00', to: '24:00', period: 'cheap' },
            ],
          },
        },
      ],
    },
  });
  if (read.kind === 'err') throw new Error(JSON.stringify(read.error));
  return { tariff: read.value, valuePerKwh: 0.3 };
}

const inline = await openInlinePlanner();
const openInline = (): Planner => inline;

async function played(day: ReplayDay, money: Money, openPlanner = openInline): Promise<readonly Result[]> {
  return plannedResults(day, { openPlanner, money, yardsticks: yardsticksOf(solver, day, money) });
}
const of = (results: readonly Result[], policy: string, knows = 'claims'): Result => {
  const found = results.find((result) => result.policy === policy && result.knows === knows);
  if (found === undefined) throw new Error(`no ${policy}, ${knows}`);
  return found;
};

test('a plan for the bill waits for the cheap hours, and nobody goes short; one for delivery looks at no price', async () => {
  const day = dayOf([stay(0, [0, 8], 12), stay(1, [0, 8], 12)], 20);
  const money = moneyOf();
  const results = await played(day, money);
  expect(results.map(({ policy, knows }) => `${policy} ${knows ?? ''}`)).toEqual([
    ...[`${OURS_PLANNED.delivery} claims`, `${OURS_PLANNED.cost} claims`],
    ...[`${OURS_PLANNED.delivery} truth`, `${OURS_PLANNED.cost} truth`],
  ]);
  for (const result of results)
    expect([result.policy, result.satisfied, result.overMin]).toEqual([result.policy, 1, 0]);
  expect(of(results, OURS_PLANNED.cost).energyCost).toBeCloseTo(24 * 0.1, 1);
  expect(of(results, OURS_PLANNED.delivery).energyCost).toBeCloseTo(24 * 0.5, 1);
  // Who waits for the cheap hours earns nearly all that can be earned.
  expect(of(results, OURS_PLANNED.cost).ofBestProfit).toBeGreaterThan(0.99);
  expect(of(results, OURS_PLANNED.cost).ofBestProfit).toBeLessThanOrEqual(1);
});

test('nobody is asked for a plan while nobody wants anything, and without a tariff none is for the bill', async () => {
  const day = dayOf([stay(0, [0, 10], 1)], 20);
  const results = await played(day, {});
  expect(results.map(({ policy }) => policy)).toEqual([OURS_PLANNED.delivery, OURS_PLANNED.delivery]);
  // 1 kWh at 7.4 kW lasts nine minutes: the beginnings of two slots.
  for (const { plans = 0 } of results) expect([plans >= 1, plans <= 3]).toEqual([true, true]);
});

test('HI-20: what a thread of its own solves comes to the same figures as what is solved here, plan by plan', async () => {
  const stays = [stay(0, [0, 3], 14), stay(1, [0.5, 2], 9), stay(2, [1, 4], 12), stay(3, [1.25, 2.5], 8)];
  const day = dayOf(stays, 9);
  const money = moneyOf();
  const config = { ...DEFAULT_PLANNER_CONFIG, deadlineMs: 60_000 };
  const threads = await played(day, money, () => new WorkerPlanner(manualTime(STARTS_MS), config));
  expect(threads).toEqual(await played(day, money));
  expect(of(threads, OURS_PLANNED.delivery).plans).toBeGreaterThan(20);
});

test('PR7: a plan that does not come is an error, not a figure under its name', async () => {
  const day = dayOf([stay(0, [0, 2], 5)], 20);
  let isStopped = false;
  const openPlanner = (): Planner => ({
    ...inline,
    plan: () => Promise.resolve({ kind: 'no-plan', reason: 'unproven', why: 'a gap' }),
    stop: async () => void (isStopped = true),
  });
  await expect(played(day, {}, openPlanner)).rejects.toThrow(/no plan: unproven, a gap/u);
  expect(isStopped).toBe(true);
});

test('YS2: nobody who keeps the limit earns more than the highest profit, over a hundred cars at random', () => {
  let state = 7;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const money = moneyOf();
  for (let round = 0; round < 8; round += 1) {
    const stays = Array.from({ length: BAYS * 3 }, (_, n) => {
      const fromH = Math.floor(n / BAYS) * 5 + random() * 2;
      return stay(n % BAYS, [fromH, fromH + 0.5 + random() * 2], 1 + random() * 12);
    });
    const day = dayOf(stays, 5 + random() * 10);
    const yardsticks = yardsticksOf(solver, day, money);
    const { results } = compareOnSite(day, { candidates: CANDIDATES, yardsticks, money });
    for (const { policy, profit = Infinity, overMin } of results)
      if (overMin === 0)
        expect([policy, profit <= (yardsticks.bestProfit?.profit ?? 0) + 1e-6]).toEqual([policy, true]);
    expect(results.some(({ policy, profit = 0 }) => policy === OURS && profit !== 0)).toBe(true);
  }
});
