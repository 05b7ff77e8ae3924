/** What a utility can send that no site may act on: refused or bounded, said in the log and on the page, the site unmoved. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Demo, Misbehaviour } from '@headroom/sim';
import type { Browser, Page } from 'playwright-core';
import { linesOf } from './loss/support/log-lines.ts';
import { chromiumOrSkip, launch } from './support/chromium.ts';
import { eventually } from './support/eventually.ts';
import { orderLimit } from './support/grid.ts';
import { collectingLog, demoAgainst, stackForTests, type TestStack } from './support/stack.ts';

const SITE = 'demo-depot';
/** A poll each two seconds, a deadline of ten for what hangs, and a busy machine. */
const SAID_WITHIN_MS = 40_000;

/** Events that are refused: what the log and the page say of each. */
const EVENTS: readonly (readonly [mode: Misbehaviour, words: string])[] = [
  ['limit-nan-text', 'intervals[0].payloads[0].values[0] is "NaN"'],
  ['limit-nan-bare', 'One of the events is no JSON; it is left out.'],
  ['limit-negative', 'intervals[0].payloads[0].values[0] is -50'],
  ['ends-before-start', 'intervalPeriod.duration'],
  ['million-intervals', 'One of the events has more than 4194304 bytes; it is left out.'],
  ['unknown-payload', 'FLUX_COMPENSATION_LIMIT'],
];
/** Answers that bring nothing. */
const ANSWERS: readonly (readonly [mode: Misbehaviour, words: string])[] = [
  ['answers-500', 'The answer has status 500.'],
  ['answers-html', 'The answer is no JSON: its content type is "text/html".'],
  ['body-of-10-mb', 'more than 4194304 bytes'],
  ['hangs-up', 'There is no whole answer ('],
  ['hangs', 'There is no whole answer within 10 s.'],
];

const found = chromiumOrSkip();
const got = await stackForTests();
const seen = 'why' in found || 'why' in got ? test.skip : test;
let running: TestStack;
let demo: Demo | undefined;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  if ('why' in got || 'why' in found) return;
  running = got;
  demo = await demoAgainst(running.stack, { kind: 'generated' }, collectingLog());
  browser = await launch(found.path);
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  await page.goto(running.stack.url);
  await page.getByText('Bay 1', { exact: true }).first().waitFor({ timeout: 30_000 });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  demo?.stop();
  await running?.stop();
}, 30_000);

afterEach(() => running?.stack.utility.vtn.behave());

/** Who is not heard for half a minute has a notice above the strip. */
const shown = (): Promise<string> => page.locator('main').innerText();
const strip = (): Promise<string> => page.locator('section.grid-strip').innerText();
const whys = (event: string): readonly string[] =>
  linesOf(running, 'grid-adapter', event).map((line) => String(line['why']));
/** What cannot be read in one page is asked for in smaller ones, and then left out. */
const troubles = (): readonly string[] => [...whys('grid.poll-failed'), ...whys('grid.object-refused')];
const says = (text: string, words: string): true | undefined => text.includes(words) || undefined;

async function unmoved(): Promise<void> {
  const { limit } = await running.api.live(SITE);
  expect([limit.powerKw, limit.source]).toEqual([200, 'contract']);
  expect(await page.locator('header').first().innerText()).toMatch(/of\s*200/);
}

seen.each(EVENTS)(
  '%s: the event is refused, the log and the page say that it is for %s, and the limit stays',
  async (mode, words) => {
    const { vtn } = running.stack.utility;
    vtn.misbehave(mode);
    await eventually('the line of the log', SAID_WITHIN_MS, () =>
      whys('grid.object-refused').some((why) => why.includes(words)) ? true : undefined,
    );
    await eventually('the words on the page', SAID_WITHIN_MS, async () => says(await strip(), words));
    expect(await strip()).toMatch(/Refused[\s\S]*was not acted on: [\s\S]*The site goes on as before\./);
    await unmoved();
    vtn.behave();
  },
  2 * SAID_WITHIN_MS,
);

seen.each(ANSWERS)(
  '%s: the poll brings nothing, the log and the page say %s, and the limit stays; the next sound answer is told',
  async (mode, words) => {
    const { vtn } = running.stack.utility;
    const before = new Set(troubles());
    vtn.misbehave(mode);
    await eventually('the line of the log', SAID_WITHIN_MS, () =>
      troubles().some((why) => !before.has(why) && why.includes(words)) ? true : undefined,
    );
    await eventually('the words on the page', SAID_WITHIN_MS, async () => says(await shown(), words));
    await unmoved();
    vtn.behave();
    await eventually('the recovery on the page', SAID_WITHIN_MS, async () => says(await strip(), 'The VTN answers.'));
  },
  3 * SAID_WITHIN_MS,
);

seen(
  'a caller with a wrong token is turned away, and the log says so without the token',
  async () => {
    const [subscription] = running.stack.utility.vtn.subscriptions();
    const [operation] = Object(subscription).objectOperations as readonly { readonly callbackUrl: string }[];
    const authorization = 'Bearer not-the-token';
    const answer = await fetch(operation?.callbackUrl ?? '', {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).toBe(401);
    const lines = await eventually('the line of the log', SAID_WITHIN_MS, () => {
      const refused = linesOf(running, 'grid-adapter', 'grid.callback-refused');
      return refused.length > 0 ? refused : undefined;
    });
    expect(JSON.stringify(lines)).not.toContain('not-the-token');
    await unmoved();
  },
  SAID_WITHIN_MS,
);

seen(
  'each refusal stands on the page of events, with why; and a sound event after all of them counts',
  async () => {
    await page.getByRole('link', { name: 'All events' }).click();
    for (const [, words] of EVENTS) await page.getByText(words).first().waitFor({ timeout: SAID_WITHIN_MS });
    const eventId = orderLimit(running.stack.utility, { kW: 150, startMs: Date.now(), durationMs: 600_000 });
    await eventually('the limit of a sound event', SAID_WITHIN_MS, async () => {
      const { limit } = await running.api.live(SITE);
      return limit.source === 'grid' && limit.powerKw === 150 ? true : undefined;
    });
    expect(running.stack.utility.vtn.cancelEvent(eventId).kind).toBe('ok');
  },
  4 * SAID_WITHIN_MS,
);
