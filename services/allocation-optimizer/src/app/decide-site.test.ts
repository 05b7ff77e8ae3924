import { expect, test } from '@jest/globals';
import { siteId } from '@headroom/kernel';
import { followingTracer, manualTime, settle, TRACE_ID, TRACEPARENT } from '@headroom/testing';
import { car, DEPOT, ready, siteOf, T0 } from '../domain/given.fixture.ts';
import { MAX_LINKS, NO_SPAN, type SpanOptions } from '@headroom/telemetry';
import type { AllocationOptimizerEvents } from '../events.ts';
import type { DecisionRecord, SiteSnapshot } from '../ports.ts';
import { type DecideDeps, decideNow, decideSoon, HEARTBEAT_MS } from './decide-site.ts';
import { COPY_REFRESH_PERIODS, LIVE_REFRESH_MS, type PublishDeps, publishSnapshot } from './publish-snapshot.ts';
import { addCause, apply, type LaneTenure, openLane } from './site-lane.ts';

const SITE = siteOf(DEPOT);
const COALESCE_MS = 20;
const COPY_EVERY_MS = 5_000;
const COPY_REFRESH_MS = COPY_EVERY_MS * COPY_REFRESH_PERIODS;

/** One site in the hands of a tenure that the test ends; a log that takes or refuses as it is told. */
function scene() {
  const time = manualTime(T0);
  const tenure = { epoch: 5n as bigint | undefined, over: false };
  const tracked: Promise<unknown>[] = [];
  const ofLane: LaneTenure = {
    ...{ shard: 0, epoch: 5n },
    decidingEpoch: () => tenure.epoch,
    fence: () => !tenure.over,
    isOver: () => tenure.over,
    dispatcherEpoch: () => 1n,
    positions: () => [],
    track: (write) => void tracked.push(write),
  };
  const lane = openLane(siteId(DEPOT.siteId), ofLane);
  lane.model = SITE;
  const decisions: { readonly record: DecisionRecord; readonly fence: () => boolean }[] = [];
  const snapshots: { readonly snapshot: SiteSnapshot; readonly fence: () => boolean }[] = [];
  const live: SiteSnapshot[] = [];
  const told: string[] = [];
  const made: string[] = [];
  const answers: { log: () => Promise<void>; live: () => Promise<void> } = {
    log: () => Promise.resolve(),
    live: () => Promise.resolve(),
  };
  const silent = (): void => {};
  const events: AllocationOptimizerEvents = {
    ...{ shardTaken: silent, shardCaughtUp: silent, shardsLost: silent, recordParked: silent },
    decisionWithheld: silent,
    decisionNotWritten: ({ seq, why, traceId }) => void told.push(`decision ${seq} not written: ${why}, ${traceId}`),
    snapshotNotWritten: (_, where) => void told.push(`snapshot not written: ${where}`),
    decided: ({ trigger, outcome }) => void made.push(`${trigger} ${outcome}`),
    decisionDurable: (trigger, waitedMs) => void made.push(`${trigger} durable after ${waitedMs} ms`),
  };
  const deps: DecideDeps & PublishDeps = {
    ...{ clock: time, timers: time, events, coalesceMs: COALESCE_MS, snapshotEveryMs: 250, copyEveryMs: COPY_EVERY_MS },
    log: {
      openEpoch: () => Promise.resolve(),
      append: (record, fence) => {
        decisions.push({ record, fence });
        return answers.log();
      },
      appendSnapshot: (snapshot, fence) => {
        snapshots.push({ snapshot, fence });
        return answers.log();
      },
    },
    live: {
      put: (snapshot) => {
        live.push(snapshot);
        return answers.live();
      },
    },
    hasher: { sha256Hex: () => '' },
    fatal: (cause) => {
      throw cause;
    },
  };
  let cars = 0;
  /** A car arrives: another decision than before. */
  const arrive = (): void => {
    cars += 1;
    for (const fact of [...ready(cars), ...car(cars)]) apply(lane, fact);
  };
  const seqs = (): readonly bigint[] => decisions.map(({ record }) => record.seq);
  return { time, tenure, tracked, lane, decisions, snapshots, live, told, made, answers, deps, arrive, seqs };
}

