import { expect, test } from '@jest/globals';
import { meteringV1 } from '@headroom/contracts';
import { deciAmps, siteId, stationId, transactionId } from '@headroom/kernel';
import { createMemoryLiveState } from '@headroom/live-state';
import type { EvseSample } from '../../domain/samples.ts';
import { evseMeasured, siteDrawBytes, siteMeterRead } from '../wire/metering.ts';
import { createDrawView } from './draw-view.ts';

test('Y1: an instance that begins to read before the place where the last one was sets no view back', async () => {
  const clock = { nowMs: () => 0, monoMs: () => 0 };
  const live = createMemoryLiveState({ clock });
  const [before, after] = [createDrawView(live), createDrawView(live)];
  const draw = (l1: number, asOf: bigint) => {
    const current = { l1: deciAmps(l1), l2: deciAmps(0), l3: deciAmps(0) };
    const reading = { siteId: siteId('s'), meterId: 'building', current, sampledAtMs: l1, receivedAtMs: l1 };
    return { siteId: siteId('s'), asOf, samples: [], readings: [reading] };
  };
  const shown = async () => {
    const found = await live.get('draw', 's');
    return meteringV1.SiteDraw.decode(found?.value ?? new Uint8Array()).meters[0]?.current?.l1DeciA;
  };
  await before.write(draw(7, 107n));
  await after.write(draw(5, 105n));
  expect(await shown()).toBe(7);
  await after.write(draw(8, 108n));
  await before.write(draw(7, 107n));
  expect(await shown()).toBe(8);
});

test('Y1: a draw is written entry by entry, as the one message that it is', () => {
  const times = { stationTimeMs: 1, sampledAtMs: 2, receivedAtMs: 3 };
  const sample = (evse: number): EvseSample => ({
    ...times,
    siteId: siteId('s'),
    stationId: stationId('ST-1'),
    evse,
    transactionId: transactionId('t'),
    sampleKey: `k/${evse}`,
    current: { l1: deciAmps(100 + evse) },
    quality: 'good',
  });
  const current = { l1: deciAmps(1), l2: deciAmps(2), l3: deciAmps(-3) };
  const reading = { siteId: siteId('s'), meterId: 'building', current, sampledAtMs: 4, receivedAtMs: 5 };
  const warm = { siteId: siteId('s'), meterId: 'duct', temperatureDeciC: 412, sampledAtMs: 4, receivedAtMs: 5 };
  const [first, second] = [sample(1), sample(2)];
  for (const samples of [[first], [first, second], [second]]) {
    const whole = {
      ...{ siteId: 's', evses: samples.map(evseMeasured) },
      ...{ meters: [siteMeterRead(reading)], sensors: [siteMeterRead(warm)] },
    };
    const bytes = siteDrawBytes({ siteId: siteId('s'), asOf: 1n, samples, readings: [reading, warm] });
    expect([...bytes]).toEqual([...meteringV1.SiteDraw.encode(whole).finish()]);
  }
});
