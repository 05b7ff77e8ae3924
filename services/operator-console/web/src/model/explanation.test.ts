import { expect, test } from '@jest/globals';
import { parseEvseWhy } from './explanation.ts';

const EVSE = {
  evseId: 'ST-1/1',
  binding: {
    ...{ circuitId: 'grid', circuitName: 'Grid connection', row: 'power', limitA: 304.3, usedA: 300 },
    terms: [
      { source: 'grid', limitA: 304.3, limitKw: 70, validUntil: '2026-06-12T12:00:00Z' },
      { source: 'contract', limitA: 869.5, limitKw: 200, validUntil: null },
      { limitA: 1 },
    ],
  },
  counterfactual: { sentence: 'With 4 kW more on Grid connection it would have 17.3 A.' },
};

test('the EVSE is found among the others, with what binds it and what would give it more', () => {
  expect(parseEvseWhy({ evses: [{ evseId: 'ST-2/1' }, EVSE] }, 'ST-1/1')).toEqual({
    counterfactual: 'With 4 kW more on Grid connection it would have 17.3 A.',
    binding: {
      ...{ circuitName: 'Grid connection', row: 'power', limitA: 304.3, usedA: 300 },
      terms: [
        { source: 'grid', limitA: 304.3, limitKw: 70, validUntilMs: Date.UTC(2026, 5, 12, 12) },
        { source: 'contract', limitA: 869.5, limitKw: 200, validUntilMs: null },
      ],
    },
  });
});

test('an EVSE that nothing binds has neither, one that is not there is nothing', () => {
  const evses = [{ evseId: 'ST-1/1', binding: null, counterfactual: null }];
  expect(parseEvseWhy({ evses }, 'ST-1/1')).toEqual({ binding: null, counterfactual: null });
  for (const body of [null, 'text', { evses: {} }, { evses }]) expect(parseEvseWhy(body, 'ST-9/1')).toBeNull();
});
