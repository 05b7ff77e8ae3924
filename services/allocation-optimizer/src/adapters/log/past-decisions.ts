import { allocationV1, decodeRecord, type decisionInputsV1, TOPICS } from '@headroom/contracts';
import type { EventLog, StoredRecord } from '@headroom/event-log';
import { epochMs, err, invariant, ok, type Result, type SiteId } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import type { Decision } from '../../domain/decision.ts';
import { withParts } from '../../domain/what-if/changed-parts.ts';
import type { FoundDecision, NotRetained, PastDecisions, WhichDecision } from '../../ports.ts';
import { partsOf } from './decision-inputs.ts';
import { decisionToWire } from './decision-to-wire.ts';
import { lastRecord, type Numbered, numberOf, recordsFrom, type Where } from './find-record.ts';

/** A site document as a model; the error says why it is none. */
export type ModelOf = (document: Uint8Array) => Result<SiteModel, string>;

type Found<T> = Result<T, NotRetained>;
interface Parts {
  readonly target: decisionInputsV1.DecisionInputs;
  readonly chain: readonly decisionInputsV1.DecisionInputs[];
}

/** Reads decisions and what they were made from back out of the log. */
export const createPastDecisions = (log: EventLog, modelOf: ModelOf): PastDecisions => ({
  find: async (siteId, which) => {
    const inputs = whereOf(log, TOPICS.allocationInputs.name, siteId);
    const parts = await partsOfDecision(log, inputs, which);
    if (parts.kind === 'err') return parts;
    const from = decidedFrom(parts.value, modelOf);
    if (from.kind === 'err') return from;
    const { ownerEpoch, seq } = parts.value.target;
    const decision = await recordedDecision(log, whereOf(log, TOPICS.allocationFacts.name, siteId), {
      ownerEpoch,
      seq,
    });
    if (decision === undefined)
      return gone('decision', `The record of decision ${seq} of epoch ${ownerEpoch} is not in the log.`);
    return ok(foundDecision({ siteId, ownerEpoch, seq, from: from.value }, decision));
  },
});

const whereOf = (log: EventLog, topic: string, siteId: SiteId): Where => ({
  ...{ topic, key: siteId },
  partition: log.partitionOf(topic, siteId),
});

const gone = (what: NotRetained['what'], detail: string): Result<never, NotRetained> => err({ what, detail });

/** In the order of decisions: epochs first, then numbers within them. */
const isUpTo =
  ({ ownerEpoch, seq }: Pick<Numbered, 'ownerEpoch' | 'seq'>) =>
  (each: Numbered): boolean =>
    each.ownerEpoch < ownerEpoch || (each.ownerEpoch === ownerEpoch && each.seq <= seq);

async function partsOfDecision(log: EventLog, where: Where, which: WhichDecision): Promise<Found<Parts>> {
  const isNotAfter = which.kind === 'at' ? ({ atMs }: Numbered) => atMs <= which.atMs : isUpTo(which);
  const record = await lastRecord(log, where, isNotAfter);
  const target = record && inputsIn(record);
  if (target === undefined) return gone('inputs', `Of site ${where.key} nothing that old is in the log.`);
  const { ownerEpoch, seq, wholeSeq } = target;
  if (which.kind === 'id' && (ownerEpoch !== which.ownerEpoch || seq !== which.seq)) {
    return gone('inputs', `What decision ${which.seq} of epoch ${which.ownerEpoch} was made from is not in the log.`);
  }
  const whole = seq === wholeSeq ? record : await lastRecord(log, where, isUpTo({ ownerEpoch, seq: wholeSeq }));
  const begin = whole && numberOf(whole);
  if (whole === undefined || begin?.ownerEpoch !== ownerEpoch || begin.seq !== wholeSeq) {
    return gone(
      'inputs-chain',
      `Decision ${wholeSeq}, on which what is kept of ${seq} builds, is not in the log any more.`,
    );
  }
  const records = await recordsFrom(log, where, whole.offset, (each) => isIt(each, target));
  return chainOf(records, target);
}

const isIt = (record: StoredRecord, { ownerEpoch, seq }: Pick<Numbered, 'ownerEpoch' | 'seq'>): boolean => {
  const numbered = numberOf(record);
  return numbered?.ownerEpoch === ownerEpoch && numbered.seq === seq;
};

