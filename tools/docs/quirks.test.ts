import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PACKS, QUIRK_NAMES } from '@headroom/ocpp/quirks';
import { QUIRKS_PAGE, quirksPage } from './quirks.ts';
import { ROOT } from './topics.ts';

test('docs/quirks.md is what the packs say (else: npm run docs)', () => {
  expect(readFileSync(join(ROOT, QUIRKS_PAGE), 'utf8')).toBe(quirksPage());
});

test('each quirk of each pack stands on the page, and every field that a pack may state', () => {
  const page = quirksPage();
  for (const { vendor, rules } of PACKS) {
    const section = page.split(`### ${vendor}\n`)[1]?.split('\n##')[0] ?? '';
    for (const { quirks } of rules) {
      for (const { quirk, says } of quirks) expect(section).toMatch(new RegExp(`\`${quirk}\`.*${says.slice(0, 20)}`));
    }
  }
  for (const name of QUIRK_NAMES) expect(page).toContain(`| \`${name}\``);
});

test('a pack that the page does not know makes it stale', () => {
  expect(quirksPage(PACKS.slice(1))).not.toBe(quirksPage());
});
