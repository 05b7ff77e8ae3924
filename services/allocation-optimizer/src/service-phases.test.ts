import { afterEach, expect, test } from '@jest/globals';
import { commonV1, meteringV1, siteStateV1, TOPICS } from '@headroom/contracts';
import type { EventLog } from '@headroom/event-log';
import type { Service } from '@headroom/service-host';
import { type FakePlatform, fakePlatform } from './platform.fixture.ts';
import { charging, configure, decisions, meter, phases, SITE, started as start } from './service.fixture.ts';

const running: Service[] = [];

afterEach(async () => {
  for (const service of running.splice(0)) await service.stop(0);
});

async function started(fake: FakePlatform, log: EventLog = fake.log): Promise<Service> {
  const service = await start(fake, { log });
  running.push(service);
  return service;
}

test('MD5 samples on one phase narrow what counts and is shown; one on three widens it, and is decided on at once', async () => {
  const fake = await fakePlatform();
  await configure(fake, {
    circuits: [{ circuitId: 'grid', name: 'Grid', rating: phases(800), powerLimitW: undefined }],
  });
  await started(fake);
  await charging(fake, 'ST-1');
  await charging(fake, 'ST-2');
  const draws = (others: number) => {
    const at = BigInt(fake.time.nowMs());
    const value = {
      ...{ stationId: 'ST-1', evse: 1, transactionId: 'tx-ST-1', sampledAtMs: at, receivedAtMs: at },
      ...{ current: { l1DeciA: 160, l2DeciA: others, l3DeciA: others }, quality: meteringV1.SampleQuality.GOOD },
    };
    const fact = { $case: 'evseMeasured' as const, value };
    return fake.say(TOPICS.meteringFacts, SITE, meteringV1.MeteringFact.fromPartial({ siteId: SITE, fact }));
  };
  const shown = async () => {
    await fake.time.pass(1_000);
    await meter(fake, 100);
    const live = await fake.platform.live.get('site', SITE);
    return siteStateV1.SiteState.decode(live?.value ?? new Uint8Array()).evses[0]?.phases;
  };
  for (let s = 0; s < 3; s += 1) {
    await meter(fake, 100);
    await fake.time.pass(10_000);
    await draws(0);
  }
  expect(await shown()).toEqual([commonV1.GridPhase.L1]);
  const before = (await decisions(fake)).length;
  await draws(160);
  expect((await decisions(fake)).slice(before).map(({ decision }) => decision.trigger)).toEqual(['station']);
  expect(await shown()).toEqual([commonV1.GridPhase.L1, commonV1.GridPhase.L2, commonV1.GridPhase.L3]);
});
