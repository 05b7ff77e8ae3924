/** One process of a batch: runs the seeds that it is sent, one after the other, and reports each. */
import process from 'node:process';
import { runSeed } from './run-seed.ts';
import { type SeedJob, seedOptionsOf } from './seed-job.ts';
import { reportOf } from './seed-report.ts';

process.on('message', (message) => void run(message as SeedJob));
/** Its batch is gone. */
process.on('disconnect', () => process.exit(0));
// The batch decides when to stop: a Ctrl-C reaches every process of the terminal.
process.on('SIGINT', () => undefined);

async function run({ twice, ...job }: SeedJob): Promise<void> {
  const options = seedOptionsOf(job);
  const first = await runSeed({ ...options, endsEarly: true });
  const second = twice ? await runSeed({ ...options, endsEarly: true }) : undefined;
  process.send?.(reportOf(first, second));
}
