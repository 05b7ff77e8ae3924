import { destination, pino } from 'pino';
import type { LogFields, Logger } from './logger.ts';

/** Fields whose values never reach a log. */
export const REDACTED = ['password', 'authorization', 'idToken', 'token', 'bearerToken', 'databaseUrl'];

export type LogLevel = 'info' | 'warn' | 'error';

/** One JSON line an event on standard error; `level` is the least that is written. */
export function createPinoLogger(service: string, level: LogLevel = 'info'): Logger {
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: REDACTED,
    messageKey: 'event',
  };
  // Synchronous: few lines, and the last ones before an exit are the ones that matter.
  const root = pino(options, destination({ fd: 2, sync: true }));
  const write = (at: LogLevel) => (event: string, fields?: LogFields) => root[at](plain(fields), event);
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

// JSON has no bigint.
const plain = (fields: LogFields = {}): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
  );
