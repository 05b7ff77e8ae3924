import { expect, test } from '@jest/globals';
import { err } from '@headroom/kernel';
import { event } from '../domain/test-support/events.ts';
import { SITE, SOURCE, world } from '../testing/rig.ts';

const POLL_MS = SOURCE.pollEveryMs;

test('what a poll brings, and what is published of it, is of the trace of that poll; a poll that changes nothing publishes nothing', async () => {
  const it = world();
  it.isTraced = true;
  it.vtn.events = [event()];
  await it.adapter().start();
  await it.time.pass(0);
  expect(it.traced).toEqual(['grid.events-changed t1', 'grid.timeline-published t1']);
  expect(it.publishedIn).toEqual(['of t1']);
  await it.time.pass(POLL_MS);
  expect(it.publishedIn).toEqual(['of t1']);
  it.vtn.events = [];
  await it.time.pass(POLL_MS);
  expect(it.publishedIn).toEqual(['of t1', 'of t3']);
  expect(it.spans).toEqual([
    ...['t1 poll a utility', 't1 publish grid facts', 't2 poll a utility'],
    ...['t3 poll a utility', 't3 publish grid facts'],
  ]);
});

test('a poll that fails, the one that is heard again, and what the log does not take are told with their traces', async () => {
  const it = world();
  it.isTraced = true;
  it.vtn.trouble = err('It answers 500.');
  await it.adapter().start();
  await it.time.pass(0);
  // The first poll of a tenure settles what its sites are told.
  expect(it.traced).toEqual(['grid.poll-failed t1', 'grid.timeline-published t1']);
  expect(it.spans[0]).toMatch(/^t1 poll a utility: .*500/);
  it.vtn.trouble = undefined;
  it.logTrouble = new Error('no acknowledgement');
  await it.time.pass(2 * POLL_MS);
  expect(it.traced.slice(2, 4)).toEqual(['grid.heard-again t2', 'grid.not-published t2']);
});

test('without a sampled trace no line names one', async () => {
  const it = world();
  it.vtn.events = [event()];
  await it.adapter().start();
  await it.time.pass(POLL_MS);
  expect([it.traced, new Set(it.publishedIn)]).toEqual([[], new Set([''])]);
});

test('what is published for another reason after a traced poll is not of its trace', async () => {
  const it = world();
  it.isTraced = true;
  it.vtn.events = [event()];
  const adapter = it.adapter();
  await adapter.start();
  await it.time.pass(0);
  adapter.putSite({ ...SITE, siteW: 90_000 });
  await it.time.pass(0);
  expect(it.publishedIn).toEqual(['of t1', '']);
});