function inputsIn(record: StoredRecord): decisionInputsV1.DecisionInputs | undefined {
  const decoded = decodeRecord(TOPICS.allocationInputs, record.value);
  return decoded.kind === 'ok' ? decoded.value : undefined;
}

/** From the whole record to the one that is wanted, each building on the one before. A record that came twice counts once. */
function chainOf(records: readonly StoredRecord[], target: decisionInputsV1.DecisionInputs): Found<Parts> {
  const chain: decisionInputsV1.DecisionInputs[] = [];
  for (const record of records) {
    const each = inputsIn(record);
    if (each === undefined || each.ownerEpoch !== target.ownerEpoch || each.wholeSeq !== target.wholeSeq) continue;
    if (each.seq === chain.at(-1)?.seq) continue;
    if (each.beforeSeq !== (chain.at(-1)?.seq ?? 0n)) {
      return gone(
        'inputs-chain',
        `Decision ${each.beforeSeq}, on which what is kept of ${each.seq} builds, is missing.`,
      );
    }
    chain.push(each);
  }
  return ok({ target, chain });
}

function decidedFrom({ target, chain }: Parts, modelOf: ModelOf): Found<FoundDecision['from']> {
  const [whole] = chain;
  if (whole === undefined || whole.siteConfig.length === 0) {
    return gone('site-config', `The site document that decision ${target.seq} was made under was not kept.`);
  }
  const site = modelOf(whole.siteConfig);
  if (site.kind === 'err') return gone('site-config', `The site document of then is none today: ${site.error}`);
  const parts = chain.map(({ memory, seq }) => {
    invariant(memory !== undefined, `what is kept of decision ${seq} holds no memory`);
    return partsOf(memory);
  });
  const { state, memory } = parts.reduce((before, next) => ({
    state: withParts(before.state, next.state),
    memory: withParts(before.memory, next.memory),
  }));
  return ok({ site: site.value, state, memory, nowMs: epochMs(Number(target.decidedAtMs)) });
}

async function recordedDecision(
  log: EventLog,
  where: Where,
  id: Pick<Numbered, 'ownerEpoch' | 'seq'>,
): Promise<allocationV1.DecisionMade | undefined> {
  const record = await lastRecord(log, where, isUpTo(id));
  if (record === undefined || !isIt(record, id)) return undefined;
  const decoded = decodeRecord(TOPICS.allocationFacts, record.value);
  const fact = decoded.kind === 'ok' ? decoded.value.fact : undefined;
  return fact?.$case === 'decisionMade' ? fact.value : undefined;
}

type Base = Pick<FoundDecision, 'ownerEpoch' | 'seq' | 'from'> & { readonly siteId: SiteId };

function foundDecision({ siteId, ...base }: Base, recorded: allocationV1.DecisionMade): FoundDecision {
  const { ownerEpoch, seq } = base;
  return {
    ...base,
    recorded: allocationV1.DecisionMade.encode(recorded).finish(),
    differencesOf: (decision: Decision, stateHash: string) => {
      // What is no part of the decision is as it was: its number, what had been read, why it was asked for.
      const { inputs, trigger, validUntilMs } = recorded;
      const again = decisionToWire({
        ...{ siteId, ownerEpoch, seq, decision, stateHash, inputs, traceparent: undefined },
        // The word on the wire is one of ours: nobody else writes this topic.
        trigger: trigger as Parameters<typeof decisionToWire>[0]['trigger'],
        validUntilMs: epochMs(Number(validUntilMs)),
      });
      return fieldsThatDiffer(recorded, again);
    },
  };
}

/** Empty only where both are the same bytes. */
function fieldsThatDiffer(a: allocationV1.DecisionMade, b: allocationV1.DecisionMade): readonly string[] {
  const codec = allocationV1.DecisionMade;
  const isSame = (x: allocationV1.DecisionMade, y: allocationV1.DecisionMade): boolean =>
    Buffer.from(codec.encode(x).finish()).equals(codec.encode(y).finish());
  if (isSame(a, b)) return [];
  const json = (of: allocationV1.DecisionMade) =>
    new Map(Object.entries(codec.toJSON(of) as object).map(([name, value]) => [name, JSON.stringify(value)]));
  const [was, is] = [json(a), json(b)];
  const names = [...new Set([...was.keys(), ...is.keys()])].filter((name) => was.get(name) !== is.get(name));
  return names.length === 0 ? ['encoding'] : names.toSorted();
}
