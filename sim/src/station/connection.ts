import type { Cancel, Rng, Timers } from '@headroom/kernel';
import type { Connect, Socket, SocketTarget } from './socket.ts';

export const BACKOFF_FIRST_MS = 1_000;
export const BACKOFF_MAX_MS = 60_000;

export interface ConnectionDeps {
  readonly connect: Connect;
  /** Asked at each attempt: the password may have changed. */
  readonly target: () => SocketTarget;
  readonly timers: Timers;
  readonly rng: Rng;
  readonly opened: () => void;
  readonly text: (data: string) => void;
  readonly closed: (why: string) => void;
}

export interface Connection {
  /** Connects now, and again after every loss, until `stop`. */
  start(): void;
  /** Drops the socket and stays away. */
  stop(): void;
  /** Drops the socket and comes back by itself. */
  drop(): void;
  send(text: string): void;
  isOpen(): boolean;
  /** The link has proved good: the next loss starts from the first delay again. */
  proved(): void;
}

/** One link that comes back: doubling delay with jitter, so that a fleet does not return in one instant (H60). */
export function createConnection(deps: ConnectionDeps): Connection {
  let wanted = false;
  let socket: Socket | undefined;
  let open = false;
  let failures = 0;
  let cancelRetry: Cancel | undefined;

  const retryLater = (): void => {
    const delayMs = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** failures) * (0.5 + deps.rng.next() / 2);
    failures = Math.min(failures + 1, 16);
    cancelRetry = deps.timers.after(delayMs, dial);
  };

  function dial(): void {
    cancelRetry = undefined;
    if (!wanted || socket !== undefined) return;
    const mine: Socket = deps.connect(deps.target(), {
      opened() {
        if (socket !== mine) return;
        open = true;
        deps.opened();
      },
      text(data) {
        if (socket === mine) deps.text(data);
      },
      closed(why) {
        // A socket that was replaced or given up says nothing any more (H48, seen from our side).
        if (socket !== mine) return;
        socket = undefined;
        open = false;
        deps.closed(why);
        if (wanted) retryLater();
      },
    });
    socket = mine;
  }

  return {
    start() {
      wanted = true;
      if (cancelRetry === undefined) dial();
    },
    stop() {
      wanted = false;
      cancelRetry?.();
      cancelRetry = undefined;
      socket?.drop();
    },
    drop: () => socket?.drop(),
    send: (text) => socket?.send(text),
    isOpen: () => open,
    proved() {
      failures = 0;
    },
  };
}
