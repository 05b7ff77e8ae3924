/** `npm run explain -- SITE [STATION/EVSE]`: why everybody has what he has, asked of a running console. */
import process from 'node:process';
import { readArguments, USAGE } from './arguments.ts';
import { askConsole } from './ask.ts';

const USAGE_STATUS = 2;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2));
  if (asked.kind === 'refused') {
    say(`${asked.why}. ${USAGE}`);
    return USAGE_STATUS;
  }
  const { status, lines } = await askConsole(asked.ask, process.env['HEADROOM_CONSOLE_BEARER_TOKEN']);
  for (const line of lines) say(line);
  return status;
}

process.exitCode = await main();
