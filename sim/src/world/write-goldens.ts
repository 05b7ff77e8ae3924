/** `npm run sim:golden`: writes the transcripts of `sim/golden/` anew. Read the difference before you keep it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { GOLDENS, transcriptOf } from './golden.ts';

const folder = join(import.meta.dirname, '../../golden');
mkdirSync(folder, { recursive: true });
for (const golden of GOLDENS) {
  const path = join(folder, `${golden.name}.txt`);
  writeFileSync(path, await transcriptOf(golden));
  process.stdout.write(`sim/golden/${golden.name}.txt\n`);
}
