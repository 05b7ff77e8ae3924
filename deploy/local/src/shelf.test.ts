import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { isRoot, passableByAll, reachableDirectory } from './shelf.ts';

test('PG-02: a folder that other users cannot reach gets a stand-in, the same every time, swept once the folder is gone', () => {
  // Not in the temporary folder, whose own ones are opened instead: as in a checkout of root's, wherever this one lies.
  const locked = mkdtempSync(join(homedir(), '.headroom-locked-'));
  const first = reachableDirectory(join(locked, 'one'));
  if (!isRoot()) {
    expect(first).toBe(join(locked, 'one'));
  } else {
    expect(passableByAll(first)).toBe(true);
    expect(first.startsWith(locked)).toBe(false);
    expect(reachableDirectory(join(locked, 'one'))).toBe(first);
    rmSync(join(locked, 'one'), { recursive: true });
    const second = reachableDirectory(join(locked, 'two'));
    expect(existsSync(first)).toBe(false);
    rmSync(second, { recursive: true });
  }
  rmSync(locked, { recursive: true });
});

test('PG-02: a temporary folder of ours is opened to pass, not to read', () => {
  const ours = mkdtempSync(join(tmpdir(), 'headroom-local-'));
  const path = join(ours, 'run', 'postgres');
  expect(reachableDirectory(path)).toBe(path);
  expect(passableByAll(path)).toBe(isRoot());
  expect(statSync(ours).mode & 0o044).toBe(0);
  rmSync(ours, { recursive: true });
});
