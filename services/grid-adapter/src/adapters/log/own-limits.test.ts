import { expect, test } from '@jest/globals';
import { encodeRecord, siteV1, TOPICS } from '@headroom/contracts';
import { ok } from '@headroom/kernel';
import { ownLimitsOf } from './own-limits.ts';

const record = (config: object) => ({
  ...encodeRecord(TOPICS.siteConfig, 's1', siteV1.SiteConfig.fromPartial({ siteId: 's1', ...config }), {
    ...{ eventId: 'x', eventType: 'SiteConfig', occurredAtMs: 0, producer: 'test' },
  }),
  ...{ partition: 0, offset: 0n },
});
const rating = (deciA: number) => ({ l1DeciA: deciA, l2DeciA: deciA, l3DeciA: deciA });

test('a circuit bears the lower of its contract and its conductors, over all phases; an override is not its own', () => {
  const circuits = [
    { circuitId: 'grid', rating: rating(4_000), powerLimitW: 200_000n },
    { circuitId: 'panel', parentCircuitId: 'grid', rating: rating(630) },
    { circuitId: 'one phase', parentCircuitId: 'panel', rating: { l2DeciA: 161 }, powerLimitW: 50_000n },
  ];
  const limitOverride = { powerLimitW: 1n, validUntilMs: 9n, setBy: 'ann', reason: 'test' };
  expect(ownLimitsOf(record({ circuits, limitOverride, nominalVoltageV: 231 }))).toEqual(
    ok({
      siteId: 's1',
      siteW: 200_000,
      circuitsW: new Map([
        ['grid', 200_000],
        ['panel', 43_659],
        ['one phase', 3_719],
      ]),
    }),
  );
});

test('what does not decode is said', () => {
  expect(ownLimitsOf({ ...record({}), value: new Uint8Array([255]) }).kind).toBe('err');
});
