import {
  type CallOptions,
  type RpcClient,
  RpcError,
  type RpcNetwork,
  type RpcServer,
  type ServiceBinding,
  type ServiceDefinition,
} from '@headroom/rpc';
import type { Rng } from '@headroom/kernel';
import { between } from '../rng.ts';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';
import type { VirtualTime } from './virtual-time.ts';

const ONE_WAY_MS: readonly [number, number] = [0.2, 2];
const REFUSED_MS = 1;
/** Of calls, in a seed with slow rpc. */
const SLOW_SHARE = 0.02;
const SLOW_MS: readonly [number, number] = [200, 6_000];
const JAM_SHARE = 0.03;
/** Long enough for the shard to change hands meanwhile, and not yet too late to be written (O4). */
const JAM_MS: readonly [number, number] = [2_000, 4_900];
const LOST_REPLY_SHARE = 0.01;
const LOST_REQUEST_SHARE = 0.005;
/** Between the replicas of one service in an address, as in the real network. */
export const REPLICAS = '|';

interface Running {
  readonly life: Life;
  /** By path. */
  readonly served: ReadonlyMap<string, Served>;
}

interface Served {
  readonly method: AnyMethod;
  readonly handler: ServiceBinding['handlers'][string] | undefined;
}

/** Who serves where, and what is heard on the way in. */
export interface RpcWorld {
  readonly time: VirtualTime;
  readonly faults: Faults;
  readonly serving: Map<string, Running>;
  /** Until when nothing reaches a server, in ms since the start. */
  readonly jams: Map<string, number>;
  /** A request of this process is on its way, and will be for long: the moment at which its death is worst. */
  readonly onSlowRequest: (process: string, call: number) => void;
}

type AnyMethod = ServiceDefinition[string];

/** Calls as one incarnation makes and serves them: real bytes, late, lost, or answered to nobody. */
export function createSimRpc(world: RpcWorld, life: Life, rng: Rng): RpcNetwork {
  let calls = 0;

  /** A jam before a server holds up what everybody sends it, the heir of who sent first like himself. */
  const jamMs = (address: string, which: string): number => {
    const nowMs = world.time.monoMs();
    const jammedUntilMs = world.jams.get(address) ?? 0;
    // Behind what was sent before.
    if (jammedUntilMs > nowMs) return jammedUntilMs - nowMs + ONE_WAY_MS[1];
    if (!world.faults.fires('slow-move', which, calls, JAM_SHARE)) return 0;
    const forMs = world.faults.extent('slow-move', which, calls, JAM_MS);
    world.jams.set(address, nowMs + forMs);
    return forMs;
  };

  /** In turn; who does not serve or stands still is passed over, as the real client finds out by asking. */
  const replicaOf = (address: string): string => {
    const all = address.split(REPLICAS);
    const around = [...all.slice(calls % all.length), ...all.slice(0, calls % all.length)];
    const living = around.find((each) => {
      const running = world.serving.get(each);
      return running?.life.isAlive() === true && !running.life.isStill();
    });
    return living ?? address;
  };

  function call(anyOf: string, method: AnyMethod, request: unknown, options: CallOptions): Promise<unknown> {
    calls += 1;
    const address = replicaOf(anyOf);
    const bytes = method.requestSerialize(request);
    const which = `${life.name} ${method.path}`;
    const drawn = wayOf(world.faults, which, calls);
    const way = { ...drawn, toMs: Math.max(drawn.toMs, jamMs(address, which)) };
    if (way.toMs > 0) world.onSlowRequest(life.process, calls);
    return life.call(
      `rpc ${method.path}`,
      { toMs: 0, backMs: 0 },
      () =>
        new Promise<unknown>((resolve, reject) => {
          const over = world.time.after(options.deadlineMs, `${life.name} deadline`, () =>
            reject(new RpcError('deadline-exceeded', `${method.path} did not answer in ${options.deadlineMs} ms`)),
          );
          const settle = (how: () => void, afterMs: number): void => {
            if (way.losesReply) return;
            world.time.after(afterMs, `${life.name} reply`, () => {
              over();
              how();
            });
          };
          if (way.losesRequest) return;
          world.time.after(between(rng, ...ONE_WAY_MS) + way.toMs, `rpc ${address}`, () => {
            serve(world, { address, method, bytes, options }).then(
              (answer) =>
                settle(() => resolve(method.responseDeserialize(answer)), between(rng, ...ONE_WAY_MS) + way.backMs),
              (cause: unknown) => settle(() => reject(statusOf(cause)), REFUSED_MS + way.backMs),
            );
          });
        }),
    );
  }

  const clientOf = <D extends ServiceDefinition>(definition: D, address: string): RpcClient<D> => {
    const methods = Object.entries(definition).map(([name, method]) => [
      name,
      (request: unknown, options: CallOptions) => call(address, method, request, options),
    ]);
    return Object.fromEntries(methods) as RpcClient<D>;
  };

  return {
    serve: (address, services) =>
      life.call('rpc serve', { toMs: 0, backMs: REFUSED_MS, survives: false }, (): RpcServer => {
        const known = world.serving.get(address);
        if (known?.life.isAlive() === true) throw new RpcError('unavailable', `${address} is already served`);
        const running = { life, served: servedBy(services) };
        world.serving.set(address, running);
        const leave = (): void => {
          if (world.serving.get(address) === running) world.serving.delete(address);
        };
        life.onDeath(leave);
        return { address, stop: async () => leave() };
      }),
    client: clientOf,
    healthy: async (address) => address.split(REPLICAS).some((each) => world.serving.has(each)),
    close: async () => undefined,
  };
}

