/**
 * Real servers as local processes, for machines without a container engine: PostgreSQL, Redis, Apache Kafka.
 * Loopback only, each behind a guard that ends it with us. It refuses to be a way to run production.
 */
export { createDatabase, findPostgres, type LocalPostgres, type PostgresOptions, startPostgres } from './postgres.ts';
export { findRedis, type LocalRedis, type RedisOptions, startRedis } from './redis.ts';
