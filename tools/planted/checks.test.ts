/** Each static check must turn red where its violation is planted, in a copy of the tree. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CheckOutcome } from '../checks/check.ts';
import { CHECKS } from '../checks/index.ts';
import { plantedCopy } from './copy.ts';

const copy = plantedCopy();
afterAll(copy.remove);

type CheckName = keyof typeof CHECKS;
/** Against what hangs: others may have the processor first. */
const WAIT_MS = 600_000;

interface Plant {
  readonly what: string;
  readonly check: CheckName;
  /** Of this plant alone. */
  readonly path: string;
  readonly text: string;
  /** Must stand in what the check says. */
  readonly says: string;
}

const OPTIMIZER = 'services/allocation-optimizer/src';
const KERNEL = 'libs/kernel/src';
const proto = (path: string) => readFileSync(join(copy.root, path), 'utf8');
const COMMON = 'proto/headroom/common/v1/common.proto';

const PLANTS: readonly Plant[] = [
  {
    what: 'a domain that imports an adapter’s vendor',
    check: 'importDirections',
    path: `${OPTIMIZER}/domain/planted-vendor.ts`,
    text: "export { Redis } from 'ioredis';\n",
    says: 'planted-vendor.ts',
  },
  {
    what: 'a domain that imports contracts',
    check: 'importDirections',
    path: `${OPTIMIZER}/domain/planted-contracts.ts`,
    text: "export { TOPICS } from '@headroom/contracts';\n",
    says: 'domain-is-pure',
  },
  {
    what: 'an app that imports node:fs',
    check: 'importDirections',
    path: `${OPTIMIZER}/app/planted-fs.ts`,
    text: "export { readFileSync } from 'node:fs';\n",
    says: 'app-knows-ports-only',
  },
  {
    what: 'a service that imports a service',
    check: 'importDirections',
    path: 'services/session-registry/src/planted-service.ts',
    text: "export { assembleGridAdapter } from '../../grid-adapter/src/index.ts';\n",
    says: 'no-service-imports-a-service',
  },
  {
    what: 'the judge that borrows from what it judges',
    check: 'importDirections',
    path: 'sim/src/planted-judge.ts',
    text: "export { encodeFrame } from '../../libs/ocpp/src/index.ts';\n",
    says: 'sim-stands-alone',
  },
  {
    what: 'a service that solves in its own thread',
    check: 'importDirections',
    path: `${OPTIMIZER}/planted-solver.ts`,
    text: "export { default } from 'highs';\n",
    says: 'planted-solver.ts',
  },
  {
    what: 'a domain that opens the solver',
    check: 'importDirections',
    path: `${OPTIMIZER}/domain/planted-solver.ts`,
    text: "export { openHighs } from '@headroom/linear-program/highs';\n",
    says: 'domain-is-pure',
  },
  {
    what: 'an import that leads nowhere',
    check: 'importDirections',
    path: `${KERNEL}/planted-nowhere.ts`,
    text: "export { x } from './nowhere.ts';\n",
    says: 'resolvable',
  },
  {
    what: 'a clock in the domain',
    check: 'lint',
    path: `${OPTIMIZER}/domain/planted-clock.ts`,
    text: 'export const planted = (): number => Date.now();\n',
    says: 'Time comes in by the door',
  },
  {
    what: 'chance in the domain',
    check: 'lint',
    path: `${OPTIMIZER}/domain/planted-chance.ts`,
    text: 'export const planted = (): number => Math.random();\n',
    says: 'Chance comes in by the door',
  },
  {
    what: 'a timer in app',
    check: 'lint',
    path: `${OPTIMIZER}/app/planted-timer.ts`,
    text: 'export const planted = (f: () => void): unknown => setTimeout(f, 1);\n',
    says: 'Timers come in by the door',
  },
  {
    what: 'node:timers/promises in app',
    check: 'lint',
    path: `${OPTIMIZER}/app/planted-promises.ts`,
    text: "import { setTimeout as wait } from 'node:timers/promises';\n\nexport const planted = (): Promise<void> => wait(1);\n",
    says: 'I/O lives in adapters',
  },
  {
    what: 'a promise nobody awaits',
    check: 'lint',
    path: `${KERNEL}/planted-floating.ts`,
    text: 'const go = (): Promise<number> => Promise.resolve(1);\nexport function planted(): void {\n  go();\n}\n',
    says: 'floating',
  },
  {
    what: 'an any',
    check: 'lint',
    path: `${KERNEL}/planted-any.ts`,
    text: 'export const planted = (x: any): unknown => x;\n',
    says: 'no-explicit-any',
  },
  {
    what: 'a file that is not formatted',
    check: 'format',
    path: `${KERNEL}/planted.ts`,
    text: 'export   const planted=1\n',
    says: 'planted.ts',
  },
  {
    what: 'a type error',
    check: 'types',
    path: `${KERNEL}/planted-type.ts`,
    text: "export const planted: number = 'text';\n",
    says: 'planted-type.ts',
  },
  {
    what: 'watts where deci-amps belong',
    check: 'types',
    path: `${KERNEL}/planted-unit.ts`,
    text: "import { type DeciAmps, watts } from './quantities.ts';\n\nexport const planted: DeciAmps = watts(5);\n",
    says: 'planted-unit.ts',
  },
  {
    what: 'an export nobody uses',
    check: 'unused',
    path: 'libs/site-model/src/planted.ts',
    text: 'export const planted = 1;\n',
    says: 'planted.ts',
  },
  { what: 'a field that changed its type', check: 'protoBreaking', path: COMMON, text: '', says: 'l1_deci_a' },
  {
    what: 'a field not in snake case',
    check: 'protoLint',
    path: 'proto/headroom/common/v1/planted.proto',
    text: 'syntax = "proto3";\n\npackage headroom.common.v1;\n\nmessage Planted {\n  string badName = 1;\n}\n',
    says: 'badName',
  },
  {
    what: 'a quantity without its unit',
    check: 'tidy',
    path: 'proto/headroom/common/v1/planted.proto',
    text: 'message Planted {\n  sint32 max_current = 1;\n}\n',
    says: 'max_current does not end in its unit',
  },
  {
    what: 'a task without an issue',
    check: 'tidy',
    path: 'libs/kernel/src/planted.ts',
    text: ['// TO', 'DO later\n'].join(''),
    says: 'names its issue',
  },
  {
    what: 'a path of one machine',
    check: 'tidy',
    path: 'docs/planted.md',
    text: ['Look in /wo', 'rk/main.\n'].join(''),
    says: 'path of one machine',
  },
  {
    what: 'an environment variable outside config.ts',
    check: 'tidy',
    path: 'libs/kernel/src/planted.ts',
    text: ["export const planted = 'HEAD", "ROOM_PLANTED';\n"].join(''),
    says: 'config.ts only',
  },
];

