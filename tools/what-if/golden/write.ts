/** `npm run what-if:golden`: tells the golden sites anew, after a change that was meant to move their figures. */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { openHighs } from '@headroom/linear-program/highs';
import { SCENARIOS } from './scenarios.ts';
import { expectedPath, summaryOf } from './summary.ts';

const solver = await openHighs();
for (const scenario of SCENARIOS) {
  const summary = summaryOf(solver, scenario);
  writeFileSync(expectedPath(scenario.name), summary);
  process.stdout.write(`${summary}\n`);
}
