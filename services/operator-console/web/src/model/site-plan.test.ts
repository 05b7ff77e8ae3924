import { expect, test } from '@jest/globals';
import { THIN_SPACE } from './format.ts';
import { areaPath, limitPath, planChart, planTicks, scaleOf } from './plan-chart.ts';
import { alongWords, budgetWords, costWords, forecastWords, madeWords, planLines, planSummary } from './plan-words.ts';
import { addressOf, pageInAddress, siteInAddress } from './route.ts';
import { parseSitePlan, type MadePlan, type PlannedEvse } from './site-plan.ts';
import { anEvse, aSite, NOW_MS } from './testing/site.ts';

const MIN_MS = 60_000;
const QUARTER_MS = 15 * MIN_MS;
const HOUR_MS = 60 * MIN_MS;
const plain = (words: string): string => words.replaceAll(THIN_SPACE, ' ');
const instant = (ms: number): string => new Date(ms).toISOString();

/** Sixteen quarters of an hour; noon in UTC is 14:00 at the site. */
const INTERVALS = Array.from({ length: 16 }, (_, t) => ({
  ...{ fromMs: NOW_MS + t * QUARTER_MS, toMs: NOW_MS + (t + 1) * QUARTER_MS, importKw: t < 4 ? 60 : 40 },
  ...{ buildingKw: null, pvKw: null },
}));
const car = (part: Partial<PlannedEvse> = {}): PlannedEvse => ({
  ...{ evseId: 'ST-001/1', readyByMs: NOW_MS + 2 * HOUR_MS, needKwh: 10, missingKwh: 0, risk: 'none' },
  ...{ cost: null, carbonKg: null },
  powerKw: [11, 11, 7.4],
  ...part,
});
const plan = (part: Partial<MadePlan> = {}): MadePlan => ({
  ...{ isForCost: false, createdAtMs: NOW_MS, cost: null, carbonKg: null, forecast: null },
  ...{ intervals: INTERVALS, evses: [car()] },
  ...part,
});
const document = (part: object = {}) => ({
  ...{ standing: 'followed', sentence: 'As planned.', along: { ownerEpoch: '3', planSeq: '7' } },
  plan: {
    ...{ mode: 'cost', createdAt: instant(NOW_MS), cost: 1.5, carbonKg: null },
    intervals: [{ from: instant(NOW_MS), to: instant(NOW_MS + QUARTER_MS), importKw: 60 }],
    evses: [
      {
        evseId: 'ST-001/1',
        readyBy: instant(NOW_MS + HOUR_MS),
        needKwh: 1,
        missingKwh: 0,
        risk: 'tight',
        powerKw: [4],
      },
    ],
  },
  ...part,
});

test('a plan is read as it is told', () => {
  expect(parseSitePlan(document())).toEqual({
    ...{ standing: 'followed', sentence: 'As planned.', along: { ownerEpoch: '3', planSeq: '7' } },
    made: {
      ...{ isForCost: true, createdAtMs: NOW_MS, cost: 1.5, carbonKg: null },
      ...{ forecast: null },
      intervals: [{ fromMs: NOW_MS, toMs: NOW_MS + QUARTER_MS, importKw: 60, buildingKw: null, pvKw: null }],
      evses: [
        {
          ...{ evseId: 'ST-001/1', readyByMs: NOW_MS + HOUR_MS, needKwh: 1, missingKwh: 0, risk: 'tight' },
          ...{ cost: null, carbonKg: null },
          powerKw: [4],
        },
      ],
    },
  });
  expect(parseSitePlan(document({ plan: null, along: null }))).toMatchObject({ along: null, made: null });
});

test('the forecast is read with its errors, and shown as it erred; of what was not judged nothing is said', () => {
  const { plan: told } = document();
  const building = { quarters: 672, meanKw: 3.14, percent: 8.2 };
  const read = (forecast: unknown): MadePlan | null | undefined =>
    parseSitePlan(document({ plan: { ...told, forecast } }))?.made;
  const by = 'same quarter of the last days';
  const shown = (forecast: unknown): string => plain(forecastWords(read(forecast) ?? plan()) ?? 'nothing');
  expect(read({ by, building, pv: null })?.forecast).toEqual({
    ...{ by, building: { meanKw: 3.14, percent: 8.2 }, pv: null },
  });
  expect(shown({ by, building, pv: null })).toBe(
    'Same quarter of the last days: off by 3.1 kW (8.2 %) of the building, a day ahead',
  );
  expect(shown({ by, building, pv: { meanKw: 1, percent: null } })).toMatch(
    /of the building and 1\.0 kW of the sun, a/,
  );
  expect(shown({ by, building: null, pv: null })).toBe('Same quarter of the last days: not judged yet');
  expect([shown(null), shown({ building })]).toEqual(['nothing', 'nothing']);
});

