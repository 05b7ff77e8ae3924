/** Between two turns that this process asks for. */
export const TURN_EVERY_MS = 20;
/** Turns kept: ten minutes of them, more than the longest title takes. */
export const MAX_TURNS = 30_000;

/** How late a process came to its turns, which tells how much of its time a machine gave to others. */
export interface Turns {
  /** Takes a turn that was asked for `TURN_EVERY_MS` after the one before it. */
  take(atMs: number): void;
  /** What all turns between two instants were late by, in ms: 0 on a machine that has nothing else to do. */
  lateMs(fromMs: number, toMs: number): number;
}

export function createTurns(startedAtMs: number): Turns {
  const turns: { readonly atMs: number; readonly lateMs: number }[] = [];
  let lastMs = startedAtMs;
  return {
    take: (atMs) => {
      turns.push({ atMs, lateMs: Math.max(0, atMs - lastMs - TURN_EVERY_MS) });
      if (turns.length > MAX_TURNS) turns.shift();
      lastMs = atMs;
    },
    lateMs: (fromMs, toMs) =>
      turns
        .filter(({ atMs }) => atMs > fromMs && atMs <= toMs)
        // A turn that is late across the beginning is late by what of it lies behind the beginning.
        .reduce((sum, { atMs, lateMs }) => sum + Math.min(lateMs, atMs - fromMs), 0),
  };
}

/** Watches the turns of this process, until it is stopped. */
export function watchTurns(): Turns & { stop(): void } {
  const turns = createTurns(Date.now());
  let timer: NodeJS.Timeout;
  const next = (): void => {
    timer = setTimeout(() => {
      turns.take(Date.now());
      next();
    }, TURN_EVERY_MS);
  };
  next();
  return { ...turns, stop: () => clearTimeout(timer) };
}
