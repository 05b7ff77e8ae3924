/** Of every loss whose owner is started again, or that others stand in for. */
export const CONTROL_WITHIN_MS = 10_000;
/** A car leaves, and another comes: starts and stops under load. */
export const CROWD_MS = 3_000;

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

export const reportKill = (what: string, held: string, backMs: number): void =>
  void process.stdout.write(`killed ${what} which held ${held}: back after ${seconds(backMs)}\n`);