test('what is drawn counts whoever supplies it: cars on the sun are seen, and what nobody takes is not', () => {
  const intervals = INTERVALS.map((each) => ({ ...each, importKw: 5, buildingKw: 10, pvKw: 30 }));
  const [bar] = planChart(plan({ intervals, evses: [car({ powerKw: [11] })] }), aSite()).bars;
  expect(bar).toMatchObject({ siteKw: 21, carsKw: 11, pvKw: 30 });
  // More than the site takes flows out.
  const [idle] = planChart(plan({ intervals, evses: [car({ powerKw: [] })] }), aSite()).bars;
  expect(idle).toMatchObject({ siteKw: 10, carsKw: 0 });
});

test('what a car is expected to cost and to emit stands with it, where that is known', () => {
  const share = (part: Partial<PlannedEvse>): string | null | undefined =>
    planLines(plan({ evses: [car(part)] }), aSite())[0]?.share;
  expect(share({})).toBeNull();
  expect(plain(share({ cost: 1.2, carbonKg: 0.42 }) ?? '')).toMatch(/^1\.20.*, 0\.4 kg CO₂$/);
  expect(plain(share({ carbonKg: 0 }) ?? '')).toBe('0.0 kg CO₂');
});

test('what cannot be read is no plan: a standing nobody knows, an interval that ends before it begins', () => {
  expect(parseSitePlan(document({ standing: 'magic' }))).toBeNull();
  expect(parseSitePlan(null)).toBeNull();
  const interval = { from: instant(NOW_MS), to: instant(NOW_MS), importKw: 60 };
  const { plan: told } = document();
  const broken = { ...told, intervals: [...told.intervals, interval] };
  // The powers behind it would stand at the wrong time.
  expect(parseSitePlan(document({ plan: broken }))?.made).toBeNull();
  const nameless = { ...told, evses: [{ readyBy: instant(NOW_MS) }] };
  expect(parseSitePlan(document({ plan: nameless }))?.made?.evses).toEqual([]);
});

test('the chart shows building and cars until the last departure, and the limit as it moves', () => {
  const site = aSite({
    limit: {
      ...{ powerKw: 200, perPhase: null, source: 'contract', validUntilMs: null },
      ahead: [
        { fromMs: NOW_MS + MIN_MS, powerKw: 200 },
        { fromMs: NOW_MS + HOUR_MS, powerKw: 120 },
      ],
    },
  });
  const chart = planChart(plan({ evses: [car(), car({ evseId: 'ST-002/1', powerKw: [10] })] }), site);
  expect(chart.toMs).toBe(NOW_MS + 2 * HOUR_MS + QUARTER_MS);
  expect(chart.bars).toHaveLength(9);
  expect(chart.bars[0]).toMatchObject({ siteKw: 60, carsKw: 21, limitKw: 200 });
  expect(chart.bars[2]?.carsKw).toBe(7.4);
  expect(chart.bars.map(({ limitKw }) => limitKw)).toEqual([200, 200, 200, 200, 120, 120, 120, 120, 120]);
  expect(chart.topKw).toBeCloseTo(220);
  // A car that has left since is the building's, never less than nothing of it.
  expect(planChart(plan({ evses: [car({ powerKw: [90] })] }), site).bars[0]).toMatchObject({ siteKw: 60, carsKw: 60 });
});

test('a limit that nobody knows draws no line, and is no number', () => {
  const site = aSite({ limit: { ...aSite().limit, powerKw: null } });
  const chart = planChart(plan(), site);
  expect(chart.limit).toEqual([]);
  expect(chart.bars[0]?.limitKw).toBeNull();
  expect(limitPath(chart, scaleOf(chart, { width: 100, height: 100 }))).toBe('');
});

test('areas and the limit step; nothing leaves the drawing', () => {
  const chart = { fromMs: 0, toMs: 100, topKw: 10, limit: [] };
  const scale = scaleOf(chart, { width: 100, height: 50 });
  const path = areaPath(
    [
      { fromMs: 0, toMs: 50, lowKw: 0, highKw: 5 },
      { fromMs: 50, toMs: 400, lowKw: 2, highKw: 90 },
    ],
    scale,
  );
  expect(path).toBe('M0 50L0 25H50L50 0H100L100 40H50L50 50H0Z');
  const limit = [
    { fromMs: 0, powerKw: 10 },
    { fromMs: 60, powerKw: 5 },
  ];
  expect(limitPath({ ...chart, limit }, scale)).toBe('M0 0H0V0H60V25H100');
});

