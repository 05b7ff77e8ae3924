/** What is known of a station, as an operator reads it at `npm start`: the demo has one that takes whole amperes only. */
import { expect } from '@jest/globals';
import { PECULIAR_STATION_ID } from '@headroom/sim';
import type { Page } from 'playwright-core';
import { eventually } from './support/eventually.ts';
import { SIZES, errorsOf, startedPage } from './support/npm-start-page.ts';

const PATH = '/api/v1/sites/demo-depot/stations';

const { seen, url, browser, picture } = startedPage();

interface Told {
  readonly toldAt: string | null;
  readonly kind: { readonly sentence: string };
  readonly peculiarities: readonly { readonly code: string; readonly id: string | null }[];
}
const told = async (stationId: string): Promise<Told> =>
  (await (await fetch(`${url()}${PATH}/${stationId}`)).json()) as Told;

async function opened(page: Page, stationId: string) {
  await page.goto(url());
  const card = page.locator(`[data-evse="${stationId}/1"]`);
  await card.waitFor();
  // By keys alone: the card is a button, and so is what it opens.
  await card.focus();
  await page.keyboard.press('Enter');
  const station = page.getByRole('region', { name: `Station ${stationId}` });
  await station.getByText('It speaks').waitFor();
  return station;
}

seen(
  'whoever clicks a bay reads what its station is, what is peculiar about it and what is done, and where that is known from',
  async () => {
    await eventually('what the station can do', 30_000, async () => {
      const { toldAt, peculiarities } = await told(PECULIAR_STATION_ID);
      return toldAt !== null && peculiarities.some(({ id }) => id === 'H86') ? true : undefined;
    });
    for (const [size, scheme] of [
      ['wide', 'light'],
      ['phone', 'dark'],
    ] as const) {
      const page = await browser().newPage({ viewport: SIZES[size], colorScheme: scheme });
      const errors = errorsOf(page);
      const station = await opened(page, PECULIAR_STATION_ID);
      const note = station.locator('[data-note="wholeAmps"]');
      const text = await note.innerText();
      expect(text).toContain('It takes whole amperes only.');
      expect(text).toContain('Limits are rounded down to whole amperes');
      expect(text).toContain('H86 · docs/quirks.md#headroom');
      expect(await station.innerText()).toMatch(
        /Headroom Virtual AC22 whole amps, firmware 1\.0\.0\. It speaks OCPP 2\.0\.1\./,
      );
      // What it can do is one key away.
      await station.locator('summary').focus();
      await page.keyboard.press('Enter');
      await station.getByText('It takes limits in amperes and watts.').waitFor();
      await station.scrollIntoViewIfNeeded();
      await page.screenshot({ path: picture(`station-${size}-${scheme}.png`) });
      const widthPx = await page.locator('html').evaluate((html) => html.scrollWidth);
      expect(widthPx).toBeLessThanOrEqual(SIZES[size].width);
      expect(errors).toEqual([]);
      await page.close();
    }
  },
  120_000,
);

seen(
  'a station of which nothing odd is known says so, in each part',
  async () => {
    const page = await browser().newPage({ viewport: SIZES.phone, colorScheme: 'light' });
    const station = await opened(page, 'ST-001');
    const text = await station.innerText();
    expect(text).toContain('Nothing that is known.');
    expect(text).toContain('Nothing is held against it.');
    // 1.6 has no message that tells it: that is no "nothing".
    expect(text).toContain('it is asked what they come to');
    await page.close();
  },
  60_000,
);

const NOTE = { code: 'x', evseId: null, does: null, seen: null, id: null, docs: null, until: null };
/** As the API has it of a station with trouble; its console test holds the shape. */
const TROUBLED = {
  ...{
    stationId: PECULIAR_STATION_ID,
    toldAt: '2026-06-07T12:00:00.000Z',
    ageMs: 400_000,
    stale: true,
    connected: false,
  },
  kind: { sentence: 'Acme One. It speaks OCPP 2.0.1. It is offline: this is what was known last.' },
  ...{ abilities: [], profilesAskedAt: null, profilesAskedNextAt: null, peculiarities: [] },
  found: [
    {
      ...{
        ...NOTE,
        code: 'foreign',
        id: 'SI5',
        until: '2030-06-07T18:00:00.000Z',
        seen: 'TxProfile 77, stack level 3.',
      },
      sentence: 'A charging profile of somebody else stands on Bay 24, and may let more flow than ours.',
      does: 'It is left as it is: people decide. Until it is seen gone, Bay 24 counts with its maximum of 32 A.',
    },
  ],
  obedience: [
    {
      ...{ ...NOTE, code: 'ladder-alarm', sentence: 'Bay 24 drew more than it was told.' },
      does: 'Nothing has helped: somebody must go there.',
    },
  ],
};
const UNTOLD = {
  ...TROUBLED,
  ...{ toldAt: null, ageMs: null, stale: false, connected: null, found: [], obedience: [] },
  kind: { sentence: 'Nothing is known of this station yet.' },
};

seen(
  'old, untold and out of reach each have their words, on a phone, in light and dark',
  async () => {
    for (const scheme of ['light', 'dark'] as const) {
      const page = await browser().newPage({ viewport: SIZES.phone, colorScheme: scheme });
      let answer: { readonly status: number; readonly body: object } = { status: 200, body: UNTOLD };
      await page.route(`**${PATH}/**`, (route) =>
        route.fulfill({ status: answer.status, contentType: 'application/json', body: JSON.stringify(answer.body) }),
      );
      await page.goto(url());
      await page.locator(`[data-evse="${PECULIAR_STATION_ID}/1"]`).click();
      const station = page.getByRole('region', { name: `Station ${PECULIAR_STATION_ID}` });
      await station.getByText('Nothing is known of this station yet.').waitFor();
      expect(await station.getByRole('heading', { level: 4 }).count()).toBe(0);
      answer = { status: 200, body: TROUBLED };
      const stale = station.getByText('Told 6\u202fmin ago, and not since');
      await stale.waitFor({ timeout: 15_000 });
      const text = await station.innerText();
      expect(text).toMatch(/may let more flow than ours\. Until 7 Jun 2030\./u);
      expect(text).toContain('Nothing has helped: somebody must go there.');
      await station.scrollIntoViewIfNeeded();
      await page.screenshot({ path: picture(`station-trouble-phone-${scheme}.png`) });
      // What was read last stays, under the words that it is not read any more.
      answer = { status: 503, body: { detail: 'What is known of stations is out of reach.' } };
      await station.getByText('What is known of stations is out of reach.').waitFor({ timeout: 15_000 });
      expect(await station.innerText()).toContain('Acme One.');
      await page.close();
    }
  },
  120_000,
);
