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
      wiring: new Map(),
    }),
  );
});

test('every EVSE and every meter is below its circuit, and all above that', () => {
  const circuits = [
    { circuitId: 'grid' },
    { circuitId: 'panel', parentCircuitId: 'grid' },
    { circuitId: 'row', parentCircuitId: 'panel' },
  ];
  const stations = [{ stationId: 'cs-1', circuitId: 'row', evses: [{ evse: 1 }, { evse: 2 }] }];
  const otherLoads = [{ circuitId: 'panel', meterId: 'workshop' }, { circuitId: 'grid' }];
  expect(ownLimitsOf(record({ circuits, stations, otherLoads }))).toMatchObject(
    ok({
      wiring: new Map([
        ['cs-1/1', ['row', 'panel', 'grid']],
        ['cs-1/2', ['row', 'panel', 'grid']],
        ['meter workshop', ['panel', 'grid']],
      ]),
    }),
  );
});

test('circuits in a ring end all the same', () => {
  const circuits = [
    { circuitId: 'a', parentCircuitId: 'b' },
    { circuitId: 'b', parentCircuitId: 'a' },
  ];
  const stations = [{ stationId: 'cs-1', circuitId: 'a', evses: [{ evse: 1 }] }];
  expect(ownLimitsOf(record({ circuits, stations }))).toMatchObject(ok({ wiring: new Map([['cs-1/1', ['a', 'b']]]) }));
});

test('what does not decode is said', () => {
  expect(ownLimitsOf({ ...record({}), value: new Uint8Array([255]) }).kind).toBe('err');
});
