import { expect, test } from '@jest/globals';
import { siteId } from '@headroom/kernel';
import { NO_SPAN, type Span, type Tracer } from '@headroom/telemetry';
import type { IntendedCommand } from './prepare-pass.ts';
import { newShard } from './shard.ts';
import { beginPassTrace, noteTrace } from './trace-pass.ts';

const [A, B] = [siteId('a'), siteId('b')];

function scene() {
  const told: string[] = [];
  const span = (name: string, from: string | undefined): Span => ({
    ...NO_SPAN,
    traceparent: `${name} < ${from}`,
    child: (below, { links = [] } = {}) => {
      told.push(`${below} < ${name} < ${from}, links: ${links.join()}`);
      return span(below, from);
    },
    end: (failed) => void told.push(`${name} < ${from} ends ${failed ?? 'well'}`),
  });
  const tracer: Tracer = { begin: () => NO_SPAN, follow: (from, name) => span(name, from) };
  const shard = newShard({
    shard: 3,
    epoch: 1,
    hold: { ownsNow: () => true, acquireAgain: () => {} },
    acquiredMonoMs: 0,
  });
  shard.phase = 'acting';
  return { told, tracer, shard };
}

const decided = (site: typeof A) =>
  ({ kind: 'decision-made', siteId: site, epoch: 1, seq: 1, validUntilMs: 0, targets: new Map() }) as const;
const commandOf = (site: typeof A) => ({ site: { siteId: site } }) as IntendedCommand;

test('a pass goes on with the traces of its sites: records by site, a call in the first, the others as links; then they are gone', () => {
  const { told, tracer, shard } = scene();
  noteTrace(tracer, shard, decided(A), '1');
  noteTrace(tracer, shard, decided(B), '2');
  const trace = beginPassTrace(tracer, shard);
  expect([A, B, siteId('c')].map(trace.of)).toEqual(['plan commands < 1', 'plan commands < 2', undefined]);
  trace.call('gateway', [commandOf(siteId('c')), commandOf(A), commandOf(B)]);
  trace.end([], 'the log is away');
  expect(told).toEqual([
    'send to gateway < plan commands < 1, links: plan commands < 2',
    'plan commands < 1 ends the log is away',
    'plan commands < 2 ends the log is away',
  ]);
  expect(beginPassTrace(tracer, shard).of(A)).toBeUndefined();
});

test('while a shard is replayed nothing of the past is traced again', () => {
  const { tracer, shard } = scene();
  shard.phase = 'replaying';
  noteTrace(tracer, shard, decided(A), '1');
  expect(shard.traces.size).toBe(0);
});
