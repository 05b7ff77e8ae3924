/** What one broker of a local cluster is told (toolchain section 10.3). Every broker is controller as well. */
export interface BrokerPlace {
  readonly nodeId: number;
  readonly port: number;
  readonly controllerPort: number;
}

/** 22 base64url characters: fixed, so that a restart finds its own data (KF-55). */
export const CLUSTER_ID = 'SGVhZHJvb21Mb2NhbDAwMQ';

export type BrokerSettings = Readonly<Record<string, string | number | boolean>>;

export function brokerSettings(
  place: BrokerPlace,
  cluster: readonly BrokerPlace[],
  logDirectory: string,
): BrokerSettings {
  const replicas = cluster.length;
  const minInsync = replicas >= 3 ? 2 : 1;
  const voters = cluster.map((each) => `${each.nodeId}@127.0.0.1:${each.controllerPort}`).join(',');
  return {
    'process.roles': 'broker,controller',
    'node.id': place.nodeId,
    'controller.quorum.voters': voters,
    listeners: `PLAINTEXT://127.0.0.1:${place.port},CONTROLLER://127.0.0.1:${place.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${place.port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': logDirectory,
    'controlled.shutdown.enable': true,
    // A typo in a topic name must fail (KF-65).
    'auto.create.topics.enable': false,
    'num.partitions': 6,
    'default.replication.factor': replicas,
    'min.insync.replicas': minInsync,
    // The default of 50 partitions costs start time (KF-67).
    'offsets.topic.num.partitions': 4,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.num.partitions': 4,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': minInsync,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': minInsync,
    // Saves 3 s per new group (KF-68); the owner groups ask for short sessions (OW-20).
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 2000,
    // A dead broker stalls every partition until it is fenced: 3 s instead of 9 (OW-06).
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
    // A small host, shared with the programs under test (KF-69).
    'num.network.threads': 2,
    'num.io.threads': 2,
    'background.threads': 2,
    'num.replica.fetchers': 1,
    'num.recovery.threads.per.data.dir': 1,
    'log.cleaner.threads': 1,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'log.index.size.max.bytes': 1024 * 1024,
    'log.segment.bytes': 64 * 1024 * 1024,
    'log.retention.hours': 24,
    'log.retention.bytes': 256 * 1024 * 1024,
    'message.max.bytes': 1024 * 1024,
  };
}

export const serverProperties = (settings: BrokerSettings): string =>
  Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

/** The same settings for the official image: `a.b-c` becomes `KAFKA_A_B__C`. */
export const imageEnvironment = (settings: BrokerSettings): Record<string, string> =>
  Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      `KAFKA_${key.replaceAll('_', '___').replaceAll('-', '__').replaceAll('.', '_').toUpperCase()}`,
      String(value),
    ]),
  );

/** Warnings to the console, and the line that says "started" (KF-59). */
export const LOG4J2 = `status=warn
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{HH:mm:ss.SSS} %p %c{1} %m%n
rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
logger.server.name=kafka.server.KafkaRaftServer
logger.server.level=info
logger.version.name=org.apache.kafka.common.utils.AppInfoParser
logger.version.level=info
`;
