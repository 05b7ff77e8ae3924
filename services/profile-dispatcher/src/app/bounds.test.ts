import { expect, test } from '@jest/globals';
import { deciAmps, perPhase, siteId, stationId } from '@headroom/kernel';
import { onSiteMeterRead } from '../domain/evolve.ts';
import { newControl } from '../domain/evse-control.ts';
import type { CommandAnswered, LimitResolved } from '../domain/facts.ts';
import { MAX_NOTED_ANSWERS, noteAnswer, type NotedAnswers } from '../domain/replay-journal.ts';
import {
  MAX_EVSES_OF_SITE,
  MAX_METERS_OF_SITE,
  MAX_STATIONS_OF_SITE,
  newSite,
  setControl,
  setStation,
} from '../domain/site-state.ts';
import type { GatewayBatch } from '../ports.ts';
import { MAX_COMMANDS_OF_BATCH } from '../ports.ts';
import { Bench, HELD, RULES } from '../testing/bench.ts';
import { evseNumber, SITE, stationNumber } from '../testing/bench-site.ts';
import { createEvents } from '../events.ts';
import { runPass } from './run-pass.ts';
import { MAX_OUTBOX, newShard, queueRecord } from './shard.ts';

const ST = stationId('ST-1');

const resolved = (seq: number): LimitResolved => ({
  ...{ kind: 'limit-resolved', siteId: SITE, stationId: ST, evse: 1, epoch: 1, seq, commandId: `l1-60-0-1-${seq}` },
  ...{ purpose: 'lease', limit: deciAmps(60), outcome: 'rejected', detail: '', atMs: 0 },
});

test('the first record over the bound of the outbox displaces the oldest', () => {
  const shard = newShard({ shard: 0, epoch: 1, hold: HELD, acquiredMonoMs: 0 });
  for (let seq = 1; seq <= MAX_OUTBOX + 1; seq += 1) queueRecord(shard, resolved(seq));
  expect(shard.outbox).toHaveLength(MAX_OUTBOX);
  expect(shard.outbox[0]).toMatchObject({ seq: 2 });
});

test('ADR 22: that a station is out of reach is not what is displaced', () => {
  const shard = newShard({ shard: 0, epoch: 1, hold: HELD, acquiredMonoMs: 0 });
  const why = 'its gateway is silent';
  queueRecord(shard, {
    kind: 'station-unreachable',
    ...{ siteId: SITE, stationId: ST, epoch: 1, generation: 1, atMs: 0, why },
  });
  for (let seq = 1; seq <= MAX_OUTBOX; seq += 1) queueRecord(shard, resolved(seq));
  expect(shard.outbox).toHaveLength(MAX_OUTBOX);
  expect(shard.outbox[0]).toMatchObject({ why });
  expect(shard.outbox[1]).toMatchObject({ seq: 2 });
});

test('while replaying, the newest answers of an EVSE are noted up to the bound', () => {
  const noted: NotedAnswers = new Map();
  for (let seq = 1; seq <= MAX_NOTED_ANSWERS + 1; seq += 1) {
    const answer: CommandAnswered = {
      ...{ kind: 'command-answered', siteId: SITE, stationId: ST, generation: 1, atMs: 0, detail: '' },
      ...{ commandId: `l1-60-0-1-${seq}`, outcome: 'accepted' },
    };
    noteAnswer(newSite(SITE), noted, answer);
  }
  const answers = noted.get(evseNumber(1)) ?? [];
  expect(answers).toHaveLength(MAX_NOTED_ANSWERS);
  expect(answers[0]?.commandId).toBe('l1-60-0-1-2');
});

test('stations, EVSEs and meters over the bound of a site are not kept; those that are, change on', () => {
  const site = newSite(siteId('large'));
  for (let n = 1; n <= MAX_STATIONS_OF_SITE + 1; n += 1) setStation(site, stationNumber(n), { generation: 1 });
  setStation(site, stationNumber(1), { generation: 2 });
  expect(site.stations.size).toBe(MAX_STATIONS_OF_SITE);
  expect(site.stations.get(stationNumber(1))?.generation).toBe(2);
  for (let n = 1; n <= MAX_EVSES_OF_SITE + 1; n += 1) setControl(site, newControl(evseNumber(n), stationNumber(n), 1));
  expect(site.controls.size).toBe(MAX_EVSES_OF_SITE);
  for (let n = 1; n <= MAX_METERS_OF_SITE + 1; n += 1) {
    const reading = { meterId: `m${n}`, current: perPhase(() => deciAmps(0)), sampledAtMs: 1, receivedAtMs: 1 };
    onSiteMeterRead(site, { kind: 'site-meter-read', siteId: site.siteId, reading });
  }
  expect(site.readings.size).toBe(MAX_METERS_OF_SITE);
});

test('the first command over what a gateway takes in one batch goes in a second one', async () => {
  const stations = MAX_COMMANDS_OF_BATCH + 1;
  const bench = new Bench({ stations, ratingA: 50_000 });
  for (let n = 1; n <= stations; n += 1) bench.boot(n);
  const batches: GatewayBatch[] = [];
  const silent = () => undefined;
  await runPass(
    {
      journal: { append: async () => undefined, open: async () => 0n },
      monoMs: () => bench.nowMs,
      gateways: {
        send: async (batch) => {
          batches.push(batch);
          return batch.commands.map(() => ({ kind: 'written' }));
        },
        ask: async () => [],
        fence: async () => true,
      },
      events: createEvents({ info: silent, warn: silent, error: silent }),
      rules: RULES,
      time: () => ({ nowMs: bench.nowMs, leaseNowMs: bench.nowMs }),
      wake: silent,
    },
    bench.shard,
  );
  expect(batches.map(({ commands }) => commands.length)).toEqual([MAX_COMMANDS_OF_BATCH, 1]);
});