const plantsOf = (check: CheckName): readonly Plant[] => PLANTS.filter((plant) => plant.check === check);

/** Writes them, runs the check of the first of them, and takes them away again. */
async function planted(plants: readonly Plant[]): Promise<CheckOutcome> {
  const [first] = plants;
  if (first === undefined) throw new Error('nothing is planted');
  // A plant without a text changes what stands there.
  const before = plants.map(({ path, text }) => (text === '' ? proto(path) : undefined));
  for (const [n, { path, text }] of plants.entries())
    copy.write(path, before[n]?.replace('optional sint32 l1_deci_a', 'optional string l1_deci_a') ?? text);
  try {
    return await CHECKS[first.check].run(copy.root);
  } finally {
    for (const [n, { path }] of plants.entries()) {
      const text = before[n];
      if (text === undefined) rmSync(join(copy.root, path));
      else copy.write(path, text);
    }
  }
}

/**
 * Checks that read the whole tree at each run, some seconds each: all their plants are read in one run, each in a file of its own.
 * What is said of a file stands in one piece, and it must be an error by itself: the others would be enough to end the run in red.
 */
const TOGETHER = [
  { check: 'importDirections', pieces: /\n/, isError: () => true },
  { check: 'lint', pieces: /\n\s*\n/, isError: (piece: string) => /^\s*[x×] /.test(piece) },
] as const;

describe.each(TOGETHER)('$check', ({ check, pieces, isError }) => {
  let found: CheckOutcome;
  beforeAll(async () => {
    const outcome = await planted(plantsOf(check));
    // Some runs of the whole ask for colours.
    found = { ...outcome, findings: stripVTControlCharacters(outcome.findings) };
  }, WAIT_MS);

  test.each(plantsOf(check))('sees $what, and says where', ({ path, says }) => {
    const own = found.findings.split(pieces).filter((piece) => piece.includes(path) && piece.includes(says));
    expect({ passed: found.passed, said: own.length > 0 ? 'it' : found.findings }).toEqual({
      passed: false,
      said: 'it',
    });
    expect(own.filter((piece) => !isError(piece))).toEqual([]);
  });
});

const ALONE = PLANTS.filter((plant) => TOGETHER.every(({ check }) => check !== plant.check));

test.each(ALONE)(
  '$check sees $what, and says where',
  async (plant) => {
    const { passed, findings } = await planted([plant]);
    expect({ passed, findings }).toEqual({ passed: false, findings: expect.stringContaining(plant.says) });
  },
  WAIT_MS,
);
