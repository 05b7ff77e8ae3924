/**
 * Real servers on one machine: PostgreSQL, Redis and Apache Kafka, as containers or as local processes.
 * Loopback only; each local process stands behind a guard that ends it with us. It refuses to be a way to run production.
 */
export { type InstallOptions, type Piece, provideKafka, providePostgres, provideRedis } from './install.ts';
export { type KafkaOptions, type LocalKafka, startKafka } from './kafka.ts';
export { createDatabase, type LocalPostgres, type PostgresOptions, startPostgres } from './postgres.ts';
export { claimPorts } from './ports.ts';
export {
  type MissingPiece,
  type ServerMode,
  type Servers,
  type ServersOptions,
  startServers,
} from './provider.ts';
export { type LocalRedis, type RedisOptions, startRedis } from './redis.ts';
export type { Server, ServerName, ServerNode } from './server.ts';
