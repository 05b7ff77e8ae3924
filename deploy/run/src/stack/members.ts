import { type ProcessOrder, type ServiceProcess, startProcess } from './service-process.ts';

const STOP_GRACE_MS = 4_500;
const READY_POLL_MS = 50;
const READY_WITHIN_MS = 30_000;

export interface MemberOrder extends ProcessOrder {
  readonly healthUrl: string;
}

/** The processes of a stack: each can be killed, hung and started again as it was. */
export interface Members {
  /** As they run now, or ran last. */
  readonly processes: ReadonlyMap<string, ServiceProcess>;
  start(order: MemberOrder): Promise<void>;
  /** Sends the signal and waits for nothing. An unknown name is an error; a process that has ended hears nothing. */
  kill(name: string, signal: NodeJS.Signals): void;
  /** Starts it again with its environment and log file, after its end: asked for if it still lives. Resolves once it is ready. */
  restart(name: string): Promise<void>;
  /** Resolves when it says so at /readyz. */
  whenReady(name: string, withinMs?: number): Promise<void>;
  /** Ends all of them, also one that hangs or is being started. Nothing starts afterwards. */
  stop(): Promise<void>;
}

export function createMembers(): Members {
  const orders = new Map<string, MemberOrder>();
  const processes = new Map<string, ServiceProcess>();
  const starting = new Set<Promise<void>>();
  let stopped = false;

  const processOf = (name: string): ServiceProcess => {
    const found = processes.get(name);
    if (found === undefined) throw new Error(`no process is called ${name}: ${[...orders.keys()].join(', ')}`);
    return found;
  };
  const orderOf = (name: string): MemberOrder => {
    const found = orders.get(name);
    if (found === undefined) throw new Error(`no process is called ${name}: ${[...orders.keys()].join(', ')}`);
    return found;
  };
  const launch = async (order: MemberOrder): Promise<void> => {
    if (stopped) throw new Error(`${order.name} is not started: the stack has stopped`);
    const begun = startProcess(order).then((running) => void processes.set(order.name, running));
    starting.add(begun);
    await begun.finally(() => starting.delete(begun));
  };

  return {
    processes,
    start: async (order) => {
      orders.set(order.name, order);
      await launch(order);
    },
    kill: (name, signal) => processOf(name).kill(signal),
    restart: async (name) => {
      const order = orderOf(name);
      await processes.get(name)?.stop(STOP_GRACE_MS);
      await launch(order);
    },
    whenReady: async (name, withinMs = READY_WITHIN_MS) => {
      const { healthUrl } = orderOf(name);
      const endsAtMs = performance.now() + withinMs;
      while (!(await isReady(healthUrl))) {
        if (performance.now() > endsAtMs) throw new Error(`${name} was not ready within ${withinMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
      }
    },
    stop: async () => {
      stopped = true;
      // A start that is under way must end before it can be undone; it is bounded.
      await Promise.allSettled(starting);
      // Together: each drains what it holds while the servers still stand, and the whole stays within five seconds.
      await Promise.all([...processes.values()].map((running) => running.stop(STOP_GRACE_MS)));
    },
  };
}

const isReady = (healthUrl: string): Promise<boolean> =>
  fetch(`${healthUrl}/readyz`, { signal: AbortSignal.timeout(1_000) })
    .then((answer) => answer.ok)
    .catch(() => false);
