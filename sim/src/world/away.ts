/** What cannot be reached until when, in ms since the start. */
export interface Away {
  logFromMs: number;
  logUntilMs: number;
  meterUntilMs: number;
  /** PostgreSQL: records, offsets, epochs, the inbox of a gateway. */
  databaseUntilMs: number;
  /** Redis. */
  liveUntilMs: number;
  /** Stations that refused for a while whatever they were told, 0 A too. */
  readonly refusing: Set<string>;
}

export const NOTHING_AWAY: Readonly<Omit<Away, 'refusing'>> = {
  logFromMs: 0,
  logUntilMs: 0,
  meterUntilMs: 0,
  databaseUntilMs: 0,
  liveUntilMs: 0,
};
