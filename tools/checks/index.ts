/** The static checks of `npm test`. Each can be run on any copy of the tree, so that a planted violation can prove it. */
import { type Check, commandCheck } from './check.ts';
import { importDirections } from './import-directions.ts';
import { tidy } from './tidy.ts';

export const CHECKS = {
  format: commandCheck('format', 'biome', ['format', '--max-diagnostics=20', '.']),
  lint: commandCheck('lint', 'oxlint', ['--type-aware', '.']),
  types: commandCheck('types', 'tsc', ['-b']),
  webTypes: commandCheck('types of the console pages', 'tsc', ['--noEmit', '-p', 'services/operator-console/web']),
  webDevTypes: commandCheck('types of the console mock', 'tsc', [
    '--noEmit',
    '-p',
    'services/operator-console/web/tsconfig.dev.json',
  ]),
  generatorTypes: commandCheck('types of the OCPP generator', 'tsc', [
    '--noEmit',
    '-p',
    'libs/ocpp/tsconfig.generate.json',
  ]),
  importDirections,
  unused: commandCheck('unused files, exports and dependencies', 'knip', ['--no-progress']),
  protoLint: commandCheck('proto lint', 'buf', ['lint'], 'proto'),
  protoBreaking: commandCheck(
    'proto compatibility',
    'buf',
    ['breaking', '--against', 'golden/published.binpb'],
    'proto',
  ),
  tidy,
} as const satisfies Record<string, Check>;
