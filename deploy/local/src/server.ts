export type ServerName = 'kafka' | 'redis' | 'postgres';

/** One running server. */
export interface Server {
  /** Kafka: `host:port`, comma-separated; the others a URL. */
  readonly endpoint: string;
  readonly version: string;
  /** Of local processes; none for a container. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}
