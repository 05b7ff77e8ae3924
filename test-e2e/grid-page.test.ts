/** The utility of `npm start`, played from the page as a newcomer does: browser -> console -> VTN -> adapter -> limit -> page. */
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { eventually } from './support/eventually.ts';
import { limitLine } from './support/limit-line.ts';
import { SIZES, errorsOf, startedPage } from './support/npm-start-page.ts';

/** Two polls of the VTN and a busy machine; what is awaited is a state, not a time. */
const HEARD_WITHIN_MS = 15_000;
const STATE_WITHIN_MS = 90_000;
/** A minute is compared, and some seconds wait for late meters. */
const REPORTED_WITHIN_MS = 240_000;
/** The header of a desk is one row, also while it tells until when a limit holds. */
const STRIP_PX = 80;

/** Three minutes of the run in one of ours: what is awaited is what the page says. */
const SPEED = 3;
const { seen, url, browser, picture } = startedPage(['--speed', String(SPEED)]);

const strip = (page: Page) => page.locator('section.grid-strip');
const inState = (page: Page, state: string, withinMs: number) =>
  page.locator(`section.grid-strip[data-state="${state}"]`).waitFor({ timeout: withinMs });
const secondsLeft = async (page: Page): Promise<number> => {
  const [minutes = Number.NaN, seconds = Number.NaN] = (await page.getByRole('timer').innerText())
    .split(':')
    .map(Number);
  return minutes * 60 + seconds;
};

async function orderEvent(page: Page): Promise<void> {
  await strip(page).getByRole('button', { name: 'Grid event…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Grid event' });
  const limit = dialog.getByLabel('The whole site');
  const submit = dialog.getByRole('button', { name: /^Ask for less/ });
  await limit.fill('-5');
  expect(await dialog.getByRole('alert').innerText()).toContain('cannot be below 0 kW');
  expect(await submit.isDisabled()).toBe(true);
  await limit.fill('120');
  await dialog.getByRole('button', { name: 'in 1 min' }).click();
  await dialog.getByRole('button', { name: '1 min', exact: true }).last().click();
  await page.screenshot({ path: picture('grid-dialog.png') });
  await submit.click();
  await dialog.waitFor({ state: 'detached' });
}

seen(
  'the button asks for less: the page counts down, the limit line moves before and with the event, and the event stands on its page with what was drawn',
  async () => {
    const page = await browser().newPage({ viewport: SIZES.wide, colorScheme: 'light' });
    const errors = errorsOf(page);
    await page.goto(url());
    await page.getByText('Bay 1', { exact: true }).first().waitFor({ timeout: 15_000 });
    expect(await strip(page).innerText()).toMatch(/Price now.*\/kWh\s+from \d\d:\d\d/s);
    const level = await eventually('a flat limit line', 10_000, async () => {
      const line = await limitLine(page);
      return line.left !== undefined && line.left === line.right ? line.left : undefined;
    });
    await orderEvent(page);

    await inState(page, 'scheduled', HEARD_WITHIN_MS);
    await page.getByText('Limit to come').waitFor();
    // The drop is seen ahead of now, half a minute before it comes on a page that has only just been opened, while the limit is still
    // where it was. A row further down is less power.
    const held = async () => /of\s*200/.test(await page.locator('header').first().innerText());
    await eventually('a drop ahead of now', 50_000, async () => {
      const { left, lowest } = await limitLine(page);
      return left !== undefined && lowest !== undefined && lowest > left + 20 && (await held()) ? true : undefined;
    });
    const left = await secondsLeft(page);
    await eventually('a countdown', 5_000, async () => ((await secondsLeft(page)) < left ? true : undefined));

    await inState(page, 'active', STATE_WITHIN_MS);
    await eventually('the limit in the header', 5_000, async () =>
      /of\s*120/.test(await page.locator('header').first().innerText()) ? true : undefined,
    );
    await page.screenshot({ path: picture('grid-active-light.png') });
    expect((await page.locator('header').first().boundingBox())?.height).toBeLessThanOrEqual(STRIP_PX);
    await page.getByRole('button', { name: 'Show as table' }).click();
    await eventually('the limit that has moved, second by second', 10_000, async () => {
      const limits = await page.locator('.chart table td:nth-child(2)').allInnerTexts();
      return limits[0] === '120.0' && limits.includes('200.0') ? true : undefined;
    });
    await page.getByRole('button', { name: 'Show as chart' }).click();

    await inState(page, 'completed', STATE_WITHIN_MS);
    await eventually('the limit back where it was', 10_000, async () =>
      (await limitLine(page)).right === level ? true : undefined,
    );
    await strip(page).getByRole('link', { name: 'All events' }).click();
    expect(new URL(page.url()).pathname).toBe('/sites/demo-depot/events');
    const row = page.getByRole('row', { name: /Demo: at most 120 kW/ });
    expect(await row.innerText()).toMatch(/Over[\s\S]*at most 120\.0/);
    await eventually('what the site drew before, during and after', REPORTED_WITHIN_MS, async () => {
      const texts = await row.getByRole('cell').allInnerTexts();
      const drawn = texts.slice(3, 6).filter((text) => /^\d+\.\d/.test(text));
      return drawn.length === 3 && texts.at(-1) === 'Sent' ? true : undefined;
    });
    await page.screenshot({ path: picture('grid-events-light.png') });
    expect(errors).toEqual([]);
  },
  500_000,
);

seen(
  'an event that the utility does not take back says why and goes on; one that it takes back is gone from the limit',
  async () => {
    const page = await browser().newPage({ viewport: SIZES.wide, colorScheme: 'light' });
    await page.goto(url());
    await page.getByText('Bay 1', { exact: true }).first().waitFor({ timeout: 15_000 });
    await orderEvent(page);
    await inState(page, 'scheduled', HEARD_WITHIN_MS);
    const takeBack = strip(page).getByRole('button', { name: 'Take it back' });
    const withdrawals = '**/demo/grid-events/*';
    const detail = 'The VTN of this run does not answer.';
    await page.route(withdrawals, (route) =>
      route.fulfill({ status: 422, contentType: 'application/problem+json', body: JSON.stringify({ detail }) }),
    );
    await takeBack.click();
    const said = await strip(page).getByRole('alert').innerText();
    expect(said).toBe(`Not taken back, it goes on as it is. ${detail}`);
    expect(await strip(page).getAttribute('data-state')).toBe('scheduled');
    await page.screenshot({ path: picture('grid-not-taken-back-light.png') });

    await page.unroute(withdrawals);
    await takeBack.click();
    await inState(page, 'cancelled', HEARD_WITHIN_MS);
    expect(await strip(page).innerText()).toContain('took its event back');
    expect(await strip(page).getByRole('alert').count()).toBe(0);
    await eventually('a flat limit line', 30_000, async () => {
      const { left, right } = await limitLine(page);
      return left !== undefined && left === right ? true : undefined;
    });
  },
  120_000,
);
