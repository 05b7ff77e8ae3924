import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { TOPICS } from '@headroom/contracts';
import { ROOT, TOPICS_PAGE, topicsPage } from './topics.ts';

test('docs/topics.md is what the registry of topics says (else: npm run docs)', () => {
  expect(readFileSync(join(ROOT, TOPICS_PAGE), 'utf8')).toBe(topicsPage(ROOT));
});

test('a topic that the page does not know makes it stale', () => {
  const added = { ...TOPICS.siteState, name: 'headroom.planted.facts.v1' };
  expect(topicsPage(ROOT, [...Object.values(TOPICS), added])).not.toBe(topicsPage(ROOT));
});

test('each fact of a topic stands on the page', () => {
  const page = topicsPage(ROOT, [TOPICS.dispatchFacts]);
  expect(page).toContain('`EpochOpened`, `LimitIntended`, `LimitResolved`, `CommittedChanged`');
});

test('a message that no proto file defines is an error', () => {
  const nowhere = { ...TOPICS.siteState, message: 'headroom.allocation.v1.Nowhere' };
  expect(() => topicsPage(ROOT, [nowhere])).toThrow('headroom.allocation.v1.Nowhere');
});
