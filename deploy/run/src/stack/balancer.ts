import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Stations that may be connected through it at once; one more is refused. */
export const MAX_BALANCED = 20_000;
const CONNECT_LIMIT_MS = 1_000;
/** Who drains or hangs gets nobody new within a second. */
const LOOK_EVERY_MS = 500;
const LOOK_LIMIT_MS = 500;

/** One server behind the balancer. */
export interface BalancedTarget {
  readonly port: number;
  /** Answers 200 while it wants new connections. */
  readonly readyUrl: string;
}

export interface BalancerOptions {
  /** Where it listens on 127.0.0.1; 0 picks one. */
  readonly port: number;
  readonly targets: readonly BalancedTarget[];
  readonly maxConnections?: number;
}

export interface Balancer {
  readonly port: number;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** One address for several servers: each connection goes to the next one that is ready, and on to another when it is refused. */
export async function startBalancer(options: BalancerOptions): Promise<Balancer> {
  const { targets, maxConnections = MAX_BALANCED } = options;
  const open = new Set<Socket>();
  const unready = new Set<BalancedTarget>();
  let turn = 0;

  const inOrder = (): readonly BalancedTarget[] => {
    turn = (turn + 1) % targets.length;
    const around = [...targets.slice(turn), ...targets.slice(0, turn)];
    return [...around.filter((each) => !unready.has(each)), ...around.filter((each) => unready.has(each))];
  };
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // What went wrong shows by the close, which both sides get.
    socket.on('error', () => {});
  };
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (incoming) => {
    if (open.size >= 2 * maxConnections) return void incoming.destroy();
    keep(incoming);
    void reach(inOrder(), incoming, keep).then((outgoing) => {
      if (outgoing === undefined) return void incoming.destroy();
      join(incoming, outgoing);
    });
  });
  const look = setInterval(() => void lookAt(targets, unready), LOOK_EVERY_MS);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      clearInterval(look);
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** A connection to the first that takes one. */
async function reach(
  targets: readonly BalancedTarget[],
  incoming: Socket,
  keep: (socket: Socket) => void,
): Promise<Socket | undefined> {
  for (const { port } of targets) {
    if (incoming.destroyed) return undefined;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, timeout: CONNECT_LIMIT_MS });
    keep(socket);
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('close', () => resolve(false));
      socket.once('timeout', () => socket.destroy());
    });
    if (!isOpen) continue;
    socket.removeAllListeners('timeout');
    socket.setTimeout(0);
    return socket;
  }
  return undefined;
}

/** Bytes both ways; when one side is gone the other is too. */
function join(a: Socket, b: Socket): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.once('close', () => to.destroy());
    from.pipe(to);
  }
  if (a.destroyed) b.destroy();
  if (b.destroyed) a.destroy();
}

async function lookAt(targets: readonly BalancedTarget[], unready: Set<BalancedTarget>): Promise<void> {
  await Promise.all(
    targets.map(async (target) => {
      const isReady = await fetch(target.readyUrl, { signal: AbortSignal.timeout(LOOK_LIMIT_MS) })
        .then((answer) => answer.ok)
        .catch(() => false);
      if (isReady) unready.delete(target);
      else unready.add(target);
    }),
  );
}