interface Way {
  readonly toMs: number;
  readonly backMs: number;
  readonly losesRequest: boolean;
  readonly losesReply: boolean;
}

const DIRECT: Way = { toMs: 0, backMs: 0, losesRequest: false, losesReply: false };

function wayOf(faults: Faults, which: string, count: number): Way {
  if (!faults.classes.has('slow-rpc')) return DIRECT;
  const slowMs = (leg: string): number => {
    const name = `${leg} ${which}`;
    if (!faults.fires('slow-rpc', name, count, SLOW_SHARE)) return 0;
    return faults.extent('slow-rpc', name, count, SLOW_MS);
  };
  return {
    toMs: slowMs('to'),
    backMs: slowMs('back'),
    losesRequest: faults.fires('slow-rpc', `lost ${which}`, count, LOST_REQUEST_SHARE),
    losesReply: faults.fires('slow-rpc', `lost reply ${which}`, count, LOST_REPLY_SHARE),
  };
}

interface Arrived {
  readonly address: string;
  readonly method: AnyMethod;
  readonly bytes: Buffer;
  readonly options: CallOptions;
}

/** At the server's side. A server that dies while it works breaks the connection, which the caller sees. */
function serve(world: RpcWorld, { address, method, bytes, options }: Arrived): Promise<Buffer> {
  const running = world.serving.get(address);
  if (running === undefined) return Promise.reject(new RpcError('unavailable', `nobody serves at ${address}`));
  const served = running.served.get(method.path);
  if (served === undefined) return Promise.reject(new RpcError('unimplemented', method.path));
  const context = options.traceparent === undefined ? {} : { traceparent: options.traceparent };
  return new Promise((resolve, reject) => {
    const done = running.life.onDeath(() => reject(new RpcError('unavailable', `${address} went away`)));
    const finish = (how: () => void): void =>
      running.life.reach(() => {
        done();
        how();
      });
    void (async () => served.handler?.(served.method.requestDeserialize(bytes), context))().then(
      (answer) => finish(() => resolve(served.method.responseSerialize(answer))),
      (cause: unknown) => finish(() => reject(cause)),
    );
  });
}

/** The server reads the bytes by its own definition, the caller by its own. */
const servedBy = (services: readonly ServiceBinding[]): ReadonlyMap<string, Served> =>
  new Map(
    services.flatMap(({ definition, handlers }) =>
      Object.entries(definition).map(([name, method]): [string, Served] => [
        method.path,
        { method, handler: handlers[name] },
      ]),
    ),
  );

/** As on the wire: a status of ours stays, anything else says nothing of itself. */
const statusOf = (cause: unknown): RpcError => (cause instanceof RpcError ? cause : new RpcError('internal', 'failed'));
