import { expect, test } from '@jest/globals';
import { leastPart } from '../checkers/derated-rows.ts';
import type { SiteDocument } from '../documents.ts';
import { withDerating } from '../site/derated-site.ts';
import { createManualTime } from '../test-support/manual-time.ts';
import { createChance } from './chance.ts';
import { planOf } from './field.ts';
import { lowerPanel } from './limit-requests.ts';
import type { Operator } from './operator.ts';
import { BUSY } from './pace.ts';
import { createTrace } from './trace.ts';

const nobody = async (): Promise<never> => Promise.reject(new Error('not asked'));
const TIMES = { troubleFromMs: 0, troubleUntilMs: 1, measuredFromMs: 2, endMs: 3 };

/** The document by which a panel of this seed is lowered, and that of before. */
async function lowered(seed: number): Promise<readonly [SiteDocument, SiteDocument]> {
  const plan = withDerating(planOf(8, seed, BUSY), seed);
  const put: SiteDocument[] = [];
  const { clock, timers } = createManualTime();
  const operator: Operator = {
    ...{ putStation: nobody, putToken: nobody, putLimit: nobody, endLimit: nobody },
    ...{ putChargingRequest: nobody, postMeterReading: nobody, postTemperature: nobody },
    putSite: async (document) => void put.push(document),
  };
  await lowerPanel(
    {
      ...{ clock, timers, operator, plan, chance: createChance(seed), times: TIMES, trace: createTrace(() => 0) },
      ...{ asked: () => undefined, answered: () => undefined },
    },
    0,
  );
  return [put[0] ?? plan.document, plan.document];
}

test('LC2: a panel that an operator lowers bears all permanent limits at its hottest, or its document would be refused', async () => {
  let derated = 0;
  for (let seed = 0; seed < 40; seed += 1) {
    const [document, before] = await lowered(seed);
    expect(document).not.toEqual(before);
    const { circuits, stations } = document.spec;
    for (const { name, parent, ratingPerPhaseA, derating } of circuits) {
      if (parent === undefined || derating === undefined) continue;
      const behind = stations.filter(({ circuit }) => circuit === name);
      const restA = behind.reduce((sum, { evses }) => sum + (evses[0]?.fallbackA ?? 0), 0);
      expect(Math.floor(10 * ratingPerPhaseA * leastPart(derating)) / 10).toBeGreaterThanOrEqual(restA);
      derated += 1;
    }
  }
  expect(derated).toBeGreaterThan(20);
});
