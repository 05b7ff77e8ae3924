import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/**
 * Below what Linux gives to connections that go out (32768 and above, by default): a server that is killed and started again must
 * find its port as it left it, and nobody who dials a dead one may be given that very number.
 */
const FROM = 15_000;
const BLOCK = 64;
const BLOCKS = 256;

/** The first port of a block is held open for as long as we live, so that no other process of ours takes from the block. */
const held: Server[] = [];
let next = 0;
let end = 0;

/**
 * So many ports of 127.0.0.1 that are free now, that no other call is given, here or in another process of ours, and that no
 * connection going out takes. Somebody else's server may still take one before its user does. Rejects when no block is left.
 */
export async function claimPorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    if (next === end) await claimBlock();
    else {
      const port = next;
      next += 1;
      if (await isFree(port)) ports.push(port);
    }
  }
  return ports;
}

/** As `claimPorts`, for one. */
export async function claimPort(): Promise<number> {
  const [port = 0] = await claimPorts(1);
  return port;
}

async function claimBlock(): Promise<void> {
  const first = randomInt(BLOCKS);
  for (let tried = 0; tried < BLOCKS; tried += 1) {
    const start = FROM + ((first + tried) % BLOCKS) * BLOCK;
    const server = await listen(start);
    if (server === undefined) continue;
    // It keeps nobody alive, and ends with us however we end.
    held.push(server.unref());
    next = start + 1;
    end = start + BLOCK;
    return;
  }
  throw new Error(`no ports are left: all ${BLOCKS} blocks between ${FROM} and ${FROM + BLOCKS * BLOCK} are taken`);
}

async function isFree(port: number): Promise<boolean> {
  const server = await listen(port);
  if (server === undefined) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}

/** Undefined where somebody else does. */
function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
