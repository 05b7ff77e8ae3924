export type LogFields = Readonly<Record<string, string | number | boolean | bigint | undefined>>;

/** Structured logs. Born in a service's `events.ts` only; never one line a message (OW-68). */
export interface Logger {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}