test('OW-30, HO-2c: a decision is written under the fence of its tenure, and awaited before the shard moves', async () => {
  const { deps, lane, decisions, tracked, tenure } = scene();
  decideNow(deps, lane, 'timer');
  await settle();
  expect(decisions.map(({ record }) => [record.ownerEpoch, record.seq])).toEqual([[5n, 1n]]);
  expect(decisions[0]?.fence()).toBe(true);
  tenure.over = true;
  expect(decisions[0]?.fence()).toBe(false);
  expect(tracked).toHaveLength(1);
});

test('the log keeps the order of decisions: the next one waits for the record under way, and is made with what is known then', async () => {
  const { deps, lane, answers, arrive, seqs, decisions } = scene();
  const write = Promise.withResolvers<void>();
  answers.log = () => write.promise;
  decideNow(deps, lane, 'timer');
  arrive();
  decideNow(deps, lane, 'session');
  await settle();
  expect(seqs()).toEqual([1n]);
  answers.log = () => Promise.resolve();
  write.resolve();
  await settle();
  expect(seqs()).toEqual([1n, 2n]);
  expect(decisions[1]?.record.trigger).toBe('session');
});

test('OW-14: nothing is decided once the tenure is over, neither what was wanted meanwhile nor anything new', async () => {
  const { deps, lane, answers, arrive, seqs, tenure, time } = scene();
  const write = Promise.withResolvers<void>();
  answers.log = () => write.promise;
  decideNow(deps, lane, 'timer');
  arrive();
  decideNow(deps, lane, 'session');
  tenure.over = true;
  write.resolve();
  await settle();
  decideSoon(deps, lane, 'session');
  await time.pass(COALESCE_MS);
  expect(seqs()).toEqual([1n]);
});

test('HO-11: while its tenure may not decide, a site is left as overdue', async () => {
  const { deps, lane, tenure, seqs } = scene();
  tenure.epoch = undefined;
  lane.decidedAtMonoMs = 7;
  decideNow(deps, lane, 'timer');
  await settle();
  expect([seqs(), lane.decision, lane.decidedAtMonoMs]).toEqual([[], undefined, -Infinity]);
});

test('a decision that is not known to stand in the log is written anew, with a number of its own', async () => {
  const { deps, lane, answers, seqs, told } = scene();
  answers.log = () => Promise.reject(new Error('no acknowledgement'));
  addCause(lane, 0, TRACEPARENT);
  decideNow({ ...deps, tracer: followingTracer() }, lane, 'timer');
  await settle();
  expect(told).toEqual([`decision 1 not written: no acknowledgement, ${TRACE_ID}`]);
  answers.log = () => Promise.resolve();
  decideNow(deps, lane, 'timer');
  await settle();
  decideNow(deps, lane, 'timer');
  await settle();
  expect(seqs()).toEqual([1n, 2n]);
});

test('a decision like the last one is written after the heartbeat only: it carries the validity on', async () => {
  const { deps, lane, time, seqs } = scene();
  decideNow(deps, lane, 'timer');
  await time.pass(HEARTBEAT_MS - 1);
  decideNow(deps, lane, 'timer');
  await time.pass(1);
  expect(seqs()).toEqual([1n]);
  decideNow(deps, lane, 'timer');
  await settle();
  expect(seqs()).toEqual([1n, 2n]);
});

test('OW-30, HO-2c: a snapshot is written under the fence of its tenure, and awaited before the shard moves', async () => {
  const { deps, lane, snapshots, tracked, tenure } = scene();
  decideNow(deps, lane, 'timer');
  await settle();
  publishSnapshot(deps, lane);
  await settle();
  expect(snapshots.map(({ fence }) => fence())).toEqual([true]);
  tenure.over = true;
  expect(snapshots.map(({ fence }) => fence())).toEqual([false]);
  // The decision and the snapshot.
  expect(tracked).toHaveLength(2);
});

