import type { EventLog } from '@headroom/event-log';
import type { Clock, IdSource, Rng, Timers } from '@headroom/kernel';
import type { LiveState } from '@headroom/live-state';
import type { RpcNetwork } from '@headroom/rpc';
import { SILENT_TELEMETRY, type Telemetry } from '@headroom/telemetry';
import type { Logger } from './logger.ts';

/** Where a service stands: the same code runs on memory twins and on the real parts. */
export interface Platform {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Time of I/O: real though `clock` is sped up, virtual in a simulation. Deadlines, pings and retries are made of it. */
  readonly io: Pick<Clock, 'monoMs'> & Timers;
  readonly ids: IdSource;
  readonly rng: Rng;
  readonly log: EventLog;
  readonly live: LiveState;
  readonly rpc: RpcNetwork;
  /** PostgreSQL, as a connection string; each service keeps to its own schema. */
  readonly databaseUrl: string;
  /** Partitions of every site-keyed topic. */
  readonly shards: number;
  /** Address (rpc) of each service, by name. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly logger: Logger;
  /** Absent: nobody listens, as in simulations (`telemetryOf`). */
  readonly telemetry?: Telemetry;
  /** Ends the process: something happened after which going on would be a lie. */
  readonly fatal: (why: string, cause: unknown) => void;
}

export const telemetryOf = ({ telemetry }: Pick<Platform, 'telemetry'>): Telemetry => telemetry ?? SILENT_TELEMETRY;
