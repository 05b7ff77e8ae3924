import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { chromiumOrSkip, launch } from '../support/chromium.ts';
import { eventually, pause } from '../support/eventually.ts';
import type { Thread } from './open-thread.ts';

const PICTURES = join(import.meta.dirname, '../../.headroom/pictures');

export function describeEyes(thread: Thread): void {
  describe('8. eyes', () => {
    const found = chromiumOrSkip();
    const seen = 'why' in found ? test.skip : thread.on;

    seen(
      'the console shows the site live, on a desk and on a phone, in light and in dark',
      async () => {
        mkdirSync(PICTURES, { recursive: true });
        const browser = await launch('path' in found ? found.path : '');
        const shots = [
          { name: 'live-1440-light', width: 1440, height: 1000, colorScheme: 'light' },
          { name: 'live-1440-dark', width: 1440, height: 1000, colorScheme: 'dark' },
          { name: 'live-390-light', width: 390, height: 844, colorScheme: 'light' },
          { name: 'live-390-dark', width: 390, height: 844, colorScheme: 'dark' },
        ] as const;
        for (const { name, width, height, colorScheme } of shots) {
          const page = await browser.newPage({ viewport: { width, height }, colorScheme });
          const errors: string[] = [];
          page.on('pageerror', (error) => errors.push(error.message));
          await page.goto(thread.running.stack.url);
          await page.getByText('Bay 1', { exact: true }).first().waitFor({ timeout: 15_000 });
          // An event may just have ended, and its ramp of 20 s run still.
          await eventually('the contract in the header', 45_000, async () =>
            /of\s*200/.test(await page.locator('header').first().innerText()) ? true : undefined,
          );
          // Nothing is cut: the page never scrolls sideways.
          expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
          await pause(1_500);
          await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: width < 720 });
          expect(errors).toEqual([]);
          await page.close();
        }
        await browser.close();
      },
      150_000,
    );

    seen(
      'the page moves by itself: a number changes without a reload',
      async () => {
        const browser = await launch('path' in found ? found.path : '');
        const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
        await page.goto(thread.running.stack.url);
        await page.getByText('Bay 1', { exact: true }).first().waitFor({ timeout: 15_000 });
        const text = () => page.locator('main').innerText();
        const before = await text();
        await eventually('another text on the page', 10_000, async () =>
          (await text()) === before ? undefined : true,
        );
        await browser.close();
      },
      60_000,
    );
  });
}
