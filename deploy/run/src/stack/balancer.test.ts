import { createServer, connect, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createServer as createHttp } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { type BalancedTarget, startBalancer } from './balancer.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});
const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

/** A server that says its letter and then echoes; `ready` is what its readyz answers. */
async function target(letter: string, ready: () => boolean = () => true): Promise<BalancedTarget & { stop(): void }> {
  const sockets = new Set<{ destroy(): void }>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.write(letter);
    socket.pipe(socket);
  });
  const health = createHttp((_request, response) => response.writeHead(ready() ? 200 : 503).end());
  for (const each of [server, health]) await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve));
  const stop = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  ends.push(async () => {
    stop();
    health.close();
    health.closeAllConnections();
  });
  return { port: portOf(server), readyUrl: `http://127.0.0.1:${portOf(health)}`, stop };
}

async function balancer(targets: readonly BalancedTarget[], maxConnections?: number): Promise<number> {
  const made = await startBalancer({ port: 0, targets, ...(maxConnections === undefined ? {} : { maxConnections }) });
  ends.push(() => made.close());
  return made.port;
}

/** The first bytes that come over a new connection; '' when it ends without any. It stays open until the test ends. */
function dial(port: number) {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  ends.push(async () => socket.destroy());
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const first = Promise.race([
    new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data)))),
    closed.then(() => ''),
  ]);
  return { first, closed, socket };
}

test('connections go around the servers; bytes go both ways', async () => {
  const port = await balancer([await target('a'), await target('b')]);
  const letters = [];
  for (let n = 0; n < 4; n += 1) letters.push(await dial(port).first);
  expect(letters.toSorted()).toEqual(['a', 'a', 'b', 'b']);
  const { first, socket } = dial(port);
  await first;
  const echoed = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
  socket.write('frame');
  expect(await echoed).toBe('frame');
});

test('a server that is gone loses its connections and gets none; when none is left a connection is ended', async () => {
  const [a, b] = [await target('a'), await target('b')];
  const port = await balancer([a, b]);
  const held = [dial(port), dial(port)];
  const letters = await Promise.all(held.map(({ first }) => first));
  a.stop();
  await held[letters.indexOf('a')]?.closed;
  for (let n = 0; n < 3; n += 1) expect(await dial(port).first).toBe('b');
  b.stop();
  expect(await dial(port).first).toBe('');
});

test('a server that says it is not ready gets nobody new, and keeps whom it has', async () => {
  const now = { ready: true };
  const port = await balancer([await target('a', () => now.ready), await target('b')]);
  const held = [dial(port), dial(port)];
  const letters = await Promise.all(held.map(({ first }) => first));
  now.ready = false;
  let seen: string[] = [];
  const endsAt = performance.now() + 10_000;
  while (seen.slice(-4).join('') !== 'bbbb' && performance.now() < endsAt) seen = [...seen, await dial(port).first];
  expect(seen.slice(-4)).toEqual(['b', 'b', 'b', 'b']);
  expect(held[letters.indexOf('a')]?.socket.destroyed).toBe(false);
});

test('one connection over the bound is ended', async () => {
  const port = await balancer([await target('a')], 2);
  expect(await Promise.all([dial(port).first, dial(port).first])).toEqual(['a', 'a']);
  expect(await dial(port).first).toBe('');
});
