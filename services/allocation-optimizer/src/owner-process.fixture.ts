import process from 'node:process';
import { assembleAllocationOptimizer } from './assemble.ts';
import { DEFAULT_ALLOCATION_OPTIMIZER_CONFIG } from './config.ts';
import { realPlatform } from './real.fixture.ts';

// A program of the take-over test: an optimizer in a process of its own, to be killed. It says what it does, a line each.
const [brokers, prefix, databaseUrl, shards] = process.argv.slice(2);
if (!brokers || !prefix || !databaseUrl || !shards) {
  throw new Error('usage: owner-process.fixture.ts BROKERS PREFIX DATABASE SHARDS');
}
const say = (event: string, fields = {}) =>
  void process.stdout.write(
    `${JSON.stringify({ event, ...fields }, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))}\n`,
  );
const platform = await realPlatform({
  ...{ brokers: brokers.split(','), prefix, databaseUrl, shards: Number(shards) },
  logger: { info: say, warn: say, error: say },
});
await assembleAllocationOptimizer(platform, DEFAULT_ALLOCATION_OPTIMIZER_CONFIG).start();
