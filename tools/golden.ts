/**
 * `npm run golden -- NAME`: publishes today's wire: `proto/golden/NAME.json` with the bytes of
 * a sample of every message, and the descriptor image that `buf breaking` compares with. Say in the commit why it moved.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { goldenOf, SAMPLES } from '@headroom/contracts/golden';

const root = dirname(import.meta.dirname);
const name = process.argv[2];
if (name === undefined || !/^[\w.-]+$/.test(name)) {
  process.stderr.write('Name the publication, for example: npm run golden -- v1\n');
  process.exit(2);
}
writeFileSync(join(root, 'proto/golden', `${name}.json`), `${JSON.stringify(SAMPLES.map(goldenOf), null, 2)}\n`);
const built = spawnSync(join(root, 'node_modules/.bin/buf'), ['build', '-o', 'golden/published.binpb'], {
  cwd: join(root, 'proto'),
  stdio: 'inherit',
});
process.exit(built.status ?? 1);