test('snapshots of a site: none while one is under way, a changed one after 5 s, any after 10 s; the live one when it changes', async () => {
  const { deps, lane, snapshots, live, answers, time, arrive } = scene();
  decideNow(deps, lane, 'timer');
  await settle();
  const write = Promise.withResolvers<void>();
  answers.log = () => write.promise;
  answers.live = () => write.promise;
  publishSnapshot(deps, lane);
  await time.pass(COPY_REFRESH_MS);
  arrive();
  publishSnapshot(deps, lane);
  expect([snapshots.length, live.length]).toEqual([1, 1]);
  write.resolve();
  await settle();
  answers.log = () => Promise.resolve();
  answers.live = () => Promise.resolve();
  publishSnapshot(deps, lane);
  await settle();
  expect([snapshots.length, live.length]).toEqual([2, 2]);
  arrive();
  await time.pass(COPY_EVERY_MS - 1);
  publishSnapshot(deps, lane);
  await settle();
  expect([snapshots.length, live.length]).toEqual([2, 3]);
  await time.pass(1);
  publishSnapshot(deps, lane);
  await settle();
  expect(snapshots).toHaveLength(3);
  await time.pass(COPY_REFRESH_MS - 1);
  publishSnapshot(deps, lane);
  expect(snapshots).toHaveLength(3);
  await time.pass(1);
  publishSnapshot(deps, lane);
  expect(snapshots).toHaveLength(4);
  expect(LIVE_REFRESH_MS).toBeLessThan(COPY_REFRESH_MS);
});

test('OBS12: a decision is part of the trace that asked first, and links to every fact that it was made for, 16 at most', async () => {
  const { deps, lane, decisions } = scene();
  const begun: { readonly traceparent: string | undefined; readonly links: readonly string[] }[] = [];
  const ends: (string | undefined)[] = [];
  const span = { ...NO_SPAN, traceparent: '00-here', end: (failed?: string) => void ends.push(failed) };
  const tracer = {
    begin: () => NO_SPAN,
    follow: (traceparent: string | undefined, _: string, { links = [] }: SpanOptions = {}) => {
      begun.push({ traceparent, links });
      return span;
    },
  };
  for (let n = 0; n <= MAX_LINKS; n += 1) addCause(lane, 0, `00-${n}`);
  decideNow({ ...deps, tracer }, lane, 'station');
  await settle();
  expect(begun).toEqual([{ traceparent: '00-0', links: Array.from({ length: MAX_LINKS }, (_, n) => `00-${n}`) }]);
  expect(decisions.map(({ record }) => record.traceparent)).toEqual(['00-here']);
  expect(ends).toEqual([undefined]);
  decideNow({ ...deps, tracer }, lane, 'timer');
  await settle();
  expect(begun).toHaveLength(1);
});

test('a decision tells what asked for it, whether it was worth a record, and how long the oldest of its facts had waited', async () => {
  const { deps, lane, made, time, arrive, answers } = scene();
  const written = Promise.withResolvers<void>();
  answers.log = () => written.promise;
  addCause(lane, time.monoMs(), undefined);
  arrive();
  decideSoon(deps, lane, 'session');
  await time.pass(COALESCE_MS);
  expect(made).toEqual(['session written']);
  await time.pass(30);
  written.resolve();
  await settle();
  expect(made).toEqual(['session written', `session durable after ${COALESCE_MS + 30} ms`]);
  decideNow(deps, lane, 'timer');
  await settle();
  await time.pass(HEARTBEAT_MS);
  decideNow(deps, lane, 'timer');
  await settle();
  expect(made.slice(2)).toEqual(['timer unchanged', 'timer written']);
});
