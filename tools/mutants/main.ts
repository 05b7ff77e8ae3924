/**
 * `npm run sim:mutants`: bugs planted on purpose in copies of the source, and which checker of the simulation sees each.
 * `npm run sim:mutants -- NAME ...` plants only these. With `--all` each of its seeds is run, and the row says in how many it was
 * found: one that is found in few is soon found in none. Ends with `N planted, N found`.
 */
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { plantedCopy, type PlantedCopy } from '../planted/copy.ts';
import { stopRunning } from './hunt.ts';
import { type Mutant, readMutants } from './mutant.ts';
import { type Finding, tryMutant } from './try-mutant.ts';

const ROOT = dirname(dirname(import.meta.dirname));
const INTERRUPTED_STATUS = 130;
const copies: PlantedCopy[] = [];
const removeAll = (): void => {
  for (const copy of copies) copy.remove();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stopRunning();
    removeAll();
    process.exit(INTERRUPTED_STATUS);
  });
}
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const placeOf = ({ by, seeds, foundIn }: Extract<Finding, { kind: 'found' }>): string =>
  foundIn === undefined ? `seed ${by.seed} of ${seeds}` : `seed ${by.seed}, in ${foundIn} of ${seeds}`;
const timeOf = (atMs: number): string => new Date(atMs).toISOString().slice(11, 23);
function rowOf({ name, rule }: Mutant, finding: Finding): string {
  const outcome =
    finding.kind === 'found'
      ? `${placeOf(finding)}  ${finding.by.checker} at ${timeOf(finding.by.atMs ?? 0)}`
      : `MISSED: ${finding.why}`;
  return `${name.padEnd(30)}  ${rule.padEnd(12)}  ${finding.cpuS.toFixed(1).padStart(7)} s  ${outcome}`;
}

async function work(queue: Mutant[], results: Map<Mutant, Finding>): Promise<void> {
  const copy = plantedCopy();
  copies.push(copy);
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const finding = await tryMutant(copy.root, mutant, allSeeds);
    results.set(mutant, finding);
    say(rowOf(mutant, finding));
    if (finding.kind === 'found') say(`  ${mutant.breaks} => ${finding.by.detail}`);
  }
}

const ALL = '--all';
const [allSeeds, named] = [process.argv.includes(ALL), process.argv.slice(2).filter((each) => each !== ALL)];
const all = readMutants(join(ROOT, 'sim/mutants'));
const unknown = named.filter((each) => !all.some(({ name }) => name === each));
if (unknown.length > 0) {
  process.stderr.write(
    `no mutant is named ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}
const mutants = all.filter(({ name }) => named.length === 0 || named.includes(name));
const queue = [...mutants];
const results = new Map<Mutant, Finding>();
try {
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), queue.length) }, () => work(queue, results)));
} finally {
  removeAll();
}
say(`\n${'mutant'.padEnd(30)}  ${'rule'.padEnd(12)}  ${'CPU'.padStart(9)}  found in seed, by checker, at virtual time`);
for (const mutant of mutants) say(rowOf(mutant, results.get(mutant) ?? { kind: 'missed', why: 'not tried', cpuS: 0 }));
const found = [...results.values()].filter(({ kind }) => kind === 'found').length;
say(`${mutants.length} planted, ${found} found`);
process.exitCode = mutants.length > 0 && found === mutants.length ? 0 : 1;
