/** `npm start`: the whole platform in one process, with a simulated site to look at. */
import process from 'node:process';
import { onEnd } from '@headroom/service-host';
import { EMBEDDED_USAGE, embeddedArguments } from '../arguments.ts';
import { runEmbedded } from './run.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const USAGE_STATUS = 2;

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return say(EMBEDDED_USAGE);
  const args = embeddedArguments(process.argv.slice(2));
  if (args.kind === 'err') {
    process.stderr.write(`${args.error}.\n\n${EMBEDDED_USAGE}\n`);
    return process.exit(USAGE_STATUS);
  }
  const fatal = (why: string, cause: unknown): void => {
    process.stderr.write(`${why}: ${cause instanceof Error ? cause.message : String(cause)}\n`);
    void embedded.stop().finally(() => process.exit(1));
  };
  const embedded = runEmbedded(args.value, { say, fatal });
  onEnd(process, async () => {
    say('Stopping ...');
    await embedded.stop();
    process.exit(0);
  });
  try {
    await embedded.started;
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
    await embedded.stop();
    process.exit(1);
  }
}

await main();
