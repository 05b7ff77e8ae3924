/** The plan of a site as people look at it: the demo shares by `smoothed-laxity` here, and its real optimizer plans. */
import { expect } from '@jest/globals';
import { eventually } from './support/eventually.ts';
import { SIZES, errorsOf, startedPage } from './support/npm-start-page.ts';

const PATH = '/api/v1/sites/demo-depot';

const { seen, url, browser, picture } = startedPage();

interface Told {
  readonly standing: string;
  readonly plan: { readonly intervals: readonly unknown[]; readonly evses: readonly unknown[] } | null;
}
const told = async (): Promise<Told> => (await (await fetch(`${url()}${PATH}/plan`)).json()) as Told;

/** The site document as it is, with another way to share. */
async function shareBy(share: string): Promise<void> {
  const document = (await (await fetch(`${url()}${PATH}`)).json()) as Record<string, unknown>;
  const { apiVersion, kind, metadata, spec } = document as {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string };
    readonly spec: { readonly policy: object };
  };
  const body = {
    ...{ apiVersion, kind, metadata: { name: metadata.name } },
    spec: { ...spec, policy: { ...spec.policy, share } },
  };
  const answer = await fetch(`${url()}${PATH}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect([answer.status, answer.ok ? '' : await answer.text()]).toEqual([200, '']);
}

seen(
  'a site that is not planned says how it would be; told to share by smoothed-laxity it shows its plan, each car with its budgets, also on a phone',
  async () => {
    const page = await browser().newPage({ viewport: SIZES.wide, colorScheme: 'light' });
    const errors = errorsOf(page);
    await page.goto(url());
    await page.getByRole('link', { name: 'Plan', exact: true }).click();
    expect(new URL(page.url()).pathname).toBe('/sites/demo-depot/plan');
    const section = page.locator('section.plan');
    await section.getByText('This site is not planned.').waitFor();
    expect(await section.innerText()).toContain('smoothed-laxity');
    expect(await section.locator('svg').count()).toBe(0);

    await shareBy('smoothed-laxity');
    await eventually('a plan that is followed', 90_000, async () => {
      const { standing, plan } = await told();
      return standing === 'followed' && (plan?.evses.length ?? 0) > 3 ? true : undefined;
    });
    await section.getByText('This plan is followed.').waitFor({ timeout: 20_000 });
    // Cars come and go, and the page asks again only now and then.
    const cars = section.locator('.plan-cars tbody tr');
    const texts = await eventually('cars in the table', 60_000, async () => {
      const rows = await cars.allInnerTexts();
      return rows.length > 3 ? rows : undefined;
    });
    const chart = section.getByRole('img', { name: /^Planned power of building and cars against the limit/ });
    expect(await chart.getAttribute('aria-label')).toMatch(/\d+ cars are planned/);
    // Power is drawn, and so is the limit above it.
    await eventually('power in the picture', 60_000, async () => {
      const heights = await chart
        .locator('path')
        .evaluateAll((paths) =>
          Object.fromEntries(paths.map((path) => [path.getAttribute('class'), path.getBoundingClientRect().height])),
        );
      return (heights['plan-area'] ?? 0) > 5 ? true : undefined;
    });
    expect(await chart.locator('.plan-limit').getAttribute('d')).toMatch(/^M\d/);
    for (const text of texts) {
      expect(text).toMatch(/^Bay \d+/);
      expect(text).toMatch(/(Will be short by .+kWh at|Ready|Leaves at) /);
    }
    expect(await section.innerText()).toMatch(/Made at \d\d:\d\d, \d+.s ago/u);
    expect(await section.innerText()).toMatch(/Made along plan \d+ of epoch \d+/);
    await page.screenshot({ path: picture('plan-light.png'), fullPage: true });

    await section.getByRole('button', { name: 'Show as table' }).click();
    const rows = section.getByRole('region', { name: 'Planned power as a table' }).locator('tbody tr');
    expect(await rows.count()).toBeGreaterThan(8);
    expect(await rows.first().innerText()).toMatch(/^\d\d:\d\d\s+\d\d:\d\d\s+200\.0/);
    await section.getByRole('button', { name: 'Show as chart' }).click();

    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize(SIZES.phone);
    const widthPx = await page.locator('html').evaluate((html) => html.scrollWidth);
    expect(widthPx).toBeLessThanOrEqual(SIZES.phone.width);
    await page.screenshot({ path: picture('plan-dark-phone.png'), fullPage: true });
    expect(errors).toEqual([]);
  },
  200_000,
);
