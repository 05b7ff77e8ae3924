import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { chromiumOrSkip, launch } from './chromium.ts';
import { type NpmStart, npmStart } from './npm-start.ts';

const PICTURES = join(import.meta.dirname, '../../.headroom/pictures');

/** What a person sees of `npm start`, in Chromium. */
export interface StartedPage {
  /** `test`, or `test.skip` where there is no Chromium. */
  readonly seen: typeof test | typeof test.skip;
  /** Where the page is. */
  url(): string;
  browser(): Browser;
  /** Where a picture of that name belongs. */
  picture(name: string): string;
}

/** A desk and a phone. */
export const SIZES = { wide: { width: 1440, height: 1000 }, phone: { width: 390, height: 844 } } as const;

/** `npm start` and a browser for all tests of a file. `args`: more that is said to it. */
export function startedPage(args: readonly string[] = []): StartedPage {
  const found = chromiumOrSkip();
  let started: NpmStart | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    if ('why' in found) return;
    started = await npmStart(['--port', '0', ...args]);
    browser = await launch(found.path);
    mkdirSync(PICTURES, { recursive: true });
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await started?.end('SIGTERM');
  }, 20_000);
  const there = <T>(what: T | undefined): T => {
    if (what === undefined) throw new Error('npm start is not up');
    return what;
  };
  return {
    seen: 'why' in found ? test.skip : test,
    url: () => there(started).url,
    browser: () => there(browser),
    picture: (name) => join(PICTURES, name),
  };
}

/** What goes wrong in a page, from now on. */
export function errorsOf(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  return errors;
}
