import {
  allocationV1,
  commonV1,
  dispatchV1,
  meteringV1,
  sessionV1,
  siteV1,
  stationV1,
  TOPICS,
} from '@headroom/contracts';
import type { EventLog } from '@headroom/event-log';
import type { Service } from '@headroom/service-host';
import { createMemoryEpochs, type EpochSource } from '@headroom/turn-store';
import { assembleAllocationOptimizer } from './assemble.ts';
import { type AllocationOptimizerConfig, DEFAULT_ALLOCATION_OPTIMIZER_CONFIG } from './config.ts';
import { T0 } from './domain/given.fixture.ts';
import type { Planner } from './ports.ts';
import { settle } from '@headroom/testing';
import type { FakePlatform } from './platform.fixture.ts';

/** Tests only: the service on memory twins, and what its neighbours say. */
export const SITE = 'demo';

export interface Started {
  readonly log?: EventLog;
  /** Shared by optimizers that share their shards. */
  readonly epochs?: EpochSource;
  readonly config?: Partial<AllocationOptimizerConfig>;
  readonly planner?: Planner;
}

export async function started(
  fake: FakePlatform,
  { log = fake.log, epochs = createMemoryEpochs(), config = {}, planner }: Started = {},
): Promise<Service> {
  const whole = { ...DEFAULT_ALLOCATION_OPTIMIZER_CONFIG, ...config };
  const service = assembleAllocationOptimizer({ ...fake.platform, log }, whole, {
    epochs,
    ...(planner === undefined ? {} : { planner }),
  });
  const starting = service.start();
  await fake.time.pass(0);
  await starting;
  await settle();
  return service;
}

export const phases = (deciA: number): commonV1.PhaseCurrents => ({ l1DeciA: deciA, l2DeciA: deciA, l3DeciA: deciA });

export const siteDocument = (site: string, change: Partial<siteV1.SiteConfig> = {}): siteV1.SiteConfig =>
  siteV1.SiteConfig.fromPartial({
    siteId: site,
    version: 1n,
    name: 'Demo',
    timezone: 'Europe/Paris',
    nominalVoltageV: 230,
    circuits: [{ circuitId: 'grid', name: 'Grid connection', rating: phases(640), powerLimitW: 44_160n }],
    stations: ['ST-1', 'ST-2'].map(stationDocument),
    otherLoads: [
      {
        circuitId: 'grid',
        name: 'Building',
        worstCase: phases(400),
        risesAtMost: phases(0),
        meterId: 'building',
        staleAfterMs: 5_000,
      },
    ],
    policy: { kind: siteV1.PolicyKind.EQUAL_SHARE, leaseS: 120 },
    ...change,
  });

export const stationDocument = (stationId: string): siteV1.Station =>
  siteV1.Station.fromPartial({
    stationId,
    circuitId: 'grid',
    evses: [
      {
        evse: 1,
        name: stationId,
        phases: [commonV1.GridPhase.L1, commonV1.GridPhase.L2, commonV1.GridPhase.L3],
        maxCurrentDeciA: 320,
        minCurrentDeciA: 60,
        fallbackDeciA: 60,
      },
    ],
  });

export const configure = (fake: FakePlatform, change: Partial<siteV1.SiteConfig> = {}, site = SITE) =>
  fake.say(TOPICS.siteConfig, site, siteDocument(site, change));

export const meterRead = (site: string, deciA: number, atMs: number): meteringV1.MeteringFact =>
  meteringV1.MeteringFact.fromPartial({
    siteId: site,
    fact: {
      $case: 'siteMeterRead',
      value: { meterId: 'building', sampledAtMs: BigInt(atMs), receivedAtMs: BigInt(atMs), current: phases(deciA) },
    },
  });

export const meter = (fake: FakePlatform, deciA: number, site = SITE) =>
  fake.say(TOPICS.meteringFacts, site, meterRead(site, deciA, fake.time.nowMs()));

export async function charging(fake: FakePlatform, stationId: string, site = SITE): Promise<void> {
  await fake.say(
    TOPICS.stationFacts,
    site,
    stationV1.StationFact.fromPartial({
      stationId,
      siteId: site,
      connectionGeneration: 1n,
      receivedAtMs: BigInt(T0),
      fact: {
        $case: 'connected',
        value: { ocppVersion: stationV1.OcppVersion.OCPP_VERSION_1_6, gatewayAddress: 'gw' },
      },
    }),
  );
  await fake.say(
    TOPICS.dispatchFacts,
    site,
    dispatchV1.DispatchFact.fromPartial({
      siteId: site,
      dispatcherEpoch: 1n,
      fact: {
        $case: 'committedChanged',
        value: {
          stationId,
          evse: 1,
          committedDeciA: 60,
          members: [{ kind: 'fallback', limitDeciA: 60 }],
          atMs: BigInt(T0),
        },
      },
    }),
  );
  await fake.say(
    TOPICS.sessionFacts,
    site,
    sessionV1.SessionFact.fromPartial({
      sessionId: `session-${stationId}`,
      siteId: site,
      stationId,
      evse: 1,
      occurredAtMs: BigInt(T0),
      fact: {
        $case: 'transactionOpened',
        value: { transactionId: `tx-${stationId}`, authorized: true, meterStartWh: 0n },
      },
    }),
  );
}

export interface Made {
  readonly epoch: bigint;
  readonly decision: allocationV1.DecisionMade;
}

export async function decisions(fake: FakePlatform): Promise<readonly Made[]> {
  const records = await fake.read(TOPICS.allocationFacts.name);
  return records.flatMap((record): readonly Made[] => {
    const { fact, ownerEpoch } = allocationV1.AllocationFact.decode(record.value);
    return fact?.$case === 'decisionMade' ? [{ epoch: ownerEpoch, decision: fact.value }] : [];
  });
}

export const limitsOf = ({ decision }: Made): readonly number[] =>
  decision.allocations.map(({ limitDeciA }) => limitDeciA);
export const last = async (fake: FakePlatform): Promise<Made> => {
  const made = (await decisions(fake)).at(-1);
  if (made === undefined) throw new Error('nothing was decided');
  return made;
};
