import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { isRoot, passableByAll, reachableDirectory } from './shelf.ts';

test('PG-02: a folder that other users cannot reach gets a stand-in, the same every time, swept once the folder is gone', () => {
  const locked = mkdtempSync(join(tmpdir(), 'headroom-local-'));
  const first = reachableDirectory(join(locked, 'one'));
  if (!isRoot()) {
    expect(first).toBe(join(locked, 'one'));
  } else {
    expect(passableByAll(first)).toBe(true);
    expect(reachableDirectory(join(locked, 'one'))).toBe(first);
    rmSync(join(locked, 'one'), { recursive: true });
    const second = reachableDirectory(join(locked, 'two'));
    expect(existsSync(first)).toBe(false);
    rmSync(second, { recursive: true });
  }
  rmSync(locked, { recursive: true });
});

test('PG-02: the last folder alone is opened where that is enough, and stays unreadable', () => {
  const open = mkdtempSync(join(tmpdir(), 'headroom-local-'));
  chmodSync(open, 0o755);
  mkdirSync(join(open, 'private'), { mode: 0o700 });
  expect(reachableDirectory(join(open, 'private'))).toBe(join(open, 'private'));
  expect(passableByAll(join(open, 'private'))).toBe(isRoot());
  rmSync(open, { recursive: true });
});
