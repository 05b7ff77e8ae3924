/**
 * Loss 2: each service as a whole, one broker of three, all brokers, PostgreSQL and Redis are killed with SIGKILL, one after
 * the other, while 12 stations charge, sample and turn over. Each blow proves that it hit: the victim held unanswered work.
 * The judge is the stations' own books: what was acknowledged, what flowed.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, pause } from '../support/eventually.ts';
import { controlAnswers, whenFull } from './support/control.ts';
import { killHolding } from './support/holding.ts';
import { acknowledgedSamples } from './support/books.ts';
import { HUNGRY } from './support/site.ts';
import { ask, openStackSite, pairedStack, type StackSite, whenBooksAgree } from './support/stack-site.ts';

const SITE = 'kills';
const CONTROL_WITHIN_MS = 10_000;

const got = await pairedStack();
const on = 'why' in got ? test.skip : test;
let at: StackSite;
let stopTurnover: () => void = () => undefined;

beforeAll(async () => {
  if ('why' in got) return;
  at = await openStackSite(got, SITE);
  stopTurnover = at.site.turnover(3_000);
}, 240_000);

afterAll(async () => {
  stopTurnover();
  await at?.stop();
  if (!('why' in got)) await got.stop();
}, 40_000);

type Evidence = () => Promise<string | undefined> | string | undefined;

/** Messages that stations have sent and that nobody has answered. */
const unansweredByAnybody: Evidence = () =>
  at.site.unanswered() > 0 ? `${at.site.unanswered()} messages of stations` : undefined;

/** Samples that stations were told are recorded, and that the database does not show yet. */
const unrecorded: Evidence = async () => {
  const [row] = await ask<{ n: number }>(
    at.running,
    'select count(distinct (station_id, at_ms))::int as n from meter_ingestion.evse_samples where site_id = $1',
    [SITE],
  );
  const missing = acknowledgedSamples(at.site.benches.map(({ station }) => station)) - (row?.n ?? 0);
  return missing > 0 ? `${missing} acknowledged samples that were not yet stored` : undefined;
};

/** The building moved, and the last reading that was taken has had no answer on the wire. */
const undecided = (): Evidence => {
  let sinceMs = 0;
  return () => {
    if (sinceMs === 0) {
      sinceMs = Date.now();
      at.site.building(at.site.buildingA() === 20 ? 45 : 20);
    }
    const answered = at.site.tap.commands().some(({ atMs }) => atMs > sinceMs + 200);
    return Date.now() - sinceMs > 1_500 && !answered ? 'a reading of the building without an answer' : undefined;
  };
};

/** A card at a reader whose question nobody answers. */
const unauthorized = (): Evidence => {
  const bench = at.site.benches.find(({ station }) => station.bay(1)?.transaction !== undefined && station.isOnline());
  let asked = false;
  let answered = false;
  return async () => {
    if (!asked && bench !== undefined) {
      asked = true;
      bench.station.unplug(1);
      bench.station.plug(1, HUNGRY);
      void bench.station.tap(1, `CARD-${bench.station.stationId}`).then(() => {
        answered = true;
      });
      await pause(300);
    }
    return asked && !answered ? 'a card that waits for its answer' : undefined;
  };
};

const both = (service: string) =>
  [1, 2].map((replica) => ({
    kill: (signal: NodeJS.Signals) => at.running.stack.kill(`${service}-${replica}`, signal),
  }));

const node = (name: string) => {
  const found = at.running.stack.servers.nodes.get(name);
  if (found === undefined) throw new Error(`no server ${name}`);
  return found;
};

const report = (what: string, held: string, backMs: number): void =>
  void process.stdout.write(
    `killed ${what}, which held ${held}: control back after ${(backMs / 1_000).toFixed(1)} s\n`,
  );

/** What the whole file rests on, after every blow. */
function expectNothingOver(): void {
  expect(at.site.judge.breaches()).toEqual([]);
  expect(at.site.tap.nameless()).toBe(0);
}

const SERVICES: readonly (readonly [string, () => Evidence])[] = [
  ['session-registry', unauthorized],
  ['meter-ingestion', () => unrecorded],
  ['allocation-optimizer', undecided],
  ['profile-dispatcher', undecided],
  ['ocpp-gateway', () => unansweredByAnybody],
];

