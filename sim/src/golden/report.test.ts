import { expect, test } from '@jest/globals';
import { cardLine, cardText } from './report.ts';
import type { Scorecard } from './scorecard.ts';

const CARD: Scorecard = {
  ...{ name: 'a-site', about: 'What it is about.', speed: 6, currency: 'EUR' },
  ...{ sessions: 20, ready: 18, missingKwh: 12.34, deliveredKwh: 600.4, givenBackKwh: 0, starts: 30 },
  bill: { peakKw: 80, energyCost: 93.018, demandCost: 336.7 },
  uncontrolled: { peakKw: 240, energyCost: 105.6, demandCost: 1_013.7 },
  tiers: [],
};

test('a golden day is told beside the same day without control', () => {
  expect(cardText(CARD)).toEqual([
    'a-site: What it is about.',
    'The day is played 6.0 times as fast as it is; energies and money are those of the real day.',
    '                                                this run   without control',
    '  peak of the site, kW                                80               240',
    '  peak cut, %                                       66.7',
    '  ready by departure                            18 of 20',
    '  missing at departure, kWh                         12.3',
    '  delivered, kWh                                     600',
    '  starts per session                                 1.5',
    '  energy of the cars, EUR                          93.02            105.60',
    '  demand charge of a month, EUR                      337              1014',
  ]);
  expect(cardLine(7, CARD)).toBe(
    'seed 7: peak 80 kW (cut by 66.7 %), 18 of 20 ready, 12.3 kWh missing, 0 kWh given back, 93.02 EUR',
  );
});

test('what was given back and what tiers had is told where there is any', () => {
  const tiers = [{ tier: 2, sessions: 9, ready: 8, missingKwh: 2, passedOverS: 720, longestS: 71 }];
  expect(cardText({ ...CARD, givenBackKwh: 363, tiers }).map((line) => line.trim().replace(/ {2,}/g, '  '))).toEqual(
    expect.arrayContaining([
      'given back, kWh  363',
      'tier 2, ready  8 of 9',
      'tier 2, passed over  0.20 h, 71 s at once',
    ]),
  );
});
