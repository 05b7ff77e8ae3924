import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = dirname(dirname(import.meta.dirname));

export interface PlantedCopy {
  readonly root: string;
  write(path: string, text: string): void;
  remove(): void;
}

/** The tree as it stands in the work tree, in a folder of its own, with the installed packages beneath it. */
export function plantedCopy(): PlantedCopy {
  const root = mkdtempSync(join(tmpdir(), 'headroom-planted-'));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const files = git('ls-files', '--cached', '--others', '--exclude-standard').split('\n').filter(Boolean);
  for (const file of files) {
    if (!existsSync(join(ROOT, file))) continue;
    mkdirSync(dirname(join(root, file)), { recursive: true });
    cpSync(join(ROOT, file), join(root, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  for (const file of files.filter((name) => name.endsWith('/package.json'))) {
    const folder = dirname(file);
    // Links of the workspace are relative: in the copy they lead to the copy.
    for (const made of ['node_modules', 'gen']) {
      const from = join(ROOT, folder, made);
      if (existsSync(from)) cpSync(from, join(root, folder, made), { recursive: true, verbatimSymlinks: true });
    }
  }
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  return {
    root,
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
