import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** Twice what an install may take: another may have begun one. */
const INSTALL_LIMIT_MS = 840_000;
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Debian's Chromium, installed where that is possible; else why there is none. */
function findChromium(): { readonly path: string } | { readonly why: string } {
  const found = PLACES.find((place) => existsSync(place));
  if (found !== undefined) return { path: found };
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return { why: 'Chromium is not installed; apt-get install chromium' };
  try {
    // Files that run side by side find none at the same time; whoever comes second finds it installed.
    const lock = join(tmpdir(), 'headroom-chromium.lock');
    const commands = 'apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium';
    execFileSync('flock', [lock, 'sh', '-c', commands], { stdio: 'ignore', timeout: INSTALL_LIMIT_MS });
  } catch {
    return { why: 'Chromium could not be installed: apt-get install chromium failed' };
  }
  const installed = PLACES.find((place) => existsSync(place));
  return installed === undefined ? { why: 'apt-get installed no Chromium' } : { path: installed };
}

export const launch = (path: string): Promise<Browser> => chromium.launch({ executablePath: path, args: FLAGS });

/** As `findChromium`, for tests: what could not run is said and counted as skipped, and with `CI=true` it is an error. */
export function chromiumOrSkip(): ReturnType<typeof findChromium> {
  const found = findChromium();
  if ('path' in found) return found;
  if (process.env['CI'] === 'true') throw new Error(found.why);
  process.stdout.write(`SKIPPED Chromium: ${found.why}\n`);
  return found;
}
