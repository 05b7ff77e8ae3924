import { expect, test } from '@jest/globals';
import { parseTariff } from '@headroom/tariff';
import { type Bill, billOf } from './bill.ts';
import { HOLDS_MS, readCarbon } from './series.ts';

function tariffOf(demandCharges: readonly unknown[]) {
  const season = (name: string, firstDay: string, lastDay: string) => ({
    ...{ name, firstDay, lastDay },
    periods: [
      { name: 'dear', perKwh: 0.5 },
      { name: 'cheap', perKwh: 0.1 },
    ],
    days: {
      weekday: [
        { from: '12:00', to: '13:00', period: 'dear' },
        { from: '13:00', to: '12:00', period: 'cheap' },
      ],
    },
  });
  const read = parseTariff({
    ...{ apiVersion: 'headroom/v1', kind: 'Tariff', metadata: { name: 'two' } },
    spec: {
      ...{ currency: 'EUR', timezone: 'UTC', validFrom: '2026-01-01', validTo: '2026-12-31' },
      seasons: [season('first', '01-01', '03-31'), season('rest', '04-01', '12-31')],
      demandCharges,
    },
  });
  if (read.kind === 'err') throw new Error(JSON.stringify(read.error));
  return read.value;
}

const STARTS = Date.UTC(2026, 2, 31);
/** kWh by slot number from 2026-03-31 00:00. */
function carsOf(kwh: Readonly<Record<number, number>>): Float64Array {
  const wh = new Float64Array(576);
  for (const [slot, value] of Object.entries(kwh)) wh[Number(slot)] = value * 1_000;
  return wh;
}
const bill = (kwh: Readonly<Record<number, number>>, charges: readonly unknown[] = [], restW = 0): Bill =>
  billOf({ startsAtMs: STARTS, carsWh: carsOf(kwh), restW: () => restW }, { tariff: tariffOf(charges) });
const NOON = 144;

test('energy costs what it costs when it flows', () => {
  expect(bill({ [NOON]: 2, [NOON + 12]: 3 }).energyCost).toBeCloseTo(2 * 0.5 + 3 * 0.1, 9);
});

test('a peak is the mean of a quarter of an hour on the clock', () => {
  // 1 kWh in each of two slots of one quarter: 8 kW; the same over a border of quarters: 4 kW.
  expect(bill({ 0: 1, 2: 1 }).peakKw).toBeCloseTo(8, 9);
  expect(bill({ 2: 1, 3: 1 }).peakKw).toBeCloseTo(4, 9);
});

test('a demand charge takes the peak of each month of its seasons, in its periods alone where it names some', () => {
  const any = { name: 'any', perKw: 10 };
  const dear = { name: 'dear', perKw: 100, periods: ['dear'], seasons: ['rest'] };
  // 4 kW at night and 8 kW at noon of 31 March; 20 kW at night and 12 kW at noon of 1 April.
  const kwh = { 0: 1, [NOON]: 2, 288: 5, [NOON + 288]: 3 };
  expect(bill(kwh, [any]).demandCost).toBeCloseTo((8 + 20) * 10, 9);
  expect(bill(kwh, [dear]).demandCost).toBeCloseTo(12 * 100, 9);
});

test('the rest of the site counts in the peak; what it supplies is not bought by the cars', () => {
  expect(bill({ 0: 1 }, [], 6_000).peakKw).toBeCloseTo(6 + 4, 9);
  // 6 kW of sun: half a kWh in a slot, of which the cars take all.
  expect(bill({ 0: 1 }, [], -6_000).energyCost).toBeCloseTo(0.5 * 0.1, 9);
});

test('energy at a time without a price is told apart', () => {
  const late = billOf(
    { startsAtMs: Date.UTC(2027, 0, 1), carsWh: carsOf({ 0: 1 }), restW: () => 0 },
    { tariff: tariffOf([]), carbonAt: () => undefined },
  );
  expect(late).toMatchObject({ energyCost: 0, unpricedKwh: 1, uncountedKwh: 1 });
});

const HEADINGS = 'starts_at,marginal_kg_co2_per_kwh';

test('an emission holds until the next one, and never for more than an hour', () => {
  const read = readCarbon(`${HEADINGS}\n2026-01-01T00:00:00Z,0.2\n2026-01-01T00:15:00Z,0.4\n`);
  if (read.kind === 'refused') throw new Error(read.why);
  const at = (ms: number) => read.valueAt(Date.UTC(2026, 0, 1) + ms);
  expect([at(-1), at(0), at(899_999), at(900_000), at(900_000 + HOLDS_MS - 1), at(900_000 + HOLDS_MS)]).toEqual([
    undefined,
    ...[0.2, 0.2, 0.4, 0.4],
    undefined,
  ]);
});

test.each([
  ['another file', 'a,b\n1,2', 'line 1: there is no column starts_at'],
  ['no value', HEADINGS, 'there is no value in it'],
  [
    'no offset',
    `${HEADINGS}\n2026-01-01T00:00:00,1`,
    'line 2: starts_at is no instant with an offset: "2026-01-01T00:00:00"',
  ],
  ['no number', `${HEADINGS}\n2026-01-01T00:00:00Z,`, 'line 2: marginal_kg_co2_per_kwh is no such value: ""'],
  [
    'another order',
    `${HEADINGS}\n2026-01-01T01:00:00Z,1\n2026-01-01T00:00:00Z,1`,
    'line 3: it is not after the line before',
  ],
])('emissions: %s is refused in words', (_, text, why) => {
  expect(readCarbon(text)).toEqual({ kind: 'refused', why });
});
