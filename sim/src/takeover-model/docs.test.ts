import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { exploreTakeOver, SAFE, UNSAFE } from './index.ts';
import { stepsOf } from './test-support.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/takeover.md'), 'utf8');
/** Rows of the tables: name, and the numbers behind it. */
const rows = new Map(
  [...page.matchAll(/^\| ([^|]+?) +\| (\d+) +\| (\d+) +\|/gm)].map(([, name = '', ...numbers]) => [
    name,
    numbers.map(Number),
  ]),
);

test.each(Object.keys(SAFE) as readonly (keyof typeof SAFE)[])('docs/takeover.md tells the truth of: %s', (name) => {
  const result = exploreTakeOver(SAFE[name]);
  expect(result.kind === 'holds' && [result.states, result.depth]).toEqual(rows.get(name));
});

test.each(Object.keys(UNSAFE) as readonly (keyof typeof UNSAFE)[])(
  'docs/takeover.md tells the truth of: %s',
  (name) => {
    const result = exploreTakeOver(UNSAFE[name]);
    // The last line of the steps is the fault.
    expect(result.kind === 'violated' && [result.states, result.steps.length - 1]).toEqual(rows.get(name));
  },
);

test.each(['fence and last written', 'without an epoch, decreases pass'] as const)(
  'docs/takeover.md shows the steps of: %s',
  (name) => {
    const steps = stepsOf(name);
    const lines = steps.map((step, at) => (at === steps.length - 1 ? `=> ${step}` : `${at + 1}. ${step}`));
    expect(page).toContain(lines.join('\n'));
  },
);

test('docs/takeover.md has no rows of cases that are gone', () => {
  const names = [...Object.keys(SAFE), ...Object.keys(UNSAFE)];
  expect([...rows.keys()].filter((name) => !names.includes(name))).toEqual([]);
});

test('where a gateway dies in the shortest counterexample, nothing is violated without that death', () => {
  const names = Object.keys(UNSAFE) as readonly (keyof typeof UNSAFE)[];
  const violatedInCalm = names.filter((name) => {
    const { rules, scenario } = UNSAFE[name];
    return exploreTakeOver({ rules, scenario: { ...scenario, crashes: 0 } }).kind === 'violated';
  });
  const withoutDeath = names.filter((name) => !stepsOf(name).some((step) => step.includes('dies')));
  expect(violatedInCalm).toEqual(withoutDeath);
  expect(withoutDeath.length).toBe(13);
});
