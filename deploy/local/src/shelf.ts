import { createHash } from 'node:crypto';
import { chownSync, cpSync, existsSync, lstatSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

/** "nobody": exists as a number everywhere, no user has to be created (PG-01). */
export const NOBODY = 65_534;

export const isRoot = (): boolean => process.getuid?.() === 0;

/** True when every folder on the way can be passed by any user (PG-02): a checkout below `/root` cannot. */
export function passableByAll(path: string): boolean {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** A folder of root's that everybody may pass, the same for the same label. Refuses one that somebody else has laid there. */
export function shelf(label: string): string {
  const base = [tmpdir(), '/tmp', '/var/tmp'].find((folder) => existsSync(folder) && passableByAll(folder));
  if (base === undefined) throw new Error('no temporary folder can be read by other users: set TMPDIR to one that can');
  const path = join(base, `headroom-${label}`);
  try {
    mkdirSync(path, { mode: 0o711 });
  } catch {
    // It exists: from an earlier run, or it is somebody's trap.
  }
  const found = lstatSync(path);
  if (!found.isDirectory() || found.uid !== process.getuid?.())
    throw new Error(`${path} belongs to another user: remove it`);
  return path;
}

/** Where a server of another uid may work: `directory` itself, or a stand-in for it in the temporary folder. */
export function reachableDirectory(directory: string): string {
  mkdirSync(directory, { recursive: true });
  if (!isRoot() || passableByAll(directory)) return resolve(directory);
  const digest = createHash('sha256').update(resolve(directory)).digest('hex').slice(0, 12);
  return shelf(`${basename(directory)}-${digest}`);
}

/** A copy of `folder` that other users can read, made once per label; the folder itself where that is not needed. */
export function reachableCopy(folder: string, label: string): string {
  if (!isRoot() || passableByAll(folder)) return folder;
  const target = join(shelf(label), basename(folder));
  if (existsSync(target)) return target;
  const part = `${target}.${process.pid}.part`;
  cpSync(folder, part, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(part, target);
  } catch {
    // Another process was faster; its copy is the same.
    rmSync(part, { recursive: true, force: true });
  }
  return target;
}

export function giveToNobody(folder: string): void {
  mkdirSync(folder, { recursive: true });
  if (isRoot()) chownSync(folder, NOBODY, NOBODY);
}
