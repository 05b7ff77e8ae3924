/** "Why?" as a newcomer reads it at `npm start`: the limit that binds, what would give more, and another contract that is only tried. */
import { expect } from '@jest/globals';
import { apiAt } from './support/api.ts';
import { eventually } from './support/eventually.ts';
import { SIZES, errorsOf, startedPage } from './support/npm-start-page.ts';

const SITE = 'demo-depot';
const BOUND: ReadonlySet<string> = new Set([
  'SITE_LIMIT',
  'CIRCUIT_LIMIT',
  'PHASE_LIMIT',
  'RESERVE_FOR_OFFLINE',
  'METER_STALE_FALLBACK',
]);

const { seen, url, browser, picture } = startedPage();

seen(
  'the drawer says whose limit binds and what would give more, and a contract that is tried is not set',
  async () => {
    const page = await browser().newPage({ viewport: SIZES.wide, colorScheme: 'light' });
    const errors = errorsOf(page);
    await page.goto(url());
    const api = apiAt(url());
    const bound = await eventually('an EVSE that a circuit binds', 60_000, async () =>
      (await api.live(SITE)).evses.find(({ reason }) => BOUND.has(reason?.code ?? '')),
    );
    await page.locator(`[data-evse="${bound.evseId}"]`).click();
    const drawer = page.getByRole('complementary');
    // Its reason changes with the building and the other cars: one that a circuit binds says both at once, whenever it is read.
    await eventually('what would give it more, and whose limit it is', 40_000, async () => {
      const text = await drawer.innerText();
      const givesMore = /With [\d.]+.(A|kW) more on .+ it would (have|charge with) [\d.]+.A/u.test(text);
      return givesMore && /(Contract|Rating)\s+[\d.,]+.(kW|A)/u.test(text) ? true : undefined;
    });
    const asked = page.waitForResponse((response) => response.url().endsWith('/preview'));
    await drawer.getByLabel('What if the site’s contract were').fill('1');
    await drawer.getByRole('button', { name: 'Try' }).click();
    expect((await asked).status()).toBe(200);
    const told = drawer.locator('.what-if-told');
    await eventually('what it would come to', 10_000, async () =>
      /would (go from|pause|get less)/u.test(await told.innerText()) ? true : undefined,
    );
    await page.screenshot({ path: picture('why-light.png') });
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
