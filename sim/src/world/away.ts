/** What cannot be reached until when, in ms since the start. */
export interface Away {
  logFromMs: number;
  logUntilMs: number;
  meterUntilMs: number;
  /** PostgreSQL: records, offsets, epochs, the inbox of a gateway. */
  databaseUntilMs: number;
  /** Redis. */
  liveUntilMs: number;
}

export const NOTHING_AWAY: Readonly<Away> = {
  logFromMs: 0,
  logUntilMs: 0,
  meterUntilMs: 0,
  databaseUntilMs: 0,
  liveUntilMs: 0,
};
