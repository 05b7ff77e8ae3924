import { checkProfiles, noteNoReading, type Reading, withReport } from '../domain/check-profiles.ts';
import type { ProfilesAnswered, ProfilesReported } from '../domain/facts.ts';
import { queueRecord, quietSiteOf, type Shard, siteOf } from './shard.ts';

/** What a station says of the profiles that it holds. What nobody asked for, or not since its last boot, is left out. */
export function takeProfiles(shard: Shard, fact: ProfilesAnswered | ProfilesReported): void {
  if (fact.kind === 'profiles-answered') return takeAnswer(shard, fact);
  const reading = shard.readings.get(fact.stationId);
  if (reading === undefined || reading.requestId !== fact.requestId) return;
  const known = withReport(reading, fact);
  if (fact.isContinued) shard.readings.set(fact.stationId, known);
  else conclude(shard, fact, known);
}

function takeAnswer(shard: Shard, fact: ProfilesAnswered): void {
  const reading = shard.readings.get(fact.stationId);
  // Of an earlier question, ours or an earlier owner's: it was true then, and what is asked now is still to be answered.
  if (reading !== undefined && !isAnswerTo(reading, fact)) return;
  shard.asked.delete(fact.stationId);
  if (fact.outcome === 'none' && reading !== undefined) return conclude(shard, fact, reading);
  // Accepted is a claim: until the last report has come it counts as a question in vain.
  noteNoReading(quietSiteOf(shard, fact.siteId), fact.stationId, fact.atMs);
  if (fact.outcome === 'failed') shard.readings.delete(fact.stationId);
}

const isAnswerTo = ({ commandId, generation }: Reading, answer: ProfilesAnswered): boolean =>
  commandId === answer.commandId && generation === answer.generation;

function conclude(
  shard: Shard,
  { siteId, stationId, atMs }: Pick<ProfilesReported, 'siteId' | 'stationId' | 'atMs'>,
  reading: Reading,
): void {
  shard.readings.delete(stationId);
  const checked = checkProfiles(siteOf(shard, siteId), stationId, reading, atMs);
  queueRecord(shard, checked && { ...checked, epoch: shard.epoch });
}
