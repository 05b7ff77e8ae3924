import type { Clock, Timers } from '@headroom/kernel';
import type { SitePlan } from '../documents.ts';
import { silentLog } from '../log.ts';
import { between, rngFor } from '../rng.ts';
import { swingOf } from '../site/derated-site.ts';
import { createDuct, type Duct, type WarmReading } from '../site/duct.ts';
import { BESIDE_LEASE_MS, leaseMsOf } from './field-building.ts';
import type { Operator } from './operator.ts';

export interface DuctsDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly operator: Pick<Operator, 'postTemperature'>;
  readonly seed: number;
  readonly plan: SitePlan;
  /** A temperature is on its way to the platform. */
  readonly onWarmSent: (reading: WarmReading) => void;
  /** Its sensor was told that it is taken. */
  readonly onWarmTaken: (reading: WarmReading) => void;
}

/** From one reading of a temperature to the next: two that are lost do not matter. */
const EVERY_MS: readonly [number, number] = [5_000, 9_000];
const SECOND_MS = 1_000;

/** One for each sensor of the document; none where no circuit is derated. */
export function startDucts(deps: DuctsDeps): readonly Duct[] {
  const { clock, timers, operator, seed, plan } = deps;
  const deratings = plan.document.spec.circuits.flatMap(({ derating }) => derating ?? []);
  const bySensor = new Map(deratings.map((derating) => [derating.sensor, derating]));
  return [...bySensor].map(([sensor, derating]) => {
    const staleMs = Number.parseInt(derating.staleAfter, 10) * SECOND_MS;
    const withinMs = leaseMsOf(plan) + staleMs + BESIDE_LEASE_MS;
    return createDuct(
      {
        ...{ seed, sensor, swingC: swingOf(derating) },
        rise: { atMostC: derating.risesAtMostC, withinMs },
        reportEveryMs: Math.round(between(rngFor(seed, `readings of ${sensor}`), ...EVERY_MS)),
      },
      {
        ...{ clock, timers, log: silentLog },
        async report(reading) {
          deps.onWarmSent(reading);
          await operator.postTemperature({ siteId: plan.siteId, ...reading });
          deps.onWarmTaken(reading);
        },
      },
    );
  });
}
