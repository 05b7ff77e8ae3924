import {
  assembleAllocationOptimizer,
  DEFAULT_ALLOCATION_OPTIMIZER_CONFIG,
  openInlinePlanner,
} from '@headroom/allocation-optimizer';
import { assembleMeterIngestion, DEFAULT_METER_INGESTION_CONFIG } from '@headroom/meter-ingestion';
import {
  assembleGateway,
  DEFAULT_OCPP_GATEWAY_CONFIG,
  type GatewayStore,
  type OcppGateway,
} from '@headroom/ocpp-gateway';
import { assembleWithEpochs, DEFAULT_PROFILE_DISPATCHER_CONFIG } from '@headroom/profile-dispatcher';
import type { Platform, Service } from '@headroom/service-host';
import { assembleSessionRegistry, DEFAULT_SESSION_REGISTRY_CONFIG } from '@headroom/session-registry';
import { REPLICAS } from './rpc.ts';
import type { EpochSource, MemoryTurnStore } from '@headroom/turn-store';
import type { Pace } from './pace.ts';

/** Of one EVSE, more than it takes in a seed: what is missing in the books was lost. */
const KEPT_SAMPLES = 20_000;

/** Keys that real deployments keep secret; here they only have to be the same in every run. */
export const ID_TOKEN_KEY = 'id-token-key-of-the-simulation';
const TRANSACTION_ID_KEY = 'transaction-id-key-of-the-simulation';

/**
 * Longer periods than by default: an hour costs a third less, and what is looked for does not hang on them. Nobody looks at the
 * live state here, nor replays a decision: both are written as seldom as can be.
 */
const OPTIMIZER_CONFIG = { ...DEFAULT_ALLOCATION_OPTIMIZER_CONFIG, snapshotEveryMs: 60_000, keepInputs: false };
const DISPATCHER_CONFIG = { ...DEFAULT_PROFILE_DISPATCHER_CONFIG, viewEveryMs: Number.POSITIVE_INFINITY };
const REGISTRY_CONFIG = { ...DEFAULT_SESSION_REGISTRY_CONFIG, relayEveryMs: 1_000 };

/** In the thread of the simulation, at the instant at which it is asked: the same seed makes the same plans. Of all its processes. */
const PLANNER = await openInlinePlanner();

/** Ports that are not part of a platform. */
export interface Stores {
  readonly registry: MemoryTurnStore;
  readonly metering: MemoryTurnStore;
  readonly epochs: EpochSource;
  readonly gateway: GatewayStore;
}

export interface Surroundings {
  readonly stores: Stores;
  readonly pace: Pace;
}

export type ProcessName =
  | 'session-registry-1'
  | 'session-registry-2'
  | 'meter-ingestion-1'
  | 'meter-ingestion-2'
  | 'allocation-optimizer-1'
  | 'allocation-optimizer-2'
  | 'profile-dispatcher-1'
  | 'profile-dispatcher-2'
  | 'ocpp-gateway-1'
  | 'ocpp-gateway-2';

export const GATEWAYS: readonly ProcessName[] = ['ocpp-gateway-1', 'ocpp-gateway-2'];

/** A group of owners: its members share the shards. Recorders have them in PostgreSQL, the others in memory. */
export type OwnerRole = 'session-registry' | 'meter-ingestion' | 'allocation-optimizer' | 'profile-dispatcher';
export const OWNER_ROLES: readonly OwnerRole[] = [
  'session-registry',
  'meter-ingestion',
  'allocation-optimizer',
  'profile-dispatcher',
];
export const INSTANCES: Readonly<Record<OwnerRole, readonly ProcessName[]>> = {
  'session-registry': ['session-registry-1', 'session-registry-2'],
  'meter-ingestion': ['meter-ingestion-1', 'meter-ingestion-2'],
  'allocation-optimizer': ['allocation-optimizer-1', 'allocation-optimizer-2'],
  'profile-dispatcher': ['profile-dispatcher-1', 'profile-dispatcher-2'],
};
/**
 * All of them. The operator's console has no logic of its own between HTTP and rpc: its people act through `operator.ts`.
 * TODO(#5): the grid adapter, once it is wired: its limits reach the optimizer.
 */
export const PROCESS_NAMES: readonly ProcessName[] = [...OWNER_ROLES.flatMap((role) => INSTANCES[role]), ...GATEWAYS];

const SERVING = ['session-registry', 'meter-ingestion'] as const;

/** Where rpc is served, for a process: its own place, and all places of others. Undefined: for people outside. */
export const addressesFor = (process?: string): Platform['addresses'] =>
  Object.fromEntries(
    SERVING.map((role) => [role, INSTANCES[role].find((name) => name === process) ?? INSTANCES[role].join(REPLICAS)]),
  );

/** What a test plants instead of the real thing. */
export type Sabotage = (name: ProcessName, platform: Platform) => Platform;

export interface Assembled {
  readonly service: Service;
  readonly gateway?: OcppGateway;
}

/** The real services, on whatever platform they are given. */
export function assemble(name: ProcessName, platform: Platform, { stores, pace }: Surroundings): Assembled {
  switch (name) {
    case 'session-registry-1':
    case 'session-registry-2':
      return {
        service: assembleSessionRegistry(platform, REGISTRY_CONFIG, { store: stores.registry }),
      };
    case 'meter-ingestion-1':
    case 'meter-ingestion-2':
      const doors = { store: stores.metering, keptSamples: KEPT_SAMPLES };
      return { service: assembleMeterIngestion(platform, DEFAULT_METER_INGESTION_CONFIG, doors) };
    case 'allocation-optimizer-1':
    case 'allocation-optimizer-2':
      return {
        service: assembleAllocationOptimizer(
          platform,
          { ...OPTIMIZER_CONFIG, coalesceMs: pace.coalesceMs, copyEveryMs: pace.snapshotS * 1_000 },
          { epochs: stores.epochs, planner: PLANNER },
        ),
      };
    case 'profile-dispatcher-1':
    case 'profile-dispatcher-2': {
      const epochs = { source: stores.epochs, close: async () => undefined };
      const { passEveryMs } = pace;
      return {
        service: assembleWithEpochs(
          platform,
          { ...DISPATCHER_CONFIG, passEveryMs, snapshotEveryMs: pace.snapshotS * 1_000 },
          epochs,
        ),
      };
    }
    case 'ocpp-gateway-1':
    case 'ocpp-gateway-2': {
      const gateway = assembleGateway(
        platform,
        {
          ...DEFAULT_OCPP_GATEWAY_CONFIG,
          meterSampleIntervalS: pace.sampleS,
          gatewayAddress: name,
          idTokenKey: ID_TOKEN_KEY,
          transactionIdKey: TRANSACTION_ID_KEY,
        },
        { epochs: { source: stores.epochs, close: async () => undefined }, store: stores.gateway },
      );
      return { service: gateway, gateway };
    }
  }
}
