import { expect, test } from '@jest/globals';
import { createCompositesChecker } from './composites.ts';
import type { Violation } from './violation.ts';

test('who is found to let more flow than it was told, or to keep its leases, counts as such until it is found otherwise', () => {
  const checker = createCompositesChecker(
    () => undefined,
    () => true,
  );
  const found = { stationId: 'ST-1', evseId: 'ST-1/1', atMs: 0, isLess: false, isMore: true, isEndless: false };
  checker.stored(0, found);
  expect([checker.isHigh('ST-1'), checker.isHigh('ST-2')]).toEqual([true, false]);
  checker.stored(1, { ...found, isMore: false, isEndless: true });
  expect([checker.isHigh('ST-1'), checker.isEndless('ST-1')]).toEqual([false, true]);
});

test('H87: a finding about a station that says what it was told is a violation, and none about one that changed or misstates', () => {
  const violations: Violation[] = [];
  const checker = createCompositesChecker(
    (violation) => violations.push(violation),
    (stationId) => stationId === 'ST-3',
  );
  checker.changed('ST-2');
  const of = (stationId: string) => ({
    stationId,
    evseId: `${stationId}/1`,
    atMs: 0,
    isLess: false,
    isMore: false,
    isEndless: true,
  });
  for (const stationId of ['ST-1', 'ST-2', 'ST-3']) checker.stored(5, of(stationId));
  checker.stored(5, { ...of('ST-4'), isEndless: false });
  expect(violations).toEqual([
    { checker: 'composites', atMs: 5, detail: 'ST-1 is found to keep its lease for ever, and says what it was told' },
  ]);
});
