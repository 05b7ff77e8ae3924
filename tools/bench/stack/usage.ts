import { readFileSync } from 'node:fs';

/** Linux counts the CPU of processes in hundredths of a second. */
const TICK_US = 10_000;
/** Places of `utime`, `stime`, `cutime`, `cstime` behind the name of the process, which may hold spaces. */
const TIMES = [11, 12, 13, 14] as const;
const KIB = 1_024;

/** CPU of a process, its children and those it has outlived, microseconds. 0 for one that has ended. */
export function cpuUs(pid: number): number {
  return tree(pid).reduce((sum, each) => sum + ticksOf(each) * TICK_US, 0);
}

/** Resident memory of one process, bytes. */
export function residentBytes(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(found ?? 0) * KIB;
}

function tree(pid: number): readonly number[] {
  const children = textOf(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(tree)];
}

function ticksOf(pid: number): number {
  const stat = textOf(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return TIMES.reduce((sum, at) => sum + Number(fields[at] ?? 0), 0);
}

/** Empty: it has ended meanwhile. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
