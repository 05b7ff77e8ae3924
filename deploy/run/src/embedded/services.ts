import { assembleAllocationOptimizer, DEFAULT_ALLOCATION_OPTIMIZER_CONFIG } from '@headroom/allocation-optimizer';
import { assembleGridAdapter, type GridAdapterConfig } from '@headroom/grid-adapter';
import { assembleMeterIngestion, DEFAULT_METER_INGESTION_CONFIG } from '@headroom/meter-ingestion';
import { assembleGateway, DEFAULT_OCPP_GATEWAY_CONFIG } from '@headroom/ocpp-gateway';
import { assembleOperatorConsole, type Tariffs } from '@headroom/operator-console';
import { assembleProfileDispatcher, DEFAULT_PROFILE_DISPATCHER_CONFIG } from '@headroom/profile-dispatcher';
import type { Platform, Service } from '@headroom/service-host';
import { assembleSessionRegistry, DEFAULT_SESSION_REGISTRY_CONFIG } from '@headroom/session-registry';

export interface EmbeddedServices {
  readonly inOrder: readonly Service[];
  readonly console: { readonly url: string };
}

export interface EmbeddedSettings {
  readonly port: number;
  readonly speed: number;
  readonly idTokenKey: string;
  readonly transactionIdKey: string;
  readonly grid: GridAdapterConfig;
  /** Where the page's button orders grid events. */
  readonly demo: { readonly url: string; readonly token: string };
  readonly tariffs: Tariffs;
  readonly admit: (stationId: string) => string | undefined;
}

/** All services on one platform, in the order in which they start. One port: the console's server carries OCPP too. */
export function assembleAll(platform: Platform, settings: EmbeddedSettings): EmbeddedServices {
  const gateway = assembleGateway(platform, {
    ...DEFAULT_OCPP_GATEWAY_CONFIG,
    gatewayAddress: platform.addresses['ocpp-gateway'] ?? 'ocpp-gateway',
    idTokenKey: settings.idTokenKey,
    transactionIdKey: settings.transactionIdKey,
    admit: settings.admit,
  });
  const console = assembleOperatorConsole(platform, {
    host: '127.0.0.1',
    port: settings.port,
    idTokenKey: settings.idTokenKey,
    sampleIntervalMs: DEFAULT_OCPP_GATEWAY_CONFIG.meterSampleIntervalS * 1000,
    tariffs: settings.tariffs,
    demo: settings.demo,
  });
  console.server.on('upgrade', (request, socket, head) => gateway.handleUpgrade(request, socket, head));
  return {
    console,
    inOrder: [
      assembleSessionRegistry(platform, DEFAULT_SESSION_REGISTRY_CONFIG),
      assembleMeterIngestion(platform, DEFAULT_METER_INGESTION_CONFIG),
      assembleAllocationOptimizer(platform, DEFAULT_ALLOCATION_OPTIMIZER_CONFIG),
      assembleProfileDispatcher(platform, {
        ...DEFAULT_PROFILE_DISPATCHER_CONFIG,
        notAfterMs: notAfterMs(settings.speed),
      }),
      assembleGridAdapter(platform, settings.grid),
      gateway,
      console,
    ],
  };
}

/** A command's time to live is spent on real I/O, but told in the clock's time; it stays below the lease of the demo. */
const notAfterMs = (speed: number): number =>
  Math.min(DEFAULT_PROFILE_DISPATCHER_CONFIG.notAfterMs * speed, MAX_NOT_AFTER_MS);
const MAX_NOT_AFTER_MS = 50_000;
