import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { claimPorts } from './ports.ts';

const PORTS = join(import.meta.dirname, 'ports.ts');

/** What another process of ours is given, so many times in a row. */
async function claimedElsewhere(count: number): Promise<readonly number[]> {
  const code = `import { claimPorts } from ${JSON.stringify(PORTS)}; console.log(JSON.stringify(await claimPorts(${count})));`;
  const args = ['--no-warnings', '--input-type=module', '-e', code];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as number[];
}

test('nobody is given a port twice, whoever asks at the same time, here or in another process', async () => {
  const given = await Promise.all([claimPorts(40), claimPorts(40), claimedElsewhere(150), claimedElsewhere(150)]);
  expect(given.map(({ length }) => length)).toEqual([40, 40, 150, 150]);
  expect(new Set(given.flat()).size).toBe(380);
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
