import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { LoadResult, Numbered, Order, Report } from './protocol.ts';
import type { HeardCommand } from './thin-station.ts';

/** Virtual stations in a process of their own. */
export interface Fleet {
  readonly pid: number;
  order(order: Order): Promise<Report>;
  load(order: Order & { readonly kind: 'open' | 'closed' }): Promise<LoadResult>;
  commands(): Promise<readonly HeardCommand[]>;
  stop(): Promise<void>;
}

export function startFleet(): Fleet {
  const child = fork(join(import.meta.dirname, 'main.ts'), [], {
    execArgv: ['--conditions=development', '--no-warnings'],
    serialization: 'advanced',
  });
  const waiting = new Map<
    number,
    { readonly resolve: (report: Report) => void; readonly reject: (e: Error) => void }
  >();
  let orders = 0;
  child.on('message', ({ n, body }: Numbered<Report>) => {
    const asked = waiting.get(n);
    waiting.delete(n);
    if (body.kind === 'failed') asked?.reject(new Error(`the stations: ${body.why}`));
    else asked?.resolve(body);
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error('the process of the stations ended'));
  });
  const order = (body: Order): Promise<Report> =>
    new Promise((resolve, reject) => {
      orders += 1;
      waiting.set(orders, { resolve, reject });
      child.send({ n: orders, body } satisfies Numbered<Order>);
    });
  return {
    pid: child.pid ?? 0,
    order,
    async load(body) {
      const report = await order(body);
      if (report.kind !== 'load') throw new Error(`the stations answered a load with ${report.kind}`);
      return report.load;
    },
    async commands() {
      const report = await order({ kind: 'commands' });
      return report.kind === 'commands' ? report.commands : [];
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
