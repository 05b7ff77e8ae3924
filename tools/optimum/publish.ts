/**
 * `npm run optimum:publish [-- --seeds N --kinds a,b --topologies a,b]`: plays the days that are published and writes `docs/optimum.json`;
 * `npm run docs` then draws its pictures. All of it takes an hour; what is named alone is played anew, and the rest kept.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { openHighs } from '@headroom/linear-program/highs';
import { DAY_KINDS } from './generate/day.ts';
import type { Published } from './run/published.ts';
import { compareOnDays, FIRST_SEED, SEEDS, seedsFrom, SHARES } from './run/synthetic.ts';
import { TOPOLOGIES } from './site/topology.ts';

const FILE = join(import.meta.dirname, '../../docs/optimum.json');

function asked<T extends string>(option: string, all: readonly T[]): readonly T[] {
  const at = process.argv.indexOf(option);
  const names = at < 0 ? undefined : (process.argv[at + 1] ?? '').split(',');
  const unknown = names?.find((name) => !all.some((one) => one === name));
  if (unknown !== undefined) throw new Error(`${option} takes ${all.join(', ')}, not "${unknown}"`);
  return names === undefined ? all : all.filter((one) => names.includes(one));
}

const countAt = process.argv.indexOf('--seeds');
const count = countAt < 0 ? SEEDS : Number(process.argv[countAt + 1]);
if (!Number.isInteger(count) || count < 1 || count > 100) throw new Error('--seeds takes a whole number from 1 to 100');
const kinds = asked('--kinds', DAY_KINDS);
const topologies = asked('--topologies', TOPOLOGIES);
const solver = await openHighs();
const before = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Published) : undefined;
// Figures of other seeds are other figures: they do not stand beside these.
let days = before?.seeds === count ? before.days : [];
for (const kind of kinds) {
  for (const topology of topologies) {
    // A hub of DC stations has no delta.
    if (kind === 'hub' && topology === 'delta') continue;
    for (const share of SHARES) {
      process.stdout.write(`  ${kind}, ${topology}, ${share}\n`);
      const one = compareOnDays(solver, { kind, topology, share, seeds: seedsFrom(FIRST_SEED, count) });
      const rest = days.filter((other) => other.kind !== kind || other.topology !== topology || other.share !== share);
      days = [...rest, one].toSorted(
        (a, b) =>
          DAY_KINDS.indexOf(a.kind) - DAY_KINDS.indexOf(b.kind) ||
          TOPOLOGIES.indexOf(a.topology) - TOPOLOGIES.indexOf(b.topology) ||
          a.share - b.share,
      );
      const published: Published = { firstSeed: FIRST_SEED, seeds: count, days };
      writeFileSync(FILE, `${JSON.stringify(published, undefined, 1)}\n`);
    }
  }
}
