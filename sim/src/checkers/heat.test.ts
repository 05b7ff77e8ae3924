import { expect, test } from '@jest/globals';
import { demoSite, type SiteDocument } from '../documents.ts';
import { atHottest } from './derated-rows.ts';
import { createHeat, heated } from './heat.ts';
import { siteFactsOf } from './site-facts.ts';

const STEPS = [
  { aboveC: 30, percent: 90 },
  { aboveC: 40, percent: 75 },
];
/** The demo, whose panel-a is derated. */
function warmDocument(): SiteDocument {
  const { document } = demoSite();
  const derating = { sensor: 'duct', staleAfter: '30s', risesAtMostC: 4, steps: STEPS };
  const circuits = document.spec.circuits.map((each) => (each.name === 'panel-a' ? { ...each, derating } : each));
  return { ...document, spec: { ...document.spec, circuits } };
}
const DOCUMENT = warmDocument();
const PANEL = { name: 'panel-a L2' };
const at = (celsius: number): ReadonlyMap<string, number> => new Map([['duct', celsius]]);

test('LC2: a conductor bears what the hottest step that is passed leaves of it; others, and contracts, know no temperature', () => {
  const heat = createHeat({ document: DOCUMENT });
  expect(heat.bears(PANEL)).toBe(0.75);
  const bears = [29, 30, 30.01, 40, 40.1, 99, 35, 12].map((celsius, second) => {
    heat.look(second * 1_000, at(celsius));
    expect(heat.bears({ name: 'panel-b L2' })).toBe(1);
    expect(heat.bears({ name: 'grid power' })).toBe(1);
    expect(heat.reacted(PANEL)).toBe(heat.bears(PANEL));
    return heat.bears(PANEL);
  });
  expect(bears).toEqual([1, 1, 0.9, 0.9, 0.75, 0.75, 0.9, 1]);
  expect(heat.changes()).toBe(4);
});

test('LC2: of a rise beyond the word of its operator no more than the word counts until everybody could react', () => {
  const heat = createHeat({ document: DOCUMENT, reactsWithinMs: 10_000 });
  const partsAt = (second: number, celsius: number): readonly number[] => {
    heat.look(second * 1_000, at(celsius));
    return [heat.bears(PANEL), heat.reacted(PANEL)];
  };
  expect(partsAt(0, 27)).toEqual([1, 1]);
  expect(partsAt(1, 45)).toEqual([0.75, 0.9]);
  expect(partsAt(10, 45)).toEqual([0.75, 0.9]);
  expect(partsAt(11, 45)).toEqual([0.75, 0.75]);
  expect(partsAt(12, 20)).toEqual([1, 1]);
  expect(partsAt(13, 33)).toEqual([0.9, 1]);
});

test('a limit that somebody lowered is derated as well, and one that nobody has stays none', () => {
  const limits = heated({ mayHold: () => 100, inForce: () => Number.POSITIVE_INFINITY }, () => 0.75);
  const [row] = siteFactsOf(DOCUMENT).rows;
  if (row === undefined) throw new Error('a site has rows');
  expect(limits.mayHold(row, 0)).toBe(75);
  expect(limits.inForce(row, 0)).toBe(Number.POSITIVE_INFINITY);
});

test('SI28: what is there for ever must fit at the hottest', () => {
  const limitOf = (name: string): number =>
    atHottest(siteFactsOf(DOCUMENT), DOCUMENT).rows.find((row) => row.name === name)?.limitA ?? 0;
  expect([limitOf('panel-a L1'), limitOf('panel-b L1'), limitOf('grid L1')]).toEqual([120, 160, 320]);
});
