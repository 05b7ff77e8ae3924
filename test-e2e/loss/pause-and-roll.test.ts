/**
 * Loss 3 and 4 on two of everything. An owner is stopped for 20 s with work in its hands, and woken: nothing it held reaches a
 * socket. Then every process is restarted in its turn, as a rolling release does. The judge is the stations' wire and books.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { allocationV1, TOPICS } from '@headroom/contracts';
import { createKafkaEventLog } from '@headroom/event-log';
import { eventually, pause } from '../support/eventually.ts';
import { controlAnswers, roomA, whenFull } from './support/control.ts';
import { during, usedShare } from './support/judge.ts';
import { ownerOf } from './support/owners.ts';
import { openStackSite, pairedStack, type StackSite, whenBooksAgree } from './support/stack-site.ts';
import { staleCommands } from './support/wire-tap.ts';

const PAUSE_MS = 20_000;
/** Of one service after the other, with both of its processes. */
const SERVICES = [
  'session-registry',
  'meter-ingestion',
  'allocation-optimizer',
  'profile-dispatcher',
  'grid-adapter',
  'ocpp-gateway',
  'operator-console',
];
const UNANSWERED_MS = 5_000;
/** Of the room. A car that leaves, and one that comes, every 20 s cost some of it as well. */
const USED_SHARE = 0.95;
const TURNOVER_MS = 20_000;

const got = await pairedStack();
const on = 'why' in got ? test.skip : test;
let at: StackSite;

beforeAll(async () => {
  if ('why' in got) return;
  at = await openStackSite(got, 'paused');
}, 240_000);

afterAll(async () => {
  await at?.stop();
  if (!('why' in got)) await got.stop();
}, 40_000);

/** The shard of the site, as its commands name it. */
function shardOfSite(): number {
  const shard = at.site.tap.commands().at(-1)?.shard;
  if (shard === undefined) throw new Error('no command has come yet');
  return shard;
}

on(
  'a dispatcher is stopped for 20 s with work in its hands and woken: another takes over, and not one stale command reaches a socket',
  async () => {
    const owner = await ownerOf(at.running, 'profile-dispatcher', shardOfSite());
    at.running.stack.kill(owner.process, 'SIGSTOP');
    const stoppedAtMs = Date.now();
    // Work arrives that it will find when it wakes.
    const backMs = await controlAnswers(at.site, stoppedAtMs, 20_000);
    await pause(PAUSE_MS - (Date.now() - stoppedAtMs));
    const heir = await ownerOf(at.running, 'profile-dispatcher', shardOfSite());
    expect(heir.process).not.toBe(owner.process);
    expect(heir.epoch).toBeGreaterThan(owner.epoch);
    at.running.stack.kill(owner.process, 'SIGCONT');
    const wokenAtMs = Date.now();
    // It finds its work, and for a moment believes that all is as it was.
    await controlAnswers(at.site, wokenAtMs, 20_000);
    await pause(8_000);
    const late = at.site.tap.commands().filter(({ epoch, atMs }) => epoch <= owner.epoch && atMs >= wokenAtMs);
    expect(late).toEqual([]);
    expect(staleCommands(at.site.tap.commands())).toEqual([]);
    expect(at.site.judge.breaches()).toEqual([]);
    await at.running.stack.whenReady(owner.process, 20_000);
    process.stdout.write(`dispatcher stopped for 20 s: another answered after ${(backMs / 1_000).toFixed(1)} s\n`);
  },
  120_000,
);

on(
  'an optimizer is stopped for 20 s with work in its hands and woken: not one decision of its epoch follows that of its heir',
  async () => {
    await whenFull(at.site, 60_000, 0.9);
    const owner = await ownerOf(at.running, 'allocation-optimizer', shardOfSite());
    at.running.stack.kill(owner.process, 'SIGSTOP');
    const stoppedAtMs = Date.now();
    const backMs = await controlAnswers(at.site, stoppedAtMs, 20_000);
    await pause(PAUSE_MS - (Date.now() - stoppedAtMs));
    const heir = await ownerOf(at.running, 'allocation-optimizer', shardOfSite());
    expect(heir.process).not.toBe(owner.process);
    at.running.stack.kill(owner.process, 'SIGCONT');
    await controlAnswers(at.site, Date.now(), 20_000);
    await pause(8_000);
    const order = await decisionEpochs(shardOfSite());
    expect(order.filter((epoch, i) => epoch < Math.max(...order.slice(0, i), 0))).toEqual([]);
    expect(new Set(order).size).toBeGreaterThan(1);
    expect(at.site.judge.breaches()).toEqual([]);
    await at.running.stack.whenReady(owner.process, 20_000);
    process.stdout.write(`optimizer stopped for 20 s: another decided after ${(backMs / 1_000).toFixed(1)} s\n`);
  },
  120_000,
);

/** Epochs of all records of the decisions' topic in one shard, in the order of the log. */
async function decisionEpochs(shard: number): Promise<readonly number[]> {
  const brokers = (at.running.stack.servers.endpoints.kafka ?? '').split(',');
  const log = await createKafkaEventLog({ brokers, clientId: 'headroom-loss-judge' });
  const epochs: number[] = [];
  try {
    await log.readToEnd({
      topic: TOPICS.allocationFacts.name,
      partition: shard,
      onRecords: (records) => {
        for (const { value } of records) epochs.push(Number(allocationV1.AllocationFact.decode(value).ownerEpoch));
      },
    });
  } finally {
    await log.close();
  }
  return epochs;
}

on(
  'every process is restarted in its turn under load: no station waits for more than 5 s, nothing is lost, and most of the room stays used',
  async () => {
    await whenFull(at.site, 60_000);
    const stopTurnover = at.site.turnover(TURNOVER_MS);
    const fromMs = Date.now();
    const shares: string[] = [];
    for (const service of SERVICES) {
      const begunMs = Date.now();
      for (const replica of [1, 2]) {
        const name = `${service}-${replica}`;
        await at.running.stack.restart(name);
        await at.running.stack.whenReady(name, 30_000);
      }
      const share = usedShare(during(at.site.judge, begunMs, Date.now()), roomA(at.site, at.site.buildingA()));
      shares.push(`${service} ${(share * 100).toFixed(0)} %`);
    }
    await pause(3_000);
    const toMs = Date.now();
    stopTurnover();
    await eventually('every message is answered', 15_000, () => (at.site.unanswered() === 0 ? true : undefined));
    const waits = at.site.benches.flatMap(({ station }) =>
      station
        .ledger()
        .messages.filter(({ createdAtMs }) => createdAtMs >= fromMs && createdAtMs <= toMs)
        .map(({ createdAtMs, acknowledgedAtMs }) => (acknowledgedAtMs ?? Number.POSITIVE_INFINITY) - createdAtMs),
    );
    const share = usedShare(during(at.site.judge, fromMs, toMs), roomA(at.site, at.site.buildingA()));
    process.stdout.write(
      `rolling restart of 14 processes in ${Math.round((toMs - fromMs) / 1_000)} s: ${waits.length} messages, the longest wait ${Math.max(...waits)} ms, ${(share * 100).toFixed(1)} % of the room used (while restarting ${shares.join(', ')})\n`,
    );
    expect(waits.length).toBeGreaterThan(100);
    expect(Math.max(...waits)).toBeLessThanOrEqual(UNANSWERED_MS);
    expect(at.site.judge.breaches()).toEqual([]);
    expect(staleCommands(at.site.tap.commands())).toEqual([]);
    expect(share).toBeGreaterThanOrEqual(USED_SHARE);
    await whenBooksAgree(at);
  },
  300_000,
);
