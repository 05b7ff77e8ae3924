import { Redis } from 'ioredis';
import { FUNCTIONS, LIBRARY } from './functions.ts';
import { tooLarge } from './memory.ts';
import {
  type LiveFamily,
  type LiveState,
  LiveStateError,
  type LiveValue,
  type LiveVersion,
  MAX_LIVE_VALUE_BYTES,
  type WriteOutcome,
} from './port.ts';

export interface RedisLiveStateOptions {
  /** `redis://host:port/database`. */
  readonly url: string;
  /** Real milliseconds a command may take; default 500. Too small: false alarms; too large: readers hang on an outage. */
  readonly commandTimeoutMs?: number;
}

/** Live state in Redis, reachable or not yet: `trouble` says which. Compare-and-set lives in Redis functions, not in client transactions (RD-03, Y1). */
export async function createRedisLiveState(options: RedisLiveStateOptions): Promise<LiveState> {
  const { hostname, port, pathname } = new URL(options.url);
  const settings = {
    host: hostname,
    port: Number(port || '6379'),
    db: Number(pathname.slice(1) || '0'),
    // RD-05, Y5: without these, commands pile up in memory for the whole outage.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: options.commandTimeoutMs ?? 500,
    lazyConnect: true,
    // RD-04: reply shapes as in RESP2.
    replyMapping: 'legacy' as const,
    retryStrategy: (attempt: number) => Math.min(100 * attempt, 2_000),
  };
  const commands = new Redis(settings);
  const subscriber = new Redis(settings);
  const state = { why: 'not connected yet' as string | undefined };
  // An `error` listener on each connection: without one, an outage would end the process.
  for (const connection of [commands, subscriber])
    connection.on('error', (cause: Error) => (state.why = cause.message));
  commands.on('ready', () => {
    state.why = undefined;
    // A restarted Redis has forgotten the functions.
    commands.call('FUNCTION', 'LOAD', 'REPLACE', FUNCTIONS).catch((cause: Error) => (state.why = cause.message));
  });
  // A view (R15): whoever starts while it is away starts without it, says so, and both connections go on trying.
  await Promise.all(
    [commands, subscriber].map((connection) =>
      connection.connect().catch((cause: Error) => (state.why ??= cause.message)),
    ),
  );
  if (commands.status === 'ready') {
    await commands.call('FUNCTION', 'LOAD', 'REPLACE', FUNCTIONS).catch((cause: Error) => (state.why = cause.message));
  }
  return liveStateOver(commands, subscriber, () =>
    state.why === undefined ? undefined : `Redis does not answer: ${state.why}`,
  );
}

function liveStateOver(commands: Redis, subscriber: Redis, trouble: () => string | undefined): LiveState {
  const watchers = watchersOn(subscriber);
  return {
    async put({ family, id, version, value, ttlMs }) {
      if (value.length > MAX_LIVE_VALUE_BYTES) throw tooLarge(value.length);
      const frame = frameOf(version, value);
      return outcome(
        await guarded(
          commands.call('FCALL', `${LIBRARY}_put`, '1', keyOf(family, id), orderOf(version), frame, String(ttlMs)),
        ),
      );
    },
    async remove(family, id, version) {
      return outcome(
        await guarded(commands.call('FCALL', `${LIBRARY}_remove`, '1', keyOf(family, id), orderOf(version))),
      );
    },
    async get(family, id) {
      const bytes = await guarded(commands.getBuffer(keyOf(family, id)));
      return bytes === null ? undefined : valueOf(bytes);
    },
    async getMany(family, ids) {
      if (ids.length === 0) return new Map();
      const frames = await guarded(commands.mgetBuffer(ids.map((id) => keyOf(family, id))));
      return new Map(
        ids.flatMap((id, i) => {
          const bytes = frames[i];
          return bytes === null || bytes === undefined ? [] : [[id, valueOf(bytes)] as const];
        }),
      );
    },
    watch: (family, id, onChange) => watchers.add(keyOf(family, id), onChange),
    trouble,
    async close() {
      commands.disconnect();
      subscriber.disconnect();
    },
  };
}

function watchersOn(subscriber: Redis) {
  const watchers = new Map<string, Set<(value: LiveValue) => void>>();
  subscriber.on('messageBuffer', (channel: Buffer, bytes: Buffer) => {
    const value = valueOf(bytes);
    for (const notify of watchers.get(channel.toString('utf8')) ?? []) notify(value);
  });
  return {
    async add(channel: string, onChange: (value: LiveValue) => void) {
      const watching = watchers.get(channel) ?? new Set();
      watchers.set(channel, watching.add(onChange));
      // ioredis subscribes again by itself after a reconnect. One that fails is none: the next caller tries anew.
      if (watching.size === 1) {
        await guarded(subscriber.subscribe(channel)).catch((cause: unknown) => {
          watchers.delete(channel);
          throw cause;
        });
      }
      return async () => {
        watching.delete(onChange);
        if (watching.size > 0) return;
        watchers.delete(channel);
        await guarded(subscriber.unsubscribe(channel)).catch(() => undefined);
      };
    },
  };
}

const keyOf = (family: LiveFamily, id: string): string => `${family}:${id}`;
const outcome = (answer: unknown): WriteOutcome => (Number(answer) === 1 ? 'written' : 'stale');

async function guarded<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    throw new LiveStateError(
      'LIVE_UNAVAILABLE',
      `Redis did not answer: ${cause instanceof Error ? cause.message : ''}`,
      cause,
    );
  }
}

/** Both numbers as fixed-width text, so that Redis compares them exactly: its own numbers are doubles. */
const orderOf = ({ epoch, offset }: LiveVersion): string =>
  `${epoch.toString().padStart(20, '0')}.${offset.toString().padStart(20, '0')}`;
const ORDER_LENGTH = 41;

const frameOf = (version: LiveVersion, value: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(orderOf(version), 'latin1'), value]);

function valueOf(frame: Buffer): LiveValue {
  const [epoch, offset] = frame.subarray(0, ORDER_LENGTH).toString('latin1').split('.');
  return {
    version: { epoch: BigInt(epoch ?? '0'), offset: BigInt(offset ?? '0') },
    value: Uint8Array.from(frame.subarray(ORDER_LENGTH)),
  };
}
