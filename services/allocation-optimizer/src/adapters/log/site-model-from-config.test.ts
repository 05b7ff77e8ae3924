import { expect, test } from '@jest/globals';
import { siteV1 } from '@headroom/contracts';
import { siteModelFromConfig } from './site-model-from-config.ts';

const EVERY = (deciA: number) => ({ l1DeciA: deciA, l2DeciA: deciA, l3DeciA: deciA });

test('whatever a document may say of a site reaches the model', () => {
  const config = siteV1.SiteConfig.fromPartial({
    siteId: 'depot',
    timezone: 'UTC',
    nominalVoltageV: 230,
    circuits: [
      {
        circuitId: 'grid',
        rating: EVERY(1_000),
        continuousFactorPercent: 80,
        overloadAllowance: { percent: 10, seconds: 300 },
      },
    ],
    policy: { kind: siteV1.PolicyKind.EQUAL_SHARE, leaseS: 120 },
  });
  const model = siteModelFromConfig(siteV1.SiteConfig.decode(siteV1.SiteConfig.encode(config).finish()));
  if (model.kind === 'err') throw new Error(model.error);
  expect([...model.value.circuits.values()]).toMatchObject([
    { continuousPercent: 80, overload: { percent: 10, seconds: 300 } },
  ]);
});
