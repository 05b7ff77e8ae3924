/**
 * What a billing period of workplace days earns, against the best that is possible (U2). Arguments: the first seed, days, `truth` for
 * drivers who say what they will really do, of what the cars want
 * the share that the limit is for, and the peak of the month before in kW where one is known.
 */
import process from 'node:process';
import { openHighs } from '@headroom/linear-program/highs';
import { readTariff } from '@headroom/site-model';
import { type BenchRow, tellTable } from '@headroom/testing';
import { profitBound } from './bounds/profit-bound.ts';
import { oursAlong } from './policies/ours-for-cost.ts';
import { AMPLE, billingPeriod, periodStartsMs, profitTerms, REVENUE_PER_KWH } from './run/billing-period.ts';
import { costTariff } from './run/cost-tariff.ts';
import { runDay } from './run/run-day.ts';

/** TG6. */
const WANTED_PERCENT = 99;
const QUARTER = 3;
const [seed = '1001', count = '5', knowledge = 'claims', share = `${AMPLE}`, before] = process.argv.slice(2);
const days = Number(count);
const knows = knowledge === 'truth' ? 'truth' : 'claims';
const text = costTariff(days);
const tariff = readTariff(text.documentJson);
if (tariff.kind === 'err') throw new Error(tariff.error);
const beforeW = before === undefined ? undefined : Math.round(Number(before) * 1_000);
const solver = await openHighs();
const startsAtMs = periodStartsMs(days);
const period = billingPeriod(solver, { seed: Number(seed), days, share: Number(share) });
const terms = profitTerms(tariff.value, startsAtMs);
const best = profitBound(solver, period, terms);
const money = (value: number): string => value.toFixed(2);
const rows: BenchRow[] = [];
let reached = 0;
for (const objective of ['delivery', 'cost'] as const) {
  const policy = oursAlong(`Headroom, ${objective}`, { objective, tariff: text, startsAtMs, beforeW });
  const { outcomes, suppliedWh } = runDay(period, policy, { knows, cars: 'ideal' });
  const quarters = Array.from({ length: Math.ceil(period.slots / QUARTER) }, (_, n) =>
    suppliedWh.slice(n * QUARTER, (n + 1) * QUARTER).reduce((sum, wh) => sum + wh, 0),
  );
  const peakKw = Math.max(...quarters) / 250;
  const deliveredKwh = outcomes.reduce((sum, one) => sum + one.deliveredWh, 0) / 1_000;
  const energy = suppliedWh.reduce((sum, wh, slot) => sum + wh * terms.pricePerWh(slot), 0);
  const demand = (terms.charges[0]?.perKw ?? 0) * peakKw;
  const profit = deliveredKwh * REVENUE_PER_KWH - energy - demand;
  reached = (100 * profit) / best.bound;
  rows.push({
    ...{ policy: policy.name, 'delivered kWh': deliveredKwh.toFixed(0) },
    energy: money(energy),
    ...{ demand: money(demand), 'peak kW': peakKw.toFixed(1), profit: money(profit) },
    'of U2 %': reached.toFixed(1),
    starts: (outcomes.reduce((sum, one) => sum + one.starts, 0) / outcomes.length).toFixed(1),
  });
}
await tellTable({
  title: `Workplace, ${days} days from seed ${seed} as one billing period, drivers' ${knows}`,
  rows,
  notes: [
    `U2 earns ${money(best.bound)} with a peak of ${(best.peaksKw[0] ?? 0).toFixed(1)} kW (gap ${best.gap.toExponential(0)}), of ${period.sessions.length} sessions under ${period.limitA} A.`,
  ],
  aims: [{ what: 'profit in cost mode, of U2', unit: '%', value: reached, atLeast: WANTED_PERCENT }],
});
