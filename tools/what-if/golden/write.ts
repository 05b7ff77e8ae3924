/** `npm run what-if:golden`: tells the golden sites anew, after a change that was meant to move their figures, and writes their days down for the simulation. */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { openHighs } from '@headroom/linear-program/highs';
import { dayPath, DAYS } from './days.ts';
import { depotSummary, NAME } from './depot-v2g.ts';
import { SCENARIOS } from './scenarios.ts';
import { expectedPath, summaryOf } from './summary.ts';

// `npm run format` puts them into the form of the repository.
for (const [name, make] of DAYS) writeFileSync(dayPath(name), `${JSON.stringify(make(), undefined, 2)}\n`);

const solver = await openHighs();
const summaries = [
  ...SCENARIOS.map((scenario) => [scenario.name, () => summaryOf(solver, scenario)] as const),
  [NAME, () => depotSummary(solver)] as const,
];
for (const [name, make] of summaries) {
  const summary = make();
  writeFileSync(expectedPath(name), summary);
  process.stdout.write(`${summary}\n`);
}
