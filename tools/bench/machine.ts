import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import process from 'node:process';
import { capture } from '../checks/check.ts';

/** Where figures were taken, and of what. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly kernel: string;
  readonly node: string;
  /** Of Headroom; `+` where the tree has changes of its own. */
  readonly commit: string;
  /** Of the stack benches. */
  readonly servers: string;
  /** Processes that wanted to run, over the last minute before the bench: others lengthen what is measured. */
  readonly loadBefore: number;
}

const GIB = 2 ** 30;
/** What the servers of this machine are, as `npm run stack` starts them. */
const SERVERS = 'Apache Kafka 4.2 (one broker), PostgreSQL 18 (every commit on the disk), Redis 7';

/** Processes that want to run, over the last minute. */
export const loadNow = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10;

export async function describeMachine(root: string): Promise<Machine> {
  const [head, changes] = await Promise.all([
    capture('git', ['rev-parse', '--short', 'HEAD'], root),
    capture('git', ['status', '--porcelain'], root),
  ]);
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGib: Math.round((totalmem() / GIB) * 10) / 10,
    kernel: `${process.platform} ${release()} ${process.arch}`,
    node: process.versions.node,
    commit: `${head.text.trim()}${changes.text.trim() === '' ? '' : '+'}`,
    loadBefore: loadNow(),
    servers: SERVERS,
  };
}

export const machineLine = (machine: Machine): string => {
  const { cpu, cores, memoryGib, kernel, node, commit, loadBefore, servers } = machine;
  return `${cpu}, ${cores} cores, ${memoryGib} GiB, ${kernel}; node ${node}, headroom ${commit}; ${servers}; load before ${loadBefore}`;
};
