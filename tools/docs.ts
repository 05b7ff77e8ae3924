/** `npm run docs`: writes the pages of docs/ that are made of the code. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { METRICS_PAGE, metricsPage } from './docs/metrics.ts';
import { ROOT, TOPICS_PAGE, topicsPage } from './docs/topics.ts';

writeFileSync(join(ROOT, TOPICS_PAGE), topicsPage(ROOT));
writeFileSync(join(ROOT, METRICS_PAGE), metricsPage());
process.stdout.write(`Wrote ${TOPICS_PAGE} and ${METRICS_PAGE}.\n`);
