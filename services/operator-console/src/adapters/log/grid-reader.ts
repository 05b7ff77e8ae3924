import type { ConsumeOptions, Consumption, EventLog } from '@headroom/event-log';
import type { Cancel, Timers } from '@headroom/kernel';

/** Real time: it guards I/O. */
export const BEGIN_AGAIN_MS = 5_000;

/** Reads in the background: the page is there while the log, or the store of positions, is not. */
export interface GridReader {
  start(): void;
  /** Resolves once the running batch has ended. */
  stop(): Promise<void>;
}

export interface GridReaderDeps {
  readonly log: Pick<EventLog, 'consume'>;
  readonly options: ConsumeOptions;
  readonly ioTimers: Timers;
  readonly onBegan: () => void;
  /** It could not begin, and does so again later. */
  readonly onRefused: (cause: unknown) => void;
}

export function createGridReader({ log, options, ioTimers, onBegan, onRefused }: GridReaderDeps): GridReader {
  let beginning: Promise<Consumption | undefined> = Promise.resolve(undefined);
  let waiting: Cancel = () => {};
  let stopped = false;

  const begin = (): void => {
    if (stopped) return;
    beginning = log.consume(options).then(
      (consumption) => {
        onBegan();
        return consumption;
      },
      (cause: unknown) => {
        onRefused(cause);
        waiting = ioTimers.after(BEGIN_AGAIN_MS, begin);
        return undefined;
      },
    );
  };
  return {
    start: begin,
    stop: async () => {
      stopped = true;
      waiting();
      await (await beginning)?.stop();
    },
  };
}
