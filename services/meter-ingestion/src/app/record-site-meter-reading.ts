import { type Clock, err, ok, type Result, type SiteId } from '@headroom/kernel';
import {
  checkReading,
  type ReadingRefusal,
  SENSOR,
  type SensorReading,
  type SiteMeterReading,
} from '../domain/check-reading.ts';
import type { SiteBook } from '../domain/site-book.ts';
import type { MeteringFacts, TakenReading, TakenTemperature } from '../ports.ts';

export type ReadingOutcome = Result<
  TakenReading | TakenTemperature,
  ReadingRefusal | { readonly code: 'unknown-site'; readonly detail: string }
>;

export interface RecordSiteMeterReadingDeps {
  readonly clock: Clock;
  readonly sites: SiteBook;
  readonly facts: MeteringFacts;
  /**
   * When the last reading that this instance took of each meter was sampled: only meters of known documents, so bounded by
   * them. Another instance may have taken a later one: the refusal is a courtesy to the sender. What counts is that optimizer,
   * dispatcher and the live draw pass over readings older than what they have.
   */
  readonly lastSampledAtMs: Map<string, number>;
}

/** Takes one reading: ok once it is durable in the log. Rejects with `EventLogError`; then it may or may not be taken. */
export async function recordSiteMeterReading(
  deps: RecordSiteMeterReadingDeps,
  siteId: SiteId,
  reading: SiteMeterReading | SensorReading,
): Promise<ReadingOutcome> {
  const site = deps.sites.find(siteId);
  if (site === undefined) return err({ code: 'unknown-site', detail: `There is no site "${siteId}".` });
  const nowMs = deps.clock.nowMs();
  const key = `${siteId}\n${reading.meterId}`;
  const known = site.meters.get(reading.meterId) ?? (site.sensors.has(reading.meterId) ? SENSOR : undefined);
  const refusal = checkReading(reading, known, {
    nowMs,
    lastSampledAtMs: deps.lastSampledAtMs.get(key),
  });
  if (refusal !== undefined) return err(refusal);
  // Before the append, so that two readings side by side cannot pass each other.
  deps.lastSampledAtMs.set(key, reading.sampledAtMs);
  const taken = { ...reading, siteId, receivedAtMs: nowMs };
  await deps.facts.appendReading(taken);
  return ok(taken);
}
