/**
 * Loss 1: everything dies while cars charge, services and servers alike. With nobody alive the stations fall back by
 * themselves, and the site stays under its limit though the building goes to its worst (allocation.md 7.2b). Then all of it
 * is started again. The judge is what the stations obeyed, and what flowed.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { eventually, pause } from '../support/eventually.ts';
import { stackForTests, type TestStack } from '../support/stack.ts';
import { compareBooks } from './support/books.ts';
import { roomA, whenFull } from './support/control.ts';
import { FALLBACK_A } from './support/document.ts';
import { killHolding } from './support/holding.ts';
import { during } from './support/judge.ts';
import { beginCharging, type LossSite, openLossSite } from './support/site.ts';

const LEASE_S = 20;
const STATIONS = 12;
/** A lease, the station's clock and a look: by then every station has fallen back. */
const FALLEN_BACK_WITHIN_MS = (LEASE_S + 5) * 1_000;
/** A station tries again after what its own backoff has come to by then, a minute at most. */
const BACK_WITHIN_MS = 75_000;

const got = await stackForTests({
  servers: 'local',
  durable: true,
  env: { 'ocpp-gateway': { HEADROOM_OCPP_METER_SAMPLE_INTERVAL_S: '2' } },
});
const on = 'why' in got ? test.skip : test;
let running: TestStack;
let site: LossSite;

beforeAll(async () => {
  if ('why' in got) return;
  running = got;
  site = await openLossSite(running.stack, {
    ...{ siteId: 'whole', stations: STATIONS, leaseS: LEASE_S, ratingA: 300, worstA: 100 },
  });
  site.building(20);
  await Promise.all(site.benches.map(beginCharging));
}, 90_000);

afterAll(async () => {
  site?.stop();
  await running?.stop();
}, 30_000);

const killed = { atMs: 0 };
const everything = () => [...running.stack.processes.values(), ...running.stack.servers.nodes.values()];

on(
  'the whole platform is killed while cars charge: stations fall back by themselves, and nothing goes over though the building rises to its worst',
  async () => {
    await whenFull(site, 90_000);
    expect(site.judge.breaches()).toEqual([]);
    const hit = await killHolding({
      what: 'the platform',
      targets: everything(),
      evidence: () => {
        const unanswered = site.unanswered();
        return unanswered > 0 ? `${unanswered} messages of stations` : undefined;
      },
    });
    killed.atMs = hit.atMs;
    site.building(site.order.worstA);
    await pause(1_000);
    const alone = during(site.judge, hit.atMs, Date.now());
    expect(Math.max(...alone.map(({ drawnA }) => drawnA))).toBeGreaterThan(STATIONS * FALLBACK_A * 1.5);
    await eventually('every station at its fallback', FALLEN_BACK_WITHIN_MS, () =>
      site.benches.every(({ station }) => station.bay(1)?.obeyed.limitA === FALLBACK_A) ? true : undefined,
    );
    const fellAfterS = (Date.now() - hit.atMs) / 1_000;
    await pause(2_000);
    expect(site.judge.breaches()).toEqual([]);
    const looks = during(site.judge, hit.atMs, Date.now());
    const fullestA = Math.max(...looks.map(({ drawnA, buildingA }) => drawnA + buildingA));
    process.stdout.write(
      `whole platform killed holding ${hit.held}: all at their fallback after ${fellAfterS.toFixed(1)} s, at most ${fullestA.toFixed(1)} of ${site.order.ratingA} A\n`,
    );
  },
  180_000,
);

on(
  'started again, it takes the site over without a jump, and hands out what there is',
  async () => {
    const startedAtMs = Date.now();
    for (const node of running.stack.servers.nodes.values()) await node.start();
    for (const name of running.stack.processes.keys()) await running.stack.restart(name);
    for (const name of running.stack.processes.keys()) await running.stack.whenReady(name, 20_000);
    const readyAfterS = (Date.now() - startedAtMs) / 1_000;
    await eventually('every station is there again', BACK_WITHIN_MS, () =>
      site.benches.every(({ station }) => station.isOnline()) ? true : undefined,
    );
    const thereAfterS = (Date.now() - startedAtMs) / 1_000;
    await whenFull(site, 60_000);
    const fullAfterS = (Date.now() - startedAtMs) / 1_000;
    const looks = during(site.judge, startedAtMs, Date.now());
    // Nobody is pulled below what he had while nobody was there, and nothing is promised above the room.
    expect(Math.min(...looks.map(({ drawnA }) => drawnA))).toBeGreaterThan(STATIONS * FALLBACK_A * 0.95);
    expect(Math.max(...looks.map(({ heldA }) => heldA))).toBeLessThanOrEqual(roomA(site, site.buildingA()));
    expect(site.judge.breaches()).toEqual([]);
    process.stdout.write(
      `whole platform started again: ready after ${readyAfterS.toFixed(1)} s, every station there after ${thereAfterS.toFixed(1)} s, 95 % of the room used after ${fullAfterS.toFixed(1)} s\n`,
    );
  },
  210_000,
);

on(
  'what the stations were told is recorded, once',
  async () => {
    await eventually('every message is answered', 40_000, () => (site.unanswered() === 0 ? true : undefined));
    const database = new Client({ connectionString: running.stack.servers.endpoints.postgres });
    await database.connect();
    try {
      const stations = site.benches.map(({ station }) => station);
      await eventually('the books agree', 30_000, async () => {
        const differences = await compareBooks(stations, database);
        if (differences.length > 0) throw new Error(JSON.stringify(differences.slice(0, 5)));
        return true;
      });
      const afterKill = stations.flatMap((station) =>
        station.ledger().messages.filter(({ createdAtMs, acknowledgedAtMs }) => {
          return createdAtMs <= killed.atMs && (acknowledgedAtMs ?? 0) > killed.atMs;
        }),
      );
      expect(afterKill.length).toBeGreaterThan(0);
      expect(site.tap.nameless()).toBe(0);
    } finally {
      await database.end();
    }
  },
  90_000,
);
