import { expect } from '@jest/globals';
import { TOPICS } from '@headroom/contracts';
import { eventually } from '../../support/eventually.ts';
import { acknowledgedSamples } from '../support/books.ts';
import { leaderOf } from '../support/cluster.ts';
import { controlAnswers, takesAway, whenFull, whenGenerous } from '../support/control.ts';
import { evidenceOf } from '../support/evidence.ts';
import { type Evidence, type Hit, killHolding } from '../support/holding.ts';
import { expectNothingOver, type Pair } from '../support/pair.ts';
import { isLit, readingIsRecorded } from '../support/recorded.ts';
import { type Back, CROWD_MS, expectInTime, reportKill } from '../support/report.ts';
import { whenBooksAgree } from '../support/stack-site.ts';

const PAGE_WITHIN_MS = 15_000;

/** Loss 2: one broker of three, PostgreSQL, Redis, all brokers, each killed with SIGKILL while it holds unanswered work. */
export function killServerTitles({ on, at, crowd, calm }: Pair): void {
  const node = (name: string) => {
    const found = at().running.stack.servers.nodes.get(name);
    if (found === undefined) throw new Error(`no server ${name}`);
    return found;
  };
  /** Whatever comes of it: the next title finds the server alive. */
  const whileDead = async (name: string, evidence: Evidence, look: (hit: Hit) => Promise<number>): Promise<Back> => {
    try {
      const hit = await killHolding({ what: name, targets: [node(name)], evidence });
      return { sinceMs: hit.atMs, backMs: await look(hit) };
    } finally {
      await node(name).start();
    }
  };
  const shard = () => at().site.tap.commands().at(-1)?.shard ?? -1;
  const generous = async () => {
    calm();
    await whenGenerous(at().site, 60_000);
  };

  on(
    "the broker that leads the site's records is killed while stations wait for an append to it: control and records go on with the other two",
    async () => {
      await generous();
      const { name: topic } = TOPICS.stationFacts;
      const leader = await leaderOf(at().running, topic, shard());
      const { unansweredByAnybody, unreadAtServer, all } = evidenceOf(at());
      const evidence = all(unansweredByAnybody, unreadAtServer(node(leader).port, 'ocpp-gateway'));
      const back = await whileDead(leader, evidence, async ({ atMs, held }) => {
        const bothMs = await Promise.all([takesAway(at().site, atMs, 40_000), readingIsRecorded(at(), atMs)]);
        const ms = Math.max(...bothMs);
        reportKill(`${leader}, leader of ${topic}/${shard()},`, held, ms);
        crowd(CROWD_MS);
        expect(await leaderOf(at().running, topic, shard())).not.toBe(leader);
        return ms;
      });
      await whenBooksAgree(at());
      expectNothingOver(at());
      expectInTime(at(), back);
    },
    150_000,
  );

  on(
    'PostgreSQL is killed while statements wait in it: stations are answered and control goes on; what was acknowledged is recorded once it is back',
    async () => {
      await generous();
      const { unreadAtServer, whileTokensArePut, all } = evidenceOf(at());
      const { port } = node('postgres');
      const evidence = all(
        whileTokensArePut(unreadAtServer(port, 'session-registry')),
        unreadAtServer(port, 'meter-ingestion'),
      );
      const back = await whileDead('postgres', evidence, async ({ atMs, held }) => {
        const ms = await takesAway(at().site, atMs, 40_000);
        reportKill('PostgreSQL', held, ms);
        await eventually('stations are answered without it', 10_000, () =>
          at().site.unanswered() === 0 ? true : undefined,
        );
        return ms;
      });
      crowd(CROWD_MS);
      await whenBooksAgree(at());
      expectNothingOver(at());
      expectInTime(at(), back);
    },
    150_000,
  );

  on(
    'Redis is killed while writes of its writers wait in it: the page is dark, control and records do not notice',
    async () => {
      await generous();
      const { unreadAtServer, all } = evidenceOf(at());
      const { port } = node('redis');
      // Neither of them ever reads there.
      const evidence = all(unreadAtServer(port, 'allocation-optimizer'), unreadAtServer(port, 'meter-ingestion'));
      const back = await whileDead('redis', evidence, async ({ atMs, held }) => {
        const ms = await takesAway(at().site, atMs, 40_000);
        reportKill('Redis', held, ms);
        return ms;
      });
      crowd(CROWD_MS);
      expect(await isLit(at(), Date.now())).toBeLessThanOrEqual(PAGE_WITHIN_MS);
      await whenBooksAgree(at());
      expectNothingOver(at());
      expectInTime(at(), back);
    },
    150_000,
  );

  on(
    'all three brokers are killed while stations wait for appends: stations are answered from the inbox; all goes on once they are back',
    async () => {
      crowd(CROWD_MS);
      await whenFull(at().site, 60_000, 0.8);
      const brokers = ['kafka-1', 'kafka-2', 'kafka-3'].map(node);
      const { unansweredByAnybody } = evidenceOf(at());
      const { held } = await killHolding({ what: 'all brokers', targets: brokers, evidence: unansweredByAnybody });
      const told = () => acknowledgedSamples(at().site.benches.map(({ station }) => station));
      const before = told();
      await eventually('stations are answered without Kafka', 15_000, () => (told() > before + 5 ? true : undefined));
      await Promise.all(brokers.map((broker) => broker.start()));
      const sinceMs = Date.now();
      const backMs = await controlAnswers(at().site, sinceMs, 60_000);
      reportKill('all brokers', held, backMs);
      await whenBooksAgree(at());
      await whenFull(at().site, 90_000, 0.9);
      expectNothingOver(at());
      expectInTime(at(), { sinceMs, backMs });
    },
    240_000,
  );
}
