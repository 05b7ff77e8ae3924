import type { Timers } from '@headroom/kernel';
import type { PublishOutbox, Turn, TurnStore } from './port.ts';

/** Records of one step of the relay at most. */
export const RELAY_BATCH_RECORDS = 500;

export interface OutboxRelay {
  /** Looks at once (after a commit). Never rejects; looks that overlap become one more look. */
  nudge(): void;
  /** No further look; resolves once the running one has ended. */
  stop(): Promise<void>;
}

export interface OutboxRelayOptions<T extends Turn> {
  readonly store: Pick<TurnStore<T>, 'relayOutbox'>;
  /** Resolves once the records are durable in the log. */
  readonly publish: PublishOutbox;
  readonly timers: Timers;
  /** How often to look without a nudge, in clock time: what a crash between commit and publish left behind. */
  readonly periodMs: number;
  /** A look that failed; the next one tries again. */
  readonly onTrouble: (cause: unknown) => void;
}

/** Keeps an outbox empty: on every nudge and every `periodMs`. */
export function createOutboxRelay<T extends Turn>(options: OutboxRelayOptions<T>): OutboxRelay {
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  const drain = async (): Promise<void> => {
    do {
      again = false;
      const published = await options.store.relayOutbox(options.publish, RELAY_BATCH_RECORDS);
      if (published === RELAY_BATCH_RECORDS) again = true;
    } while (again && !stopped);
  };
  const nudge = (): void => {
    if (stopped) return;
    again = true;
    running ??= drain()
      .catch(options.onTrouble)
      .finally(() => {
        running = undefined;
        // A nudge that came after the last look and before this line.
        if (again) nudge();
      });
  };
  const cancel = options.timers.every(options.periodMs, nudge);
  return {
    nudge,
    stop: async () => {
      stopped = true;
      cancel();
      await running;
    },
  };
}
