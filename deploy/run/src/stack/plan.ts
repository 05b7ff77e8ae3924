import { randomBytes } from 'node:crypto';
import { LOCAL_PARTITIONS } from '@headroom/contracts';
import { claimPorts, type Servers } from '@headroom/local';

/** In the order in which they start. */
export const SERVICES = [
  'session-registry',
  'meter-ingestion',
  'allocation-optimizer',
  'profile-dispatcher',
  'grid-adapter',
  'ocpp-gateway',
  'operator-console',
] as const;
export type ServiceName = (typeof SERVICES)[number];

export interface PlanOptions {
  /** Of the first console; the others take the next ones. 0: any. */
  readonly port: number;
  readonly replicas: number;
  readonly servers: Servers;
  /** Environment of the grid adapters. */
  readonly grid: Readonly<Record<string, string>>;
  /** Of the consoles. */
  readonly console: Readonly<Record<string, string>>;
}

/** One process that is to run. */
export interface PlannedProcess {
  /** The service's name; with replicas `service-1`, `service-2` ... */
  readonly name: string;
  readonly service: ServiceName;
  readonly env: Readonly<Record<string, string>>;
  readonly healthUrl: string;
}

export interface Plan {
  readonly processes: readonly PlannedProcess[];
  /** Page and API of each console. */
  readonly urls: readonly string[];
  /** Where stations dial: the gateway, or the balancer before several. */
  readonly ocppPort: number;
  /** Ports for stations of each gateway. */
  readonly gatewayPorts: readonly number[];
}

/** Of the frames of stations: often enough for `npm run trace` to have one, seldom enough to cost nothing. */
const TRACE_SAMPLE_RATIO = '0.05';

const local = (port: number): string => `127.0.0.1:${port}`;

/** Ports that one replica of everything needs. */
interface ReplicaPorts {
  readonly registry: number;
  readonly ingestion: number;
  readonly optimizer: number;
  readonly gateway: number;
  readonly ocpp: number;
  readonly console: number;
  readonly health: readonly number[];
}

/** Addresses, secrets of this run, and the environment that tells every process of them. */
export async function planStack({ port, replicas, servers, ...own }: PlanOptions): Promise<Plan> {
  const each = 6 + SERVICES.length;
  const [front = 0, ...free] = await claimPorts(1 + replicas * each);
  const ports = Array.from({ length: replicas }, (_, index): ReplicaPorts => {
    const [registry = 0, ingestion = 0, optimizer = 0, gateway = 0, ocpp = 0, any = 0, ...health] = free.slice(
      index * each,
    );
    return { registry, ingestion, optimizer, gateway, ocpp, console: port === 0 ? any : port + index, health };
  });
  const gatewayPorts = ports.map(({ ocpp }) => ocpp);
  const ocppPort = replicas === 1 ? (gatewayPorts[0] ?? 0) : front;
  const all = (of: (each: ReplicaPorts) => number): string => ports.map((each) => local(of(each))).join('|');
  const common = {
    HEADROOM_KAFKA_BROKERS: servers.endpoints.kafka ?? '',
    HEADROOM_REDIS_URL: servers.endpoints.redis ?? '',
    HEADROOM_DATABASE_URL: servers.endpoints.postgres ?? '',
    HEADROOM_SHARDS: String(LOCAL_PARTITIONS),
    HEADROOM_TRACE_SAMPLE_RATIO: TRACE_SAMPLE_RATIO,
    HEADROOM_ADDRESSES: [
      `session-registry=${all(({ registry }) => registry)}`,
      `meter-ingestion=${all(({ ingestion }) => ingestion)}`,
      `allocation-optimizer=${all(({ optimizer }) => optimizer)}`,
      `ocpp-gateway=${all(({ gateway }) => gateway)}`,
    ].join(','),
    HEADROOM_PUBLIC_OCPP_URL: `ws://${local(ocppPort)}/ocpp/{stationId}`,
    HEADROOM_ID_TOKEN_KEY: randomBytes(24).toString('hex'),
    HEADROOM_TRANSACTION_ID_KEY: randomBytes(24).toString('hex'),
  };
  const processes = SERVICES.flatMap((service, at) =>
    ports.map((each, index): PlannedProcess => {
      const health = each.health[at] ?? 0;
      const env = { ...common, HEADROOM_HEALTH_PORT: String(health), ...ownEnv(service, each, own) };
      return {
        name: replicas === 1 ? service : `${service}-${index + 1}`,
        service,
        env,
        healthUrl: `http://${local(health)}`,
      };
    }),
  );
  return { processes, urls: ports.map((own) => `http://${local(own.console)}`), ocppPort, gatewayPorts };
}

function ownEnv(
  service: ServiceName,
  own: ReplicaPorts,
  more: Pick<PlanOptions, 'grid' | 'console'>,
): Readonly<Record<string, string>> {
  switch (service) {
    case 'session-registry':
      return { HEADROOM_RPC_ADDRESS: local(own.registry) };
    case 'meter-ingestion':
      return { HEADROOM_RPC_ADDRESS: local(own.ingestion) };
    case 'ocpp-gateway':
      return {
        HEADROOM_RPC_ADDRESS: local(own.gateway),
        HEADROOM_OCPP_GATEWAY_ADDRESS: local(own.gateway),
        HEADROOM_OCPP_PORT: String(own.ocpp),
      };
    case 'operator-console':
      return { HEADROOM_CONSOLE_PORT: String(own.console), ...more.console };
    case 'allocation-optimizer':
      return { HEADROOM_RPC_ADDRESS: local(own.optimizer) };
    case 'profile-dispatcher':
      return {};
    case 'grid-adapter':
      return more.grid;
  }
}
