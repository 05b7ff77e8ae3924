export type ServerName = 'kafka' | 'redis' | 'postgres';

/** One process of a server, for tests of its loss. */
export interface ServerNode {
  /** `postgres`, `redis`, `kafka-1` ... */
  readonly name: string;
  readonly port: number;
  /** Of the process that runs now or ran last. */
  pid(): number;
  /** To the process and all it has started. SIGKILL is a crash, SIGSTOP a hang that SIGCONT ends. */
  kill(signal: NodeJS.Signals): void;
  /** Asks it to end and waits, bounded; also when it hangs or is dead already. */
  stop(): Promise<void>;
  /** Starts it again on its port with its data, after `stop` or a kill, and waits until it is ready. */
  start(): Promise<void>;
}

/** One running server. */
export interface Server {
  /** Kafka: `host:port`, comma-separated; the others a URL. */
  readonly endpoint: string;
  readonly version: string;
  /** Of local processes; none for a container. */
  readonly nodes: readonly ServerNode[];
  stop(): Promise<void>;
}
