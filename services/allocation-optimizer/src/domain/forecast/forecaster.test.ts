import { expect, test } from '@jest/globals';
import { epochMs } from '@headroom/kernel';
import fc from 'fast-check';
import { believedForecast, type Forecast, type Forecaster, PERSISTENCE } from './forecaster.ts';
import { SEASONAL } from './seasonal.ts';
import { asks, forecasterContract } from './test-support/forecaster-contract.ts';

forecasterContract(SEASONAL);
forecasterContract(PERSISTENCE);

const quarter = (n: number) => ({ fromMs: epochMs(n * 900_000), toMs: epochMs((n + 1) * 900_000) });
const ASK = {
  ...{ memory: undefined, timezone: 'UTC', nowMs: epochMs(0), loadW: 700, pvW: 50 },
  intervals: [quarter(0), quarter(1)],
};
const saying = (said: Partial<Forecast>): Forecaster => ({
  name: 'a test',
  forecast: () => ({ loadW: [1, 2], pvW: [3, 4], ...said }),
});

test('what a forecaster says is taken, with its name', () => {
  expect(believedForecast(saying({}), ASK)).toEqual({ loadW: [1, 2], pvW: [3, 4], by: 'a test' });
});

test.each([
  ['too few values', { loadW: [1] }],
  ['too many', { pvW: [1, 2, 3] }],
  ['a value that is no number', { loadW: [Number.NaN, 1] }],
  ['a load below 0', { loadW: [1, -1] }],
  ['a sun of infinity', { pvW: [Infinity, 0] }],
  ['more than 1 GW', { pvW: [0, 1_000_000_001] }],
])('%s is no forecast: the load stays as it counts now, nobody counts on the sun, and the plan says so', (_, said) => {
  expect(believedForecast(saying(said), ASK)).toEqual({ loadW: [700, 700], pvW: [0, 0], by: PERSISTENCE.name });
});

test('one that throws ends nothing', () => {
  const broken: Forecaster = {
    name: 'broken',
    forecast: () => {
      throw new Error('no weather today');
    },
  };
  expect(believedForecast(broken, ASK)).toMatchObject({ loadW: [700, 700], by: PERSISTENCE.name });
});

test('whatever is asked, the forecaster of this service is believed', () => {
  fc.assert(fc.property(asks, (ask) => believedForecast(SEASONAL, ask).by === SEASONAL.name));
});
