import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { METRICS } from '@headroom/telemetry';
import { METRICS_PAGE, metricsPage } from './metrics.ts';
import { ROOT } from './topics.ts';

test('docs/metrics.md is what the table of metrics says (else: npm run docs)', () => {
  expect(readFileSync(join(ROOT, METRICS_PAGE), 'utf8')).toBe(metricsPage());
});

test('a metric that the page does not know makes it stale, and so do another label and another word', () => {
  const { headroom_sites: sites } = METRICS;
  for (const changed of [
    { headroom_planted: sites },
    { headroom_sites: { ...sites, labels: ['shard'] } },
    { headroom_sites: { ...sites, help: 'Other words.' } },
  ]) {
    expect(metricsPage({ ...METRICS, ...changed })).not.toBe(metricsPage());
  }
});

test('every metric stands on the page, below each service that tells it', () => {
  const page = metricsPage();
  for (const [name, { by }] of Object.entries(METRICS)) {
    expect([name, page.split(`\n| \`${name}\``).length - 1]).toEqual([name, by.length]);
  }
});
