import { expect, test } from '@jest/globals';
import { byLabel, MAX_LABEL_VALUES, OTHER } from './by-label.ts';
import { createKeptMetrics, type KeptMetrics, MAX_SERIES } from './kept.ts';
import { METRICS, type MetricName } from './metrics.ts';
import { SILENT_METRICS } from './silent.ts';

const seriesOf = (metrics: KeptMetrics, name: MetricName) =>
  metrics.families().find((family) => family.name === name)?.series;

test('a counter adds up, one series for each set of labels, and the same set is the same series', () => {
  const metrics = createKeptMetrics();
  const topic = 'headroom.station.facts.v1';
  metrics.counter('headroom_log_append_refusals_total', { topic, code: 'LOG_FENCED' }).add();
  metrics.counter('headroom_log_append_refusals_total', { code: 'LOG_FENCED', topic }).add(2);
  metrics.counter('headroom_log_append_refusals_total', { topic, code: 'LOG_QUEUE_FULL' });
  expect(seriesOf(metrics, 'headroom_log_append_refusals_total')).toEqual([
    { kind: 'value', labels: { topic, code: 'LOG_FENCED' }, value: 3 },
    { kind: 'value', labels: { topic, code: 'LOG_QUEUE_FULL' }, value: 0 },
  ]);
});

test('a histogram counts a value in the bucket that it just fits into, and leaves out what is no measurement', () => {
  const metrics = createKeptMetrics();
  const seconds = metrics.histogram('headroom_decision_seconds', {});
  for (const value of [0, 0.001, 0.0011, 30, 31, Number.NaN, -1]) seconds.record(value);
  const [series] = seriesOf(metrics, 'headroom_decision_seconds') ?? [];
  if (series?.kind !== 'histogram') throw new Error('no histogram');
  expect(series.counts).toEqual([2, 1, ...Array<number>(11).fill(0), 1, 1]);
  expect(series.sum).toBeCloseTo(61.0021, 6);
});

test('what is observed is asked when somebody looks; the newest asker counts, and one that fails shows nothing', () => {
  const metrics = createKeptMetrics();
  const now = { sites: 3 };
  metrics.observe('headroom_sites', {}, () => 99);
  metrics.observe('headroom_sites', {}, () => now.sites);
  metrics.observe('headroom_ready', {}, () => undefined);
  metrics.observe('headroom_recording_lost', {}, () => {
    throw new Error('not now');
  });
  now.sites = 4;
  expect(seriesOf(metrics, 'headroom_sites')).toEqual([{ kind: 'value', labels: {}, value: 4 }]);
  expect(seriesOf(metrics, 'headroom_ready')).toEqual([]);
  expect(seriesOf(metrics, 'headroom_recording_lost')).toEqual([]);
});

test('the first series over the bound goes to one whose labels are all `other`, and so does the next', () => {
  const metrics = createKeptMetrics();
  const at = (topic: string) => metrics.counter('headroom_log_append_refusals_total', { topic, code: 'x' });
  for (let n = 0; n < MAX_SERIES; n += 1) at(`t${n}`).add();
  expect(seriesOf(metrics, 'headroom_log_append_refusals_total')).toHaveLength(MAX_SERIES);
  at('over').add();
  at('further over').add();
  at('t0').add();
  const series = seriesOf(metrics, 'headroom_log_append_refusals_total') ?? [];
  expect(series).toHaveLength(MAX_SERIES + 1);
  expect(series.at(-1)).toEqual({ kind: 'value', labels: { topic: OTHER, code: OTHER }, value: 2 });
  expect(series[0]).toMatchObject({ value: 2 });
});

test('by label: made once a value, and the first value over the bound is `other`', () => {
  const made: string[] = [];
  const of = byLabel((value) => {
    made.push(value);
    return { value };
  });
  expect(of('a')).toBe(of('a'));
  for (let n = 1; n < MAX_LABEL_VALUES; n += 1) of(`v${n}`);
  expect(of('over').value).toBe(OTHER);
  expect(of('further over')).toBe(of('over'));
  expect(made).toHaveLength(MAX_LABEL_VALUES + 1);
});

test('silent metrics take everything and tell nobody', () => {
  SILENT_METRICS.counter('headroom_http_requests_total', { route: '/', status: '200' }).add();
  SILENT_METRICS.histogram('headroom_http_seconds', { route: '/' }).record(1);
  SILENT_METRICS.observe('headroom_sites', {}, () => {
    throw new Error('asked');
  });
});

test('the table keeps the habits of Prometheus: names, units, totals, buckets, labels that are bounded', () => {
  const unbounded = /station|site|evse|session|transaction|token|address|url|id$/i;
  for (const [name, { kind, unit, labels, help, ...rest }] of Object.entries(METRICS)) {
    expect(name).toMatch(/^headroom_[a-z]+(_[a-z]+)*$/);
    expect([name, name.endsWith('_total')]).toEqual([name, kind === 'counter']);
    if (unit.startsWith('seconds') || unit === 'bytes') {
      expect(name).toMatch(new RegExp(`_${unit.split(' ')[0]}(_total)?$`));
    }
    expect([name, labels.filter((label) => unbounded.test(label))]).toEqual([name, []]);
    expect([name, help.endsWith('.')]).toEqual([name, true]);
    const buckets: readonly number[] = 'buckets' in rest ? rest.buckets : [];
    expect([name, buckets.length > 0]).toEqual([name, kind === 'histogram']);
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
  }
});
