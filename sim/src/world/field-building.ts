import type { Clock, Timers } from '@headroom/kernel';
import type { MeterReading } from '../checkers/meter-readings.ts';
import { NOMINAL_VOLTAGE_V, type SitePlan } from '../documents.ts';
import { optional } from '../json.ts';
import { silentLog } from '../log.ts';
import { type Building, createBuilding } from '../site/building.ts';
import type { Operator } from './operator.ts';
import type { Pace } from './pace.ts';

/** Beside the lease, and the age of a reading: its margin, the error of a bad clock, the way of a command. */
export const BESIDE_LEASE_MS = 30_000;
export const leaseMsOf = ({ document }: SitePlan): number => Number.parseInt(document.spec.policy.lease, 10) * 1_000;

/** What meters read where a day says so. A of each phase. */
export interface Metered {
  /** What the building takes. */
  readonly ownA: (nowMs: number) => number;
  /** What sources give, by the names of their meters: below 0. */
  readonly sourcesA: ReadonlyMap<string, (nowMs: number) => number>;
}

export interface BuildingDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly operator: Operator;
  readonly seed: number;
  readonly plan: SitePlan;
  readonly pace: Pace;
  /** A reading of the building that never leaves it. */
  readonly losesReading: () => boolean;
  /** It was told that a reading is taken. */
  readonly onTaken: (reading: MeterReading) => void;
  /** Absent: a building by the seed. */
  readonly metered?: Metered;
}

const EVEN = { l1A: 1, l2A: 1, l3A: 1 } as const;

/** The building of a site, and its sources, each at its meter; a site without a meter has one that takes nothing. */
export function startBuilding(deps: BuildingDeps): Building {
  const { plan, pace, seed, clock, timers, metered } = deps;
  const { siteId, document } = plan;
  const { meters } = document.spec;
  const { worstCasePerPhaseA = 0, risesAtMostPerPhaseA: atMostA = 0 } = meters[0] ?? {};
  const withinMs = leaseMsOf(plan) + pace.meterStaleS * 1_000 + BESIDE_LEASE_MS;
  return createBuilding(
    {
      ...{ seed, siteId, worstCasePerPhaseA },
      ...{
        nominalVoltageV: NOMINAL_VOLTAGE_V,
        reportEveryMs: pace.meterEveryMs,
        ...optional('shares', metered === undefined ? pace.buildingShares : EVEN),
        ...optional('ownA', metered?.ownA),
      },
      rise: { atMostA, withinMs },
    },
    { clock, timers, log: silentLog, report: (reading) => post(deps, reading) },
  );
}

type Reading = Parameters<Parameters<typeof createBuilding>[1]['report']>[0];

async function post({ plan, operator, losesReading, onTaken, metered }: BuildingDeps, reading: Reading): Promise<void> {
  const { siteId, meterId } = plan;
  if (losesReading()) throw new Error('the meter is silent');
  for (const [name, amps] of metered?.sourcesA ?? []) {
    const each = amps(reading.sampledAtMs);
    const current = { l1A: each, l2A: each, l3A: each };
    await operator.postMeterReading({ siteId, meterId: name, sampledAtMs: reading.sampledAtMs, current });
  }
  if (meterId === undefined) return;
  await operator.postMeterReading({ siteId, meterId, ...reading });
  const { l1A, l2A, l3A } = reading.current;
  onTaken({ whose: meterId, sampledAtMs: Math.floor(reading.sampledAtMs), currentA: [l1A, l2A, l3A] });
}
