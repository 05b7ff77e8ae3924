/**
 * "Why?" as a newcomer reads it at `npm start`: the limit that binds, what would give more, another contract that is only tried, and a
 * circuit whose limit follows a temperature.
 */
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

interface Document {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly circuits: readonly { readonly name: string; readonly displayName?: string }[] };
}

const STALE_MS = 8_000;

seen(
  'LC2: a circuit shows how hot it is and what it bears, its last day, and that its sensor is silent until it speaks',
  async () => {
    const path = `${url()}/api/v1/sites/${SITE}`;
    const send = (to: string, method: string, body: unknown) =>
      fetch(to, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const { apiVersion, kind, metadata, spec } = (await (await fetch(path)).json()) as Document;
    const panel = spec.circuits[1];
    if (panel === undefined) throw new Error('the demo has one circuit only');
    const derating = {
      ...{ sensor: 'duct', staleAfter: `${STALE_MS}ms`, risesAtMostC: 1 },
      steps: [{ aboveC: 30, percent: 90 }],
    };
    const circuits = spec.circuits.map((each) => (each.name === panel.name ? { ...each, derating } : each));
    const put = await send(path, 'PUT', { apiVersion, kind, metadata, spec: { ...spec, circuits } });
    expect([put.status, put.ok ? '' : await put.text()]).toEqual([200, '']);

    const page = await browser().newPage({ viewport: SIZES.wide, colorScheme: 'light' });
    const errors = errorsOf(page);
    await page.goto(url());
    await page.getByText('The sensor “duct” has not reported yet.').waitFor({ timeout: 20_000 });
    const sendWarm = (temperatureC: number) =>
      send(`${path}/meter-readings`, 'POST', { meterId: 'duct', sampledAt: new Date().toISOString(), temperatureC });
    const card = page.locator('.circuit', { has: page.locator('.heat') });
    await eventually('the temperature on the card of its circuit', 20_000, async () => {
      expect((await sendWarm(31.5)).status).toBe(202);
      const text = await card.innerText();
      return /31\.5.°C\s+\d+.s ago/u.test(text) && /Bears 90.% \(\d+(\.\d)?.A\)/u.test(text) ? text : undefined;
    });
    expect(await card.locator('time').getAttribute('title')).toMatch(/\d\d:\d\d:\d\d/);
    expect(await page.getByText('The sensor “duct”').count()).toBe(0);
    await page.screenshot({ path: picture('heat-card-light.png') });

    await card.getByRole('button', { name: /last day/ }).click();
    const dialog = page.getByRole('dialog');
    const chart = dialog.getByRole('img', { name: /^Temperature of the last day/ });
    await chart.waitFor();
    expect(await chart.getAttribute('aria-label')).toMatch(/In the last day it was 31\.5.°C\./u);
    expect(await chart.locator('.heat-bore').getAttribute('d')).toMatch(/^M0 /);
    expect(await dialog.innerText()).toMatch(
      /it rose by up to 0.°C within \d+.s; the site document says 1.°C at most/u,
    );
    await page.screenshot({ path: picture('heat-day-light.png') });
    await dialog.getByRole('button', { name: 'Show as table' }).click();
    const rows = dialog.getByRole('region', { name: 'Temperature of the last day as a table' }).locator('tbody tr');
    expect(await rows.first().innerText()).toMatch(/^\d\d:\d\d\s+31\.5\s+90/);
    await page.keyboard.press('Escape');

    // Nobody reads it any more: it is told for as long as that lasts.
    const silent = page.getByText(/The sensor “duct” is silent for \d+.s/u);
    await silent.waitFor({ timeout: STALE_MS + 20_000 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize(SIZES.phone);
    const widthPx = await page.locator('html').evaluate((html) => html.scrollWidth);
    expect(widthPx).toBeLessThanOrEqual(SIZES.phone.width);
    await page.screenshot({ path: picture('heat-silent-dark-phone.png'), fullPage: true });
    expect((await sendWarm(20)).status).toBe(202);
    await silent.waitFor({ state: 'detached', timeout: 20_000 });
    expect(errors).toEqual([]);
  },
  120_000,
);
