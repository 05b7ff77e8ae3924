import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { expect, test } from '@jest/globals';
import { claimPorts } from './ports.ts';

const PORTS = join(import.meta.dirname, 'ports.ts');

/** So many that two processes who did not heed each other would surely meet: 32 blocks of 256 each. */
const MANY = 2_000;

/** Another process of ours that is given so many, and lives until it is ended. */
async function claimedElsewhere(count: number): Promise<{ readonly ports: readonly number[]; end(): void }> {
  const code = `import { claimPorts } from ${JSON.stringify(PORTS)}; console.log(JSON.stringify(await claimPorts(${count}))); setTimeout(() => {}, 60_000);`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', code]);
  for await (const line of createInterface(child.stdout))
    return { ports: JSON.parse(line) as number[], end: () => void child.kill('SIGKILL') };
  throw new Error('it was given none');
}

test('nobody is given a port twice, whoever asks at the same time, here or in another process', async () => {
  const [here, again, ...others] = await Promise.all([
    claimPorts(40),
    claimPorts(40),
    claimedElsewhere(MANY),
    claimedElsewhere(MANY),
  ]);
  for (const other of others) other.end();
  const given = [...here, ...again, ...others.flatMap(({ ports }) => ports)];
  expect(given).toHaveLength(80 + 2 * MANY);
  expect(new Set(given).size).toBe(80 + 2 * MANY);
});

test('a port that somebody listens at is passed over', async () => {
  const [last = 0] = (await claimPorts(1)).slice(-1);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(last + 1, '127.0.0.1', resolve));
  const [next] = await claimPorts(1);
  await new Promise((resolve) => server.close(resolve));
  expect(next).toBeDefined();
  expect(next).not.toBe(last + 1);
});

test('no connection that goes out is given one of them', async () => {
  const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/).map(Number);
  const [low = 0, high = 0] = range;
  for (const port of await claimPorts(10)) expect(port < low || port > high).toBe(true);
});
