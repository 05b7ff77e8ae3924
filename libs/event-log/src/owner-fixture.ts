import { startWorker } from './contract-worker.ts';
import { createKafkaEventLog } from './kafka.ts';

// A program of the zombie test: an owner in a process of its own, to be stopped and woken.
const [brokers, name, group, input, output, shards] = process.argv.slice(2);
if (!brokers || !name || !group || !input || !output || !shards) {
  throw new Error('usage: owner-fixture.ts BROKERS NAME GROUP INPUT OUTPUT SHARDS');
}
const log = await createKafkaEventLog({ brokers: brokers.split(','), clientId: name });
await log.ensureTopics([]);
await startWorker({
  ...{ log, name, group, input, output },
  shards: Number(shards),
  say: (line) => process.stdout.write(`${JSON.stringify(line)}\n`),
});
