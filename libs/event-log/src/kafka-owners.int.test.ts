import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type KafkaEndpoint, kafkaForTests } from '@headroom/local/testing';
import { expect } from '@jest/globals';
import { collect, eventually, type LogUnderTest, recordOf, textOf } from './contract.ts';
import { fill, keysOf, nothingWrong, openOwner, type Owner, shared } from './contract-owner.ts';
import { startWorker, type WorkerLine } from './contract-worker.ts';
import { createKafkaEventLog } from './kafka.ts';
import type { EventLog } from './port.ts';

const kafka = await kafkaForTests();
const LIMIT_MS = 120_000;
const PATIENCE = { waitMs: 30_000 };
/** Longer than the session of 6 s. */
const SLEEP_MS = 10_000;
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

async function makeTopics(log: EventLog, names: readonly string[], partitions: number): Promise<readonly string[]> {
  await log.ensureTopics(names.map((name) => ({ name, partitions, cleanup: 'delete', replicationFactor: 1 })));
  return names;
}

/** A log of the test's own, closed whatever happens: an open one keeps the process. */
const withLog =
  (work: (log: EventLog, prefix: string, brokers: readonly string[]) => Promise<void>) =>
  async ({ brokers, prefix }: KafkaEndpoint) => {
    const log = await createKafkaEventLog({ brokers, clientId: 'owners' });
    try {
      await work(log, prefix, brokers);
    } finally {
      await log.close();
    }
  };

const subjectOf = (log: EventLog, prefix: string): LogUnderTest => ({
  ...{ log, prefix, maxQueueBytes: 0 },
  ...PATIENCE,
});

for (const partitions of [6, 12]) {
  kafka.test(
    `OW-10: 1 to 7 members come and go, 3 topics of ${partitions} partitions: no shard is torn, only the fewest move`,
    withLog(async (log, prefix) => {
      const subject = subjectOf(log, prefix);
      const names = ['a', 'b', 'c'].map((name) => `${prefix}m${partitions}-${name}`);
      const topics = await makeTopics(log, names, partitions);
      const shards = numbers(partitions);
      const keys = keysOf(subject, topics[0] ?? '', shards);
      const timeline: string[] = [];
      const owners: Owner[] = [];
      const topicsSeen = new Map<number, Set<string>>();
      const moves = () =>
        timeline.filter((line) => line.includes('acquired')).flatMap((line) => line.split(',')).length;
      for (const count of [1, 2, 3, 4, 5, 6, 7]) {
        const before = moves();
        const onBatch: Parameters<typeof openOwner>[1]['onBatch'] = async ({ topic, partition }) => {
          topicsSeen.set(partition, (topicsSeen.get(partition) ?? new Set()).add(`${count} ${topic}`));
        };
        const group = `${prefix}members-${partitions}`;
        owners.push(await openOwner(subject, { name: `m${count}`, timeline, group, topics, onBatch }));
        await shared(subject, owners, shards);
        expect(moves() - before).toBe(Math.floor(partitions / count));
      }
      topicsSeen.clear();
      await log.append(topics.flatMap((topic) => keys.map((key) => recordOf(topic, key, 'now'))));
      const all = () => shards.every((shard) => topicsSeen.get(shard)?.size === topics.length);
      await eventually(PATIENCE, 'every shard is read, each by one member', all);
      for (const owner of [...owners]) {
        if (owners.length === 1) break;
        const before = moves();
        const had = owner.owned.size;
        await owner.consumption.stop();
        owners.shift();
        await shared(subject, owners, shards);
        expect(moves() - before).toBe(had);
      }
      nothingWrong(timeline);
    }),
    LIMIT_MS,
  );
}

kafka.test(
  'OW-13: in a rolling release the newer member reads a topic that the leader does not know',
  withLog(async (log, prefix) => {
    const subject = subjectOf(log, prefix);
    const topics = await makeTopics(log, [`${prefix}known`, `${prefix}new`], 3);
    const [known = '', fresh = ''] = topics;
    await fill(subject, fresh, ['1']);
    const common = { timeline: [], group: `${prefix}rolling` };
    const older = await openOwner(subject, { ...common, name: 'older', topics: [known] });
    await shared(subject, [older]);
    const newer = await openOwner(subject, { ...common, name: 'newer', topics });
    await shared(subject, [older, newer]);
    for (const shard of newer.owned.keys()) expect(newer.textsOf(shard)).toEqual(['1']);
    await older.consumption.stop();
    await shared(subject, [newer]);
    for (const shard of [0, 1, 2]) expect(newer.textsOf(shard)).toEqual(['1']);
    nothingWrong(common.timeline);
  }),
  LIMIT_MS,
);

