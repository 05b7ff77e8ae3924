export type LogFields = Readonly<Record<string, string | number | boolean | bigint | undefined>>;

/** Where the simulator tells what it does; the host's structured logger fits. */
export interface SimLog {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
}

export const silentLog: SimLog = { info: () => {}, warn: () => {} };
