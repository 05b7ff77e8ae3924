import { RpcError, type CallOptions, type ClientOptions, type ServiceDefinition, type UnaryMethod } from './port.ts';

/** Between the replicas of one service in an address: `10.0.0.1:7001|10.0.0.2:7001`. */
const SEPARATOR = '|';
/** Replicas that one address may name. */
export const MAX_REPLICAS = 16;
/** A replica that did not answer is asked last for so long: it is restarted within seconds. Real milliseconds. */
export const AVOID_MS = 2_000;
/** A replica that may not be asked twice is looked at first, for so long at most. */
const LOOK_MS = 300;

/** The single addresses in an address, at least one. */
export const replicasOf = (address: string): readonly string[] => address.split(SEPARATOR);

type AnyMethod = UnaryMethod<unknown, unknown>;
type Call = (method: AnyMethod, request: unknown, options: CallOptions) => Promise<unknown>;

/** How one network reaches one server. */
export interface Reach {
  readonly call: (address: string, ...args: Parameters<Call>) => Promise<unknown>;
  readonly healthy: (address: string, deadlineMs: number) => Promise<boolean>;
}

export interface Replicas {
  /** Calls to whoever of the address answers. */
  callerTo<D extends ServiceDefinition>(definition: D, address: string, options?: ClientOptions<D>): Call;
  /** True where one of them does. */
  healthy(address: string, deadlineMs: number): Promise<boolean>;
}

/** Rules of choice among replicas, the same for every network: in turn, those that failed lately last. */
export function createReplicas(reach: Reach): Replicas {
  const avoidedUntilMs = new Map<string, number>();
  const turns = new Map<string, number>();

  const isAvoided = (replica: string): boolean => (avoidedUntilMs.get(replica) ?? 0) > performance.now();
  const inOrder = (address: string): readonly string[] => {
    const all = replicasOf(address);
    const turn = turns.get(address) ?? 0;
    turns.set(address, (turn + 1) % all.length);
    const around = [...all.slice(turn), ...all.slice(0, turn)];
    return [...around.filter((each) => !isAvoided(each)), ...around.filter(isAvoided)];
  };
  const ask = async (replica: string, ...args: Parameters<Call>): Promise<unknown> => {
    try {
      const answer = await reach.call(replica, ...args);
      avoidedUntilMs.delete(replica);
      return answer;
    } catch (cause) {
      if (isSilent(cause)) avoidedUntilMs.set(replica, performance.now() + AVOID_MS);
      throw cause;
    }
  };

  /** A repeat harms nobody: each replica gets half of what is left, so that one that hangs leaves time for another. */
  const askUntilAnswered = async (address: string, ...[method, request, options]: Parameters<Call>) => {
    const endsAtMs = performance.now() + options.deadlineMs;
    const order = inOrder(address);
    for (const [index, replica] of order.entries()) {
      const leftMs = endsAtMs - performance.now();
      const isLast = index === order.length - 1;
      try {
        return await ask(replica, method, request, { ...options, deadlineMs: isLast ? leftMs : leftMs / 2 });
      } catch (cause) {
        if (isLast || !isSilent(cause)) throw cause;
      }
    }
    throw new RpcError('unavailable', `nobody serves at ${address}`);
  };

  /** The effect of a failed call is unknown: one replica is asked, once, and it is one that lives. */
  const askOnce = async (address: string, ...[method, request, options]: Parameters<Call>) => {
    const endsAtMs = performance.now() + options.deadlineMs;
    const order = inOrder(address);
    for (const [index, replica] of order.entries()) {
      const leftMs = endsAtMs - performance.now();
      const isLast = index === order.length - 1;
      if (isLast || (await reach.healthy(replica, Math.min(LOOK_MS, leftMs / 2)))) {
        return await ask(replica, method, request, { ...options, deadlineMs: endsAtMs - performance.now() });
      }
      avoidedUntilMs.set(replica, performance.now() + AVOID_MS);
    }
    throw new RpcError('unavailable', `nobody serves at ${address}`);
  };

  return {
    callerTo: (definition, address, options = {}) => {
      if (replicasOf(address).length === 1) return (...args) => reach.call(address, ...args);
      const repeatable = new Set((options.repeatable ?? []).map((name) => definition[name]?.path));
      return (...args) =>
        repeatable.has(args[0].path) ? askUntilAnswered(address, ...args) : askOnce(address, ...args);
    },
    healthy: async (address, deadlineMs) => {
      const answers = await Promise.all(replicasOf(address).map((replica) => reach.healthy(replica, deadlineMs)));
      return answers.includes(true);
    },
  };
}

/** Nothing was heard of the server, or it says that it cannot: another one may. */
const isSilent = (cause: unknown): boolean =>
  cause instanceof RpcError && (cause.code === 'unavailable' || cause.code === 'deadline-exceeded');
