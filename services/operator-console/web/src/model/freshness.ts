/**
 * LK16: a value is at full strength while fresh, grey with its age in caution once two periods are missed, and a dash when it can no
 * longer be trusted. The server's own verdict (`stale`) can only make it worse.
 */
export type Freshness = 'fresh' | 'ageing' | 'gone';

/** Stations report every 10 s or so; the site meter every second. */
export const EVSE_PERIOD_MS = 10_000;
export const SITE_PERIOD_MS = 1000;
export const EVSE_TRUST_MS = 60_000;
export const SITE_TRUST_MS = 15_000;

export interface AgeInput {
  readonly ageMs: number | null;
  readonly stale: boolean;
  readonly periodMs: number;
  readonly trustMs: number;
}

export function freshness(input: AgeInput): Freshness {
  if (input.ageMs === null) return input.stale ? 'gone' : 'fresh';
  if (input.ageMs > input.trustMs) return 'gone';
  return input.stale || input.ageMs > 2 * input.periodMs ? 'ageing' : 'fresh';
}

/** The age grows while no document comes: what the last one said, plus how long ago it came. */
export function runningAge(ageMs: number | null, sinceReceivedMs: number): number | null {
  return ageMs === null ? null : ageMs + Math.max(0, sinceReceivedMs);
}
