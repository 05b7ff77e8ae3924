import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { MAX_PROBLEMS, parseTariff, tariffDocument } from './index.ts';
import { MAX_DEMAND_CHARGES, MAX_HOLIDAYS, MAX_PERIODS_OF_SEASON, MAX_RANGES_OF_DAY, MAX_SEASONS } from './tariff.ts';
import { accepted, exampleDocument, simpleDocument } from './test-support/documents.ts';
import { dateText } from './test-support/random-tariffs.ts';
import { wrong, withSeason, withDays, withSpec, WEEKDAY } from './test-support/mistakes.ts';

const count = <T>(length: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length }, (_, index) => make(index));
const textOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const ranges = (length: number): readonly object[] =>
  count(length, (index) => ({
    from: textOf(index),
    to: index === length - 1 ? '24:00' : textOf(index + 1),
    period: index % 2 === 0 ? 'day' : 'night',
  }));
const seasonsOf = (length: number): readonly object[] => {
  const dayOf = (index: number): string => dateText(Date.UTC(2000, 0, 1 + index)).slice(5);
  const [season] = simpleDocument('UTC').spec.seasons;
  return count(length, (index) => ({
    ...season,
    name: `s${index}`,
    firstDay: dayOf(index),
    lastDay: index === length - 1 ? '12-31' : dayOf(index),
  }));
};
const periodsOf = (length: number) => ({
  periods: count(length, (index) => ({ name: `p${index}`, perKwh: 1 })),
  days: {
    weekday: count(length, (index) => ({
      from: textOf(index),
      to: index === length - 1 ? '24:00' : textOf(index + 1),
      period: `p${index}`,
    })),
  },
});

test.each<readonly [string, number, (length: number) => unknown, string]>([
  ['seasons', MAX_SEASONS, (length) => withSpec({ seasons: seasonsOf(length) }), '/spec/seasons'],
  ['ranges of a day', MAX_RANGES_OF_DAY, (length) => withDays({ weekday: ranges(length) }), WEEKDAY],
  ['periods', MAX_PERIODS_OF_SEASON, (length) => withSeason(periodsOf(length)), '/spec/seasons/0/periods'],
  [
    'holidays',
    MAX_HOLIDAYS,
    (length) => withSpec({ holidays: count(length, (day) => dateText(Date.UTC(2026, 0, 1 + day))) }),
    '/spec/holidays',
  ],
  [
    'demand charges',
    MAX_DEMAND_CHARGES,
    (length) => withSpec({ demandCharges: count(length, (index) => ({ name: `${index}`, perKw: 1 })) }),
    '/spec/demandCharges',
  ],
])('as many %s as there may be (%i) are taken, one more is refused', (_, most, make, pointer) => {
  expect(wrong(make(most))).toEqual([]);
  expect(wrong(make(most + 1))).toEqual([`too-large ${pointer}`]);
});

test('a document of a million mistakes is answered with a bounded list of short sentences', () => {
  const huge = 'x'.repeat(1_000_000);
  const seasons = count(MAX_SEASONS, () => ({
    name: huge,
    firstDay: huge,
    periods: count(16, () => ({ [huge]: huge })),
    days: huge,
  }));
  const document = withSpec({ seasons, holidays: count(MAX_HOLIDAYS, () => huge), [huge]: huge });
  const parsed = parseTariff(document);
  const problems = parsed.kind === 'err' ? parsed.error : [];
  expect(problems).toHaveLength(MAX_PROBLEMS);
  expect(JSON.stringify(problems).length).toBeLessThan(MAX_PROBLEMS * 400);
  expect(wrong(withSpec({ holidays: count(1_000_000, () => 'x') }))).toEqual(['too-large /spec/holidays']);
});

test('docs/tariffs.md has every problem that refuses a tariff, and no other; and every key', () => {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
  const page = read('../../../docs/tariffs.md');
  const union = /export type TariffProblemCode =([^;]*);/.exec(read('./problem.ts'))?.[1] ?? '';
  const names = (text: string, pattern: RegExp): readonly string[] =>
    [...text.matchAll(pattern)].map(([, name = '']) => name).toSorted();
  expect(names(union, /'([a-z-]+)'/g).length).toBeGreaterThan(15);
  const refusals = page.slice(page.indexOf('## Refusals'));
  expect(names(refusals, /^\| `([a-z-]+)` +\|/gm)).toEqual(names(union, /'([a-z-]+)'/g));
  const keys = (value: unknown, path: string): readonly string[] => {
    if (Array.isArray(value)) return value.flatMap((each) => keys(each, `${path}[]`));
    if (typeof value !== 'object' || value === null) return [path];
    return [...Object.entries(value).flatMap(([key, child]) => keys(child, path === '' ? key : `${path}.${key}`))];
  };
  const used = new Set(keys(tariffDocument(accepted(exampleDocument())), ''));
  for (const key of used)
    expect(page).toContain(`| \`${key.replace(/\[\]$/, '').replace(/\.(weekend|holiday)\[\]/, '.weekday[]')}`);
});
