import { type BenchRow, stopwatch } from '@headroom/testing';
import { cpuUs } from '../stack/usage.ts';

const MS_PER_S = 1_000;

export interface Work {
  readonly what: string;
  readonly warmMs: number;
  readonly measuredMs: number;
  /** Does some of it, and resolves with how many messages that was. */
  readonly once: () => Promise<number>;
  /** The process at the other end. */
  readonly pid: number;
}

/** How much of it goes in a second, one piece after the other, and what a message costs here and at the other end. */
export async function costOf({ what, warmMs, measuredMs, once, pid }: Work): Promise<BenchRow> {
  await during(warmMs, once);
  const [watch, before] = [stopwatch(), cpuUs(pid)];
  const messages = await during(measuredMs, once);
  const { wallMs, cpuMs } = watch();
  return {
    ...{ what, '/s': Math.round((messages / wallMs) * MS_PER_S) },
    ...{ 'server us': (cpuUs(pid) - before) / messages, 'client us': (cpuMs * MS_PER_S) / messages },
  };
}

async function during(ms: number, once: () => Promise<number>): Promise<number> {
  const endMs = performance.now() + ms;
  let count = 0;
  while (performance.now() < endMs) count += await once();
  return count;
}
