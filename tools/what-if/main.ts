/** `npm run what-if -- SESSIONS.csv --limit-a AMPS`: what each policy would have made of recorded sessions under another limit. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { openHighs } from '@headroom/linear-program/highs';
import { tableLines } from '../bench/table.ts';
import { readWhatIf, USAGE } from './arguments.ts';
import { readSessions } from './read-sessions.ts';
import { replay } from './replay.ts';

const USAGE_STATUS = 2;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const asked = readWhatIf(process.argv.slice(2));
  if (asked.kind === 'refused') {
    say(`${asked.why}. ${USAGE}`);
    return USAGE_STATUS;
  }
  let text: string;
  try {
    text = readFileSync(asked.what.file, 'utf8');
  } catch (cause) {
    say(`${asked.what.file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
    return 1;
  }
  const read = readSessions(text);
  if (read.kind === 'refused') {
    say(`${asked.what.file}: ${read.why}`);
    return 1;
  }
  const table = replay(await openHighs(), read.sessions, asked.what, say);
  for (const line of tableLines(table)) say(line);
  return 0;
}

process.exitCode = await main();
