import type { GatewayStore } from '../../ports.ts';

/**
 * Records that wait at most. Two or three hours of a thousand stations, one or two gigabytes. Beyond it the inbox takes
 * nothing, as though it were away: stations are closed, and queue.
 */
export const MAX_INBOX_ROWS = 1_000_000;

/** A gateway without a second store: what the log does not take is not acknowledged. */
export const NO_STORE: GatewayStore = {
  inbox: {
    put: async () => 'unavailable',
    waitingOf: async () => new Set(),
    relay: async () => 0,
    trouble: () => 'there is none',
  },
  arrivals: { arrive: async () => undefined, booted: async () => undefined },
  close: async () => {},
};
