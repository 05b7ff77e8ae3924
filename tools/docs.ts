/** `npm run docs`: writes the pages of docs/ and the dashboards that are made of the code. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allocationPages } from './docs/allocation.ts';
import { benchmarkPages, readResults } from './docs/benchmarks.ts';
import { METRICS_PAGE, metricsPage } from './docs/metrics.ts';
import { QUIRKS_PAGE, quirksPage } from './docs/quirks.ts';
import { ROOT, TOPICS_PAGE, topicsPage } from './docs/topics.ts';
import { ALL_DASHBOARDS, DASHBOARDS } from './observability/dashboards.ts';
import { dashboardJson } from './observability/panels.ts';

const pages: readonly (readonly [string, string])[] = [
  [TOPICS_PAGE, topicsPage(ROOT)],
  [METRICS_PAGE, metricsPage()],
  [QUIRKS_PAGE, quirksPage()],
  ...benchmarkPages(readResults(ROOT)),
  ...allocationPages(ROOT),
  ...ALL_DASHBOARDS.map((dashboard) => [`${DASHBOARDS}/${dashboard.uid}.json`, dashboardJson(dashboard)] as const),
];
for (const [path, text] of pages) writeFileSync(join(ROOT, path), text);
process.stdout.write(`Wrote ${pages.map(([path]) => path).join(', ')}.\n`);
