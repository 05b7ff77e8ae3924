import { startWorker } from './contract-worker.ts';
import { createKafkaEventLog } from './kafka.ts';

// A program of the zombie test: an owner in a process of its own. At SIGUSR2 it falls asleep at the worst of moments: it has
// asked whether it owns its shards and handed its records to the log, and none of them is on its way yet.
const [brokers, name, group, input, output, shards] = process.argv.slice(2);
if (!brokers || !name || !group || !input || !output || !shards) {
  throw new Error('usage: owner-fixture.ts BROKERS NAME GROUP INPUT OUTPUT SHARDS');
}
let sleepy = false;
process.on('SIGUSR2', () => {
  sleepy = true;
});
const log = await createKafkaEventLog({ brokers: brokers.split(','), clientId: name });
await log.ensureTopics([]);
await startWorker({
  ...{ log, name, group, input, output },
  shards: Number(shards),
  afterWork: () => {
    if (!sleepy) return;
    sleepy = false;
    process.kill(process.pid, 'SIGSTOP');
  },
  say: (line) => process.stdout.write(`${JSON.stringify(line)}\n`),
});
