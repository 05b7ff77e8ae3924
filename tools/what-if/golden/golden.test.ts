import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { openHighs } from '@headroom/linear-program/highs';
import { dayPath, DAYS } from './days.ts';
import { SCENARIOS } from './scenarios.ts';
import { expectedPath, summaryOf } from './summary.ts';

const solver = await openHighs();

// A figure that moved on purpose: `npm run what-if:golden`, and say in the commit why.
test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  'golden site %s comes to what it came to',
  (name, scenario) => {
    expect(summaryOf(solver, scenario)).toBe(readFileSync(expectedPath(name), 'utf8'));
  },
);

test.each(DAYS)('the simulation plays the site and the cars of golden site %s', (name, made) => {
  expect(JSON.parse(readFileSync(dayPath(name), 'utf8'))).toEqual(made());
});
