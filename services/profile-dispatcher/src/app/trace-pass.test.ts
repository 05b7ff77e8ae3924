import { expect, test } from '@jest/globals';
import { siteId } from '@headroom/kernel';
import { NO_SPAN, type Span, type Tracer } from '@headroom/telemetry';
import type { IntendedCommand } from './prepare-pass.ts';
import { newShard } from './shard.ts';
import { beginPassTrace, MAX_PASSES_OF_TRACE, MAX_TRACES_KNOWN, noteTrace } from './trace-pass.ts';

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

const traceparent = (trace: number, span: number): string =>
  `00-${trace.toString(16).padStart(32, '0')}-${span.toString(16).padStart(16, '0')}-01`;
const answered = (site: typeof A) =>
  ({ kind: 'command-answered', siteId: site, commandId: 'c1' }) as Parameters<typeof noteTrace>[2];

/** Each span is one further within its trace. */
const within: Tracer = {
  begin: () => NO_SPAN,
  follow: (from = '') => {
    const [, trace = '', span = ''] = from.split('-');
    return { ...NO_SPAN, traceparent: traceparent(Number.parseInt(trace, 16), Number.parseInt(span, 16) + 1) };
  },
};

test('at a site whose stations answer all the time a trace comes to its end; the next decision begins anew, and other traces go on', () => {
  const { shard } = scene();
  noteTrace(within, shard, decided(A), traceparent(1, 1));
  let passes = 0;
  for (let span = 2; shard.traces.size > 0 && span < 100; span += 1) {
    beginPassTrace(within, shard);
    passes += 1;
    noteTrace(within, shard, answered(A), traceparent(1, span));
  }
  expect(passes).toBe(MAX_PASSES_OF_TRACE);
  noteTrace(within, shard, answered(B), traceparent(2, 1));
  expect(shard.traces.get(B)).toBe(traceparent(2, 2));
  noteTrace(within, shard, decided(A), traceparent(1, 200));
  expect(shard.traces.get(A)).toBe(traceparent(1, 200));
});

test('of no more than so many traces it is known how far they came, those that led a pass last', () => {
  const { tracer, shard } = scene();
  const lead = (trace: number): void => {
    noteTrace(tracer, shard, decided(A), traceparent(trace, 1));
    beginPassTrace(tracer, shard);
  };
  for (let trace = 1; trace <= MAX_TRACES_KNOWN; trace += 1) lead(trace);
  lead(1);
  lead(MAX_TRACES_KNOWN + 1);
  const knows = (trace: number): boolean => shard.tracedPasses.has(traceparent(trace, 1).slice(3, 35));
  expect(shard.tracedPasses.size).toBe(MAX_TRACES_KNOWN);
  expect([1, 2, 3, MAX_TRACES_KNOWN + 1].map(knows)).toEqual([true, false, true, true]);
});
