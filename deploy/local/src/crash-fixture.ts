import { startPostgres } from './postgres.ts';

// A program of the crash test: starts a server, says its pid, and waits to be killed.
const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: crash-fixture.ts DIRECTORY');
const server = await startPostgres({ directory });
process.stdout.write(`${server.node.pid()}\n`);
setInterval(() => {}, 60_000);
