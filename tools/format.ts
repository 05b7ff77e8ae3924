/** `npm run format`: writes every file as the formatter wants it. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const done = spawnSync(join(root, 'node_modules/.bin/biome'), ['format', '--write', '.'], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(done.status ?? 1);
