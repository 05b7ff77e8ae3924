import { LOCAL_PARTITIONS, type Topic, TOPICS } from '@headroom/contracts';
import { createKafkaEventLog, type EventLog } from '@headroom/event-log';
import type { HeardCommand } from '../stations/thin-station.ts';

/** A meter reading with which the building moved, as the bench sent it. */
export interface Step {
  readonly siteId: string;
  /** Epoch ms: when it was due, and what it says of itself. */
  readonly dueAtMs: number;
  readonly rises: boolean;
}

/** What came of one step; epoch ms. */
export interface Wave {
  readonly step: Step;
  /** Taken by meter-ingestion. */
  readonly receivedAtMs: number;
  readonly decidedAtMs: number;
  /** When the first of its profiles was planned: the dispatcher has read the decision. */
  readonly plannedAtMs: number;
  /** Of the profiles that this decision brought, when the first and the last one were read from their sockets. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly commands: number;
}

interface Decided {
  readonly seq: bigint;
  readonly atMs: number;
  readonly trigger: string;
}

interface Intended {
  /** Of the command. */
  readonly name: string;
  readonly atMs: number;
}

/** What the platform wrote down about itself, read from Kafka once the run is over. */
interface Written {
  /** By site and the reading's own time. */
  readonly receivedAtMs: ReadonlyMap<string, number>;
  /** By site, in their order. */
  readonly decisions: ReadonlyMap<string, readonly Decided[]>;
  /** By site and decision. */
  readonly commands: ReadonlyMap<string, readonly Intended[]>;
}

/** A decision for a reading comes within this, or the reading has changed nothing. */
const DECIDED_WITHIN_MS = 5_000;

/** Lays what the bench did and what stations heard beside what the log says: which profile came of which reading. */
export async function wavesOf(
  brokers: string,
  steps: readonly Step[],
  heard: readonly HeardCommand[],
): Promise<{ readonly waves: readonly Wave[]; readonly withoutCommands: number }> {
  const written = await readWritten(brokers);
  const heardAtMs = new Map(heard.map(({ commandId, atMs }) => [commandId, atMs]));
  const waves = steps.flatMap((step) => {
    const wave = waveOf(step, written, heardAtMs);
    return wave === undefined ? [] : [wave];
  });
  return { waves, withoutCommands: steps.length - waves.length };
}

function waveOf(step: Step, written: Written, heardAtMs: ReadonlyMap<string, number>): Wave | undefined {
  const receivedAtMs = written.receivedAtMs.get(`${step.siteId}/${step.dueAtMs}`);
  if (receivedAtMs === undefined) return undefined;
  const decision = written.decisions
    .get(step.siteId)
    ?.find(({ atMs, trigger }) => trigger === 'site-meter' && atMs >= receivedAtMs);
  if (decision === undefined || decision.atMs - receivedAtMs > DECIDED_WITHIN_MS) return undefined;
  const intended = written.commands.get(`${step.siteId}/${decision.seq}`) ?? [];
  const at = intended.map(({ name }) => heardAtMs.get(name)).filter((atMs) => atMs !== undefined);
  if (at.length === 0) return undefined;
  const [firstAtMs, lastAtMs] = [Math.min(...at), Math.max(...at)];
  const plannedAtMs = Math.min(...intended.map(({ atMs }) => atMs));
  return { step, receivedAtMs, decidedAtMs: decision.atMs, plannedAtMs, firstAtMs, lastAtMs, commands: at.length };
}

async function readWritten(brokers: string): Promise<Written> {
  const log = await createKafkaEventLog({ brokers: brokers.split(','), clientId: 'bench' });
  const receivedAtMs = new Map<string, number>();
  const decisions = new Map<string, Decided[]>();
  const commands = new Map<string, Intended[]>();
  try {
    await readAll(log, TOPICS.meteringFacts, ({ siteId, fact }) => {
      if (fact?.$case !== 'siteMeterRead') return;
      receivedAtMs.set(`${siteId}/${fact.value.sampledAtMs}`, Number(fact.value.receivedAtMs));
    });
    await readAll(log, TOPICS.allocationFacts, ({ siteId, fact }) => {
      if (fact?.$case !== 'decisionMade') return;
      const { seq, decidedAtMs, trigger } = fact.value;
      push(decisions, siteId, { seq, atMs: Number(decidedAtMs), trigger });
    });
    await readAll(log, TOPICS.dispatchFacts, ({ siteId, fact }) => {
      if (fact?.$case !== 'limitIntended') return;
      push(commands, `${siteId}/${fact.value.decisionSeq}`, {
        name: fact.value.commandId,
        atMs: Number(fact.value.intendedAtMs),
      });
    });
  } finally {
    await log.close();
  }
  return { receivedAtMs, decisions, commands };
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key) ?? [];
  list.push(value);
  lists.set(key, list);
}

async function readAll<Message>(log: EventLog, topic: Topic<Message>, take: (message: Message) => void): Promise<void> {
  for (let partition = 0; partition < LOCAL_PARTITIONS; partition += 1) {
    await log.readToEnd({
      ...{ topic: topic.name, partition },
      onRecords: (records) => {
        for (const { value } of records) if (value.length > 0) take(topic.codec.decode(value));
      },
    });
  }
}
