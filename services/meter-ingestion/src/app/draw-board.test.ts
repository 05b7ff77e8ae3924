import { expect, test } from '@jest/globals';
import { type Clock, deciAmps, siteId, stationId, type Timers, transactionId } from '@headroom/kernel';
import type { EvseSample } from '../domain/samples.ts';
import { createEvents } from '../events.ts';
import type { SiteDraw } from '../ports.ts';
import { createDrawBoard, DRAW_WRITE_PERIOD_MS, MAX_DRAW_ENTRIES } from './draw-board.ts';

const SHARD = 3;

function rig() {
  let nowMs = 1_000;
  let alarms: { readonly atMs: number; readonly fire: () => void }[] = [];
  const warnings: string[] = [];
  const clock: Clock = { nowMs: () => nowMs, monoMs: () => nowMs };
  const timers: Timers = {
    after: (delayMs, fire) => {
      const alarm = { atMs: nowMs + delayMs, fire };
      alarms.push(alarm);
      return () => {
        alarms = alarms.filter((other) => other !== alarm);
      };
    },
    every: () => () => {},
  };
  const writes: SiteDraw[] = [];
  const events = createEvents({ info: () => {}, warn: (event) => void warnings.push(event), error: () => {} });
  const board = createDrawBoard({ clock, timers, view: { write: async (draw) => void writes.push(draw) }, events });
  const pass = (ms: number): void => {
    const untilMs = nowMs + ms;
    for (;;) {
      const due = alarms.filter((alarm) => alarm.atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      alarms = alarms.filter((other) => other !== due);
      nowMs = due.atMs;
      due.fire();
    }
    nowMs = untilMs;
  };
  return { board, writes, warnings, pass };
}

const sample = (station: string, sampledAtMs: number, rest: Partial<EvseSample> = {}): EvseSample => ({
  sampleKey: 'k',
  siteId: siteId('s'),
  stationId: stationId(station),
  evse: 1,
  transactionId: transactionId(''),
  stationTimeMs: sampledAtMs,
  sampledAtMs,
  receivedAtMs: sampledAtMs,
  current: { l1: deciAmps(1) },
  quality: 'good',
  ...rest,
});

test('the first change is written at once, the next ones four times a second with the newest values', () => {
  const { board, writes, pass } = rig();
  board.sampled(sample('A', 1), SHARD);
  pass(0);
  expect(writes).toHaveLength(1);
  for (let at = 2; at < 100; at += 1) {
    board.sampled(sample('A', at), SHARD);
    board.sampled(sample('B', at), SHARD);
    pass(10);
  }
  expect(writes.length).toBeLessThanOrEqual(1 + Math.ceil(980 / DRAW_WRITE_PERIOD_MS));
  expect(writes.length).toBeGreaterThanOrEqual(4);
  pass(DRAW_WRITE_PERIOD_MS);
  expect(writes.at(-1)?.samples.map((one) => [one.stationId, one.sampledAtMs])).toEqual([
    ['A', 99],
    ['B', 99],
  ]);
});

test('an older sample, a late one, one of no site and one of a whole station change nothing', () => {
  const { board, writes, pass } = rig();
  board.sampled(sample('A', 50), SHARD);
  pass(1_000);
  board.sampled(sample('A', 49), SHARD);
  board.sampled(sample('A', 60, { quality: 'late' }), SHARD);
  board.sampled(sample('A', 60, { siteId: siteId('') }), SHARD);
  board.sampled(sample('A', 60, { evse: 0 }), SHARD);
  pass(1_000);
  expect(writes).toHaveLength(1);
});

test('the first EVSE over the bound is left out and said', () => {
  const { board, writes, warnings, pass } = rig();
  for (let index = 0; index <= MAX_DRAW_ENTRIES; index += 1) board.sampled(sample(`ST-${index}`, 1), SHARD);
  pass(1_000);
  expect(writes.at(-1)?.samples).toHaveLength(MAX_DRAW_ENTRIES);
  expect(warnings).toEqual(['metering.draw-overflow']);
});

test('what is written carries how far its shard was read, over both topics, also when a sample came before it', () => {
  const { board, writes, pass } = rig();
  board.passed({ topic: 'station', partition: SHARD, next: 40n });
  board.passed({ topic: 'metering', partition: SHARD, next: 2n });
  board.passed({ topic: 'metering', partition: SHARD + 1, next: 1_000n });
  board.sampled(sample('A', 1), SHARD);
  board.passed({ topic: 'station', partition: SHARD, next: 41n });
  pass(1_000);
  expect(writes.map(({ asOf }) => asOf)).toEqual([43n]);
});

test('a shard that goes to another instance is shown once more at once and forgotten: nothing of it is written late, nor when it comes back', () => {
  const { board, writes, pass } = rig();
  board.passed({ topic: 'station', partition: SHARD, next: 3n });
  board.sampled(sample('A', 10), SHARD);
  board.sampled(sample('B', 10, { siteId: siteId('other') }), SHARD + 1);
  board.forget([SHARD]);
  expect(writes).toMatchObject([{ siteId: 's', asOf: 3n, samples: [{ stationId: 'A' }] }]);
  board.forget([SHARD]);
  pass(1_000);
  expect(writes.map((draw) => draw.siteId)).toEqual(['s', 'other']);
  board.passed({ topic: 'station', partition: SHARD, next: 7n });
  board.sampled(sample('C', 20), SHARD);
  pass(1_000);
  expect(writes.at(-1)).toMatchObject({ siteId: 's', asOf: 7n, samples: [{ stationId: 'C' }] });
});
