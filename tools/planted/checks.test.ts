/** Each static check must turn red where its violation is planted, in a copy of the tree. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { CHECKS } from '../checks/index.ts';
import { plantedCopy } from './copy.ts';

const copy = plantedCopy();
afterAll(copy.remove);

interface Plant {
  readonly what: string;
  readonly check: keyof typeof CHECKS;
  readonly path: string;
  readonly text: string;
  /** Must stand in what the check says. */
  readonly says: string;
}

const DOMAIN = 'services/allocation-optimizer/src/domain/planted.ts';
const APP = 'services/allocation-optimizer/src/app/planted.ts';
const proto = (path: string) => readFileSync(join(copy.root, path), 'utf8');
const COMMON = 'proto/headroom/common/v1/common.proto';

const PLANTS: readonly Plant[] = [
  {
    what: 'a domain that imports an adapter’s vendor',
    check: 'importDirections',
    path: DOMAIN,
    text: "export { Redis } from 'ioredis';\n",
    says: 'planted.ts',
  },
  {
    what: 'a domain that imports contracts',
    check: 'importDirections',
    path: DOMAIN,
    text: "export { TOPICS } from '@headroom/contracts';\n",
    says: 'domain-is-pure',
  },
  {
    what: 'an app that imports node:fs',
    check: 'importDirections',
    path: APP,
    text: "export { readFileSync } from 'node:fs';\n",
    says: 'app-knows-ports-only',
  },
  {
    what: 'a service that imports a service',
    check: 'importDirections',
    path: 'services/session-registry/src/planted.ts',
    text: "export { assembleGridAdapter } from '../../grid-adapter/src/index.ts';\n",
    says: 'no-service-imports-a-service',
  },
  {
    what: 'the judge that borrows from what it judges',
    check: 'importDirections',
    path: 'sim/src/planted.ts',
    text: "export { encodeFrame } from '../../libs/ocpp/src/index.ts';\n",
    says: 'sim-stands-alone',
  },
  {
    what: 'a service that solves in its own thread',
    check: 'importDirections',
    path: 'services/allocation-optimizer/src/planted.ts',
    text: "export { default } from 'highs';\n",
    says: 'planted.ts',
  },
  {
    what: 'a domain that opens the solver',
    check: 'importDirections',
    path: DOMAIN,
    text: "export { openHighs } from '@headroom/linear-program/highs';\n",
    says: 'domain-is-pure',
  },
  {
    what: 'an import that leads nowhere',
    check: 'importDirections',
    path: 'libs/kernel/src/planted.ts',
    text: "export { x } from './nowhere.ts';\n",
    says: 'resolvable',
  },
  {
    what: 'a clock in the domain',
    check: 'lint',
    path: DOMAIN,
    text: 'export const planted = (): number => Date.now();\n',
    says: 'Time comes in by the door',
  },
  {
    what: 'chance in the domain',
    check: 'lint',
    path: DOMAIN,
    text: 'export const planted = (): number => Math.random();\n',
    says: 'Chance comes in by the door',
  },
  {
    what: 'a timer in app',
    check: 'lint',
    path: APP,
    text: 'export const planted = (f: () => void): unknown => setTimeout(f, 1);\n',
    says: 'Timers come in by the door',
  },
  {
    what: 'node:timers/promises in app',
    check: 'lint',
    path: APP,
    text: "import { setTimeout as wait } from 'node:timers/promises';\n\nexport const planted = (): Promise<void> => wait(1);\n",
    says: 'I/O lives in adapters',
  },
  {
    what: 'a promise nobody awaits',
    check: 'lint',
    path: 'libs/kernel/src/planted.ts',
    text: 'const go = (): Promise<number> => Promise.resolve(1);\nexport function planted(): void {\n  go();\n}\n',
    says: 'floating',
  },
  {
    what: 'an any',
    check: 'lint',
    path: 'libs/kernel/src/planted.ts',
    text: 'export const planted = (x: any): unknown => x;\n',
    says: 'no-explicit-any',
  },
  {
    what: 'a file that is not formatted',
    check: 'format',
    path: 'libs/kernel/src/planted.ts',
    text: 'export   const planted=1\n',
    says: 'planted.ts',
  },
  {
    what: 'a type error',
    check: 'types',
    path: 'libs/kernel/src/planted.ts',
    text: "export const planted: number = 'text';\n",
    says: 'planted.ts',
  },
  {
    what: 'watts where deci-amps belong',
    check: 'types',
    path: 'libs/kernel/src/planted.ts',
    text: "import { type DeciAmps, watts } from './quantities.ts';\n\nexport const planted: DeciAmps = watts(5);\n",
    says: 'planted.ts',
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

describe.each(PLANTS)('$check sees $what', (plant) => {
  test('and says where', async () => {
    const before = plant.text === '' ? proto(plant.path) : undefined;
    copy.write(
      plant.path,
      before === undefined ? plant.text : before.replace('optional sint32 l1_deci_a', 'optional string l1_deci_a'),
    );
    const { passed, findings } = await CHECKS[plant.check].run(copy.root);
    if (before === undefined) rmSync(join(copy.root, plant.path));
    else copy.write(plant.path, before);
    expect({ passed, findings }).toEqual({ passed: false, findings: expect.stringContaining(plant.says) });
  }, 60_000);
});