test('the time axis has round instants, and no more than there is room for', () => {
  const ticks = planTicks({ fromMs: NOW_MS + MIN_MS, toMs: NOW_MS + 6 * HOUR_MS }, 6);
  expect(ticks).toEqual([1, 2, 3, 4, 5].map((hour) => NOW_MS + hour * HOUR_MS));
  for (const hours of [1, 3, 9, 24]) {
    expect(planTicks({ fromMs: NOW_MS + MIN_MS, toMs: NOW_MS + hours * HOUR_MS }, 6).length).toBeLessThanOrEqual(6);
  }
});

test('who goes short stands first and is told by how much and when; others when they are ready', () => {
  const names = [1, 2, 3, 4].map((n) => anEvse({ evseId: `ST-00${n}/1`, name: `Bay ${n}` }));
  const lines = planLines(
    plan({
      evses: [
        car(),
        car({ evseId: 'ST-002/1', risk: 'tight' }),
        car({ evseId: 'ST-003/1', risk: 'misses', missingKwh: 1 }),
        car({ evseId: 'ST-004/1', risk: 'misses', missingKwh: 3.2 }),
        car({ evseId: 'ST-009/1', risk: null }),
      ],
    }),
    aSite({ evses: names }),
  );
  expect(lines.map(({ name, ready }) => [name, plain(ready)])).toEqual([
    ['Bay 4', 'Will be short by 3.2 kWh at 16:00'],
    ['Bay 3', 'Will be short by 1.0 kWh at 16:00'],
    ['Bay 2', 'Ready just in time for 16:00: whatever comes between makes it late'],
    ['Bay 1', 'Ready at 14:45, leaves at 16:00'],
    ['ST-009/1', 'Leaves at 16:00'],
  ]);
});

test('budgets are told one after the other, and a plan of nothing as such', () => {
  const words = (powerKw: readonly number[]): string => plain(budgetWords(car({ powerKw }), plan(), aSite()));
  expect(words([11, 11, 7.4])).toBe('11.0 kW until 14:30, 7.4 kW until 14:45, then nothing');
  expect(words([0, 0, 11])).toBe('Nothing until 14:30, 11.0 kW until 14:45, then nothing');
  expect(words([])).toBe('Nothing is planned for it');
  expect(words([1, 2, 3, 4, 5, 6])).toMatch(/4\.0 kW until 15:00, then 2 more steps$/);
});

test('the chart in words: its peak against the limit, and how many go short by how much', () => {
  const site = aSite();
  const summary = (made: MadePlan): string => plain(planSummary(made, planChart(made, site), site));
  expect(summary(plan())).toBe('Highest from 14:00 on: 60.0 kW of 200.0 kW. 1 car is planned, and nobody goes short.');
  const short = [
    car({ risk: 'misses', missingKwh: 1.5 }),
    car({ risk: 'misses', missingKwh: 2 }),
    car({ risk: 'tight' }),
  ];
  expect(summary(plan({ evses: short }))).toMatch(
    /3 cars are planned; 2 will go short, by 3\.5 kWh together\. 1 has no time to lose\.$/,
  );
  expect(summary(plan({ evses: [] }))).toMatch(/No car is planned\.$/);
});

test('when it was made, what it costs where that is known, and along which plan was decided', () => {
  const site = aSite();
  expect(plain(madeWords(plan(), NOW_MS + 40_000, site))).toBe('Made at 14:00, 40 s ago');
  expect(costWords(plan(), site)).toBeNull();
  const price = { now: { perKwh: 0.2, currency: 'EUR', period: null, source: 'tariff' }, next: null };
  expect(costWords(plan({ cost: 12.345 }), aSite({ price }))).toBe('12.35 EUR');
  expect(costWords(plan({ cost: 0 }), site)).toBe('0.00');
  const along = { ownerEpoch: '3', planSeq: '7' };
  const of = { sentence: '', along, made: null };
  expect(alongWords({ ...of, standing: 'followed' })).toBe('Made along plan 7 of epoch 3');
  expect(alongWords({ ...of, standing: 'ignored' })).toBe('Made without a plan; plan 7 of epoch 3 was set aside');
  expect(alongWords({ ...of, standing: 'none', along: null })).toBeNull();
});

test('the page has an address of its own', () => {
  expect(addressOf('demo depot', '?a=1', 'plan')).toBe('/sites/demo%20depot/plan?a=1');
  expect([siteInAddress('/sites/a%20b/plan', ''), pageInAddress('/sites/a%20b/plan/')]).toEqual(['a b', 'plan']);
  expect([siteInAddress('/sites/plan', ''), pageInAddress('/sites/plan')]).toEqual(['plan', 'live']);
  expect(pageInAddress('/sites/a/live')).toBe('live');
});
