import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
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
function shelf(label: string): string {
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

const STAND_IN = 'stand-in-';
/** In a stand-in: the path that it stands for. */
const ORIGIN = 'origin';

/**
 * Where a server of another uid may work: `directory` itself if that user can come there, else a stand-in for it in the
 * temporary folder, the same at every start. Stand-ins of folders that are gone are removed on the way.
 */
export function reachableDirectory(directory: string): string {
  const path = resolve(directory);
  mkdirSync(path, { recursive: true });
  if (!isRoot()) return path;
  openOwnFolders(path);
  if (passableByAll(path)) return path;
  const digest = createHash('sha256').update(path).digest('hex').slice(0, 16);
  const standIn = shelf(`${STAND_IN}${digest}`);
  writeFileSync(join(standIn, ORIGIN), path);
  sweep(dirname(standIn));
  return standIn;
}

/**
 * Lets other users pass, not read: the folder itself, and folders of ours above it in the temporary folder, such as
 * `mkdtemp` makes. Folders elsewhere belong to somebody with a reason.
 */
function openOwnFolders(path: string): void {
  const open = (folder: string) => chmodSync(folder, statSync(folder).mode | 0o011);
  open(path);
  for (let folder = dirname(path); folder.startsWith(`${tmpdir()}/`); folder = dirname(folder)) {
    if (statSync(folder).uid === process.getuid?.()) open(folder);
  }
}

function sweep(base: string): void {
  for (const name of readdirSync(base).filter((each) => each.startsWith(`headroom-${STAND_IN}`))) {
    const origin = join(base, name, ORIGIN);
    if (!existsSync(origin) || lstatSync(join(base, name)).uid !== process.getuid?.()) continue;
    if (!existsSync(readFileSync(origin, 'utf8'))) rmSync(join(base, name), { recursive: true, force: true });
  }
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
