/** `npm run trace -- --last`: the newest traced frame of the running stack, followed through all of its processes. */
import { join } from 'node:path';
import process from 'node:process';
import { ROOT } from '../docs/topics.ts';
import { printLast } from './last.ts';

const { status, out, err } = await printLast(process.argv.slice(2), join(ROOT, '.headroom/stack'));
for (const line of err) process.stderr.write(`${line}\n`);
for (const line of out) process.stdout.write(`${line}\n`);
process.exitCode = status;
