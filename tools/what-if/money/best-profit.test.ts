import { expect, test } from '@jest/globals';
import { openHighs } from '@headroom/linear-program/highs';
import { parseTariff } from '@headroom/tariff';
import type { Stay } from '../history/stays.ts';
import { type ReplayDay, replayDay } from '../run/replay-day.ts';
import { plainSite } from '../site/plain-site.ts';
import { bestProfit, monthsOf } from './best-profit.ts';

const solver = await openHighs();
const FULL_KW = 7.36;

function tariffOf(perKw: number, timezone = 'UTC') {
  const read = parseTariff({
    ...{ apiVersion: 'headroom/v1', kind: 'Tariff', metadata: { name: 'flat' } },
    spec: {
      ...{ currency: 'EUR', timezone, demandCharges: perKw === 0 ? [] : [{ name: 'any', perKw }] },
      seasons: [
        {
          ...{ name: 'all', firstDay: '01-01', lastDay: '12-31' },
          periods: [{ name: 'any', perKwh: 0.1 }],
          days: { weekday: [{ from: '00:00', to: '24:00', period: 'any' }] },
        },
      ],
    },
  });
  if (read.kind === 'err') throw new Error(JSON.stringify(read.error));
  return read.value;
}

function dayOf(stays: readonly (readonly [from: string, until: string, needKwh: number])[]): ReplayDay {
  const site = plainSite(['a'], { limitA: 32, voltageV: 230, phases: 1, maxA: 32 });
  if (typeof site === 'string') throw new Error(site);
  return replayDay(
    site,
    stays.map(
      ([from, until, needKwh]): Stay => ({
        ...{ evse: 0, needKwh, arrivedAtMs: Date.parse(from), departedAtMs: Date.parse(until) },
      }),
    ),
  );
}

test('each month pays for its own highest power', () => {
  const stays = [
    ['2026-03-30T10:00:00Z', '2026-03-30T11:00:00Z', FULL_KW],
    ['2026-04-02T10:00:00Z', '2026-04-02T11:00:00Z', FULL_KW],
  ] as const;
  const of = (perKw: number) => bestProfit(solver, dayOf(stays), { tariff: tariffOf(perKw), valuePerKwh: 0.3 });
  expect(of(0).profit).toBeCloseTo(2 * FULL_KW * 0.2, 6);
  // Both fill their hour with all that the bay has.
  expect(of(0.05)).toMatchObject({
    ...{ months: 2, overMonths: 0, profit: expect.closeTo(2 * FULL_KW * (0.2 - 0.05), 6) },
  });
  // Dearer than what its energy brings: nothing is sold.
  expect(of(0.25).profit).toBeCloseTo(0, 6);
});

test('a session over the end of a month counts in both, so that the bound is no less than what can be earned', () => {
  const over = dayOf([['2026-03-31T22:00:00Z', '2026-04-01T02:00:00Z', 5]]);
  const best = bestProfit(solver, over, { tariff: tariffOf(0), valuePerKwh: 0.3 });
  expect(best).toMatchObject({ months: 2, overMonths: 1, deliveredKwh: expect.closeTo(10, 6) });
});

test('a month ends at the midnight of the tariff', () => {
  const day = dayOf([
    ['2026-03-31T20:00:00Z', '2026-03-31T23:00:00Z', 1],
    ['2026-04-01T01:00:00Z', '2026-04-01T03:00:00Z', 1],
  ]);
  const sessions = (timezone: string) =>
    monthsOf(day, tariffOf(1, timezone)).map(({ part }) => part.sessions.map(({ first, end }) => [first, end]));
  expect(sessions('UTC')).toEqual([[[240, 276]], [[12, 36]]]);
  // 22:00 UTC is midnight in Paris, in summer: the first session lies in both months.
  expect(sessions('Europe/Paris')).toEqual([
    [[240, 264]],
    [
      [0, 12],
      [36, 60],
    ],
  ]);
});
