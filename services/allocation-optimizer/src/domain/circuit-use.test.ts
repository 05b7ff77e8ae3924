import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import { circuitUses } from './circuit-use.ts';
import { panelOf, siteOf } from './given.fixture.ts';

type Row = Parameters<typeof circuitUses>[1][number];

/** Three conductors, of which the first is the fullest row, and a limit of power. */
function sourceOf(powerDeciA: number): string | undefined {
  const site = siteOf(panelOf(1));
  const row = (kind: Row['kind'], limit: number, used: number, source: Row['source']): Row =>
    ({
      ...{ circuitId: site.rootCircuitId, kind, source, limitDeciA: deciAmps(limit), usedDeciA: deciAmps(used) },
      ...{ otherLoadDeciA: deciAmps(0), riseDeciA: deciAmps(0) },
    }) as Row;
  const rows = [
    row('l1', 1_000, 950, 'rating'),
    row('l2', 1_000, 100, 'rating'),
    row('l3', 1_000, 100, 'rating'),
    row('power', powerDeciA, 1_150, 'contract'),
  ];
  return circuitUses(site, rows).find(({ circuitId }) => circuitId === site.rootCircuitId)?.limitSource;
}

test('UX3: the source of a limit is that of the least one, however full one phase is for a moment', () => {
  expect(sourceOf(2_900)).toBe('contract');
  expect(sourceOf(3_100)).toBe('rating');
});
