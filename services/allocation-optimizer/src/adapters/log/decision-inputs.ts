import { type decisionInputsV1, encodeRecord, type siteStateV1, TOPICS } from '@headroom/contracts';
import type { EventLog } from '@headroom/event-log';
import type { SiteModel } from '@headroom/site-model';
import { NO_RISES } from '../../domain/lease-memory.ts';
import type { DecidedFrom } from '../../domain/what-if/decided-from.ts';
import type { InputsLog, InputsRecord } from '../../ports.ts';
import { controlOf, stateOf } from './owner-memory-of-wire.ts';
import { ownerMemoryToWire } from './owner-memory-to-wire.ts';

/** The document of a model as it stood in the log; undefined: it did not come from there. */
export type DocumentOf = (site: SiteModel) => Uint8Array | undefined;

/** Keeps what decisions were made from. */
export const createInputsLog = (log: EventLog, documentOf: DocumentOf): InputsLog => ({
  append: async (record, fence) => {
    const topic = TOPICS.allocationInputs;
    const { siteId, ownerEpoch, seq, decidedAtMs } = record;
    const envelope = {
      // As of the decision itself: whoever looks for one finds the other by it.
      eventId: `${siteId}:${ownerEpoch}:${seq}`,
      eventType: 'decisionInputs',
      occurredAtMs: decidedAtMs,
      producer: 'allocation-optimizer',
    };
    await log.append([encodeRecord(topic, siteId, inputsToWire(record, documentOf), envelope)], { fence });
  },
});

function inputsToWire(record: InputsRecord, documentOf: DocumentOf): decisionInputsV1.DecisionInputs {
  const { siteId, ownerEpoch, seq, wholeSeq, beforeSeq, stateHash, site } = record;
  return {
    ...{ siteId, ownerEpoch, seq, wholeSeq, beforeSeq, stateHash },
    decidedAtMs: BigInt(record.decidedAtMs),
    memory: ownerMemoryToWire({ ...record, snapshotSeq: 0n, rises: NO_RISES }),
    siteConfig: (seq === wholeSeq ? documentOf(site) : undefined) ?? new Uint8Array(),
  };
}

/** What a record says of state and memory: all of it, or the parts that differ. */
export const partsOf = (memory: siteStateV1.OwnerMemory): Pick<DecidedFrom, 'state' | 'memory'> => ({
  state: stateOf(memory),
  memory: controlOf(memory),
});
