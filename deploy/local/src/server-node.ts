import { readFileSync } from 'node:fs';
import type { GuardedProcess } from './guarded-process.ts';
import type { ServerNode } from './server.ts';

/** Processes below one, as Linux tells them. PostgreSQL has one for each connection, in process groups of their own. */
function below(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return children.map(Number).flatMap((child) => [child, ...below(child)]);
  } catch {
    return [];
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

/** A node of `launch`, which resolves once the server is ready. */
export function serverNode(name: string, port: number, launch: () => Promise<GuardedProcess>): ServerNode {
  let running: GuardedProcess | undefined;
  const kill = (signal: NodeJS.Signals): void => {
    if (running === undefined) return;
    // The parent first: it starts nothing anew in between.
    for (const pid of [running.pid, ...below(running.pid)]) send(pid, signal);
  };
  return {
    name,
    port,
    pid: () => running?.pid ?? 0,
    kill,
    stop: async () => {
      kill('SIGCONT');
      await running?.stop();
    },
    start: async () => {
      // After a kill: until its guard has seen it, and every port is free again.
      await running?.stop();
      running = await launch();
    },
  };
}
