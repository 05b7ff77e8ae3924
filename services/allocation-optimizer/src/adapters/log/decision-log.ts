import type { allocationV1 } from '@headroom/contracts';
import { encodeRecord, TOPICS } from '@headroom/contracts';
import type { EventLog } from '@headroom/event-log';
import { invariant } from '@headroom/kernel';
import type { DecisionLog, PlanLog } from '../../ports.ts';
import { decisionToWire } from './decision-to-wire.ts';
import { ownerMemoryToWire } from './owner-memory-to-wire.ts';
import { planToWire } from './plan-wire.ts';
import { siteStateToWire } from './site-state-to-wire.ts';

const PRODUCER = 'allocation-optimizer';
/** Keys tried until one falls into a shard; with 64 shards a few hundred are plenty. */
const MAX_KEY_TRIES = 10_000;

/** The records of this service: decisions, openings of epochs, compacted snapshots. */
export function createDecisionLog(log: EventLog): DecisionLog {
  const facts = TOPICS.allocationFacts;
  return {
    openEpoch: async ({ shard, epoch, owner, atMs }, fence) => {
      const opened = { shard, epoch, owner, openedAtMs: BigInt(atMs) };
      const fact: allocationV1.AllocationFact = {
        siteId: '',
        ownerEpoch: epoch,
        fact: { $case: 'epochOpened', value: opened },
      };
      const envelope = {
        eventId: `${facts.name}:${shard}:${epoch}`,
        eventType: 'epochOpened',
        occurredAtMs: atMs,
        producer: PRODUCER,
      };
      await log.append([encodeRecord(facts, keyInto(log, facts.name, shard), fact, envelope)], { fence });
    },
    append: async (record, fence) => {
      const fact: allocationV1.AllocationFact = {
        siteId: record.siteId,
        ownerEpoch: record.ownerEpoch,
        fact: { $case: 'decisionMade', value: decisionToWire(record) },
      };
      const envelope = {
        eventId: `${record.siteId}:${record.ownerEpoch}:${record.seq}`,
        eventType: 'decisionMade',
        occurredAtMs: record.decision.decidedAtMs,
        producer: PRODUCER,
        ...(record.traceparent === undefined ? {} : { traceparent: record.traceparent }),
      };
      await log.append([encodeRecord(facts, record.siteId, fact, envelope)], { fence });
    },
    appendSnapshot: async (snapshot, fence) => {
      const { siteId } = snapshot.site;
      const state = { ...siteStateToWire(snapshot), memory: ownerMemoryToWire(snapshot) };
      const envelope = {
        eventId: `${siteId}:${snapshot.ownerEpoch}:${snapshot.snapshotSeq}`,
        eventType: 'siteState',
        occurredAtMs: snapshot.atMs,
        producer: PRODUCER,
      };
      await log.append([encodeRecord(TOPICS.siteState, siteId, state, envelope)], { fence });
    },
  };
}

/** Plans stand beside decisions: in the order of both their owner and the next one know which decision was made along which. */
export function createPlanLog(log: EventLog): PlanLog {
  const facts = TOPICS.allocationFacts;
  return {
    append: async ({ siteId, ownerEpoch, seq, plan }, fence) => {
      const fact: allocationV1.AllocationFact = {
        ...{ siteId, ownerEpoch },
        fact: { $case: 'planMade', value: planToWire(plan, seq) },
      };
      const envelope = {
        eventId: `${siteId}:${ownerEpoch}:plan:${seq}`,
        eventType: 'planMade',
        occurredAtMs: plan.createdAtMs,
        producer: PRODUCER,
      };
      await log.append([encodeRecord(facts, siteId, fact, envelope)], { fence });
    },
  };
}

/** A key that falls into the shard: records of a whole shard have none of their own. */
export function keyInto(log: Pick<EventLog, 'partitionOf'>, topic: string, shard: number): string {
  for (let n = 0; n < MAX_KEY_TRIES; n += 1) {
    const key = `shard:${shard}:${n}`;
    if (log.partitionOf(topic, key) === shard) return key;
  }
  invariant(false, `no key of ${MAX_KEY_TRIES} falls into shard ${shard} of ${topic}`);
}
