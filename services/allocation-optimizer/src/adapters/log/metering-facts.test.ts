import { expect, test } from '@jest/globals';
import { meteringV1 } from '@headroom/contracts';
import { meteringFactOf } from './metering-facts.ts';

const read = (value: Partial<meteringV1.SiteMeterRead>) =>
  meteringFactOf(
    meteringV1.MeteringFact.encode(
      meteringV1.MeteringFact.fromPartial({
        siteId: 'depot',
        fact: {
          $case: 'siteMeterRead',
          value: { ...{ meterId: 'duct', sampledAtMs: 1n, receivedAtMs: 2n }, ...value },
        },
      }),
    ).finish(),
    {},
  );

test('LC2: a sensor tells a temperature, and no current', () => {
  const current = { l1: 0, l2: 0, l3: 0 };
  expect(read({ temperatureDeciC: -5 })).toMatchObject({
    kind: 'ok',
    value: {
      siteId: 'depot',
      content: {
        kind: 'site-meter-read',
        reading: { meterId: 'duct', temperatureDeciC: -5, current, sampledAtMs: 1, receivedAtMs: 2 },
      },
    },
  });
});

test('a reading that lacks a phase, and tells no temperature either, is no reading', () => {
  expect(read({ current: { l1DeciA: 1, l2DeciA: 2 } }).kind).toBe('err');
});