on.each(SERVICES)(
  'both processes of %s are killed while they hold unanswered work: nothing goes over, control is back within 10 s of the start',
  async (service, evidence) => {
    await whenFull(at.site, 60_000, 0.8);
    const { held } = await killHolding({ what: service, targets: both(service), evidence: evidence() });
    await pause(2_000);
    const startedAtMs = Date.now();
    await Promise.all([1, 2].map((replica) => at.running.stack.restart(`${service}-${replica}`)));
    const backMs = await controlAnswers(at.site, startedAtMs, 40_000);
    report(service, held, backMs);
    expectNothingOver();
    expect(backMs).toBeLessThanOrEqual(CONTROL_WITHIN_MS);
  },
  120_000,
);

on(
  'both consoles and both grid adapters are killed: control goes on without them, readings come again with them',
  async () => {
    for (const target of [...both('operator-console'), ...both('grid-adapter')]) target.kill('SIGKILL');
    await pause(2_000);
    const startedAtMs = Date.now();
    const names = ['operator-console', 'grid-adapter'].flatMap((service) => [`${service}-1`, `${service}-2`]);
    await Promise.all(names.map((name) => at.running.stack.restart(name)));
    const backMs = await controlAnswers(at.site, startedAtMs, 40_000);
    report('consoles and grid adapters', 'nothing of a station', backMs);
    expectNothingOver();
    expect(backMs).toBeLessThanOrEqual(CONTROL_WITHIN_MS);
  },
  90_000,
);

on(
  'one broker of three is killed: control and records go on with the other two',
  async () => {
    const { atMs, held } = await killHolding({
      what: 'a broker',
      targets: [node('kafka-2')],
      evidence: unansweredByAnybody,
    });
    const backMs = await controlAnswers(at.site, atMs, 40_000);
    report('one broker of three', held, backMs);
    expectNothingOver();
    expect(backMs).toBeLessThanOrEqual(CONTROL_WITHIN_MS);
    await node('kafka-2').start();
    await whenBooksAgree(at);
  },
  120_000,
);

on(
  'PostgreSQL is killed: stations are answered and control goes on; what was acknowledged is recorded once it is back',
  async () => {
    const { atMs, held } = await killHolding({
      what: 'PostgreSQL',
      targets: [node('postgres')],
      evidence: unansweredOrTurn(),
    });
    const backMs = await controlAnswers(at.site, atMs, 40_000);
    report('PostgreSQL', held, backMs);
    expect(backMs).toBeLessThanOrEqual(CONTROL_WITHIN_MS);
    await eventually('stations are answered without it', 10_000, () => (at.site.unanswered() === 0 ? true : undefined));
    await node('postgres').start();
    expectNothingOver();
    await whenBooksAgree(at);
  },
  120_000,
);

/** While PostgreSQL hangs, a card that waits for the registry is what it has not answered. */
const unansweredOrTurn = unauthorized;

on(
  'Redis is killed: the page is dark, control and records do not notice',
  async () => {
    const { atMs, held } = await killHolding({
      what: 'Redis',
      targets: [node('redis')],
      // Its writers write several times a second: nobody has an answer for the last of it.
      evidence: async () => {
        await pause(1_000);
        return 'every write of the last second';
      },
    });
    const backMs = await controlAnswers(at.site, atMs, 40_000);
    report('Redis', held, backMs);
    expect(backMs).toBeLessThanOrEqual(CONTROL_WITHIN_MS);
    await node('redis').start();
    await eventually('the page is lit again', 15_000, async () =>
      (await at.running.api.live(SITE)).building.stale ? undefined : true,
    );
    expectNothingOver();
    await whenBooksAgree(at);
  },
  120_000,
);

on(
  'all three brokers are killed: stations are answered from the inbox; all goes on once they are back',
  async () => {
    const brokers = ['kafka-1', 'kafka-2', 'kafka-3'].map(node);
    const { held } = await killHolding({ what: 'all brokers', targets: brokers, evidence: unansweredByAnybody });
    const before = acknowledgedSamples(at.site.benches.map(({ station }) => station));
    await eventually('stations are answered without Kafka', 15_000, () =>
      acknowledgedSamples(at.site.benches.map(({ station }) => station)) > before + 5 ? true : undefined,
    );
    await Promise.all(brokers.map((broker) => broker.start()));
    const startedAtMs = Date.now();
    const backMs = await controlAnswers(at.site, startedAtMs, 60_000);
    report('all brokers', held, backMs);
    expectNothingOver();
    await whenBooksAgree(at);
    await whenFull(at.site, 90_000, 0.9);
    expect(backMs).toBeLessThanOrEqual(CONTROL_WITHIN_MS);
  },
  240_000,
);
