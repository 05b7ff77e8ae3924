import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { allocationV1, encodeRecord, LOCAL_PARTITIONS, TOPICS } from '@headroom/contracts';
import { kafkaForTests, postgresForTests } from '@headroom/local/testing';
import { topicSpecs } from '@headroom/service-host';
import { expect } from '@jest/globals';
import { realPlatform } from './real.fixture.ts';
import { meterRead, siteDocument } from './service.fixture.ts';

const kafka = await kafkaForTests();
const postgres = await postgresForTests();
/** Sessions end after 6 s, the rest of a take-over is below a second. Contention of a shared machine on top. */
const PATIENCE_MS = 60_000;
const SITES = Array.from({ length: 18 }, (_, n) => `site-${n}`);

postgres.test('PostgreSQL is here, for the epochs of the test below', ({ url }) => {
  expect(url).not.toBe('');
});

kafka.test(
  'KF-43, HO-11: an optimizer is killed with kill -9: the other one decides for its shards, each site with one owner',
  async ({ brokers, prefix }) => {
    const databaseUrl = postgres.endpoint?.url;
    if (databaseUrl === undefined) return;
    const quiet = { info: () => {}, warn: () => {}, error: () => {} };
    const { log } = await realPlatform({ brokers, prefix, databaseUrl, shards: LOCAL_PARTITIONS, logger: quiet });
    await log.ensureTopics(topicSpecs({ shards: LOCAL_PARTITIONS, replicationFactor: 1 }));
    const envelope = { eventId: '-', eventType: 'test', occurredAtMs: 0, producer: 'test' };
    await log.append(SITES.map((site) => encodeRecord(TOPICS.siteConfig, site, siteDocument(site), envelope)));
    const seen = await watchDecisions(log);
    const args = [brokers.join(), prefix, databaseUrl, String(LOCAL_PARTITIONS)];
    const [victim, survivor] = [spawnOwner(args), spawnOwner(args)];
    const feeding = setInterval(() => {
      const nowMs = Date.now();
      const readings = SITES.map((site) =>
        encodeRecord(TOPICS.meteringFacts, site, meterRead(site, 100, nowMs), envelope),
      );
      void log.append(readings).catch(() => {});
    }, 1_000);
    try {
      await until('both own shards and have decided for all sites', () => {
        const owners = new Set(SITES.map((site) => seen.ownerOf(site)));
        return owners.size === 2 && !owners.has(undefined) && victim.caughtUp() >= 3 && survivor.caughtUp() >= 3;
      });
      // Snapshots of all sites, so that the other one goes on from them.
      await sleep(1_000);
      const lost = SITES.filter((site) => seen.ownerOf(site) === seen.ownerNamed(victim));
      const killedAtMs = performance.now();
      victim.kill();
      await until('all sites of the killed one are decided for again', () =>
        lost.every(
          (site) => (seen.decidedAtMs(site) ?? 0) > killedAtMs && seen.ownerOf(site) === seen.ownerNamed(survivor),
        ),
      );
      const tookMs = Math.max(...lost.map((site) => seen.firstAfter(site, killedAtMs))) - killedAtMs;
      process.stdout.write(
        `  ${lost.length} sites decided for again ${Math.round(tookMs)} ms after kill -9 of their owner\n`,
      );
      expect(lost.length).toBeGreaterThan(0);
      expect(seen.stale).toEqual([]);
    } finally {
      clearInterval(feeding);
      victim.kill();
      survivor.kill();
      await seen.stop();
      await log.close();
    }
  },
  2 * PATIENCE_MS,
);

type Log = Awaited<ReturnType<typeof realPlatform>>['log'];

/** Decisions as a consumer sees them, by the owner of their epoch. */
async function watchDecisions(log: Log) {
  const owners = new Map<string, string>();
  const opened = new Map<number, bigint>();
  const decided = new Map<string, { owner: string | undefined; readonly atMs: number[] }>();
  const stale: string[] = [];
  const consumption = await log.consume({
    group: 'watch',
    topics: [TOPICS.allocationFacts.name],
    start: { kind: 'earliest' },
    onBatch: async ({ partition, records }) => {
      for (const { value } of records) {
        const { siteId, ownerEpoch, fact } = allocationV1.AllocationFact.decode(value);
        if (fact?.$case === 'epochOpened') {
          owners.set(`${partition}/${ownerEpoch}`, fact.value.owner);
          opened.set(partition, ownerEpoch);
        } else if (ownerEpoch < (opened.get(partition) ?? 0n)) {
          stale.push(`${siteId} ${ownerEpoch}`);
        } else {
          const of = decided.get(siteId) ?? { owner: undefined, atMs: [] };
          of.owner = owners.get(`${partition}/${ownerEpoch}`);
          of.atMs.push(performance.now());
          decided.set(siteId, of);
        }
      }
    },
    onFatal: (cause) => stale.push(String(cause)),
  });
  return {
    stale,
    ownerOf: (site: string) => decided.get(site)?.owner,
    ownerNamed: (owner: { readonly epochs: () => readonly string[] }) => owners.get(owner.epochs()[0] ?? ''),
    decidedAtMs: (site: string) => decided.get(site)?.atMs.at(-1),
    firstAfter: (site: string, ms: number) => decided.get(site)?.atMs.find((each) => each > ms) ?? Infinity,
    stop: () => consumption.stop(),
  };
}

interface Line {
  readonly event: string;
  readonly shard?: number;
  readonly epoch?: number;
}

function spawnOwner(args: readonly string[]) {
  const program = fileURLToPath(new URL('./owner-process.fixture.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, ['--no-warnings', '--conditions=development', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: Line[] = [];
  if (child.stdout === null) throw new Error('its output is a pipe');
  createInterface({ input: child.stdout }).on('line', (line) => {
    const parsed: Line = JSON.parse(line);
    lines.push(parsed);
  });
  const caughtUp = () => lines.filter(({ event }) => event === 'allocation.shard-caught-up');
  return {
    kill: () => child.kill('SIGKILL'),
    caughtUp: () => caughtUp().length,
    /** `shard/epoch` of each tenure, the newest first. */
    epochs: () =>
      caughtUp()
        .map(({ shard, epoch }) => `${shard}/${epoch}`)
        .toReversed(),
  };
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`did not happen: ${what}`);
    await sleep(20);
  }
}
