/** "Why?" as a newcomer reads it at `npm start`: the limit that binds, what would give more, and another contract that is only tried. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { apiAt } from './support/api.ts';
import { chromiumOrSkip, launch } from './support/chromium.ts';
import { eventually } from './support/eventually.ts';
import { type NpmStart, npmStart } from './support/npm-start.ts';

const PICTURES = join(import.meta.dirname, '../.headroom/pictures');
const SITE = 'demo-depot';
const BOUND: ReadonlySet<string> = new Set([
  'SITE_LIMIT',
  'CIRCUIT_LIMIT',
  'PHASE_LIMIT',
  'RESERVE_FOR_OFFLINE',
  'METER_STALE_FALLBACK',
]);

const found = chromiumOrSkip();
const seen = 'why' in found ? test.skip : test;

let started: NpmStart;
let browser: Browser;
beforeAll(async () => {
  if ('why' in found) return;
  started = await npmStart(['--port', '0']);
  browser = await launch(found.path);
  mkdirSync(PICTURES, { recursive: true });
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await started?.end('SIGTERM');
}, 20_000);

seen(
  'the drawer says whose limit binds and what would give more, and a contract that is tried is not set',
  async () => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, colorScheme: 'light' });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(started.url);
    const api = apiAt(started.url);
    const bound = await eventually('an EVSE that a circuit binds', 60_000, async () =>
      (await api.live(SITE)).evses.find(({ reason }) => BOUND.has(reason?.code ?? '')),
    );
    await page.locator(`[data-evse="${bound.evseId}"]`).click();
    const drawer = page.getByRole('complementary');
    // Its reason changes with the building and the other cars: whichever it is when it is read.
    await eventually('what would give it more', 30_000, async () => {
      const text = await drawer.innerText();
      return /With [\d.]+.(A|kW) more on .+ it would (have|charge with) [\d.]+.A/u.test(text) ? true : undefined;
    });
    await eventually('whose limit it is', 10_000, async () =>
      /(Contract|Rating)\s+[\d.,]+.(kW|A)/u.test(await drawer.innerText()) ? true : undefined,
    );
    const asked = page.waitForResponse((response) => response.url().endsWith('/preview'));
    await drawer.getByLabel('What if the site’s contract were').fill('1');
    await drawer.getByRole('button', { name: 'Try' }).click();
    expect((await asked).status()).toBe(200);
    const told = drawer.locator('.what-if-told');
    await eventually('what it would come to', 10_000, async () =>
      /would (go from|pause|get less)/u.test(await told.innerText()) ? true : undefined,
    );
    await page.screenshot({ path: join(PICTURES, 'why-light.png') });
    await drawer.getByLabel('What if the site’s contract were').fill('-5');
    expect(await told.innerText()).toContain('cannot be below 0 kW');
    expect(await drawer.getByRole('button', { name: 'Try' }).isDisabled()).toBe(true);
    // Two decisions later the contract is what it was, and cars charge on.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const { limit, evses } = await api.live(SITE);
    expect(limit).toMatchObject({ powerKw: 200, source: 'contract' });
    expect(evses.some(({ commandedA }) => (commandedA ?? 0) > 6)).toBe(true);
    expect(errors).toEqual([]);
  },
  180_000,
);