kafka.test(
  'OW-14, OW-24, OW-30: a woken zombie writes nothing for what others own now, and acquires anew',
  withLog(async (log, prefix, brokers) => {
    const [input = '', output = ''] = await makeTopics(log, [`${prefix}input`, `${prefix}output`], 6);
    const group = `${prefix}zombies`;
    const mine = new Set<number>();
    const worker = await startWorker({
      ...{ log, name: 'w', group, input, output, shards: 6 },
      say: ({ kind, shards }) => shards.forEach((shard) => (kind === 'lost' ? mine.delete(shard) : mine.add(shard))),
    });
    await eventually(PATIENCE, 'one owns everything', () => mine.size === 6);
    const zombie = spawnOwner([brokers.join(), 'z', group, input, output, '6']);
    try {
      await eventually(PATIENCE, 'they share', () => zombie.owned().length === 3 && mine.size === 3);
      const before = zombie.owned();
      const memberId = zombie.memberId();
      await sleep(500);
      process.kill(zombie.pid, 'SIGUSR2');
      await sleep(SLEEP_MS);
      expect(mine).toEqual(new Set(numbers(6)));
      process.kill(zombie.pid, 'SIGCONT');
      await eventually(PATIENCE, 'it is a member again', () => zombie.memberId() !== memberId);
      await eventually(PATIENCE, 'they share again', () => zombie.owned().length === 3);
      const calls = zombie.lines.filter((line) => line.kind !== 'refused');
      // The very same shards: the other one keeps the first three of its six.
      expect(calls.slice(-2)).toMatchObject([
        { kind: 'lost', shards: before },
        { kind: 'acquired', shards: before },
      ]);
      expect(zombie.lines).toEqual(
        expect.arrayContaining(before.map((shard) => ({ kind: 'refused', shards: [shard], code: 'LOG_FENCED' }))),
      );
      await sleep(500);
      await worker.stop();
      zombie.end();
      const audit = await collect(log, { group: `${prefix}audit`, topics: [output] });
      await eventually(PATIENCE, 'the audit reads all', () => audit.caughtUp === 1);
      const stale = staleWork(audit.records.map(({ partition, value }) => [partition, textOf(value)]));
      expect(stale.work).toBeGreaterThan(500);
      expect(stale.late).toEqual([]);
    } finally {
      zombie.end();
    }
  }),
  LIMIT_MS,
);

/** What was written for an acquisition after another one was opened in its shard. */
function staleWork(lines: readonly (readonly [shard: number, text: string])[]) {
  const opened = new Map<number, string>();
  const late: string[] = [];
  let work = 0;
  for (const [shard, text] of lines) {
    const [what, token = ''] = text.split(' ');
    if (what === 'opened') opened.set(shard, token);
    else if (opened.get(shard) === token) work += 1;
    else late.push(`${shard}: ${token} after ${opened.get(shard)}`);
  }
  return { work, late };
}

function spawnOwner(args: readonly string[]) {
  const fixture = fileURLToPath(new URL('./owner-fixture.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, ['--no-warnings', '--conditions=development', fixture, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: WorkerLine[] = [];
  if (child.stdout === null) throw new Error('its output is a pipe');
  createInterface({ input: child.stdout }).on('line', (line) => {
    const parsed: WorkerLine = JSON.parse(line);
    lines.push(parsed);
  });
  return {
    lines,
    pid: child.pid ?? 0,
    end: () => child.kill('SIGKILL'),
    memberId: () => lines.findLast((line) => line.kind === 'acquired')?.memberId,
    owned: () => {
      const owned = new Set<number>();
      for (const { kind, shards } of lines) {
        for (const shard of shards) {
          if (kind === 'acquired') owned.add(shard);
          if (kind === 'lost') owned.delete(shard);
        }
      }
      return [...owned];
    },
  };
}
